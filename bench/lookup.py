#!/usr/bin/env python3
"""Point lookups in a key manifest of 10 million keys: Ingot beside LMDB, RocksDB, DuckDB and a Python dict.

    bench/lookup.py [--genes 200000] [--queries 1000000] [--bench build/release/bench_lookup] [--package build/release/python] [--json]

The manifest has the shape of a listing of models by gene and tissue: 50 tissues, 4 % of the cells empty. Every contender
answers random keys, a tenth of them absent, and must give the same paths. `bench_lookup` is built with -DINGOT_BENCH=ON and
does Ingot, LMDB and RocksDB in one process; a pointer chase through 512 MiB beside them says what one dependent access to
memory costs. Means are processor time, medians wall time of single calls less what reading the clock costs. The package is
asked from this interpreter for 200,000 keys of the same kind, beside a dict, in loops whose own cost is taken off; "over the C++
call" is what a call from Python costs beyond the same call in bench_lookup.
"""

import argparse
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import time

import duckdb
import pyarrow
import pyarrow.parquet

ROOT = pathlib.Path(__file__).resolve().parent.parent
TISSUES = 50
SCHEMA = pyarrow.schema([("gene_id", pyarrow.string()), ("tissue_id", pyarrow.int32()), ("file_path", pyarrow.string())]).with_metadata(
    {"ingot.path_template": "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl", "ingot.path_base": "s3://gene-models/"}
)


def write_manifest(path, genes):
    chance = random.Random(1)
    names = sorted({f"ENSG{number:011}.{chance.randrange(1, 20)}" for number in chance.sample(range(genes * 5), genes)})
    with pyarrow.parquet.ParquetWriter(path, SCHEMA, compression="snappy") as writer:
        for begin in range(0, len(names), 5000):
            keys = [(name, tissue) for name in names[begin : begin + 5000] for tissue in range(TISSUES) if chance.random() < 0.96]
            paths = [f"s3://gene-models/v1/ad/{name}/model_tissue_{tissue}.tl" for name, tissue in keys]
            gene_ids, tissues = zip(*keys)
            writer.write_table(pyarrow.table([gene_ids, pyarrow.array(tissues, pyarrow.int32()), paths], schema=SCHEMA))


def sample_keys(path, count):
    table = pyarrow.parquet.read_table(path, columns=["gene_id", "tissue_id"])
    rows = random.Random(5).sample(range(table.num_rows), count)
    return [(table["gene_id"][row].as_py(), table["tissue_id"][row].as_py()) for row in rows]


def median_ns(find, keys):
    times = []
    for gene, tissue in keys:
        begin = time.perf_counter_ns()
        found = find(gene, tissue)
        times.append(time.perf_counter_ns() - begin)
        assert found == f"s3://gene-models/v1/ad/{gene}/model_tissue_{tissue}.tl", (gene, tissue, found)
    return statistics.median(times)


def duckdb_figures(path, keys):
    base = duckdb.connect()
    base.execute("SET threads = 2")

    def by(source):
        sql = f"SELECT file_path FROM {source} WHERE gene_id = ? AND tissue_id = ?"
        return lambda gene, tissue: base.execute(sql, [gene, tissue]).fetchone()[0]

    figures = {"duckdb on Parquet": median_ns(by(f"read_parquet('{path}')"), keys[:100])}
    base.execute(f"CREATE TABLE manifest AS FROM read_parquet('{path}')")
    base.execute("CREATE INDEX by_key ON manifest (gene_id, tissue_id)")
    figures["duckdb, table with an index"] = median_ns(by("manifest"), keys[:1000])
    return figures


def load_dict(path):
    table = pyarrow.parquet.read_table(path)
    return dict(zip(zip(table["gene_id"].to_pylist(), table["tissue_id"].to_pylist()), table["file_path"].to_pylist()))


def mean_ns(loop, keys):
    """Processor time of a call within a loop over keys, less that of the loop without it, and what the answers add up to."""

    def empty(keys):
        total = 0
        for _gene, _tissue in keys:
            total += True
        return total

    sums, times = [], []
    for run in (empty, loop, loop):  # the second one warms up
        begin = time.process_time_ns()
        sums.append(run(keys))
        times.append(time.process_time_ns() - begin)
    return (times[2] - times[0]) / len(keys), sums[2]


def python_figures(package, path, known):
    """Single keys from Python, a tenth of them absent: the package beside a dict; and a batch."""
    sys.path.insert(0, str(package))
    import ingot

    def by_position(keys):
        total = 0
        for gene, tissue in keys:
            total += lookup.exists(gene, tissue)
        return total

    def by_name(keys):
        total = 0
        for gene, tissue in keys:
            total += generic.exists(gene_id=gene, tissue_id=tissue)
        return total

    def in_dict(keys):
        total = 0
        for gene, tissue in keys:
            total += (gene, tissue) in known
        return total

    chance = random.Random(6)
    genes = sorted({gene for gene, _ in known})
    keys = [(chance.choice(genes) + ("x" if chance.random() < 0.1 else ""), chance.randrange(TISSUES)) for _ in range(200_000)]
    texts = [(gene, f"tissue_{tissue}") for gene, tissue in keys]
    figures, found = {}, set()
    with ingot.ManifestLookup(path) as lookup:
        generic = lookup.generic
        for name, loop, asked in (
            ("exists", by_position, keys),
            ('exists, "tissue_21"', by_position, texts),
            ("Lookup.exists(gene_id=…)", by_name, keys),
            ("dict, key in it", in_dict, keys),
        ):
            mean, count = mean_ns(loop, asked)
            figures[f"from Python: {name}"] = {"mean_ns": mean, "found": count}
            found.add(count)
        columns = [list(column) for column in zip(*keys)]
        begin = time.process_time_ns()
        paths = lookup.get_s3_file_paths(*columns)
        figures["from Python: batch of lists"] = {"mean_ns": (time.process_time_ns() - begin) / len(keys)}
        found.add(len(paths) - paths.null_count)
    if len(found) != 1:
        sys.exit(f"the answers from Python differ: {found}")
    return figures


def process_figure(ingot, path, keys):
    times = []
    for gene, tissue in keys[:30]:
        begin = time.perf_counter()
        subprocess.run([ingot, "lookup", path, f"gene_id={gene}", f"tissue_id={tissue}"], check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(times), min(times)


def run_program(arguments, manifest):
    work = arguments.data / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    done = subprocess.run([arguments.bench, manifest, work, str(arguments.queries)], check=True, capture_output=True)
    shutil.rmtree(work)
    return json.loads(done.stdout)


def median_of(values):
    """Of numbers, or of each number in dicts: caches that are shared with other machines make single rounds differ."""
    if isinstance(values[0], dict):
        return {name: median_of([value[name] for value in values]) for name in values[0]}
    return statistics.median(values)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--genes", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=1_000_000)
    parser.add_argument("--bench", type=pathlib.Path, default=ROOT / "build" / "release" / "bench_lookup")
    parser.add_argument("--package", type=pathlib.Path, default=ROOT / "build" / "release" / "python")
    parser.add_argument("--ingot", type=pathlib.Path, default=ROOT / "build" / "release" / "ingot")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "build" / "bench-data" / "lookup")
    parser.add_argument("--rounds", type=int, default=5, help="of bench_lookup; each figure is the median")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    arguments.data.mkdir(parents=True, exist_ok=True)
    manifest = arguments.data / f"manifest-{arguments.genes}.parquet"
    if not manifest.exists():
        write_manifest(manifest, arguments.genes)
    rounds = [run_program(arguments, manifest) for _ in range(arguments.rounds)]
    figures = {name: median_of([figures[name] for figures in rounds]) for name in rounds[0]}
    sums = {(figures[name]["found"], figures[name]["path_sum"]) for name in ("ingot", "ingot batch", "lmdb", "rocksdb")}
    if len(sums) != 1:
        sys.exit(f"the answers differ: {sums}")
    keys = sample_keys(manifest, 2000)
    for name, p50 in duckdb_figures(manifest, keys).items():
        figures[name] = {"p50_ns": p50}
    known = load_dict(manifest)
    figures["python dict"] = {"p50_ns": median_ns(lambda gene, tissue: known[gene, tissue], keys)}
    if arguments.package.exists():
        figures |= python_figures(arguments.package, manifest, known)
        python = figures["from Python: exists"]["mean_ns"]
        figures["from Python: exists over the C++ call, ns"] = round(python - figures["ingot exists"]["mean_ns"])
    if arguments.ingot.exists():
        figures["process_p50_ms"], figures["process_min_ms"] = process_figure(arguments.ingot, manifest, keys)
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    ingot = figures["ingot"]["p50_ns"]
    for name, value in figures.items():
        if isinstance(value, dict):
            mean = f"{value['mean_ns']:12,.0f}" if "mean_ns" in value else f"{'':12}"
            median = f"  p50 {value['p50_ns']:14,.0f} ns  {value['p50_ns'] / ingot:10,.1f} x" if value.get("p50_ns") else ""
            print(f"{name:42} {mean} ns{median}")
        else:
            print(f"{name:42} {value:,}")


if __name__ == "__main__":
    main()
