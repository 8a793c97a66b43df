"""`ingot query` against DuckDB 2.0.0 reading the same files: the same answers, and files that others read.

INGOT_BUILD names the build folder that holds `ingot`.
"""

import io
import json
import os
import pathlib
import subprocess

import duckdb
import polars
import pyarrow.ipc
import pytest

INGOT = pathlib.Path(os.environ["INGOT_BUILD"]) / "ingot"
DAYS = ("2026-01-13", "2026-01-14", "2026-01-15")

PROJECT = """
[project]
name = "outside"

[dataset.tier3]
key = "date"
path = "tier3/{date}/data.parquet"

[dataset.tier3.source]
type = "jsonl"
path = "archive/{date:%Y%m%d}/{hour:%H}.jsonl.gz"
expect = { hour = "00..23" }
drop = ["norm", "labels"]
maps = ["twitter_sentiment_windows.*.tag_counts", "twitter_sentiment_windows.*.cashtag_counts",
  "twitter_sentiment_windows.*.mention_counts", "twitter_sentiment_windows.*.url_domain_counts"]
empty_object = "null"
"""


def ingot(folder, *words, check=True):
    done = subprocess.run([INGOT, *words], cwd=folder, capture_output=True, check=False)
    assert not check or done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("query")
    (folder / "ingot.toml").write_text(PROJECT)
    days = [word for day in DAYS for word in ("--date", day)]
    ingot(folder, "generate", "archive", "--out", "archive", *days, "--rows-per-hour", "3", "--samples", "5", "-q")
    ingot(folder, "run", "tier3", *days, "-q")
    return folder


@pytest.fixture(scope="module")
def peer(project):
    """The same rows as one table of DuckDB's own making: united by name, the key taken from the path."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    files = [str(project / "tier3" / day / "data.parquet") for day in DAYS]
    connection.execute(
        "CREATE VIEW tier3 AS SELECT * EXCLUDE (filename), CAST(split_part(filename, '/', -2) AS DATE) AS date"
        f" FROM read_parquet({files}, union_by_name = true, filename = true)"
    )
    return connection


QUESTIONS = [
    "SELECT count(*) AS n, count(DISTINCT symbol) AS symbols, min(date) AS first, max(date) AS last FROM tier3",
    "SELECT date, symbol, scores.final AS final FROM tier3 WHERE date BETWEEN '2026-01-13' AND '2026-01-14' ORDER BY ALL",
    "SELECT date, sum(len(spot_prices)) AS n, avg(spot_raw.mid) AS mid FROM tier3 GROUP BY ALL ORDER BY ALL",
    "SELECT symbol, meta.schema_version AS v, flags FROM tier3 WHERE date = '2026-01-15' ORDER BY ALL LIMIT 20",
    "SELECT u.key AS tag, sum(u.value) AS n FROM tier3, unnest(map_entries(twitter_sentiment_windows.last_cycle.tag_counts))"
    " AS t(u) GROUP BY ALL ORDER BY n DESC, tag LIMIT 25",
    "SELECT date, count(*) AS n FROM tier3 WHERE month(date) = 1 AND date > '2026-01-13' GROUP BY 1 ORDER BY 1",
    "SELECT a.date, count(*) AS n FROM tier3 a JOIN tier3 b ON a.symbol = b.symbol AND a.date = b.date + 1"
    " WHERE a.date > '2026-01-13' GROUP BY 1 ORDER BY 1",
]


def rows_of(connection, sql):
    """As JSON has them: dates as texts, maps as objects."""
    result = connection.execute(sql)
    names = [column[0] for column in result.description]
    return [json.loads(json.dumps(dict(zip(names, row)), default=str)) for row in result.fetchall()]


def nearly(left, right):
    """Sums of doubles depend on the order of the threads in their last digits."""
    if isinstance(left, float) and isinstance(right, float):
        return left == pytest.approx(right, rel=1e-12)
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(nearly(left[name], right[name]) for name in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(nearly, left, right))
    return left == right


@pytest.mark.parametrize("sql", QUESTIONS)
def test_answers_are_those_of_duckdb(project, peer, sql):
    ours = json.loads(ingot(project, "query", sql, "-o", "json"))
    theirs = rows_of(peer, sql)
    assert len(theirs) > 0
    assert nearly(ours, theirs), (ours[:3], theirs[:3])


def test_parquet_and_arrow_hold_the_whole_table(project, peer):
    parquet = project / "out.parquet"
    parquet.write_bytes(ingot(project, "query", "FROM tier3", "-o", "parquet"))
    arrow = pyarrow.ipc.open_stream(io.BytesIO(ingot(project, "query", "FROM tier3", "-o", "arrow"))).read_all()
    peer.register("from_arrow", arrow)
    for other in (f"read_parquet('{parquet}')", "from_arrow"):
        for left, right in ((other, "tier3"), ("tier3", other)):
            names = [row[0] for row in peer.execute("DESCRIBE tier3").fetchall()]
            columns = ", ".join(f'"{name}"' for name in names)
            missing = peer.execute(f"SELECT count(*) FROM (SELECT {columns} FROM {left} EXCEPT ALL SELECT {columns} FROM {right})")
            assert missing.fetchone() == (0,)
    assert polars.read_parquet(parquet).height == arrow.num_rows == 216


def test_hostile_values_come_back_as_they_are(project):
    for value in ("'; DROP TABLE tier3; --", '"', "\\", "$s", "%s{}", "\u202e\U0001f91d", "a\nb", ""):
        out = ingot(project, "query", "SELECT $s AS s", "--param", f"s={value}", "-o", "json")
        assert json.loads(out) == [{"s": value}]
