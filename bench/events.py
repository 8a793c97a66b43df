#!/usr/bin/env python3
"""Generated events: Ingot beside DuckDB making rows of the same columns and domains by SQL, and beside the floor.

    bench/events.py [--pairs 7] [--rows 1000000] [--codec snappy|zstd] [--json] [--markdown FILE]

Two layouts: flat (one file), and hive (1,096 folders by day; DuckDB's PARTITION_BY). Contenders run in turns, each in a
process of its own; ratios are medians of the ratios within a round. The floor compresses the pages of the flat output,
and nothing else. See bench/README.md.
"""

import argparse
import atexit
import json
import os
import pathlib
import shutil
import statistics
import sys

import jobs
import measure
import run

LAYOUTS = ("flat", "hive")
FACTS = """
    SELECT count(*), count(DISTINCT event_time::DATE), min(user_id), max(user_id), min(team_id), max(team_id),
           count(DISTINCT event_name), min(len(json_keys(properties))), max(len(json_keys(properties))),
           round(avg(length(properties)))
    FROM read_parquet('{}', hive_partitioning = false)"""


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7, help="rounds that count")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--codec", choices=["snappy", "zstd"], default="snappy")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("--ingot", type=pathlib.Path, default=run.ROOT / "build" / "release" / "ingot")
    parser.add_argument("--floor", type=pathlib.Path, help="a bench_floor that is built already")
    parser.add_argument("--data", type=pathlib.Path, default=run.ROOT / "build" / "bench-data" / "events")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


class Rounds:
    """A new folder for each round. They are removed when all is measured: ext4 searches long for inodes that were not
    freed in the last minutes, and whoever comes after a removal would pay for it."""

    def __init__(self, data, name):
        self.folder = data / f"{name}-{os.getpid()}"
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.number = 0

    def next(self):
        self.number += 1
        folder = self.folder / str(self.number)
        folder.mkdir(parents=True)
        return folder


class Ingot:
    name = "ingot generate"
    version = ""

    def __init__(self, layout, arguments):
        self.rounds = Rounds(arguments.data, f"ingot-{layout}")
        self.command = [str(arguments.ingot), "generate", "events", "--layout", layout]
        self.command += ["--rows", str(arguments.rows), "--codec", arguments.codec, "--threads", str(arguments.threads)]
        # One file, as DuckDB writes one.
        self.command += ["--file-size", "64GiB", "--progress", "json"]

    def run(self):
        folder = self.rounds.next()
        self.files = folder / "events"
        measured = measure.measure([*self.command, "--out", str(folder)])
        return measured, measure.phases(measured.errors)


class DuckDB:
    name = "duckdb"
    version = ""

    def __init__(self, layout, arguments):
        self.rounds = Rounds(arguments.data, f"duckdb-{layout}")
        self.name_of_files = "events.parquet" if layout == "flat" else "events"
        self.job = {"rows": arguments.rows, "threads": arguments.threads, "codec": arguments.codec, "layout": layout}

    def run(self):
        self.files = self.rounds.next() / self.name_of_files
        job = json.dumps({**self.job, "output": str(self.files)})
        measured, self.version = measure.measure_peer([sys.executable, str(jobs.PEERS / "duckdb_events.py"), job])
        return measured, {}


def parquet_files(path):
    return [path] if path.is_file() else sorted(path.rglob("*.parquet"))


def check_outputs(entries):
    """Everything that can be counted is equal; the values are not, because the random functions differ."""
    import duckdb

    facts = []
    for entry in entries:
        pattern = entry.files if entry.files.is_file() else f"{entry.files}/**/*.parquet"
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        facts.append(connection.execute(FACTS.format(pattern)).fetchall()[0])
    if facts[0] != facts[1]:
        sys.exit(f"bench: the outputs differ: {facts}")
    return facts[0]


def run_layout(layout, arguments, floor):
    entries = [Ingot(layout, arguments), DuckDB(layout, arguments)]
    results = {entry.name: [] for entry in entries}
    run.run_round(entries, 0, {entry.name: [] for entry in entries})
    facts = check_outputs(entries)
    floors = []
    for number in range(arguments.pairs):
        run.say(f"{layout}: round {number + 1} of {arguments.pairs}")
        run.run_round(entries, number, results)
        if layout == "flat":
            pages = [str(path) for path in parquet_files(entries[0].files)]
            command = [str(floor), str(arguments.threads), "--pages", arguments.codec, *pages]
            floors.append(json.loads(measure.measure(command).output))
    rows = []
    for entry in entries:
        rounds = results[entry.name]
        row = {key: run.median_of(rounds, key) for key in ("wall", "cpu", "peak", *measure.PHASES)}
        row.update({f"{key}_ratio": run.ratio(rounds, results[entries[0].name], key) for key in ("wall", "cpu")})
        files = parquet_files(entry.files)
        row.update(name=entry.name, version=entry.version, files=len(files), bytes=sum(f.stat().st_size for f in files))
        rows.append(row)
    figures = {"layout": layout, "contenders": rows, "facts": facts, "floor": None}
    if floors:
        figures["floor"] = {key: statistics.median(each[key] for each in floors) for key in floors[0]}
        ours = results[entries[0].name]
        for part in ("wall", "write_seconds"):
            ratios = [each[part] / one["compress_wall"] for each, one in zip(ours, floors)]
            figures["floor"][f"{part}_ratio"] = statistics.median(ratios)
    return figures


def markdown(figures, arguments, version):
    lines = [f"### Generated events, {figures['layout']}, {arguments.codec}", ""]
    lines.append(f"{run.machine()}, {arguments.threads} threads, {arguments.rows:,} rows, median of {arguments.pairs} "
                 f"interleaved rounds, {version}.")  # fmt: skip
    lines += ["", "| | files | wall s | CPU s | peak MiB | output MB | wall ratio | CPU ratio |", "|---|---|---|---|---|---|---|---|"]
    for row in figures["contenders"]:
        lines.append(f"| {row['name']} {row['version']} | {row['files']:,} | {row['wall']:.2f} | {row['cpu']:.2f} "
                     f"| {row['peak'] / 2**20:,.0f} | {row['bytes'] / 1e6:.1f} | {row['wall_ratio']:.2f} "
                     f"| {row['cpu_ratio']:.2f} |")  # fmt: skip
    floor, ours = figures["floor"], figures["contenders"][0]
    if floor:
        lines.append(f"| floor: compress the pages | | {floor['compress_wall']:.2f} | {floor['compress_cpu']:.2f} | "
                     f"| {floor['compressed_bytes'] / 1e6:.1f} | | |")  # fmt: skip
    lines += ["", "- ingot: " + ", ".join(f"{name.removesuffix('_seconds')} {ours[name]:.2f} s" for name in measure.PHASES) + "."]
    if floor:
        lines.append(f"- Over the floor's wall time: write {floor['write_seconds_ratio']:.2f} ×, all {floor['wall_ratio']:.2f} ×.")
    return "\n".join(lines) + "\n"


def main():
    arguments = parse_arguments()
    arguments.data.mkdir(parents=True, exist_ok=True)
    floor = arguments.floor or run.build_floor()
    version = measure.measure([str(arguments.ingot), "version"]).output.splitlines()[0].strip()
    figures = [run_layout(layout, arguments, floor) for layout in LAYOUTS]
    text = "\n".join(markdown(each, arguments, version) for each in figures)
    print(json.dumps({"machine": run.machine(), "layouts": figures}, indent=2) if arguments.json else text, end="")
    if arguments.markdown:
        arguments.markdown.write_text(text)


if __name__ == "__main__":
    main()
