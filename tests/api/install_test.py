#!/usr/bin/env python3
"""Installs a build, moves the tree, and builds the examples of tests/api against it by pkg-config and by CMake.

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
LISTING = "v1/ad/ENSG01.2/model_tissue_21.tl\nv1/ad/ENSG01.2/model_tissue_7.tl\nv1/ad/README\n"
FOUND = "2 files, 1 lines are no keys\ns3://models/v1/ad/ENSG01.2/model_tissue_21.tl\ntissue 7\ntissue 21\n"
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


def try_lookup(program, folder):
    (folder / "paths.txt").write_text(LISTING)
    output = run(program, folder, env={"PATH": os.environ["PATH"]})
    if output != FOUND:
        sys.exit(f"{program} printed {output!r}, not {FOUND!r}")
    if (HERE / "lookup_example.cc").read_text() not in (HERE.parents[1] / "docs" / "cpp.md").read_text():
        sys.exit("docs/cpp.md shows another program than tests/api/lookup_example.cc")


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
        program = folder / "by_pkg_config" / "lookup_example"
        run(compiler, "-std=c++20", HERE / "lookup_example.cc", *flags, f"-Wl,-rpath,{tree}/lib", "-o", program)
        try_lookup(program, folder / "by_pkg_config")

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
