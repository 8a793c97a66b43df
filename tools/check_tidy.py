#!/usr/bin/env python3
"""Runs clang-tidy over the tree, and only over what changed since it last passed.

    tools/check_tidy.py BUILD_FOLDER [--fix] [FILE...]

BUILD_FOLDER has a compile_commands.json. A file that passed leaves an empty stamp in
BUILD_FOLDER/tidy, named by the hash of all that the verdict depends on: the tool, its
configuration, the command line, and the text of the file and of every header of ours that
it reaches. With --fix, findings that clang-tidy can repair are repaired, one file at a time.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

import source_tree

TOOL = source_tree.ROOT / ".deps/venv-lint/bin/clang-tidy"
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)
# GCC's own options that clang does not know are no finding; nor is what its library does with deprecated parts of itself,
# and of others GCC warns us.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-deprecated-declarations"]


class IncludeGraph:
    """Hashes of files together with all headers of ours that they reach."""

    def __init__(self, roots):
        self.roots = roots
        self.direct = {}  # path -> (sha256 of the text, paths that it includes)

    def read(self, path):
        if path not in self.direct:
            text = path.read_bytes()
            names = INCLUDE.findall(text.decode("utf-8", errors="replace"))
            found = [root / name for name in names for root in self.roots if (root / name).is_file()]
            self.direct[path] = (hashlib.sha256(text).hexdigest(), found)
        return self.direct[path]

    def digest(self, path):
        seen, waiting = set(), [path]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                waiting.extend(self.read(current)[1])
        return "".join(f"{self.read(each)[0]} {each}\n" for each in sorted(seen))


def units(build, only):
    """The translation units of ours in compile_commands.json, each once."""
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        foreign = path.is_relative_to(build) or path.is_relative_to(source_tree.ROOT / ".deps")
        inside = path.is_relative_to(source_tree.ROOT) and not foreign
        if inside and path.is_file() and (not only or path in only):
            commands.setdefault(path, entry["command"])
    return commands


def stamp_of(path, command, fixed, graph, build):
    key = hashlib.sha256("\n".join([fixed, command, graph.digest(path)]).encode()).hexdigest()
    return build / "tidy" / key


def run(path, build, fix):
    command = [TOOL, "-p", build, "--quiet", *EXTRA, *(["--fix"] if fix else []), path]
    result = subprocess.run(command, cwd=source_tree.ROOT, capture_output=True, text=True, check=False)
    return result.returncode == 0, result.stdout + ("" if result.stdout else result.stderr)


def first_time(block, seen):
    """Findings in a header come once for every file that includes it; they are told once."""
    head = block.split("\n", 1)[0]
    return head not in seen and not seen.add(head)


def report(output, seen):
    blocks = re.split(r"\n(?=\S+:\d+:\d+: (?:error|warning))", output.strip())
    for block in blocks:
        if block and first_time(block, seen):
            print(block.replace(f"{source_tree.ROOT}/", ""), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--fix", action="store_true")
    options = parser.parse_args()
    build = options.build.resolve()
    (build / "tidy").mkdir(exist_ok=True)

    version = subprocess.run([TOOL, "--version"], capture_output=True, text=True, check=True).stdout
    fixed = version + source_tree.read(".clang-tidy") + "".join(EXTRA)
    graph = IncludeGraph([source_tree.ROOT / "src", source_tree.ROOT / "include"])
    todo = []
    for path, command in units(build, {file.resolve() for file in options.files}).items():
        stamp = stamp_of(path, command, fixed, graph, build)
        if not stamp.exists():
            todo.append((path, stamp))

    failed, seen = 0, set()
    workers = 1 if options.fix else os.cpu_count()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        runs = {pool.submit(run, path, build, options.fix): stamp for path, stamp in todo}
        for done in concurrent.futures.as_completed(runs):
            passed, output = done.result()
            if passed:
                runs[done].touch()
            else:
                failed += 1
                report(output, seen)
    if failed:
        sys.exit(f"clang-tidy: findings in {failed} of {len(todo)} files")


if __name__ == "__main__":
    main()
