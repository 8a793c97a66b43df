"""Reads what strace -f -xx wrote: one finished system call after the other."""

import dataclasses
import re

UNFINISHED = re.compile(r"^(\d+) +(.*) <unfinished \.\.\.>$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
CALL = re.compile(r"^(?:(\d+) +)?(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+|\?)(.*)$", re.DOTALL)
EXIT = re.compile(r"^(?:\d+ +)?(?:\+\+\+|---)")


@dataclasses.dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple  # texts as strace wrote them
    result: int

    def text(self, index):
        """A string argument as bytes."""
        return unquoted(self.arguments[index])

    def number(self, index):
        """An integer argument, without the path that -y may have added."""
        return int(self.arguments[index].split("<")[0], 0)


def unquoted(text):
    match = re.fullmatch(r'"((?:\\x[0-9a-f]{2})*)"', text)
    if not match:
        raise ValueError(f"not a whole string: {text[:80]}")
    return bytes.fromhex(match[1].replace("\\x", ""))


def split_arguments(text):
    """Splits at commas outside of brackets; with -xx no string holds one."""
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        if char in "[{(":
            depth += 1
        elif char in "]})":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    parts.append(text[start:].strip())
    return tuple(part for part in parts if part)


def finished_lines(lines):
    """Joins the two halves of a call during which another thread made one, at the place where it ended."""
    pending = {}
    for line in lines:
        line = line.rstrip("\n")
        if match := UNFINISHED.match(line):
            pending[match[1]] = match[2]
        elif match := RESUMED.match(line):
            yield f"{match[1]} {pending.pop(match[1])}{match[2]}"
        elif not EXIT.match(line):
            yield line


def calls(path):
    """Every call that succeeded, in the order in which they ended."""
    with open(path, encoding="ascii") as file:
        for line in finished_lines(file):
            match = CALL.match(line)
            if not match:
                raise ValueError(f"not a system call: {line[:120]}")
            if match[4] == "?" or match[4].startswith("-"):
                continue
            yield Call(match[2], split_arguments(match[3]), int(match[4], 0))
