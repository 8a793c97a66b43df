"""A first day that shows only nulls, read together with a later one by DuckDB, pyarrow and polars.

INGOT_BUILD names the build folder.
"""

import json
import os
import pathlib
import subprocess

import duckdb
import polars
import pyarrow.dataset
import pytest

INGOT = pathlib.Path(os.environ["INGOT_BUILD"]) / "ingot"
FIRST = {"id": 1, "deleted_at": None, "tags": [], "meta": {"by": None}}
LATER = {"id": 2, "deleted_at": "x", "tags": ["a"], "meta": {"by": "me"}}


def ingot(project, *arguments):
    environment = {"PATH": os.environ["PATH"], "INGOT_NOW": "2026-01-16T00:05:09Z"}
    done = subprocess.run([INGOT, *arguments], cwd=project, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def files(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "ingot.toml").write_text(
        '[project]\nname = "p"\n[dataset.ev]\nkey = "date"\npath = "out/{date}/data.parquet"\n'
        '[dataset.ev.source]\ntype = "jsonl"\npath = "in/{date}.jsonl"\n'
    )
    for day, row in (("2026-01-10", FIRST), ("2026-01-11", LATER)):
        (tmp_path / "in" / f"{day}.jsonl").write_text(json.dumps(row) + "\n")
        ingot(tmp_path, "run", "-q", f"ev@{day}")
    return [str(tmp_path / "out" / day / "data.parquet") for day in ("2026-01-10", "2026-01-11")]


def test_other_programs_join_both_days(files):
    expected = [FIRST, LATER]
    assert duckdb.sql(f"from read_parquet({files}) order by id").to_arrow_table().to_pylist() == expected
    assert pyarrow.dataset.dataset(files).to_table().to_pylist() == expected
    assert polars.scan_parquet(files).collect().to_dicts() == expected


def test_ingot_still_knows_that_any_type_may_follow(files, tmp_path):
    (tmp_path / "in" / "2026-01-12.jsonl").write_text(json.dumps({"id": 3, "deleted_at": "y", "late": 7}) + "\n")
    ingot(tmp_path, "run", "-q", "ev@2026-01-12")
    ingot(tmp_path, "verify", "ev", "--from", "2026-01-10", "--to", "2026-01-13", "--deep")
    rows = json.loads(ingot(tmp_path, "query", "select id, deleted_at, tags, late from ev order by id", "-o", "json"))
    assert [row["deleted_at"] for row in rows] == [None, "x", "y"]
    assert [row["late"] for row in rows] == [None, None, 7]


def test_a_number_may_follow_nulls(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "ingot.toml").write_text(
        '[project]\nname = "p"\n[dataset.n]\nkey = "date"\npath = "out/{date}/data.parquet"\n'
        '[dataset.n.source]\ntype = "jsonl"\npath = "in/{date}.jsonl"\n'
    )
    (tmp_path / "in" / "2026-01-10.jsonl").write_text('{"v": null, "l": []}\n')
    (tmp_path / "in" / "2026-01-11.jsonl").write_text('{"v": 4, "l": [5]}\n')
    ingot(tmp_path, "run", "-q", "n", "--from", "2026-01-10", "--to", "2026-01-12")
    rows = json.loads(ingot(tmp_path, "query", "select v, l from n order by date", "-o", "json"))
    assert rows == [{"v": None, "l": []}, {"v": 4, "l": [5]}]
    # Built again, the first day has the types of the lock.
    ingot(tmp_path, "run", "-q", "n@2026-01-10", "--force")
    files = sorted(map(str, (tmp_path / "out").glob("*/data.parquet")))
    assert pyarrow.dataset.dataset(files).to_table().to_pylist() == rows
    assert polars.scan_parquet(files).collect().to_dicts() == rows
