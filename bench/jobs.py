"""The two jobs: their inputs, and who takes part with which command."""

import dataclasses
import json
import pathlib
import shutil

import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "bench" / "peers"
DAY = "2026-01-15"


@dataclasses.dataclass(frozen=True)
class Job:
    name: str
    title: str
    generate: tuple  # arguments of `ingot generate archive`
    convert: tuple  # arguments of `ingot convert`
    project: pathlib.Path  # holds the ingot.toml of `ingot run`
    dataset: str
    drop: tuple  # columns that the peers leave out as well
    peers: tuple


W1_MAPS = ("tag_counts", "cashtag_counts", "mention_counts", "url_domain_counts")

JOBS = {
    # 6,960 records of about 100 kB: 718 MB. The legitimate hazards are all in it.
    "w1": Job(
        name="w1",
        title="nested .jsonl.gz (W1) to Parquet",
        generate=("--shape", "nested", "--rows-per-hour", "290", "--hazards", "all"),
        convert=(
            *(argument for name in W1_MAPS for argument in ("--map", f"twitter_sentiment_windows.*.{name}")),
            *("--drop", "norm", "--drop", "labels"),
        ),
        project=ROOT / "examples" / "instrumetriq",
        dataset="tier3",
        drop=("norm", "labels"),
        peers=("duckdb", "duckdb with the schema given", "duckdb 1.5.6"),
    ),
    # 4.8 million rows of about 218 bytes: 1,036 MB.
    "flat": Job(
        name="flat",
        title="flat .jsonl.gz to Parquet",
        generate=("--shape", "flat", "--rows-per-hour", "200000", "--hazards", "none"),
        convert=(),
        project=ROOT / "bench" / "flat",
        dataset="events",
        drop=(),
        peers=("duckdb", "duckdb with the schema given", "duckdb 1.5.6", "polars", "pyarrow"),
    ),
}


def generate_inputs(job, ingot, data):
    """The folder of the day's 24 files, written once per data folder."""
    archive = data / job.name / "archive"
    arguments = [*job.generate, "--date", DAY, "--seed", "7"]
    stamp = data / job.name / "generated.json"
    if not stamp.exists() or json.loads(stamp.read_text()) != arguments:
        shutil.rmtree(data / job.name, ignore_errors=True)
        archive.mkdir(parents=True)
        measure.measure([str(ingot), "generate", "archive", "--out", str(archive), *arguments])
        stamp.write_text(json.dumps(arguments))
    return archive / DAY.replace("-", "")


class Contender:
    """Runs one competitor once; `output` is the Parquet file of the latest run."""

    def __init__(self, name, output):
        self.name = name
        self.version = ""
        self.output = output

    def run(self):
        raise NotImplementedError


class IngotConvert(Contender):
    def __init__(self, job, ingot, inputs, folder, threads):
        super().__init__("ingot convert", folder / "ingot-convert.parquet")
        self.command = [str(ingot), "convert", f"{inputs}/*.jsonl.gz", str(self.output), *job.convert]
        self.command += ["--level", "1", "--threads", str(threads), "--progress", "json"]

    def run(self):
        self.output.unlink(missing_ok=True)
        measured = measure.measure(self.command)
        return measured, measure.phases(measured.errors)


class IngotRun(Contender):
    """The whole job of a project: checks, write, proof by reading again, durable commit."""

    def __init__(self, job, ingot, inputs, folder, threads):
        self.folder = folder / "ingot-run"
        self.project = folder / "project"
        self.template = job.project / "ingot.toml"
        super().__init__("ingot run", None)
        self.command = [str(ingot), "run", job.dataset, "-p", str(self.project), "--date", DAY]
        self.command += ["--set", f"archive={inputs.parent}", "--set", f"output={self.folder}"]
        self.command += ["--threads", str(threads), "--progress", "json"]

    def run(self):
        for leftover in (self.folder, self.project):
            shutil.rmtree(leftover, ignore_errors=True)
            leftover.mkdir(parents=True)
        shutil.copy(self.template, self.project)
        measured = measure.measure(self.command)
        self.output = next(path for path in self.folder.rglob("*.parquet") if ".ingot" not in path.parts)
        return measured, measure.phases(measured.errors)


class Peer(Contender):
    def __init__(self, name, python, script, arguments):
        super().__init__(name, pathlib.Path(arguments["output"]))
        self.command = [str(python), str(PEERS / script), json.dumps(arguments)]

    def run(self):
        self.output.unlink(missing_ok=True)
        measured, self.version = measure.measure_peer(self.command)
        return measured, {}


def inferred_schema(inputs, python, drop):
    """The columns as DuckDB itself infers them, for the peer that is told them."""
    columns = json.loads(measure.measure([str(python), str(PEERS / "duckdb_schema.py"), f"{inputs}/*.jsonl.gz"]).output)
    return {name: type_ for name, type_ in columns.items() if name not in drop}


def contenders(job, ingot, inputs, folder, threads, python, old_python, chosen):
    """Everyone who takes part, Ingot first."""
    given = inferred_schema(inputs, python, job.drop) if "duckdb with the schema given" in job.peers else None
    interpreters = {"duckdb 1.5.6": old_python}
    result = [IngotConvert(job, ingot, inputs, folder, threads), IngotRun(job, ingot, inputs, folder, threads)]
    for name in job.peers:
        word = name.split()[0]
        arguments = {
            "inputs": f"{inputs}/*.jsonl.gz",
            "output": str(folder / f"{name.replace(' ', '-')}.parquet"),
            "threads": threads,
            "schema": given if name.endswith("given") else None,
            "map_threshold": 200,
            "drop": job.drop,
        }
        result.append(Peer(name, interpreters.get(name, python), f"{word}_peer.py", arguments))
    return [contender for contender in result if not chosen or any(word in contender.name for word in chosen)]
