#!/usr/bin/env python3
"""What small commands cost from start to end, beside DuckDB's own program.

    bench/start.py [--pairs 21] [--rows 1000000] [--json]

`ingot query` over nothing and over two small partitions, the same SQL by DuckDB's program; `ingot lookup` of one key; `ingot
refresh` with nothing new over 1,096 folders. Everything runs in turn, each in a process of its own; files are in the cache.
"""

import argparse
import json
import pathlib
import shutil
import statistics
import sys

import duckdb_cli
import jobs
import measure

HERE = jobs.ROOT / "build" / "release"
GROUPED = "SELECT symbol, count(*) AS n FROM {} GROUP BY ALL ORDER BY n DESC, symbol LIMIT 3"


def duckdb_program():
    """The program itself: what the package puts into bin/ is a script that starts Python first."""
    return pathlib.Path(duckdb_cli.__file__).parent / "duckdb"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=21, help="rounds that count")
    parser.add_argument("--rows", type=int, default=1_000_000, help="events of the warehouse that is refreshed")
    parser.add_argument("--ingot", type=pathlib.Path, default=HERE / "ingot")
    parser.add_argument("--duckdb", type=pathlib.Path, default=duckdb_program())
    parser.add_argument("--data", type=pathlib.Path, default=jobs.ROOT / "build" / "bench-data" / "start")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def prepare(arguments):
    """A project of two days, a key manifest with its index, and a refreshed warehouse."""
    shutil.rmtree(arguments.data, ignore_errors=True)
    arguments.data.mkdir(parents=True)
    ingot = str(arguments.ingot)
    days, events = arguments.data / "days", arguments.data / "events"
    days.mkdir()
    shutil.copy(jobs.ROOT / "examples" / "instrumetriq" / "ingot.toml", days)
    span = ["--from", "2026-01-14", "--to", "2026-01-16"]
    measure.measure([ingot, "generate", "archive", "--out", str(days / "archive"), *span, "--rows-per-hour", "20"])
    measure.measure([ingot, "run", "tier3", "-p", str(days), *span])
    keys = arguments.data / "paths.txt"
    keys.write_text("".join(f"v1/ad/ENSG{gene:011}.1/model_tissue_{tissue}.tl\n" for gene in range(20_000) for tissue in range(50)))
    measure.measure([ingot, "index", str(keys), str(arguments.data / "manifest.parquet"),
                     "--template", "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl"])  # fmt: skip
    shutil.copytree(jobs.ROOT / "examples" / "events", events)
    measure.measure([ingot, "generate", "events", "-p", str(events), "--rows", str(arguments.rows)])
    measure.measure([ingot, "refresh", "-p", str(events)])
    return days, events


def commands(arguments, days, events):
    ingot, duckdb = str(arguments.ingot), str(arguments.duckdb)
    files = f"read_parquet('{days}/output/tier3_daily/*/data.parquet')"
    manifest = str(arguments.data / "manifest.parquet")
    return {
        "ingot version": [ingot, "version"],
        "select 1: duckdb": [duckdb, "-json", "-c", "SELECT 1"],
        "select 1: ingot query": [ingot, "query", "-p", str(days), "-o", "json", "SELECT 1"],
        "two partitions: duckdb": [duckdb, "-json", "-c", GROUPED.format(files)],
        "two partitions: ingot query": [ingot, "query", "-p", str(days), "-o", "json", GROUPED.format("tier3")],
        "ingot lookup": [ingot, "lookup", manifest, "gene_id=ENSG00000012345.1", "tissue_id=tissue_21"],
        "ingot refresh, nothing new": [ingot, "refresh", "-p", str(events)],
    }


def same_rows(a, b):
    return json.loads(a) == json.loads(b)


def main():
    arguments = parse_arguments()
    entries = commands(arguments, *prepare(arguments))
    rounds = {name: [] for name in entries}
    for number in range(arguments.pairs + 1):
        for name, command in entries.items():
            measured = measure.measure(command)
            if number > 0:
                rounds[name].append(measured)
            elif name == "two partitions: ingot query" and not same_rows(measured.output, first):
                sys.exit("the answers differ")
            if name == "two partitions: duckdb":
                first = measured.output
    figures = {name: {"wall_ms": statistics.median(each.wall for each in measured) * 1e3,
                      "cpu_ms": statistics.median(each.cpu for each in measured) * 1e3}
               for name, measured in rounds.items()}  # fmt: skip
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    print(f"median of {arguments.pairs} rounds\n\n| command | wall ms | CPU ms |\n|---|---:|---:|")
    for name, figure in figures.items():
        print(f"| `{name}` | {figure['wall_ms']:.1f} | {figure['cpu_ms']:.1f} |")


if __name__ == "__main__":
    main()
