"""The layouts that the documents show, read as programs read whole folders: DuckDB, pyarrow, pandas, polars.

Spark is not in the test environment: its rule stands in for it. It reads every file below a folder but those of names
that begin with '.' or, without a '=', with '_', and fails on one that is not Parquet. INGOT_BUILD names the build folder.
"""

import json
import os
import pathlib
import subprocess

import duckdb
import pandas
import polars
import pyarrow.dataset
import pyarrow.parquet
import pytest

INGOT = pathlib.Path(os.environ["INGOT_BUILD"]) / "ingot"
DAYS = ["2026-01-10", "2026-01-11", "2026-01-12"]
ROWS_PER_DAY = 2


def ingot(project, *arguments, expect=0):
    environment = {"PATH": os.environ["PATH"], "INGOT_NOW": "2026-01-16T00:05:09Z"}
    done = subprocess.run([INGOT, *arguments], cwd=project, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == expect, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def project_of(folder, path, more="", key='"date"'):
    (folder / "in").mkdir()
    for day in DAYS:
        lines = [{"v": i, "name": day} for i in range(ROWS_PER_DAY)]
        (folder / "in" / f"{day}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + "no JSON\n")
    (folder / "ingot.toml").write_text(
        f'[project]\nname = "p"\n[dataset.ev]\nkey = {key}\nstore = "out"\npath = "{path}"\n{more}\n'
        '[dataset.ev.source]\ntype = "jsonl"\npath = "in/{date}.jsonl"\nmax_rejects = 1\n'
    )
    return folder


def spark_rows(folder):
    rows = 0
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(p[0] == "." or (p[0] == "_" and "=" not in p) for p in parts):
            rows += pyarrow.parquet.ParquetFile(path).metadata.num_rows
    return rows


READERS = {
    "duckdb": lambda folder: duckdb.sql(f"select count(*) from read_parquet('{folder}/**/*.parquet', hive_partitioning = true)").fetchall()[0][0],
    "pyarrow": lambda folder: pyarrow.dataset.dataset(folder, partitioning="hive").to_table().num_rows,
    "pandas": lambda folder: len(pandas.read_parquet(folder)),
    "polars": lambda folder: polars.scan_parquet(folder).collect().height,
    "spark": spark_rows,
}

# Where the files of one dataset begin, by its path template.
HIVE_LAYOUTS = {
    "lake/date={date}/data.parquet": "lake",
    "a/lake/year={date:%Y}/month={date:%m}/day={date:%d}/data.parquet": "a/lake",
    "lake/date={date}/ev-{date:%Y%m%d}.parquet": "lake",
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("path", HIVE_LAYOUTS)
def test_hive_layouts_are_whole_folders_of_data(path, reader, tmp_path):
    project = project_of(tmp_path, path)
    ingot(project, "run", "ev", "--from", DAYS[0], "--to", "2026-01-13")
    folder = project / "out" / HIVE_LAYOUTS[path]
    assert READERS[reader](folder) == ROWS_PER_DAY * len(DAYS)
    ingot(project, "run", "ev", "--date", DAYS[1], "--force")
    assert READERS[reader](folder) == ROWS_PER_DAY * len(DAYS)


@pytest.mark.parametrize("reader", READERS)
def test_generated_events_are_a_whole_folder_of_data(reader, tmp_path):
    ingot(tmp_path, "generate", "events", "--rows", "200", "--start", "2026-01-10", "--end", "2026-01-12", "--out", "out")
    assert READERS[reader](tmp_path / "out" / "events") == 200


@pytest.mark.parametrize("reader", ["duckdb", "pyarrow", "pandas", "polars"])
def test_other_layouts_are_read_by_a_pattern(reader, tmp_path):
    project = project_of(tmp_path, "ev/{date}/data.parquet")
    ingot(project, "run", "ev", "--from", DAYS[0], "--to", "2026-01-13")
    files = sorted((project / "out/ev").glob("*/data.parquet"))
    rows = {
        "duckdb": lambda: duckdb.sql(f"select count(*) from '{project}/out/ev/*/data.parquet'").fetchall()[0][0],
        "pyarrow": lambda: pyarrow.dataset.dataset(files).to_table().num_rows,
        "pandas": lambda: len(pandas.read_parquet(files)),
        "polars": lambda: polars.scan_parquet(f"{project}/out/ev/*/data.parquet").collect().height,
    }
    assert rows[reader]() == ROWS_PER_DAY * len(DAYS)


def test_manifest_and_rejects_of_a_hive_layout_are_beside_it_and_found(tmp_path):
    project = project_of(tmp_path, "lake/date={date}/data.parquet")
    ingot(project, "run", "ev", "--from", DAYS[0], "--to", "2026-01-13")
    out = project / "out"
    assert sorted(p.name for p in out.iterdir() if p.is_file()) == sorted(
        f"lake.date={day}.manifest.json{end}" for day in DAYS for end in ("", ".rejects.jsonl.gz")
    )
    manifest = json.loads((out / f"lake.date={DAYS[0]}.manifest.json").read_text())
    for file in manifest["ingot"]["files"]:
        assert (out / file["path"]).stat().st_size == file["bytes"]
    assert ingot(project, "ls", "ev", "-o", "csv").stdout.count("2026-01-1") >= len(DAYS)
    ingot(project, "verify", "ev", "--from", DAYS[0], "--to", "2026-01-13", "--deep")
    for path in (f"lake.date={DAYS[0]}.manifest.json", f"lake/date={DAYS[0]}", f"lake/date={DAYS[0]}/", f"lake/date={DAYS[0]}/data.parquet"):
        ingot(out, "verify", path)
    assert json.loads(ingot(project, "query", "select count(*) n from ev", "-o", "json").stdout)[0]["n"] == 6
    assert "up_to_date" in ingot(project, "run", "ev", "--date", DAYS[0], "-o", "json").stdout


def test_partitions_with_the_manifest_at_its_former_place_are_told_of(tmp_path):
    keep = 'manifest_path = "lake/date={date}/manifest.json"'
    project = project_of(tmp_path, "lake/date={date}/data.parquet", keep)
    ingot(project, "run", "ev", "--date", DAYS[0])
    text = (project / "ingot.toml").read_text()
    (project / "ingot.toml").write_text(text.replace(keep, ""))
    before = {path: path.read_bytes() for path in (project / "out/lake").rglob("*") if path.is_file()}
    for verb in (["run", "ev", "--date", DAYS[0]], ["verify", "ev", "--date", DAYS[0]], ["plan", "ev", "--date", DAYS[0]],
                 ["ls", "ev"], ["query", "select * from ev"]):  # fmt: skip
        done = ingot(project, *verb, expect=3)
        assert "outside of folders named NAME=VALUE" in done.stderr and keep in done.stderr, done.stderr
    assert before == {path: path.read_bytes() for path in (project / "out/lake").rglob("*") if path.is_file()}
    (project / "ingot.toml").write_text(text)
    assert "up_to_date" in ingot(project, "run", "ev", "--date", DAYS[0], "-o", "json").stdout
