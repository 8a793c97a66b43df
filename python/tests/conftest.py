"""What the tests share: a small project in a folder of its own, a clock that stands still, and a key manifest."""

import pathlib
import shutil

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the project that the command line tests use: dataset `daily`, four files a day; 2026-01-14 lacks hour
    02, and hour 03 of 2026-01-15 brings the column `gust`."""
    monkeypatch.setenv("INGOT_NOW", "2026-01-16T00:05:09Z")
    return shutil.copytree(ROOT / "tests/cli/fixtures/daily", tmp_path / "daily")


@pytest.fixture
def project(folder):
    import ingot

    return ingot.open(folder)


@pytest.fixture
def manifest(tmp_path):
    from gene_manifest import make_manifest

    return make_manifest(tmp_path)


@pytest.fixture
def lookup(manifest):
    import ingot

    with ingot.ManifestLookup(manifest) as lookup:
        yield lookup
