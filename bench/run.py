#!/usr/bin/env python3
"""Ingot beside its peers: the same inputs, one after the other in turns, to equal outputs.

    bench/run.py [--job w1|flat] [--pairs 7] [--json] [--markdown FILE] [--only NAME]...

Inputs are generated once and kept in build/bench-data. Every contender runs once per round, in an order that turns
with each round, and what is reported is the median over the rounds; ratios are medians of the ratios within a round.
Before the first round counts, all outputs are compared row by row and value by value. See bench/README.md.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

import jobs
import measure

ROOT = jobs.ROOT


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--job", choices=[*jobs.JOBS, "all"], default="all")
    parser.add_argument("--pairs", type=int, default=7, help="rounds that count")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON instead of Markdown")
    parser.add_argument("--markdown", type=pathlib.Path, help="also write the Markdown there")
    parser.add_argument("--only", action="append", default=[], help="contenders whose name contains this")
    parser.add_argument("--no-compare", action="store_true", help="skip the comparison of the outputs")
    parser.add_argument("--ingot", type=pathlib.Path, default=ROOT / "build" / "release" / "ingot")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "build" / "bench-data")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def say(text):
    print(text, file=sys.stderr, flush=True)


def build_floor():
    folder = ROOT / "build" / "bench"
    for command in (
        ["cmake", "--preset", "release", "-B", str(folder), "-DINGOT_BENCH=ON"],
        ["cmake", "--build", str(folder), "--target", "bench_floor"],
    ):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return folder / "bench_floor"


def read_all(folder):
    """So that the first contender does not pay for the disk."""
    for path in sorted(folder.iterdir()):
        path.read_bytes()


def check_outputs(entries):
    """The number of rows, and {contender: how its rows differ from the first one's}."""
    reference = entries[0]
    rows, wrong = None, {}
    for entry in entries[1:]:
        say(f"comparing {entry.name} with {reference.name}")
        command = [sys.executable, str(ROOT / "bench" / "compare.py"), str(reference.output), str(entry.output)]
        found = json.loads(measure.measure(command).output)
        rows = found["rows"][0]
        ours, theirs = found["only"]
        if ours or theirs:
            wrong[entry.name] = f"{ours} rows only in {reference.name}, {theirs} only in {entry.name}"
    return rows, wrong


def run_round(entries, number, results):
    turn = number % len(entries)
    for entry in entries[turn:] + entries[:turn]:
        measured, phases = entry.run()
        results[entry.name].append({"wall": measured.wall, "cpu": measured.cpu, "peak": measured.peak, **phases})
        say(f"  {entry.name:<32} {measured.wall:7.2f} s wall {measured.cpu:7.2f} s CPU")


def measure_floor(floor, threads, output, inputs):
    command = [str(floor), str(threads), str(output), *(str(path) for path in sorted(inputs.iterdir()))]
    return json.loads(measure.measure(command).output)


def run_job(job, arguments, floor):
    say(f"{job.title}: preparing")
    inputs = jobs.generate_inputs(job, arguments.ingot, arguments.data)
    read_all(inputs)
    folder = arguments.data / job.name / "out"
    folder.mkdir(exist_ok=True)
    old_python = ROOT / ".deps" / "venv-bench-duckdb-1.5.6" / "bin" / "python"
    entries = jobs.contenders(
        job, arguments.ingot, inputs, folder, arguments.threads, sys.executable, old_python, arguments.only
    )
    warm_up = {entry.name: [] for entry in entries}
    say("warm-up")
    run_round(entries, 0, warm_up)
    rows, wrong = (None, {}) if arguments.no_compare else check_outputs(entries)
    results = {entry.name: [] for entry in entries}
    floors = []
    for number in range(arguments.pairs):
        say(f"round {number + 1} of {arguments.pairs}")
        run_round(entries, number, results)
        floors.append(measure_floor(floor, arguments.threads, entries[0].output, inputs))
    return {**summary(job, entries, results, floors, wrong, inputs), "rows": rows}


def median_of(rounds, key):
    values = [round_[key] for round_ in rounds if key in round_]
    return statistics.median(values) if values else None


def ratio(rounds, base, key):
    return statistics.median(ours[key] / theirs[key] for ours, theirs in zip(rounds, base))


def summary(job, entries, results, floors, wrong, inputs):
    base = results[entries[0].name]
    rows = []
    for entry in entries:
        rounds = results[entry.name]
        row = {key: median_of(rounds, key) for key in ("wall", "cpu", "peak", *measure.PHASES)}
        row.update(name=entry.name, version=entry.version, bytes=entry.output.stat().st_size)
        row.update(differs=wrong.get(entry.name))
        row.update({f"{key}_ratio": ratio(rounds, base, key) for key in ("wall", "cpu")})
        rows.append(row)
    floor = {key: statistics.median(each[key] for each in floors) for key in floors[0]}
    floor["cpu"] = floor["inflate_cpu"] + floor["compress_cpu"]
    floor["wall"] = floor["inflate_wall"] + floor["compress_wall"]
    return {
        "job": job.name,
        "title": job.title,
        "files": len(list(inputs.iterdir())),
        "input_bytes": sum(path.stat().st_size for path in inputs.iterdir()),
        "contenders": rows,
        "floor": floor,
    }


def machine():
    model = platform.machine()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{len(os.sched_getaffinity(0))} cores, {model}"


def markdown(figures, arguments, version):
    lines = [f"### {figures['title']}", ""]
    lines.append(f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, {machine()}, {arguments.threads} threads, "
                 f"median of {arguments.pairs} interleaved rounds, {version}.")  # fmt: skip
    lines.append(f"Input: {figures['files']} files, {figures['floor']['inflated_bytes'] / 1e6:,.0f} MB of JSON, "
                 f"{figures['input_bytes'] / 1e6:,.0f} MB compressed.")  # fmt: skip
    lines += ["", "| | wall s | CPU s | peak MiB | output MB | wall ratio | CPU ratio |", "|---|---|---|---|---|---|---|"]
    for row in figures["contenders"]:
        name = row["name"] if not row["version"] or row["version"] in row["name"] else f"{row['name']} ({row['version']})"
        lines.append(f"| {name} | {row['wall']:.2f} | {row['cpu']:.2f} | {row['peak'] / 2**20:,.0f} "
                     f"| {row['bytes'] / 1e6:.1f} | {row['wall_ratio']:.2f} | {row['cpu_ratio']:.2f} |")  # fmt: skip
    floor = figures["floor"]
    lines.append(f"| floor: inflate | {floor['inflate_wall']:.2f} | {floor['inflate_cpu']:.2f} | | | | |")
    lines.append(f"| floor: compress the pages | {floor['compress_wall']:.2f} | {floor['compress_cpu']:.2f} "
                 f"| | {floor['compressed_bytes'] / 1e6:.1f} | | |")  # fmt: skip
    lines.append("")
    for row in figures["contenders"]:
        if row["name"].startswith("ingot"):
            lines.append(f"- {row['name']}: {row['cpu'] / floor['cpu']:.2f} × the floor's CPU"
                         + "".join(f", {name.removesuffix('_seconds')} {row[name]:.2f} s"
                                   for name in measure.PHASES if row[name] is not None) + ".")  # fmt: skip
        if row["differs"]:
            lines.append(f"- **{row['name']} gave other rows**: {row['differs']}.")
    if figures["rows"] is not None and not any(row["differs"] for row in figures["contenders"]):
        lines.append(f"- All outputs hold the same {figures['rows']:,} rows and values (EXCEPT ALL).")
    return "\n".join(lines) + "\n"


def main():
    arguments = parse_arguments()
    if not arguments.ingot.exists():
        sys.exit(f"{arguments.ingot} is not built: run make build")
    arguments.data.mkdir(parents=True, exist_ok=True)
    floor = build_floor()
    version = measure.measure([str(arguments.ingot), "version"]).output.splitlines()[0].strip()
    all_figures, text = [], []
    for name in jobs.JOBS if arguments.job == "all" else [arguments.job]:
        try:
            figures = run_job(jobs.JOBS[name], arguments, floor)
        except measure.Failed as failure:
            sys.exit(f"bench: {failure}")
        all_figures.append(figures)
        text.append(markdown(figures, arguments, version))
    if arguments.json:
        print(json.dumps({"machine": machine(), "ingot": version, "jobs": all_figures}, indent=2))
    else:
        print("\n".join(text), end="")
    if arguments.markdown:
        arguments.markdown.write_text("\n".join(text))
    wrong = [row["name"] for figures in all_figures for row in figures["contenders"] if row["differs"]]
    sys.exit(1 if any(name.startswith("ingot") for name in wrong) else 0)


if __name__ == "__main__":
    main()
