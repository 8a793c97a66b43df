#!/usr/bin/env python3
"""Runs the command line tests: one text file per case. README.md beside this file describes the format."""

import argparse
import concurrent.futures
import dataclasses
import difflib
import errno
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import termios

HERE = pathlib.Path(__file__).resolve().parent
NOW = "2026-01-16T00:05:09Z"
TIMEOUT_SECONDS = 120
SECTIONS = {"fixture", "file", "env", "setup", "command", "stdin", "stdout", "stderr", "exit", "tree", "content"}
PLACEHOLDERS = {"{any}": r"[^\n]*?", "{sha256}": r"[0-9a-f]{64}"}


class BadCase(Exception):
    """The case file itself is wrong."""


@dataclasses.dataclass
class Section:
    name: str
    argument: str
    lines: list

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)

    @property
    def heading(self):
        return f"=== {self.name} {self.argument}".rstrip()


@dataclasses.dataclass
class Command:
    script: Section
    parts: dict  # stdin, stdout, stderr, exit -> Section


@dataclasses.dataclass
class Case:
    path: pathlib.Path
    title: list
    sections: list

    def all(self, name):
        return [section for section in self.sections if section.name == name]

    def commands(self):
        found = []
        for section in self.sections:
            if section.name == "command":
                found.append(Command(section, {}))
            elif section.name in ("stdin", "stdout", "stderr", "exit"):
                if not found:
                    raise BadCase(f"'{section.heading}' stands before any command")
                found[-1].parts[section.name] = section
        if not found:
            raise BadCase("a case needs a command")
        return found

    def render(self):
        lines = list(self.title)
        for section in self.sections:
            lines.append(section.heading)
            lines.extend(section.lines)
        return "\n".join(lines) + "\n"


def read_case(path):
    case = Case(path, [], [])
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("=== "):
            name, _, argument = line[4:].strip().partition(" ")
            if name not in SECTIONS:
                raise BadCase(f"line {number}: there is no section '{name}'")
            case.sections.append(Section(name, argument, []))
        elif case.sections:
            case.sections[-1].lines.append(line)
        else:
            case.title.append(line)
    if not "".join(case.title).strip():
        raise BadCase("a case opens by saying what it is about")
    return case


def expected_pattern(line):
    """One expected line as a regular expression."""
    parts = re.split(r"(\{any\}|\{sha256\})", line)
    return re.compile("".join(PLACEHOLDERS.get(part) or re.escape(part) for part in parts) + r"\Z")


def lines_match(expected, actual):
    """Whether the lines are the expected ones; `{lines}` takes as few as it can."""
    reachable = {0}
    for line in expected:
        if line == "{lines}":
            reachable = set(range(min(reachable), len(actual) + 1)) if reachable else set()
        else:
            pattern = expected_pattern(line)
            reachable = {i + 1 for i in reachable if i < len(actual) and pattern.match(actual[i])}
    return len(actual) in reachable


def blessed(expected, actual):
    """The actual lines, with the placeholders of expected lines that still hold."""
    rows = []
    matched = 0
    for line in actual:
        hit = next((i for i in range(matched, len(expected)) if expected_pattern(expected[i]).match(line)), None)
        if hit is not None:
            rows.append(expected[hit])
            matched = hit + 1
        else:
            rows.append(re.sub(r"\b[0-9a-f]{64}\b", "{sha256}", line))
    return rows


def environment_of(case, folder, program):
    environment = {
        "PATH": f"{folder / '.bin'}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder / ".home"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "Pacific/Auckland",
        "INGOT_NOW": NOW,
    }
    # The sanitizers need them, see the Makefile. What strace looks at cannot be searched for leaks.
    for name in ("ARROW_DEFAULT_MEMORY_POOL", "LSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    if any("strace " in section.text for section in case.all("command")):
        environment["ASAN_OPTIONS"] = "detect_leaks=0"
    (folder / ".bin").mkdir()
    (folder / ".home").mkdir()
    (folder / ".bin" / "ingot").symlink_to(program)
    for section in case.all("env"):
        for line in filter(None, section.lines):
            name, _, value = line.partition("=")
            environment[name] = value.replace("{root}", str(folder))
    return environment


def prepare(case, folder, environment):
    for section in case.sections:
        if section.name == "fixture":
            shutil.copytree(HERE / "fixtures" / section.argument, folder, dirs_exist_ok=True)
        elif section.name == "file":
            path = folder / section.argument
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(section.text, encoding="utf-8")
        elif section.name == "setup":
            done = subprocess.run(
                ["bash", "-euc", section.text], cwd=folder, env=environment, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
            )
            if done.returncode:
                raise BadCase(f"the setup failed with {done.returncode}:\n{(done.stdout + done.stderr).decode(errors='replace')}")


def run_on_terminal(argv, folder, environment, stdin):
    """What a person would see, with `stdin` typed ahead and not echoed."""
    ours, theirs = pty.openpty()
    attributes = termios.tcgetattr(theirs)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    os.write(ours, stdin.encode())
    process = subprocess.Popen(argv, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError as error:  # Linux ends a terminal whose last user is gone with EIO
            if error.errno != errno.EIO:
                raise
            piece = b""
        if not piece:
            break
        shown += piece
    os.close(ours)
    code = process.wait(TIMEOUT_SECONDS)
    return shown.decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", ""), "", code


def run_command(command, folder, environment):
    argv = ["bash", "-uc", command.script.text]
    stdin = command.parts["stdin"].text if "stdin" in command.parts else ""
    if command.script.argument == "terminal":
        return run_on_terminal(argv, folder, environment, stdin)
    done = subprocess.run(argv, cwd=folder, env=environment, input=stdin.encode(), capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    return done.stdout.decode("utf-8", "backslashreplace"), done.stderr.decode("utf-8", "backslashreplace"), done.returncode


class Comparison:
    """Collects differences, and puts right what differs when the case is blessed."""

    def __init__(self, case, folder, bless):
        self.case, self.folder, self.bless = case, folder, bless
        self.differences = []

    def compare(self, section, what, actual_text, insert_after=None):
        """Returns the section, which blessing may have made."""
        actual = actual_text.replace(str(self.folder), "{root}").splitlines()
        expected = section.lines if section else []
        # A blank line between sections is for the reader.
        while expected and not expected[-1]:
            expected = expected[:-1]
        while actual and not actual[-1]:
            actual = actual[:-1]
        if lines_match(expected, actual):
            return section
        self.differences.append("\n".join(difflib.unified_diff(expected, actual, f"expected {what}", f"actual {what}", lineterm="", n=2)))
        if self.bless and section:
            section.lines[:] = blessed(expected, actual)
        elif self.bless:
            section = Section(what, "", blessed(expected, actual))
            self.case.sections.insert(self.case.sections.index(insert_after) + 1, section)
        return section


def tree_text(root):
    files = (path for path in root.rglob("*") if path.is_file() or path.is_symlink())
    return "".join(f"{path.relative_to(root)}\n" for path in sorted(files))


def check(case, program, bless):
    """The differences of one case; none when it passed."""
    with tempfile.TemporaryDirectory(prefix="ingot-cli-") as name:
        folder = pathlib.Path(name).resolve()
        environment = environment_of(case, folder, program)
        prepare(case, folder, environment)
        comparison = Comparison(case, folder, bless)
        for command in case.commands():
            stdout, stderr, code = run_command(command, folder, environment)
            last = command.script
            for what, actual in (("stdout", stdout), ("stderr", stderr), ("exit", "" if code == 0 else f"{code}")):
                section = command.parts.get(what)
                if what == "exit" and section and "".join(section.lines).strip() == "0":
                    actual = f"{code}"
                last = comparison.compare(section, what, actual, last) or last
        for section in case.all("tree"):
            comparison.compare(section, section.heading[4:], tree_text(folder / section.argument))
        for section in case.all("content"):
            path = folder / section.argument
            actual = path.read_text(encoding="utf-8", errors="backslashreplace") if path.is_file() else "(no such file)\n"
            comparison.compare(section, section.heading[4:], actual)
        if bless and comparison.differences:
            case.path.write_text(case.render(), encoding="utf-8")
        return comparison.differences


def run_one(path, program, bless):
    try:
        return check(read_case(path), program, bless)
    except BadCase as error:
        return [str(error)]
    except subprocess.TimeoutExpired as error:
        return [f"a command did not end within {error.timeout} s"]


def find_cases(names):
    cases = []
    for name in names or ["."]:
        path = HERE / name
        if not path.exists():
            sys.exit(f"there is no {path}")
        cases.extend([path] if path.is_file() else sorted(path.rglob("*.test")))
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="verbs or cases below this folder; all without any")
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--bless", action="store_true", help="write what the program did into the cases that failed")
    options = parser.parse_args()
    program = options.program.resolve()
    if not program.is_file():
        sys.exit(f"there is no program {program}")
    cases = find_cases(options.names)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        outcomes = pool.map(lambda path: run_one(path, program, options.bless), cases)
        for path, differences in zip(cases, outcomes):
            if differences:
                failed += 1
                print(f"FAILED {path.relative_to(HERE)}", *differences, sep="\n", end="\n\n")
    print(f"{len(cases) - failed} of {len(cases)} cases passed" + (", the others were blessed" if failed and options.bless else ""))
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
