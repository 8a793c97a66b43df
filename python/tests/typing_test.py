"""The package is typed: mypy --strict finds nothing in it, and users of it are told of mistakes."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

USER = """
import datetime
import ingot

project = ingot.open("x")
result = project.run("tier3", date=datetime.date(2026, 1, 15), memory="1GiB")
reveal_type(result.rows)
reveal_type(project.partitions()[0].manifest)
reveal_type(project.query("select 1"))
with ingot.ManifestLookup("m.parquet") as lookup:
    reveal_type(lookup.exists("G1", 21))
    reveal_type(lookup.get_s3_file_paths(["G1"], [21]))
    lookup.exists("G1", 2.5)
reveal_type(ingot.Lookup("m.parquet").get(gene_id="G1", tissue_id=21))
reveal_type(project.refresh().layers[0].rows_out)
project.run(date=3)
project.run(forse=True)
"""
EXPECTED = [
    'note: Revealed type is "int"',
    'note: Revealed type is "dict[str, Any]"',
    'note: Revealed type is "ingot._query.QueryResult"',
    'note: Revealed type is "bool"',
    'note: Revealed type is "ingot._arrow.Column"',
    'error: Argument 2 to "exists" of "ManifestLookup" has incompatible type "float"; expected "str | int"',
    'note: Revealed type is "str"',
    'note: Revealed type is "int | None"',
    'error: Argument "date" to "run" of "Project" has incompatible type "int"',
    'error: Unexpected keyword argument "forse" for "run" of "Project"',
]


def mypy(*arguments, tmp_path):
    command = [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", "--strict", "--cache-dir", tmp_path / "cache", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_the_package_is_strictly_typed(tmp_path):
    result = mypy("python/ingot", tmp_path=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_users_see_the_types(tmp_path):
    (tmp_path / "user.py").write_text(USER, encoding="utf-8")
    output = mypy(tmp_path / "user.py", tmp_path=tmp_path).stdout
    for expected in EXPECTED:
        assert expected in output.replace("builtins.", "").replace("typing.", ""), output
