"""tools/private_libraries.py on libraries that are compiled for it: two of one name live in one process, apart."""

import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "private_libraries.py"

# A counter that is a static variable of an inline function: GNU_UNIQUE, one for the whole process.
LIBRARY = """
inline int& counter() { static int value = 0; return value; }
extern "C" int count() { return ++counter(); }
extern "C" int version() { return VERSION; }
"""
USER = 'extern "C" int count(); extern "C" int version(); extern "C" int used() { return 100 * version() + count(); }'


def compile_package(folder, version):
    (folder / "_lib").mkdir(parents=True)
    (folder / "_bin").mkdir()
    (folder / "library.cc").write_text(LIBRARY)
    (folder / "user.cc").write_text(USER)
    library, user = folder / "_lib/libcounter.so.1", folder / "_ingot.so"
    run = lambda *command: subprocess.run(command, check=True)  # noqa: E731
    run("c++", "-shared", "-fPIC", f"-DVERSION={version}", "-Wl,-soname,libcounter.so.1", folder / "library.cc",
        "-o", library)  # fmt: skip
    run("c++", "-shared", "-fPIC", folder / "user.cc", library, "-Wl,-rpath,$ORIGIN/_lib", "-o", user)
    shutil.copy(user, folder / "_bin/ingot")
    return user


def make_private(folder):
    return subprocess.run([sys.executable, TOOL, folder], capture_output=True, text=True, check=False)


def test_two_of_one_name_live_apart(tmp_path):
    theirs = compile_package(tmp_path / "theirs", 1)
    ours = compile_package(tmp_path / "ours", 2)
    (tmp_path / "ours/_lib/libcounter.so").symlink_to("libcounter.so.1")
    result = make_private(tmp_path / "ours")
    assert result.returncode == 0, result.stderr
    assert [path.name for path in (tmp_path / "ours/_lib").iterdir()] == ["ingcounter.so.1"]
    # In a process of its own, because a library stays once it is loaded.
    code = "import ctypes, sys; a, b = map(ctypes.CDLL, sys.argv[1:]); print(a.used(), b.used(), a.used(), b.used())"
    output = subprocess.run([sys.executable, "-c", code, theirs, ours], capture_output=True, text=True, check=True).stdout
    assert output.split() == ["101", "201", "102", "202"]


def test_without_it_they_are_one(tmp_path):
    """What the tool is for: should this stop being so, it is not needed any more."""
    first, second = compile_package(tmp_path / "a", 1), compile_package(tmp_path / "b", 2)
    code = "import ctypes, sys; a, b = map(ctypes.CDLL, sys.argv[1:]); print(a.used(), b.used())"
    output = subprocess.run([sys.executable, "-c", code, first, second], capture_output=True, text=True, check=True).stdout
    assert output.split() == ["101", "102"]


@pytest.mark.parametrize("broken", [b"", b"\x7fELF\x01\x01" + bytes(100), b"no library"])
def test_refuses_what_is_no_library(tmp_path, broken):
    user = compile_package(tmp_path / "p", 1)
    before = user.read_bytes()
    (tmp_path / "p/_lib/libother.so").write_bytes(broken)
    result = make_private(tmp_path / "p")
    assert result.returncode != 0
    assert "ELF" in result.stderr
    assert user.read_bytes() == before
    assert (tmp_path / "p/_lib/libcounter.so.1").exists()
