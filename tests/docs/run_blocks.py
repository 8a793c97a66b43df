"""Runs the commands of README.md and docs/ as they stand in the text, each page in a folder of its own.

    python3 tests/docs/run_blocks.py PROGRAM [PAGE…]

A block ```console is a session: lines that begin with "$ " are commands, the lines below are what they print on either
stream; "…" stands for anything within a line, and alone on a line for any lines. A block ```sh is a list of commands
that must succeed. Blocks of one page run one after the other in one folder.

A comment before the block says more:

    <!-- in: NAME -->           the block begins in a fresh folder of this kind, see SETUPS
    <!-- not run: REASON -->    counted and listed

A block of another kind that has a line with `ingot VERB` must be marked: no command of the documentation is forgotten.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(?:<!-- (?P<mark>in|not run): (?P<text>[^\n]*?) -->\n+)?```(?P<kind>\w*)\n(?P<body>.*?)\n```", re.DOTALL)
COMMAND = re.compile(r"^(?:\$ )?(?:\w+=\S+ )?ingot [a-z]", re.MULTILINE)
DAY = "2026-01-15"
NOW = "2026-01-16T00:05:00Z"
# Folders in which the examples of a page make sense.
SETUPS = {
    "an empty folder": "true",
    "a new project": "ingot init demo -q && cd demo",
    "a project with a day": "ingot init demo -q && cd demo && ingot run tier3 -q",
    "a project with a saved query": "ingot init demo -q && cd demo && ingot run tier3 -q && printf '[query.top_symbols]\\n"
    "sql = \"SELECT symbol FROM tier3 WHERE date >= $since LIMIT 3\"\\nparams.since = { type = \"date\" }\\n' >> ingot.toml",
    "a project with a week": "ingot init demo -q && cd demo && sed -i 's/^min_bytes.*/min_bytes = 1/' ingot.toml && "
    "ingot generate archive --out archive --from 2026-01-09 --rows-per-hour 1 --samples 5 -q && ingot run tier3 --last 7d -q",
    "a folder of inputs": "echo '{\"id\": 1, \"meta\": {\"added_ts\": \"2026-01-15T00:00:00Z\"}}' > in.jsonl && mkdir hours && "
    "gzip -k in.jsonl && cp in.jsonl.gz day.jsonl.gz && cp in.jsonl.gz x.gz && cp in.jsonl.gz hours/00.jsonl.gz",
    "an events project": "ingot init --template events demo -q && cd demo && ingot generate events --rows 1000 -q",
    "a genes project": "ingot init --template genes demo -q && cd demo && ingot index paths.txt manifest.parquet -q && "
    "cp manifest.parquet plain.parquet && printf 'gene_id,tissue_id\\nENSG00000003989.16,21\\n' > keys.csv",
}


def matches(expected, actual):
    """Whether the lines agree; "…" in an expected line is anything."""
    if not expected:
        return not actual
    if expected[0].strip() == "…":
        return any(matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    pattern = ".*".join(re.escape(part) for part in expected[0].split("…"))
    return bool(actual) and re.fullmatch(pattern, actual[0]) is not None and matches(expected[1:], actual[1:])


def sessions(body):
    """(command, lines that it prints) of a console block."""
    commands = []
    for line in body.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif commands:
            commands[-1][1].append(line)
    return [(command, trimmed(lines)) for command, lines in commands]


def trimmed(lines):
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


class Page:
    def __init__(self, path, program, folder):
        self.path = path
        self.folder = folder
        self.problems = []
        self.ran = 0
        self.left_out = []
        (folder / "bin").mkdir()
        (folder / "bin" / "ingot").symlink_to(program)
        self.environment = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "INGOT_NOW": NOW, "LC_ALL": "C.UTF-8",
            "TMPDIR": str(folder),
        }  # fmt: skip
        self.where = folder / "page"
        self.where.mkdir()

    def shell(self, script):
        """The exit code and the lines of both streams; the next command starts where this one ended."""
        end = self.folder / "where"
        done = subprocess.run(
            ["bash", "-c", f"trap 'pwd > {end}' EXIT\n{script}"], cwd=self.where, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL, timeout=300,
        )  # fmt: skip
        self.where = pathlib.Path(end.read_text(encoding="utf-8").strip())
        return done.returncode, trimmed(done.stdout.splitlines())

    def problem(self, line, text):
        self.problems.append(f"{self.path.relative_to(ROOT)}:{line}: {text}")

    def run(self):
        text = self.path.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            line = text.count("\n", 0, block.start("body")) + 1
            if block["mark"] == "not run":
                self.left_out.append((line, block["text"]))
            elif block["kind"] in ("console", "sh"):
                self.enter(block, line)
                self.run_block(block, line)
            elif block["mark"] or (block["kind"] == "" and COMMAND.search(block["body"]) and not self.is_synopsis(text, block)):
                self.problem(line, "a block with commands is ```sh, ```console, or <!-- not run: REASON -->")

    @staticmethod
    def is_synopsis(text, block):
        return text[: block.start()].rstrip().endswith("## Synopsis")

    def enter(self, block, line):
        if block["mark"] != "in":
            return
        self.where = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        code, output = self.shell(f"set -e; {SETUPS[block['text']]}")
        if code:
            self.problem(line, f"the set-up '{block['text']}' ends with {code}: {output}")

    def run_block(self, block, line):
        self.ran += 1
        if block["kind"] == "sh":
            for command in block["body"].replace("\\\n", "").replace("|\n", "| ").splitlines():
                if command.strip():
                    code, output = self.shell(command)
                    if code:
                        self.problem(line, f"`{command}` ends with {code}:\n  " + "\n  ".join(output))
            return
        for command, expected in sessions(block["body"]):
            _, actual = self.shell(command)
            if not matches(expected, actual):
                self.problem(line, f"`{command}` prints:\n  " + "\n  ".join(actual))


def pages():
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def main(program, chosen):
    problems, ran, left_out = [], 0, []
    for path in [pathlib.Path(name).resolve() for name in chosen] or pages():
        folder = pathlib.Path(tempfile.mkdtemp(prefix="ingot-docs-"))
        try:
            page = Page(path, pathlib.Path(program).resolve(), folder)
            page.run()
        finally:
            shutil.rmtree(folder)
        problems += page.problems
        ran += page.ran
        left_out += [f"  {path.relative_to(ROOT)}:{line}: {reason}" for line, reason in page.left_out]
    print(f"{ran} blocks ran, {len(left_out)} were left out:", *left_out, sep="\n")
    print(*problems, sep="\n", file=sys.stderr)
    return 1 if problems or ran == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
