#!/usr/bin/env python3
"""Installs a build, moves the tree, and builds tests/api/example.cc against it by pkg-config and by CMake.

    install_test.py BUILD_FOLDER COMPILER
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FIXTURE = HERE.parent / "cli" / "fixtures" / "daily"
EXPECTED = "2026-01-15 built 8\n8 readings\n"
CMAKE = """cmake_minimum_required(VERSION 3.25)
project(embedding LANGUAGES CXX)
find_package(ingot 0.1 REQUIRED)
add_executable(example "{example}")
target_link_libraries(example PRIVATE ingot::ingot)
"""


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


def try_program(program, folder):
    project = folder / f"{program.parent.name}-project"
    shutil.copytree(FIXTURE, project)
    output = run(program, project, env={"PATH": os.environ["PATH"]})
    if output != EXPECTED:
        sys.exit(f"{program} printed {output!r}, not {EXPECTED!r}")


def main():
    build, compiler = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run("cmake", "--install", build, "--prefix", folder / "first")
        tree = folder / "moved"
        (folder / "first").rename(tree)

        environment = {**os.environ, "PKG_CONFIG_PATH": str(tree / "lib" / "pkgconfig")}
        flags = run("pkg-config", "--cflags", "--libs", "ingot", env=environment).split()
        (folder / "by_pkg_config").mkdir()
        program = folder / "by_pkg_config" / "example"
        run(compiler, "-std=c++20", HERE / "example.cc", *flags, f"-Wl,-rpath,{tree}/lib", "-o", program)
        try_program(program, folder)

        source = folder / "source"
        source.mkdir()
        (source / "CMakeLists.txt").write_text(CMAKE.format(example=HERE / "example.cc"))
        by_cmake = folder / "by_cmake"
        run("cmake", "-S", source, "-B", by_cmake, f"-DCMAKE_PREFIX_PATH={tree}", f"-DCMAKE_CXX_COMPILER={compiler}")
        run("cmake", "--build", by_cmake)
        try_program(by_cmake / "example", folder)

        # The program of the same tree, too.
        run(tree / "bin" / "ingot", "query", "select 1")


if __name__ == "__main__":
    main()
