"""Generated events, read by engines that are not ours: the folder as a whole, by its Hive key."""

import datetime
import hashlib
import json
import os
import pathlib
import subprocess

import duckdb
import polars
import pyarrow.compute
import pyarrow.dataset
import pytest

INGOT = pathlib.Path(os.environ["INGOT_BUILD"]) / "ingot"
ROWS = 60_000
FIRST, LAST = datetime.date(2023, 12, 20), datetime.date(2024, 3, 10)
DAYS = (LAST - FIRST).days + 1
NAMES = {
    "page_view", "button_click", "form_submit", "video_play", "video_pause", "add_to_cart", "remove_from_cart", "checkout",
    "purchase", "sign_up", "sign_in", "sign_out", "search", "filter_apply", "share",
}  # fmt: skip
KEYS = {
    "page_url": str, "button_id": str, "form_id": str, "video_id": str, "product_id": str, "category": str, "price": float,
    "quantity": int, "search_term": str, "filter_type": str, "platform": str, "browser": str, "device_type": str,
    "session_id": str,
}  # fmt: skip


def generate(folder, *options):
    command = [str(INGOT), "generate", "events", "--out", str(folder), "--rows", str(ROWS), "--start", str(FIRST)]
    subprocess.run([*command, "--end", str(LAST), "-q", *options], check=True, cwd=folder.parent)
    return folder / "events"


@pytest.fixture(scope="module", params=["snappy", "zstd", "none"])
def events(request, tmp_path_factory):
    return generate(tmp_path_factory.mktemp("events") / "data", "--codec", request.param)


def test_no_foreign_file_lies_in_the_tree(events):
    paths = [path.relative_to(events).as_posix() for path in events.rglob("*") if not path.is_dir()]
    days = sorted(path.split("/")[0] for path in paths)
    assert days == [f"date={FIRST + datetime.timedelta(days=day)}" for day in range(DAYS)]
    assert all(path.split("/")[1] == "events-0.parquet" for path in paths)
    assert not [path for path in events.rglob("*") if path.is_dir() and path.parent != events]


def test_manifest_proves_every_file(events):
    document = json.loads((events.parent / "events.manifest.json").read_text())["ingot"]
    for file in document["files"]:
        data = (events.parent / file["path"]).read_bytes()
        assert len(data) == file["bytes"] and hashlib.sha256(data).hexdigest() == file["sha256"]
    assert sum(file["rows"] for file in document["files"]) == document["rows"] == ROWS
    assert len(document["files"]) == DAYS


FACTS = """
    SELECT count(*), count(DISTINCT date), min(date), max(date), min(user_id), max(user_id), min(team_id), max(team_id),
           count(*) FILTER (WHERE (event_time AT TIME ZONE 'UTC')::DATE <> date),
           count(*) FILTER (WHERE event_time IS NULL OR user_id IS NULL OR properties IS NULL)
    FROM read_parquet('{}/**/*.parquet', hive_partitioning = true)"""


def test_duckdb_reads_the_folder(events):
    rows, days, first, last, user_min, user_max, team_min, team_max, misplaced, nulls = (
        duckdb.sql(FACTS.format(events)).fetchall()[0]
    )  # fmt: skip
    assert (rows, days, first, last, misplaced, nulls) == (ROWS, DAYS, FIRST, LAST, 0, 0)
    assert (user_min >= 1, user_max <= 100_000, team_min, team_max) == (True, True, 1, 1000)


def test_polars_reads_the_folder(events):
    frame = polars.read_parquet(events, hive_partitioning=True)
    assert frame.height == ROWS
    assert frame.columns == ["event_time", "user_id", "team_id", "event_name", "properties", "date"]
    assert frame.schema["event_time"] == polars.Datetime("us", "UTC")
    assert set(frame["event_name"]) == NAMES
    assert frame.filter(polars.col("event_time").dt.date() != polars.col("date").cast(polars.Date)).height == 0
    assert sum(frame.null_count().row(0)) == 0


def test_pyarrow_reads_the_folder(events):
    table = pyarrow.dataset.dataset(events, partitioning="hive").to_table()
    assert table.num_rows == ROWS
    assert table.schema.field("user_id").type == "int64"
    assert len(pyarrow.compute.unique(table["date"])) == DAYS
    table.validate(full=True)


def test_properties_are_objects_of_distinct_keys_with_fitting_values(events):
    texts = duckdb.sql(f"SELECT properties FROM '{events}/**/*.parquet' LIMIT 20000").fetchall()
    sizes, seen = set(), set()
    for (text,) in texts:
        pairs = json.loads(text, object_pairs_hook=list)
        keys = [key for key, _ in pairs]
        assert len(set(keys)) == len(keys), text
        assert all(type(value) is KEYS[key] for key, value in pairs), text
        sizes.add(len(keys))
        seen.update(keys)
    assert sizes == {2, 3, 4, 5} and seen == set(KEYS)


def test_engines_agree_on_every_value(events):
    by_polars = polars.read_parquet(events, hive_partitioning=True).drop("date").to_arrow()
    by_pyarrow = pyarrow.dataset.dataset(events, partitioning="hive").to_table().drop_columns(["date"])
    files = f"(SELECT * EXCLUDE (date) FROM '{events}/**/*.parquet')"
    connection = duckdb.connect()
    connection.register("by_polars", by_polars)
    connection.register("by_pyarrow", by_pyarrow)
    for other in ("by_polars", "by_pyarrow"):
        assert connection.sql(f"FROM {files} EXCEPT ALL FROM {other}").fetchall() == []


def test_layouts_hold_the_same_rows_and_seeds_do_not(events, tmp_path):
    flat = generate(tmp_path / "flat", "--layout", "flat", "--file-size", "1MiB", "--threads", "3")
    other = generate(tmp_path / "other", "--seed", "8")
    assert len(list(flat.iterdir())) > 1 and not [path for path in flat.iterdir() if path.is_dir()]
    columns = "event_time, user_id, team_id, event_name, properties"
    ours = f"SELECT {columns} FROM '{events}/**/*.parquet'"
    assert duckdb.sql(f"({ours}) EXCEPT ALL (SELECT {columns} FROM '{flat}/*.parquet')").fetchall() == []
    common = duckdb.sql(f"({ours}) INTERSECT (SELECT {columns} FROM '{other}/**/*.parquet')").fetchall()
    assert common == []
