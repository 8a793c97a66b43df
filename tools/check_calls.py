#!/usr/bin/env python3
"""Calls that only some rooms may make: the library never prints, never ends the process, never
reads the environment or the wall clock, and tests never sleep or draw unseeded numbers."""

import re

import source_tree
from source_tree import Findings

# rule -> (pattern, what to do instead)
RULES = {
    "print": (
        r"\b(?:std::)?(?:v?printf|puts|putchar)\s*\(|\bv?fprintf\s*\(\s*std(?:out|err)\b|\bfmt::print\b"
        r"|\bstd::(?:cout|cerr|clog)\b|\bperror\s*\(",
        "return a value, or tell the progress or logging sink",
    ),
    "exit": (r"(?<![\w.>])(?:std::|::)?(?:_?exit|_Exit|quick_exit|abort|terminate)\s*\(", "return an Error"),
    "environment": (r"\b(?:secure_)?getenv\s*\(|\b(?:setenv|unsetenv|putenv)\s*\(|\benviron\b", "take the value as a parameter"),
    "wall clock": (
        r"\bsystem_clock::now\b|\bgettimeofday\s*\(|\bCLOCK_REALTIME\b|(?<![\w.>:])(?:std::|::)?time\s*\(\s*(?:nullptr|NULL|0|&)",
        "take a Clock",
    ),
    "randomness": (r"\brandom_device\b|(?<![\w.>])(?:std::|::)?s?rand\s*\(|\bgetrandom\s*\(", "take a seed"),
    "sleep": (r"\bsleep_(?:for|until)\b|(?<![\w.>])(?:::)?(?:u|nano)?sleep\s*\(", "wait for the event itself"),
}

# (path prefix, rule, reason). A test that checks a process boundary stands here too.
ALLOWED = (
    ("src/cli/", "print", "the program talks to people"),
    ("src/cli/", "exit", "the program ends itself"),
    ("src/cli/", "environment", "the environment is read once and passed inwards as a value"),
    ("src/base/utc.cc", "wall clock", "the one Clock that reads it"),
    ("src/cli/", "randomness", "run ids are drawn here and passed inwards"),
    ("src/api/session.cc", "randomness", "run ids of calls are drawn here and passed inwards"),
    ("python/", "print", "the package talks to people"),
    ("python/", "exit", "the package's program ends itself"),
    ("python/", "environment", "the environment is read once and passed inwards as a value"),
)


def allowed(path, rule):
    if rule == "exit" and source_tree.is_test(path):
        return True  # children of fork
    if rule in ("exit", "print") and path.name.endswith("_fuzz.cc"):
        return True  # the way a fuzz target reports a finding
    return any(str(path).startswith(prefix) and rule == name for prefix, name, _ in ALLOWED)


def main():
    found = Findings("calls")
    for path in source_tree.files():
        if path.suffix not in source_tree.CPP or path.parts[0] not in ("src", "include", "python"):
            continue
        text = source_tree.bare_code(source_tree.read(path))
        for rule, (pattern, instead) in RULES.items():
            if allowed(path, rule):
                continue
            for match in re.finditer(pattern, text):
                line = source_tree.line_of(text, match.start())
                found.error(path, line, f"'{match[0].strip()}' ({rule}) is not for this room: {instead}")
    found.finish()


if __name__ == "__main__":
    main()
