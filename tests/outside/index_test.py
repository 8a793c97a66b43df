"""Key manifests against an independent reading of the same lines, by engines that are not ours."""

import gzip
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess

import duckdb
import polars
import pyarrow
import pyarrow.parquet
import pytest

INGOT = pathlib.Path(os.environ["INGOT_BUILD"]) / "ingot"
TEMPLATE = "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl"
# The implied prefix, fields without slashes, the rightmost match, nothing behind it; integers have one text.
PATTERN = re.compile(rb"(?:.*/)?v1/ad/([^/]+)/model_tissue_(0|-?[1-9][0-9]*)\.tl", re.DOTALL)
SPACE = b" \t\r\n\v\f"


def hostile_lines(count, seed=5):
    """Paths that match, and everything that listings hold besides."""
    rng = random.Random(seed)
    prefixes = ["", "", "", "s3://bucket/", "/data//x/", "../../etc/", "v1/ad/G/model_tissue_1.tl/", "prefix v1/ad/", "é/"]
    odd = [
        "", " ", "\t\r", "v1/ad//model_tissue_1.tl", "v1/ad/../model_tissue_1.tl", "v1/ad/./model_tissue_1.tl",
        "v1/ad/.Ingot/model_tissue_1.tl", "v1/ad/G/model_tissue_.tl", "v1/ad/G/model_tissue_007.tl",
        "v1/ad/G/model_tissue_-0.tl", "v1/ad/G/model_tissue_2147483648.tl", "v1/ad/G/model_tissue_-2147483649.tl",
        "v1/ad/G/model_tissue_99999999999999999999.tl", "v1/ad/G/model_tissue_1.tl.bak", "xv1/ad/G/model_tissue_1.tl",
        "v1/ad/G/x/model_tissue_1.tl", "v1/ad/G\x00/model_tissue_1.tl", "v1/ad/G\x07/model_tissue_1.tl",
        "v1/ad/G/model_tissue_１.tl", "V1/AD/G/model_tissue_1.tl", "x" * 70_000, "v1/ad/" + "y" * 70_000 + "/model_tissue_1.tl",
    ]  # fmt: skip
    for _ in range(count):
        if rng.random() < 0.1:
            yield rng.choice(odd).encode()
            continue
        if rng.random() < 0.01:
            yield b"v1/ad/\xff\xfe/model_tissue_1.tl"
            continue
        gene = f"ENSG{rng.randrange(400):011}.{rng.randrange(3)}" if rng.random() < 0.9 else rng.choice(["Ω", "a b", "{x}", "'\"", "."*3])
        tissue = rng.choice([rng.randrange(60), -rng.randrange(1, 9), 2147483647, -2147483648])
        end = rng.choice(["", "", "", "\r", "  ", "\t"])
        yield f"{rng.choice(prefixes)}v1/ad/{gene}/model_tissue_{tissue}.tl{end}".encode()


def expected_rows(lines, base="", duplicates="keep-first"):
    rows, seen, rejected, blank = [], {}, 0, 0
    for line in lines:
        path = line.strip(SPACE)
        if not path:
            blank += 1
            continue
        match = PATTERN.fullmatch(path)
        try:
            text = path.decode()
        except UnicodeDecodeError:
            match = None
        gene = match and match[1]
        if (not match or len(line) > 65_536 or b"\0" in path or not -(2**31) <= int(match[2]) < 2**31
                or gene.lower() in (b".", b"..", b".ingot") or re.search(rb"[\x00-\x1f\x7f]", gene)):  # fmt: skip
            rejected += 1
            continue
        key = (gene, int(match[2]))
        row = (gene.decode(), key[1], base + text)
        if duplicates == "keep-all":
            rows.append((key, row))
        elif duplicates == "keep-last" or key not in seen:
            seen[key] = row
    if duplicates != "keep-all":
        rows = list(seen.items())
    return [row for _, row in sorted(rows, key=lambda item: item[0])], rejected, blank


def index(folder, data, *options, name="manifest.parquet", source="paths.txt"):
    (folder / source).write_bytes(data)
    command = [str(INGOT), "index", source, name, "--template", TEMPLATE, "-o", "json", "--progress", "none", *options]
    done = subprocess.run(command, check=True, cwd=folder, capture_output=True)
    return folder / name, json.loads(done.stdout)


def rows_of(path):
    table = pyarrow.parquet.read_table(path)
    return list(zip(*(table[name].to_pylist() for name in ("gene_id", "tissue_id", "file_path"))))


@pytest.mark.parametrize("duplicates", ["keep-first", "keep-last", "keep-all"])
@pytest.mark.parametrize("base", ["", "s3://bucket/"])
def test_rows_are_those_of_the_pattern(tmp_path, base, duplicates):
    lines = list(hostile_lines(20_000))
    path, report = index(tmp_path, b"\n".join(lines) + b"\n", "--base", base, "--duplicates", duplicates)
    expected, rejected, blank = expected_rows(lines, base, duplicates)
    assert rows_of(path) == expected
    manifest = json.loads((tmp_path / "manifest.parquet.manifest.json").read_text())["ingot"]
    [listing] = manifest["inputs"]
    assert (listing["rejected"], listing["blank"]) == (rejected, blank)
    assert listing["rows"] + rejected + blank == len(lines)
    assert manifest["rows"] == len(expected)
    found = report[0] if isinstance(report, list) else report
    assert (found["rows"], found["rejects"]) == (len(expected), rejected)
    assert listing["sha256"] == hashlib.sha256((tmp_path / "paths.txt").read_bytes()).hexdigest()
    assert manifest["files"][0]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_memory_threads_and_compression_change_no_byte(tmp_path):
    lines = b"\n".join(hostile_lines(400_000, seed=9)) + b"\n"
    whole, _ = index(tmp_path, lines, name="whole.parquet")
    for number, options in enumerate([("--threads", "1"), ("--threads", "3"), ("--memory", "64MiB")]):
        other, _ = index(tmp_path, lines, *options, name=f"other{number}.parquet")
        assert other.read_bytes() == whole.read_bytes(), options
    zipped, _ = index(tmp_path, gzip.compress(lines, 1), name="zipped.parquet", source="paths.txt.gz")
    assert zipped.read_bytes() == whole.read_bytes()
    assert not [name for name in os.listdir(tmp_path) if "scratch" in name]


@pytest.fixture(scope="module", params=["snappy", "zstd"])
def manifest(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    lines = [f"v1/ad/ENSG{gene:011}.{gene % 20}/model_tissue_{tissue}.tl" for gene in range(6_000) for tissue in range(50)]
    random.Random(3).shuffle(lines)
    path, _ = index(folder, "\n".join(lines).encode(), "--codec", request.param)
    return path


def test_columns_types_and_metadata(manifest):
    file = pyarrow.parquet.ParquetFile(manifest)
    schema = file.schema_arrow
    assert schema.names == ["gene_id", "tissue_id", "file_path"]
    assert [str(field.type) for field in schema] == ["string", "int32", "string"]
    assert [field.nullable for field in schema] == [False] * 3
    metadata = file.metadata.metadata
    assert metadata[b"ingot.path_template"].decode() == TEMPLATE
    assert b"ingot.path_base" not in metadata
    group = file.metadata.row_group(0)
    assert file.metadata.num_row_groups == 3 and group.num_rows == 122_880
    assert [column.column_index for column in group.sorting_columns] == [0, 1]
    genes = group.column(0)
    assert "RLE_DICTIONARY" in genes.encodings and genes.has_column_index and genes.has_offset_index
    assert genes.statistics.min == "ENSG00000000000.0"


def test_engines_find_one_key_by_statistics_and_bloom_filters(manifest):
    gene, path = "ENSG00000004711.11", "v1/ad/ENSG00000004711.11/model_tissue_21.tl"
    connection = duckdb.connect()
    found = connection.execute("SELECT file_path FROM read_parquet(?) WHERE gene_id = ? AND tissue_id = 21", [str(manifest), gene])
    assert found.fetchall() == [(path,)]
    probed = connection.execute("SELECT bloom_filter_excludes FROM parquet_bloom_probe(?, 'gene_id', 'ENSG00000000001.1x')", [str(manifest)])
    assert [row[0] for row in probed.fetchall()] == [True, True, True]
    probed = connection.execute("SELECT bloom_filter_excludes FROM parquet_bloom_probe(?, 'tissue_id', 21)", [str(manifest)])
    assert [row[0] for row in probed.fetchall()] == [False, False, False]
    table = pyarrow.parquet.read_table(manifest, filters=[("gene_id", "=", gene), ("tissue_id", "=", 21)])
    assert table["file_path"].to_pylist() == [path]
    frame = polars.scan_parquet(manifest).filter((polars.col("gene_id") == gene) & (polars.col("tissue_id") == 21)).collect()
    assert frame["file_path"].to_list() == [path]


def test_every_engine_reads_every_row(manifest):
    duck = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(manifest)]).fetchall()
    assert duck == rows_of(manifest) == polars.read_parquet(manifest).rows()
    assert duck == sorted(duck) and len(duck) == 300_000
