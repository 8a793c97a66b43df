#!/usr/bin/env python3
"""Names of files and folders: no word that says nothing, and one name for a verb everywhere."""

import re

import source_tree
from source_tree import Findings

EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"}
FOLDERS = {"src", "include", "tests", "tools", "bench", "cmake", "python", "docs", "examples"}


def check_path(path, found):
    for part in path.parts:
        words = set(re.split(r"[_.\-]", part.lower()))
        if bad := sorted(words & EMPTY_WORDS):
            found.error(path, 1, f"'{bad[0]}' says nothing about what is inside; name the thing")
    if path.suffix in source_tree.CPP and not re.fullmatch(r"[a-z0-9_]+\.(h|cc)", path.name):
        found.error(path, 1, "C++ files are named in snake_case, .h and .cc")
    if path.suffix in {".hpp", ".cpp", ".cxx", ".hh"}:
        found.error(path, 1, "C++ files are named .h and .cc")


def check_verbs(paths, found):
    """src/cli/command_verify.cc <=> docs/cli/verify.md <=> tests/cli/verify/."""
    names = {str(path) for path in paths}
    for path in paths:
        match = re.fullmatch(r"src/cli/command_(\w+)\.cc", str(path))
        if not match or match[1].endswith("_test"):
            continue
        verb = match[1].replace("_", "-")
        if f"docs/cli/{verb}.md" not in names:
            found.error(path, 1, f"the verb has no manual page docs/cli/{verb}.md")
        if not any(name.startswith(f"tests/cli/{verb}/") and name.endswith(".test") for name in names):
            found.error(path, 1, f"the verb has no case in tests/cli/{verb}/")


def main():
    found = Findings("names")
    paths = source_tree.files()
    for path in paths:
        if path.parts[0] in FOLDERS or len(path.parts) == 1:
            check_path(path, found)
    check_verbs(paths, found)
    found.finish()


if __name__ == "__main__":
    main()
