"""The examples of docs/python.md, in order, in one process. A block behind an example is what it prints."""

import contextlib
import io
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```python\n(.*?)```\n(?:```\n(.*?)```\n)?", re.DOTALL)


@pytest.fixture
def sample(tmp_path, monkeypatch):
    """`ingot init mydata` on the day after the one that the page speaks of."""
    program = pathlib.Path(__import__("ingot").__file__).parents[2] / "ingot"
    monkeypatch.setenv("INGOT_NOW", "2026-01-16T00:05:09Z")
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    subprocess.run([program, "init", "mydata"], check=True, capture_output=True)
    return tmp_path


def test_every_example(sample):
    examples = BLOCK.findall((ROOT / "docs/python.md").read_text(encoding="utf-8"))
    assert len(examples) >= 6
    names = {}
    for code, expected in examples:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "docs/python.md", "exec"), names)
        assert printed.getvalue() == expected, code
