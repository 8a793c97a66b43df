#!/usr/bin/env python3
"""Listings: Ingot making a key manifest of the lines, beside DuckDB's regexp_extract and the usual Python script.

    bench/listing.py [--pairs 7] [--genes 200000] [--tissues 50] [--order listing|shuffled] [--codec snappy|zstd]
                     [--peer duckdb --peer python] [--json] [--markdown FILE]

Contenders run in turns, each in a process of its own; ratios are medians of the ratios within a round. After the first
round, which does not count, the rows of all outputs are compared in their order. See bench/README.md.
"""

import argparse
import json
import os
import pathlib
import random
import sys

import jobs
import measure
import run

TEMPLATE = "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7, help="rounds that count")
    parser.add_argument("--genes", type=int, default=200_000)
    parser.add_argument("--tissues", type=int, default=50)
    parser.add_argument("--order", choices=["listing", "shuffled"], default="listing")
    parser.add_argument("--codec", choices=["snappy", "zstd"], default="snappy")
    parser.add_argument("--memory", default="1GiB", help="of Ingot")
    parser.add_argument("--peer", action="append", choices=["duckdb", "python"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("--ingot", type=pathlib.Path, default=run.ROOT / "build" / "release" / "ingot")
    parser.add_argument("--data", type=pathlib.Path, default=run.ROOT / "build" / "bench-data" / "listing")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def make_lines(arguments):
    """One file of paths, in the order in which a bucket lists them or in none; about one line in 1,000 is no key."""
    path = arguments.data / f"{arguments.order}-{arguments.genes}-{arguments.tissues}.txt"
    if path.exists():
        return path
    tissues = sorted(str(tissue) for tissue in range(arguments.tissues))
    paths = []
    for gene in range(arguments.genes):
        folder = f"v1/ad/ENSG{3989 + gene * 7:011}.{gene % 23}"
        paths += [f"{folder}/model_tissue_{tissue}.tl\n" for tissue in tissues]
        if gene * arguments.tissues // 1000 != (gene + 1) * arguments.tissues // 1000:
            paths.append(f"{folder}/README.md\n")
    if arguments.order == "shuffled":
        random.Random(1).shuffle(paths)
    partial = path.with_suffix(".part")
    with partial.open("w") as out:
        out.writelines(paths)
    partial.rename(path)
    return path


class Ingot:
    name = "ingot index"
    version = ""

    def __init__(self, lines, arguments):
        self.output = arguments.data / "ingot" / "manifest.parquet"
        self.output.parent.mkdir(exist_ok=True)
        self.command = [str(arguments.ingot), "index", str(lines), str(self.output), "--template", TEMPLATE, "--force"]
        self.command += ["--codec", arguments.codec, "--threads", str(arguments.threads), "--memory", arguments.memory]
        self.command += ["--progress", "json"]

    def run(self):
        measured = measure.measure(self.command)
        return measured, measure.phases(measured.errors)


class Peer:
    version = ""

    def __init__(self, name, lines, arguments):
        self.name = name
        self.output = arguments.data / f"{name}.parquet"
        job = {"input": str(lines), "output": str(self.output), "threads": arguments.threads, "codec": arguments.codec}
        self.command = [sys.executable, str(jobs.PEERS / f"{name}_listing.py"), json.dumps(job)]

    def run(self):
        self.output.unlink(missing_ok=True)
        measured, self.version = measure.measure_peer(self.command)
        return measured, {}


def check_outputs(entries):
    """The number of rows, which are the same in the same order."""
    import duckdb

    connection = duckdb.connect()
    columns = "gene_id, tissue_id, file_path"
    facts = []
    for entry in entries:
        # Order counts: a hash of each row with its place, added up.
        facts.append(connection.execute(
            f"SELECT count(*), sum(hash(file_row_number, {columns})::HUGEINT) "
            f"FROM read_parquet('{entry.output}', file_row_number = true)").fetchall()[0])  # fmt: skip
    for entry, fact in zip(entries[1:], facts[1:]):
        if fact != facts[0]:
            sys.exit(f"bench: {entry.name} gives other rows than {entries[0].name}: {fact}, {facts[0]}")
    return facts[0][0]


def measure_all(arguments):
    lines = make_lines(arguments)
    lines.read_bytes()
    entries = [Ingot(lines, arguments)]
    entries += [Peer(name, lines, arguments) for name in arguments.peer or ["duckdb", "python"]]
    results = {entry.name: [] for entry in entries}
    run.run_round(entries, 0, {entry.name: [] for entry in entries})
    rows = check_outputs(entries)
    for number in range(arguments.pairs):
        run.say(f"{arguments.order}: round {number + 1} of {arguments.pairs}")
        run.run_round(entries, number, results)
    contenders = []
    for entry in entries:
        rounds = results[entry.name]
        row = {key: run.median_of(rounds, key) for key in ("wall", "cpu", "peak", *measure.PHASES)}
        row.update({f"{key}_ratio": run.ratio(rounds, results[entries[0].name], key) for key in ("wall", "cpu")})
        row.update(name=entry.name, version=entry.version, bytes=entry.output.stat().st_size)
        contenders.append(row)
    return {"order": arguments.order, "rows": rows, "input_bytes": lines.stat().st_size, "contenders": contenders}


def markdown(figures, arguments, version):
    ours = figures["contenders"][0]
    lines = [f"### Listing to key manifest, {figures['order']} order, {arguments.codec}", ""]
    lines.append(f"{run.machine()}, {arguments.threads} threads, {figures['rows']:,} keys of {figures['input_bytes'] / 1e6:,.0f} MB "
                 f"of lines, median of {arguments.pairs} interleaved rounds, {version}.")  # fmt: skip
    lines += ["", "| | wall s | CPU s | peak MiB | output MB | wall ratio | CPU ratio |", "|---|---|---|---|---|---|---|"]
    for row in figures["contenders"]:
        lines.append(f"| {row['name']} {row['version']} | {row['wall']:.2f} | {row['cpu']:.2f} | {row['peak'] / 2**20:,.0f} "
                     f"| {row['bytes'] / 1e6:.1f} | {row['wall_ratio']:.2f} | {row['cpu_ratio']:.2f} |")  # fmt: skip
    lines += ["", "- ingot: " + ", ".join(f"{name.removesuffix('_seconds')} {ours[name]:.2f} s" for name in measure.PHASES) + "."]
    lines.append(f"- CPU seconds per million keys: {ours['cpu'] / figures['rows'] * 1e6:.2f}.")
    return "\n".join(lines) + "\n"


def main():
    arguments = parse_arguments()
    arguments.data.mkdir(parents=True, exist_ok=True)
    version = measure.measure([str(arguments.ingot), "version"]).output.splitlines()[0].strip()
    figures = measure_all(arguments)
    text = markdown(figures, arguments, version)
    print(json.dumps({"machine": run.machine(), **figures}, indent=2) if arguments.json else text, end="")
    if arguments.markdown:
        arguments.markdown.write_text(text)


if __name__ == "__main__":
    main()
