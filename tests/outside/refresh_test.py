"""The warehouse of examples/events, seen by DuckDB 2.0.0: views, gold and the log are what the events say.

INGOT_BUILD names the build folder that holds `ingot`.
"""

import hashlib
import json
import os
import pathlib
import resource
import signal
import subprocess
import time

import duckdb
import pyarrow.parquet as pq
import pytest

INGOT = pathlib.Path(os.environ["INGOT_BUILD"]) / "ingot"
ROWS = 20000
GOLD = "exports/gold_weekly_active_teams.parquet"


def ingot(folder, *words):
    return subprocess.run([INGOT, *words], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "shop"
    assert ingot(tmp_path, "init", "--template", "events", "shop", "-q").returncode == 0
    assert ingot(folder, "generate", "events", "--rows", str(ROWS), "-q").returncode == 0
    return folder


def warehouse(folder):
    """Opened from another folder than the project's."""
    os.chdir("/")
    return duckdb.connect(str(folder / "micro_warehouse.duckdb"), read_only=True)


def log(folder):
    with warehouse(folder) as database:
        return database.sql("SELECT * FROM ops_refresh_log ORDER BY started_at").to_arrow_table().to_pylist()


GOLD_SQL = """
SELECT CAST(date_trunc('week', CAST(event_time AT TIME ZONE 'UTC' AS TIMESTAMP)) AS DATE) AS week,
       count(DISTINCT team_id) AS weekly_active_teams
FROM read_parquet('{}/data/events/*/*.parquet', hive_partitioning = true) WHERE user_id IS NOT NULL
GROUP BY ALL ORDER BY week
"""


def test_layers_are_what_duckdb_computes(project):
    done = ingot(project, "refresh", "-o", "json")
    assert done.returncode == 0, done.stderr
    layers = {layer["layer"]: layer for layer in json.loads(done.stdout)}
    assert layers["bronze_events"]["rows_out"] == ROWS
    assert layers["silver_events"]["rows_rejected"] == 0
    expected = duckdb.sql(GOLD_SQL.format(project)).fetchall()
    with warehouse(project) as database:
        assert database.sql("SELECT * FROM gold_weekly_active_teams ORDER BY week").fetchall() == expected
        assert database.sql("SELECT count(*), min(date), max(date) FROM bronze_events").fetchall() == duckdb.sql(
            f"SELECT count(*), min(date), max(date) FROM read_parquet('{project}/data/events/*/*.parquet',"
            " hive_partitioning = true, hive_types = {'date': DATE})"
        ).fetchall()
        types = dict(database.sql("SELECT column_name, column_type FROM (DESCRIBE silver_events)").fetchall())
    assert types["event_time"] == "TIMESTAMP"
    assert [tuple(row.values()) for row in pq.read_table(project / GOLD).to_pylist()] == expected
    assert str(expected[0][0]) == "2022-12-26"
    rows = log(project)
    assert [row["layer"] for row in rows] == ["bronze_events", "silver_events", "gold_weekly_active_teams"]
    assert {row["status"] for row in rows} == {"ok"}
    assert rows[2]["rows_in"] == ROWS and rows[2]["rows_out"] == len(expected)
    assert rows[2]["export_path"] == str(project / GOLD)
    assert rows[2]["export_sha256"] == hashlib.sha256((project / GOLD).read_bytes()).hexdigest()


def test_nothing_new_writes_nothing(project):
    assert ingot(project, "refresh").returncode == 0
    before = {path: path.stat().st_mtime_ns for path in (project / "micro_warehouse.duckdb", project / GOLD)}
    again = ingot(project, "refresh")
    assert again.returncode == 0 and "nothing new" in again.stderr
    assert before == {path: path.stat().st_mtime_ns for path in before}
    assert len(log(project)) == 3


def test_rows_without_a_user_are_counted(project):
    (project / "models/silver_events.sql").write_text("SELECT * FROM bronze_events WHERE user_id % 10 <> 0")
    done = ingot(project, "refresh", "-o", "json")
    assert done.returncode == 0, done.stderr
    kept = duckdb.sql(f"SELECT count(*) FROM '{project}/data/events/*/*.parquet' WHERE user_id % 10 <> 0").fetchall()[0][0]
    silver = json.loads(done.stdout)[1]
    assert (silver["rows_out"], silver["rows_rejected"]) == (kept, ROWS - kept)


def test_failures_are_logged_and_change_no_view(project):
    assert ingot(project, "refresh").returncode == 0
    gold = (project / GOLD).read_bytes()
    (project / "models/silver_events.sql").write_text("SELECT nonsense FROM bronze_events")
    assert ingot(project, "refresh").returncode == 3
    rows = log(project)
    assert rows[-1]["status"] == "failed" and "nonsense" in rows[-1]["error"]
    assert rows[-1]["layer"] == "gold_weekly_active_teams"
    with warehouse(project) as database:
        assert database.sql("SELECT count(*) FROM silver_events").fetchall() == [(ROWS,)]
    assert (project / GOLD).read_bytes() == gold


def test_models_that_are_gone_leave_and_views_of_others_stay(project):
    assert ingot(project, "refresh").returncode == 0
    with duckdb.connect(str(project / "micro_warehouse.duckdb")) as database:
        database.execute("CREATE VIEW mine AS SELECT 42 AS answer")
    text = (project / "ingot.toml").read_text()
    start = text.index("[dataset.gold_weekly_active_teams]")
    (project / "ingot.toml").write_text(text[:start] + text[text.index("[warehouse]") :])
    assert ingot(project, "refresh").returncode == 0
    with warehouse(project) as database:
        views = {row[0] for row in database.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    assert views == {"events", "bronze_events", "silver_events", "mine"}


def test_a_damaged_input_is_named_and_nothing_is_derived(project):
    victim = project / "data/events/date=2024-02-29/events-0.parquet"
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 4
    victim.write_bytes(data)
    done = ingot(project, "refresh")
    assert done.returncode == 7, done.stderr
    assert "date=2024-02-29" in done.stderr
    assert not (project / GOLD).exists()


def test_a_database_that_is_open_elsewhere_is_left_alone(project):
    assert ingot(project, "refresh").returncode == 0
    with duckdb.connect(str(project / "micro_warehouse.duckdb")):
        done = ingot(project, "refresh", "--force")
    assert done.returncode == 11, done.stderr
    assert ingot(project, "refresh", "--force").returncode == 0


def test_two_refreshes_at_once(project):
    both = [
        subprocess.Popen([INGOT, "refresh"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    codes = sorted(process.wait() for process in both)
    for process in both:
        process.communicate()
    # The second waits for nothing: it is refused, or comes so late that there is nothing to do.
    assert codes in ([0, 0], [0, 11])
    assert [row["status"] for row in log(project)] == ["ok"] * 3


def test_a_full_disk_leaves_no_half_database(project):
    """The exported file fits, the database does not: DuckDB makes its file in steps, and must not be cut between them."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    done = subprocess.run([INGOT, "refresh"], cwd=project, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert done.returncode == 12, done.stderr
    assert sorted(path.name for path in project.glob("*duckdb*")) == []
    done = ingot(project, "refresh")
    assert done.returncode == 0, done.stderr
    with warehouse(project) as database:
        assert database.sql("SELECT count(*) FROM silver_events").fetchall() == [(ROWS,)]


def test_what_lies_in_the_databases_log_is_put_into_it(project):
    """As after a program that died when it had committed; and where there is nothing else to do."""
    assert ingot(project, "refresh").returncode == 0
    with duckdb.connect(str(project / "micro_warehouse.duckdb")) as database:
        database.execute("PRAGMA disable_checkpoint_on_shutdown")
        database.execute("CREATE TABLE mine AS SELECT 42 AS answer")
    assert (project / "micro_warehouse.duckdb.wal").exists()
    done = ingot(project, "refresh")
    assert done.returncode == 0 and "nothing new" in done.stderr, done.stderr
    assert not (project / "micro_warehouse.duckdb.wal").exists()
    with warehouse(project) as database:
        assert database.sql("SELECT answer FROM mine").fetchall() == [(42,)]


def test_killed_at_any_moment(project):
    """Whatever the moment, the next refresh ends where an undisturbed one does."""
    assert ingot(project, "refresh").returncode == 0
    gold = (project / GOLD).read_bytes()
    for step in range(12):
        process = subprocess.Popen([INGOT, "refresh", "--force", "-q"], cwd=project)
        time.sleep(step * 0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert (project / GOLD).read_bytes() == gold
    done = ingot(project, "refresh", "--force", "-q")
    assert done.returncode == 0, done.stderr
    assert (project / GOLD).read_bytes() == gold
    with warehouse(project) as database:
        assert database.sql("SELECT count(*) FROM silver_events").fetchall() == [(ROWS,)]
        runs = database.sql("SELECT run_id, count(*) AS n FROM ops_refresh_log GROUP BY ALL").fetchall()
    assert {count for _, count in runs} == {3}
