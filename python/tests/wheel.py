#!/usr/bin/env python3
"""Builds a wheel, installs it into an empty folder, and uses it beside pyarrow, duckdb and polars in one process, imported in
every order.

    wheel.py BUILD_FOLDER [KEY=VALUE…]       settings of scikit-build-core, so that the compiler cache is shared
"""

import itertools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

TOGETHER = """
import importlib, sys
for name in sys.argv[1].split():
    importlib.import_module(name)
import duckdb, ingot, polars, pyarrow, pyarrow.compute, pyarrow.parquet
assert ingot.__file__.startswith(sys.argv[2]), ingot.__file__
project = ingot.open(sys.argv[3])
project.run("daily", date="2026-01-15", force=True)
result = project.query("select station, count(*) as n from daily group by all order by all")
rows = pyarrow.table(result)
assert pyarrow.compute.sum(rows["n"]).as_py() == 8
assert duckdb.sql("select sum(n) from rows").fetchall() == [(8,)]
assert duckdb.sql("select sum(n) from result").fetchall() == [(8,)]
assert polars.DataFrame(result)["n"].sum() == 8
path = project.partitions("daily")[0].path
assert pyarrow.parquet.read_table(path).num_rows == 8
assert duckdb.sql(f"select count(*) from '{path}'").fetchall() == [(8,)]
assert polars.read_parquet(path).height == 8
assert ingot.verify(path, deep=True).passed
open("paths.txt", "w").write("v1/ad/G1/model_tissue_7.tl")
ingot.generate_manifest("paths.txt", "m.parquet", template="v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl")
with ingot.ManifestLookup("m.parquet") as lookup:
    records = lookup.get_records_for_gene("G1")
    answers = lookup.get_s3_file_paths(pyarrow.array(["G1", "G2"]), polars.Series([7, 7]))
    assert pyarrow.array(answers).to_pylist() == ["v1/ad/G1/model_tissue_7.tl", None]
    assert duckdb.sql("select file_path from records").fetchall() == [(lookup.get_s3_file_path("G1", "tissue_7"),)]
maps = open("/proc/self/maps").read()
assert "/ingot/_lib/ingarrow.so" in maps and "/ingot/_lib/ingduckdb.so" in maps and "/pyarrow/libarrow.so" in maps
assert "/ingot/_lib/lib" not in maps
assert duckdb.__version__ != project.query("select version() as v").rows()[0]["v"].lstrip("v")
print("together")
"""
# The same after pyarrow's symbols were put before everybody's.
GLOBAL = """
import os, sys
before = sys.getdlopenflags()
sys.setdlopenflags(os.RTLD_NOW | os.RTLD_GLOBAL)
import pyarrow
sys.setdlopenflags(before)
"""


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))[:400]}\nended with {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def build(build_folder, settings, folder):
    """The wheel's path."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-build-isolation", "--wheel-dir", folder, f"--config-settings=build-dir={build_folder}"]
    run(*command, *(f"--config-settings={setting}" for setting in settings), ROOT)
    (wheel,) = folder.glob("ingot-*.whl")
    return wheel


def check_contents(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"ingot/py.typed", "ingot/_ingot.pyi", "ingot/_bin/ingot", "ingot/_lib/ingduckdb.so"} <= names, names
    assert not [name for name in names if "/lib" in name and ".so" in name], names


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        wheel = build(sys.argv[1], sys.argv[2:], folder)
        check_contents(wheel)
        site = folder / "site"
        run(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index",
            "--target", site, wheel)  # fmt: skip
        project = shutil.copytree(ROOT / "tests/cli/fixtures/daily", folder / "daily")
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(site), "INGOT_NOW": "2026-01-16T00:05:09Z"}

        orders = [" ".join(order) for order in itertools.permutations(("pyarrow", "duckdb", "polars", "ingot"))]
        for order in orders:
            run(sys.executable, "-c", TOGETHER, order, site, project, env=environment, cwd=folder)
        run(sys.executable, "-c", GLOBAL + TOGETHER, "pyarrow ingot", site, project, env=environment, cwd=folder)

        program = site / "bin" / "ingot"
        assert run(program, "version", env=environment).startswith("ingot ")
        assert run(sys.executable, "-m", "ingot", "version", env=environment).startswith("ingot ")
        assert "8" in run(program, "query", "-p", project, "select count(*) from daily", env=environment)
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.0f} MB, {len(orders)} orders of imports")


if __name__ == "__main__":
    main()
