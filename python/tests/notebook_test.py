"""examples/genes/lookup_demo.ipynb runs, alone and in a project of `ingot init`, and prints what it shows.

With INGOT_BLESS set its outputs are written anew instead.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import nbclient
import nbformat
import pytest
from traitlets.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "examples/genes/lookup_demo.ipynb"


def execute(folder, monkeypatch, tmp_path):
    """The notebook after a run in the folder. The kernel is a child of this process, and heard through sockets in a folder."""
    for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
        (tmp_path / name.lower()).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    # The kernel of this interpreter, not one that a user has installed.
    monkeypatch.setenv("JUPYTER_PATH", os.path.join(sys.prefix, "share", "jupyter"))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    # A short path: that of a socket has at most 107 bytes.
    with tempfile.TemporaryDirectory() as sockets:
        config = Config({"AsyncKernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}})
        options = {"timeout": 120, "kernel_name": "python3", "resources": {"metadata": {"path": str(folder)}}}
        nbclient.NotebookClient(notebook, config=config, **options).execute()
    return notebook


def printed(cell):
    assert all(output.output_type == "stream" and output.name == "stdout" for output in cell.outputs), cell.outputs
    return "".join(output.text for output in cell.outputs)


@pytest.mark.parametrize("place", ["alone", "in a project"])
def test_the_notebook(place, tmp_path, monkeypatch):
    folder = tmp_path / "models"
    folder.mkdir()
    if place == "in a project":
        subprocess.run([sys.executable, "-m", "ingot", "init", "-q", "--template", "genes", folder], check=True)
        assert (folder / "lookup_demo.ipynb").read_bytes() == NOTEBOOK.read_bytes(), "configure again"
    notebook = execute(folder, monkeypatch, tmp_path)
    if os.environ.get("INGOT_BLESS"):
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
        nbformat.write(notebook, NOTEBOOK)
        return
    shown = nbformat.read(NOTEBOOK, as_version=4)
    for before, after in zip(shown.cells, notebook.cells, strict=True):
        if after.cell_type == "code":
            assert printed(after), after.source
            if "varies" not in after.metadata.get("tags", ()):
                assert printed(after) == printed(before), after.source
