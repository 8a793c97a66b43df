"""What the checks of tools/lint.sh share: which files the tree has, how findings are told,
and C++ text without its comments and literals."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CPP = {".h", ".cc"}
CODE = CPP | {".py", ".sh", ".cmake"}


def files(root=ROOT):
    """Every file that is, or would be, under version control, relative to `root`."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    # A file removed from the tree but not yet from the index is listed and absent.
    names = sorted(set(filter(None, listing.split("\0"))))
    return [pathlib.Path(name) for name in names if (root / name).is_file()]


def read(path, root=ROOT):
    return (root / path).read_text(encoding="utf-8", errors="replace")


def is_test(path):
    """Tests and fuzz targets, and headers that only they include."""
    return path.parts[0] == "tests" or re.search(r"_(test|fuzz)\.cc$|_(matchers|fixture|conformance)\.h$", path.name)


class Findings:
    """Collects findings and ends the program: 0 when there are only warnings."""

    def __init__(self, check):
        self.check = check
        self.errors = []
        self.warnings = []

    def error(self, path, line, text):
        self.errors.append(f"{path}:{line}: {text} [{self.check}]")

    def warn(self, path, line, text):
        self.warnings.append(f"{path}:{line}: warning: {text} [{self.check}]")

    def finish(self):
        for line in self.warnings + self.errors:
            print(line)
        sys.exit(1 if self.errors else 0)


_TOKEN = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*.*?\*/ )
    | (?P<raw> R"(?P<fence>[^()\\\s]*)\(.*?\)(?P=fence)" )
    | (?P<string> "(?:\\.|[^"\\\n])*" )
    | (?P<char> (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+' )
    """,
    re.VERBOSE | re.DOTALL,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """C++ text with comments blanked; every other character keeps its line and column."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m["comment"] else m[0], text)


def bare_code(text):
    """C++ text with comments and the insides of literals blanked."""

    def replace(match):
        token = match[0]
        if match["comment"]:
            return _blank(token)
        return token[0] + _blank(token[1:-1]) + token[-1]

    return _TOKEN.sub(replace, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
