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
project.run(date=3)
project.run(forse=True)
"""
EXPECTED = [
    'note: Revealed type is "int"',
    'note: Revealed type is "dict[str, Any]"',
    'note: Revealed type is "ingot._query.QueryResult"',
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
