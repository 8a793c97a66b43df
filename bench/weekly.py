#!/usr/bin/env python3
"""A week made of seven proven days: Ingot beside DuckDB, polars and pyarrow doing the same projection and union.

    bench/weekly.py [--pairs 7] [--rows-per-hour 100] [--markdown FILE]

Ingot proves every byte of the days before it uses them, re-reads what it wrote, and syncs it; the peers do neither. What
proving costs is printed apart.
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import statistics
import sys

import jobs
import measure
import run

DAYS = [f"2026-01-{day:02}" for day in range(9, 16)]
KEPT = ["symbol", "snapshot_ts", "meta", "spot_raw", "derived", "scores", "twitter_sentiment_meta"]
PEERS = ("duckdb", "polars", "pyarrow")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7, help="rounds that count")
    parser.add_argument("--rows-per-hour", type=int, default=100, help="of each day: 100 are the real days' 2,400")
    parser.add_argument("--markdown", type=pathlib.Path, help="also write the Markdown there")
    parser.add_argument("--ingot", type=pathlib.Path, default=jobs.ROOT / "build" / "release" / "ingot")
    parser.add_argument("--data", type=pathlib.Path, default=jobs.ROOT / "build" / "bench-data")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def build_days(arguments):
    """The folder of the project, with its seven days built by the program that is measured."""
    folder = arguments.data / "weekly"
    stamp = folder / "built.json"
    wanted = [arguments.rows_per_hour, arguments.ingot.stat().st_mtime]
    if stamp.exists() and json.loads(stamp.read_text()) == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(jobs.ROOT / "examples" / "instrumetriq" / "ingot.toml", folder)
    span = ["--from", DAYS[0], "--to", "2026-01-16"]
    rows = ["--rows-per-hour", str(arguments.rows_per_hour), "--seed", "7", "--hazards", "all"]
    measure.measure([str(arguments.ingot), "generate", "archive", "--out", str(folder / "archive"), *span, *rows])
    measure.measure([str(arguments.ingot), "run", "tier3", "-p", str(folder), *span])
    shutil.rmtree(folder / "archive")
    stamp.write_text(json.dumps(wanted))
    return folder


class Week(jobs.Contender):
    def __init__(self, arguments, folder):
        super().__init__("ingot run", folder / "output" / "tier2_weekly" / DAYS[-1] / "dataset_entries_7d.parquet")
        self.command = [str(arguments.ingot), "run", "tier2", "-p", str(folder), "--end-day", DAYS[-1], "--force"]
        self.command += ["--threads", str(arguments.threads), "--progress", "json"]

    def run(self):
        measured = measure.measure(self.command)
        return measured, measure.phases(measured.errors)


def contenders(arguments, folder):
    files = [str(folder / "output" / "tier3_daily" / day / "data.parquet") for day in DAYS]
    entries = [Week(arguments, folder)]
    for peer in PEERS:
        given = {"peer": peer, "files": files, "columns": KEPT, "threads": arguments.threads,
                 "output": str(folder / f"{peer}.parquet")}  # fmt: skip
        entries.append(jobs.Peer(peer, sys.executable, "weekly_peer.py", given))
    return entries, files


def hash_floor(files):
    """CPU seconds of sha256 over the inputs, by OpenSSL: what proving them costs anybody."""
    return measure.measure(["openssl", "dgst", "-sha256", *files]).cpu


def markdown(entries, results, floors, rows, wrong, files, arguments):
    base = results[entries[0].name]
    bytes_in = sum(os.path.getsize(path) for path in files)
    lines = ["### a week from seven days (W1 tier 2)", ""]
    lines.append(f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, {run.machine()}, {arguments.threads} threads, "
                 f"median of {arguments.pairs} interleaved rounds. Input: 7 files, {bytes_in / 1e6:,.0f} MB.")  # fmt: skip
    lines += ["", "| | wall s | CPU s | peak MiB | output MB | wall ratio | CPU ratio |", "|---|---|---|---|---|---|---|"]
    for entry in entries:
        rounds = results[entry.name]
        name = entry.name if not entry.version else f"{entry.name} ({entry.version})"
        lines.append(f"| {name} | {run.median_of(rounds, 'wall'):.2f} | {run.median_of(rounds, 'cpu'):.2f} "
                     f"| {run.median_of(rounds, 'peak') / 2**20:,.0f} | {entry.output.stat().st_size / 1e6:.1f} "
                     f"| {run.ratio(rounds, base, 'wall'):.2f} | {run.ratio(rounds, base, 'cpu'):.2f} |")  # fmt: skip
    lines.append(f"| floor: sha256 of the inputs | | {statistics.median(floors):.2f} | | | | |")
    lines.append("")
    phases = ", ".join(f"{name.removesuffix('_seconds')} {run.median_of(base, name):.3f} s" for name in measure.PHASES)
    lines.append(f"- ingot run: {phases}; `write` holds the proof of the inputs.")
    lines += [f"- **{name} gave other rows**: {what}." for name, what in wrong.items()]
    if not wrong:
        lines.append(f"- All outputs hold the same {rows:,} rows and values (EXCEPT ALL).")
    return "\n".join(lines) + "\n"


def main():
    arguments = parse_arguments()
    folder = build_days(arguments)
    entries, files = contenders(arguments, folder)
    for path in files:
        pathlib.Path(path).read_bytes()
    run.say("warm-up")
    run.run_round(entries, 0, {entry.name: [] for entry in entries})
    rows, wrong = run.check_outputs(entries)
    results, floors = {entry.name: [] for entry in entries}, []
    for number in range(arguments.pairs):
        run.say(f"round {number + 1} of {arguments.pairs}")
        run.run_round(entries, number, results)
        floors.append(hash_floor(files))
    text = markdown(entries, results, floors, rows, wrong, files, arguments)
    print(text, end="")
    if arguments.markdown:
        arguments.markdown.write_text(text)


if __name__ == "__main__":
    main()
