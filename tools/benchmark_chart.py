#!/usr/bin/env python3
"""Draws docs/benchmarks.svg, and the table of times in README.md, from the tables of docs/benchmarks.md.

    python3 tools/benchmark_chart.py           writes both
    python3 tools/benchmark_chart.py --check   ends with 1 when one of them is not as it would be written
"""

import html
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
SOURCE = ROOT / "docs" / "benchmarks.md"
CHART = ROOT / "docs" / "benchmarks.svg"
README = ROOT / "README.md"
BEGIN = "<!-- times: written by tools/benchmark_chart.py -->"
END = "<!-- end of times -->"

# What is measured, the heading of its table, how its row of Ingot begins, and the peers with their names.
JOBS = (
    ("718 MB of nested JSON lines, 24 files", "### nested .jsonl.gz", "ingot run", (("duckdb (", "DuckDB"),)),
    ("1,036 MB of flat JSON lines, 24 files", "### flat .jsonl.gz", "ingot run",
     (("duckdb (", "DuckDB"), ("polars (", "Polars"), ("pyarrow (", "pyarrow"))),
    ("10 million paths to a sorted key manifest", "## Listing to key manifest", "ingot index",
     (("duckdb ", "DuckDB"), ("python ", "pandas"))),
    ("a week from seven days", "## A week from seven days", "ingot run",
     (("duckdb (", "DuckDB"), ("polars (", "Polars"), ("pyarrow (", "pyarrow"))),
)  # fmt: skip


def wall_seconds(text, heading):
    """Names and seconds of the first table below the heading."""
    start = text.index("\n" + heading)
    rows = []
    for line in text[start:].splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and re.fullmatch(r"\d+\.\d+", cells[1] if len(cells) > 1 else ""):
            rows.append((cells[0], float(cells[1])))
        elif rows:
            return rows
    return rows


def read_jobs(text):
    """(title, [(program, seconds), …]) with Ingot first."""
    jobs = []
    for title, heading, own, peers in JOBS:
        rows = wall_seconds(text, heading)
        times = [("Ingot", next(seconds for name, seconds in rows if name == own))]
        times += [(shown, next(seconds for name, seconds in rows if name.startswith(begin))) for begin, shown in peers]
        jobs.append((title, times))
    return jobs


def table(jobs):
    programs = ["Ingot", "DuckDB", "Polars", "pyarrow", "pandas"]
    lines = ["| seconds | " + " | ".join(programs) + " |", "|---|" + "---:|" * len(programs)]
    for title, times in jobs:
        known = dict(times)
        lines.append(f"| {title} | " + " | ".join(f"{known[name]:.2f}" if name in known else "" for name in programs) + " |")
    return "\n".join(lines)


def chart(jobs):
    """Bars in each job's own scale: its slowest program is as wide as the chart."""
    width, bar, left = 420, 16, 90
    parts = []
    y = 0
    for title, times in jobs:
        parts.append(f'<text x="0" y="{y + 14}" font-weight="bold">{html.escape(title)}</text>')
        y += 22
        slowest = max(seconds for _, seconds in times)
        for name, seconds in times:
            length = max(1, round(width * seconds / slowest))
            colour = "#c2410c" if name == "Ingot" else "#94a3b8"
            parts.append(f'<text x="0" y="{y + 12}">{name}</text>')
            parts.append(f'<rect x="{left}" y="{y}" width="{length}" height="{bar - 2}" fill="{colour}"/>')
            parts.append(f'<text x="{left + length + 6}" y="{y + 12}">{seconds:.2f} s</text>')
            y += bar
        y += 12
    size = f'width="{left + width + 70}" height="{y}" viewBox="0 0 {left + width + 70} {y}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>", ""])


def with_table(readme, jobs):
    begin, end = readme.index(BEGIN) + len(BEGIN), readme.index(END)
    return readme[:begin] + "\n" + table(jobs) + "\n" + readme[end:]


def main(arguments):
    jobs = read_jobs(SOURCE.read_text(encoding="utf-8"))
    wanted = {CHART: chart(jobs), README: with_table(README.read_text(encoding="utf-8"), jobs)}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if arguments == ["--check"]:
        for path in stale:
            print(f"{path.relative_to(ROOT)}:1: not as tools/benchmark_chart.py writes it")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
