#!/usr/bin/env python3
"""Refuses includes and links against the order of the rooms, and big libraries outside theirs.

The order is INGOT_ROOMS in CMakeLists.txt; the confinement of libraries is the table below.
"""

import pathlib
import re

import source_tree
from source_tree import Findings

# Include prefix -> the rooms that may use it. Anything not listed is the standard library,
# the operating system, or a name that this check asks to be listed.
CONFINED = {
    "tl/": {"base"},
    "openssl/": {"base"},
    "toml++/": {"model"},
    "nlohmann/": set(),  # in tests only, as an oracle
    "re2/": {"model"},
    "xxhash.h": {"column", "format", "lookup"},
    "curl/": {"net"},
    "arrow/": {"format"},
    "parquet/": {"format"},
    "simdjson.h": {"format"},
    "isa-l.h": {"format"},
    "isa-l/": {"format"},
    "libdeflate.h": {"format"},
    "zlib.h": {"format"},
    "zstd.h": {"format"},
    "zstd_errors.h": {"format"},
    "libpq-fe.h": {"source"},
    "libpq/": {"source"},
    "duckdb.h": {"engine"},
    "histedit.h": {"cli"},
    "grpcpp/": {"engine"},
    "grpc/": {"engine"},
    "google/protobuf/": {"engine"},
    "CLI/": {"cli"},
}
EVERYWHERE = ("fmt/",)
# The public headers, include/ingot/, belong to the room that keeps their promise.
PROMISE = ("ingot/", "api")
# Include -> the one folder below a room that may use it: each engine keeps its library to itself.
NARROW = {"duckdb.h": "src/engine/duckdb"}
# What tests and fuzz targets may include besides: the frameworks, and foreign readers as the
# oracles that our own parsers and writers are compared with.
TEST_ONLY = ("gtest/", "gmock/", "rapidcheck.h", "rapidcheck/")
TEST_ORACLES = ("simdjson.h", "nlohmann/json.hpp", "zlib.h")
# ingot_room(LINK …) names, as far as they differ from the includes' rooms above.
LINK_ROOMS = {
    "openssl": "openssl/", "tomlplusplus": "toml++/", "json": "nlohmann/", "re2": "re2/",
    "xxhash": "xxhash.h", "parquet": "parquet/", "simdjson": "simdjson.h", "isal": "isa-l/",
    "deflate": "libdeflate.h", "zlib": "zlib.h", "zstd": "zstd.h", "cli11": "CLI/",
    "edit": "histedit.h", "duckdb": "duckdb.h",
}  # fmt: skip
# Named by the language rules: GCC 12 or Clang 14 lacks them.
REFUSED = {
    "ranges": "Clang 14 rejects libstdc++'s views",
    "format": "GCC 12 has none; use fmt",
    "expected": "GCC 12 has none in C++20; use base/result.h",
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_order():
    text = source_tree.read(pathlib.Path("CMakeLists.txt"))
    return re.search(r"set\(INGOT_ROOMS\s+([^)]*)\)", text)[1].split()


def matches(include, prefix):
    return include == prefix or (prefix.endswith("/") and include.startswith(prefix))


def includes(path):
    text = source_tree.without_comments(source_tree.read(path))
    return [(source_tree.line_of(text, m.start()), m[1], m[2]) for m in INCLUDE.finditer(text)]


class TestFiles:
    """Tests, fuzz targets, and the headers that only they may include: those that are named so,
    and those that reach a test framework."""

    def __init__(self, paths):
        headers = [path for path in paths if path.parts[0] == "src" and path.suffix == ".h"]
        reached = {path: {include for _, _, include in includes(path)} for path in headers}
        self.found = {path for path in paths if source_tree.is_test(path)}
        before = None
        while before != len(self.found):
            before = len(self.found)
            names = {path.relative_to("src").as_posix() for path in self.found if path.parts[0] == "src"}
            for path, direct in reached.items():
                if direct & names or any(matches(each, prefix) for each in direct for prefix in TEST_ONLY):
                    self.found.add(path)

    def __contains__(self, path):
        return path in self.found


def check_quoted(path, line, include, rooms, tests, found):
    if include.startswith(PROMISE[0]) and path.parts[1] == PROMISE[1] and (source_tree.ROOT / "include" / include).is_file():
        return
    if not (source_tree.ROOT / "src" / include).is_file():
        found.error(path, line, f'"{include}" is not a file below src/; includes start at the room')
        return
    here, there = path.parts[1], include.split("/")[0]
    if rooms.index(there) > rooms.index(here):
        found.error(path, line, f"room {here} may not include {there}, which stands below it")
    if pathlib.Path("src") / include in tests and path not in tests:
        found.error(path, line, f'"{include}" is for tests only')


def check_angled(path, line, include, tests, found):
    room = path.parts[1]
    if include in REFUSED:
        found.error(path, line, f"<{include}> is not used here: {REFUSED[include]}")
    if any(matches(include, prefix) for prefix in TEST_ONLY) and path not in tests:
        found.error(path, line, f"<{include}> belongs in tests")
    if path in tests and any(matches(include, prefix) for prefix in TEST_ORACLES):
        return
    for prefix, allowed in CONFINED.items():
        if matches(include, prefix) and room not in allowed:
            found.error(path, line, f"<{include}> may be included only in {', '.join(sorted(allowed)) or 'tests'}/")
    if include in NARROW and not str(path).startswith(NARROW[include] + "/"):
        found.error(path, line, f"<{include}> may be included only in {NARROW[include]}/")
    known = (*CONFINED, *EVERYWHERE, *TEST_ONLY)
    system = re.match(r"(sys|linux|netinet|arpa|net)/", include) or "/" not in include
    if not system and not any(matches(include, prefix) for prefix in known):
        found.error(path, line, f"<{include}> is of no known library: list it in tools/check_layers.py")


def check_promise(path, line, bracket, include, found):
    """include/ingot/ is the public promise: the standard library and itself."""
    own = include.startswith("ingot/") and (source_tree.ROOT / "include" / include).is_file()
    if not own and (bracket == '"' or "/" in include or include.endswith(".h")):
        found.error(path, line, f"a public header may not include {include}")


def check_room_file(path, rooms, found):
    text = source_tree.read(path)
    for call in re.finditer(r"ingot_room\(\s*(\w+)([^)]*)\)", text):
        room, words, part = call[1], call[2].split(), ""
        if room != path.parts[1]:
            found.error(path, 1, f"ingot_room({room}) stands in the folder of {path.parts[1]}")
        for word in words:
            if word in ("DEPS", "LINK", "TEST_LINK"):
                part = word
            elif part == "DEPS" and (word not in rooms or rooms.index(word) >= rooms.index(room)):
                found.error(path, 1, f"room {room} may not depend on {word}")
            elif part == "DEPS" and not (source_tree.ROOT / "src" / word / "CMakeLists.txt").is_file():
                found.error(path, 1, f"room {word} does not exist yet")
            elif part == "LINK" and word.startswith("ingot::"):
                prefix = LINK_ROOMS.get(word.removeprefix("ingot::"))
                if prefix and room not in CONFINED[prefix]:
                    found.error(path, 1, f"{word} may be linked only in {', '.join(sorted(CONFINED[prefix]))}/")


def main():
    found = Findings("layers")
    rooms = room_order()
    paths = source_tree.files()
    tests = TestFiles(paths)
    for path in paths:
        top = path.parts[0]
        if top == "src" and len(path.parts) > 1 and path.parts[1] not in rooms:
            found.error(path, 1, f"'{path.parts[1]}' is not a room; the rooms are INGOT_ROOMS in CMakeLists.txt")
        elif top == "src" and path.name == "CMakeLists.txt":
            check_room_file(path, rooms, found)
        elif top in ("src", "include") and path.suffix in source_tree.CPP:
            for line, bracket, include in includes(path):
                if top == "include":
                    check_promise(path, line, bracket, include, found)
                elif bracket == '"':
                    check_quoted(path, line, include, rooms, tests, found)
                else:
                    check_angled(path, line, include, tests, found)
    found.finish()


if __name__ == "__main__":
    main()
