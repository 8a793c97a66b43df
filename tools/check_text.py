#!/usr/bin/env python3
"""What stands in the text of the tree: comments and their share, exclusions with their reasons,
links that lead somewhere, and nothing that is true on one machine only."""

import ast
import pathlib
import re
import subprocess

import source_tree
from source_tree import Findings

TEXT = source_tree.CODE | {".md", ".toml", ".json", ".txt", ".test", ".yml", ".yaml", ".sql", ""}
COMMENT_SHARE = (10, 16)

# Written in pieces, so that this file does not find itself.
ONE_MACHINE = re.compile(
    r"(?<![\w}.])/(?:" + "|".join(("work", "root", "Users", r"home/(?!me\b|you\b|user\b)\w+")) + r")/\w"
    r"|\b(?:" + "|".join(("pypi", "files.pythonhosted", "registry.npmjs", "proxy.golang", "deb.debian", "repo1.maven"))
    + r")\.(?:org|com)\b"
)  # fmt: skip
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
# An exclusion is followed by its reason on the same line.
EXCLUSIONS = (
    (re.compile(r"NOLINT(?:NEXTLINE|BEGIN|END)?(?!\w)(?P<checks>\([^)]*\))?(?P<reason>[^\n]*)"), "NOLINT(check): reason"),
    (re.compile(r"clang-format off(?P<checks>)(?P<reason>[^\n]*)"), "clang-format off: reason"),
    (re.compile(r"\bDISABLED_\w+(?P<checks>)(?P<reason>[^\n]*)"), "DISABLED_Name … // reason"),
    (re.compile(r"#\s*pragma\s+(?:GCC|clang)\s+diagnostic\s+ignored[^\n/]*(?P<checks>)(?P<reason>[^\n]*)"), "a comment after the pragma"),
)
LINK = re.compile(r"\[[^\]\n]*\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)]*)?\)")


def check_lines(path, text, found):
    for number, line in enumerate(text.splitlines(), 1):
        if match := ONE_MACHINE.search(line):
            found.error(path, number, f"'{match[0]}' is of one machine or of one registry's host")
        if match := UNFINISHED.search(line):
            found.error(path, number, f"'{match[0]}': finish it, or say it in the issue")
        if re.search(r"-m(?:arch|tune)=native", line):
            found.error(path, number, "the program runs on every machine: choose instructions at run time")
        if path.suffix in source_tree.CODE and line != line.rstrip():
            found.error(path, number, "white space at the end of the line")


def check_exclusions(path, text, found):
    for pattern, shape in EXCLUSIONS:
        for match in pattern.finditer(text):
            is_end = match[0].startswith("NOLINTEND")
            if not is_end and not re.search(r"\w{3,}", match["reason"]):
                found.error(path, source_tree.line_of(text, match.start()), f"an exclusion without its reason; write '{shape}'")
            if match[0].startswith("NOLINT") and not match["checks"]:
                found.error(path, source_tree.line_of(text, match.start()), "NOLINT names its check: NOLINT(check): reason")


def check_header(path, text, found):
    lines = [line for line in text.splitlines() if line.strip()]
    if "#pragma once" not in lines[:20]:
        found.error(path, 1, "a header has '#pragma once' after its opening comment")
    elif not lines[0].startswith("//"):
        found.error(path, 1, "a header opens with a comment that says what it promises")


def check_markdown(path, text, found):
    prose = re.sub(r"```.*?```", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.DOTALL)
    for match in LINK.finditer(prose):
        if not (source_tree.ROOT / path.parent / match[1]).exists():
            found.error(path, source_tree.line_of(prose, match.start()), f"the link to {match[1]} leads nowhere")


def check_syntax(path, text, found):
    if path.suffix == ".py":
        try:
            ast.parse(text)
        except SyntaxError as error:
            found.error(path, error.lineno, f"not Python: {error.msg}")
    elif path.suffix == ".sh" or text.startswith("#!/usr/bin/env bash"):
        result = subprocess.run(["bash", "-n", path], cwd=source_tree.ROOT, capture_output=True, text=True, check=False)
        if result.returncode:
            found.error(path, 1, f"not bash: {result.stderr.strip()}")


def comment_share(paths):
    """Comment lines among the lines that are not blank, in percent, of the product's own code."""
    comments = total = 0
    for path in paths:
        if path.parts[0] != "src" or path.suffix not in source_tree.CPP or source_tree.is_test(path):
            continue
        lines = [line.strip() for line in source_tree.read(path).splitlines() if line.strip()]
        comments += sum(line.startswith("//") or " // " in line for line in lines)
        total += len(lines)
    return 100.0 * comments / total if total else None


def main():
    found = Findings("text")
    paths = source_tree.files()
    for path in paths:
        if path.suffix not in TEXT or path.name == "LICENSE":
            continue
        text = source_tree.read(path)
        check_lines(path, text, found)
        check_syntax(path, text, found)
        if path.suffix in source_tree.CPP:
            check_exclusions(path, text, found)
        if path.suffix == ".h":
            check_header(path, text, found)
        if path.suffix == ".md":
            check_markdown(path, text, found)
    share = comment_share(paths)
    low, high = COMMENT_SHARE
    if share is not None and not low <= share <= high:
        found.warn(pathlib.Path("src"), 1, f"{share:.1f} % of the lines are comments; {low} to {high} % are aimed for")
    found.finish()


if __name__ == "__main__":
    main()
