"""`ingot lookup` over manifests of pyarrow, against pyarrow and DuckDB reading the same files.

INGOT_BUILD names the build folder that holds `ingot`.
"""

import csv
import io
import json
import os
import pathlib
import random
import subprocess

import duckdb
import pyarrow
import pyarrow.ipc
import pyarrow.parquet
import pytest

INGOT = pathlib.Path(os.environ["INGOT_BUILD"]) / "ingot"
TEMPLATE = "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl"
GENES = 300
TISSUES = 40


def lookup(*words, check=True, stdin=None):
    done = subprocess.run([INGOT, "lookup", *map(str, words)], capture_output=True, check=False, input=stdin)
    assert not check or done.returncode == 0, done.stderr.decode()
    return done


def rows_of(seed):
    """Genes with some of the tissues; some paths do not follow the template, some keys have two rows."""
    chance = random.Random(seed)
    rows = []
    for gene in range(GENES):
        name = f"ENSG{chance.randrange(10**11):011}.{gene % 20}"
        for tissue in sorted(chance.sample(range(TISSUES * 2), TISSUES)):
            path = f"s3://models/v1/ad/{name}/model_tissue_{tissue}.tl"
            rows.append((name, tissue, path if chance.random() < 0.9 else f"elsewhere/{chance.randrange(1000)}"))
            if chance.random() < 0.02:
                rows.append((name, tissue, f"again/{chance.randrange(1000)}"))
    return rows


@pytest.fixture(scope="module", params=["one row group", "many row groups", "out of order"])
def manifest(request, tmp_path_factory):
    rows = rows_of(1)
    rows.sort(key=lambda row: row[:2])
    if request.param == "out of order":
        random.Random(2).shuffle(rows)
    genes, tissues, paths = zip(*rows)
    table = pyarrow.table({"gene_id": genes, "tissue_id": pyarrow.array(tissues, pyarrow.int32()), "file_path": paths})
    path = tmp_path_factory.mktemp("lookup") / "manifest.parquet"
    size = 1000 if request.param == "many row groups" else None
    pyarrow.parquet.write_table(table.replace_schema_metadata({"ingot.path_template": TEMPLATE}), path, row_group_size=size)
    return path


def asked(manifest, sql):
    return duckdb.sql(sql.format(f"read_parquet('{manifest}')")).fetchall()


def test_a_batch_gives_what_duckdb_joins(manifest):
    chance = random.Random(3)
    genes = [row[0] for row in asked(manifest, "SELECT DISTINCT gene_id FROM {} ORDER BY 1")]
    keys = [(chance.choice(genes) if chance.random() < 0.9 else "nobody", chance.randrange(TISSUES * 2)) for _ in range(5000)]
    known = {}
    for gene, tissue, path in asked(manifest, "SELECT gene_id, tissue_id, file_path FROM {}"):
        known.setdefault((gene, tissue), path)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["tissue_id", "gene_id"])
    writer.writerows((f"tissue_{tissue}", gene) for gene, tissue in keys)
    done = lookup(manifest, "--batch", "-", "-o", "arrow", stdin=text.getvalue().encode())
    answers = pyarrow.ipc.open_stream(done.stdout).read_all()
    assert answers.column("file_path").to_pylist() == [known.get(key) for key in keys]
    assert answers.column("gene_id").to_pylist() == [gene for gene, _ in keys]


HOSTILE = [
    "../", "..", "//", "/", "\\", "\0", "\n", "\r\n", "\t", "\x1b[2J", " ", '"', '""', ",", "'", ";", "*", "%", "%2e%2e%2f", "{gene_id}",
    "$(id)", "NULL", "-", "=1+1", "１", "．．／", "․․∕", "Ε", "Е", "é", "e\u0301", "\u202e", "\u200d", "\ufeff", "🧬", "ENSG", "x" * 5000,
]  # fmt: skip


def test_hostile_keys_have_no_answer_of_another(manifest):
    chance = random.Random(6)
    known = {}
    for gene, tissue, path in asked(manifest, "SELECT gene_id, tissue_id, file_path FROM {}"):
        known.setdefault((gene, tissue), path)
    genuine = list(known)
    keys = []
    while len(keys) < 20_000:
        gene, tissue = chance.choice(genuine)
        if chance.random() < 0.5:
            cut = chance.randrange(len(gene) + 1)
            gene = gene[:cut] + chance.choice(HOSTILE) + gene[cut:]
        elif chance.random() < 0.8:
            gene = "".join(chance.choices(HOSTILE, k=chance.randrange(1, 4)))
        keys.append((gene, tissue))
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["gene_id", "tissue_id"])
    writer.writerows(keys)
    done = lookup(manifest, "--batch", "-", "-o", "arrow", stdin=text.getvalue().encode())
    answers = pyarrow.ipc.open_stream(done.stdout).read_all()
    assert answers.column("gene_id").to_pylist() == [gene for gene, _ in keys]
    assert answers.column("file_path").to_pylist() == [known.get(key) for key in keys]


def test_records_are_those_of_duckdb(manifest):
    genes = [row[0] for row in asked(manifest, "SELECT DISTINCT gene_id FROM {} ORDER BY 1 LIMIT 3")]
    for condition, where in [*((f"gene_id={gene}", f"gene_id = '{gene}'") for gene in genes), ("tissue_id=tissue_7", "tissue_id = 7")]:
        got = [tuple(json.loads(line).values()) for line in lookup(manifest, condition, "-o", "jsonl").stdout.splitlines()]
        wanted = asked(manifest, f"SELECT gene_id, tissue_id, file_path FROM {{}} WHERE {where}")
        # Rows of one key stay in the order of the file; the others are sorted by key.
        assert got == sorted(wanted, key=lambda row: row[:2])


def test_unique_values_are_those_of_duckdb(manifest):
    for field in ("gene_id", "tissue_id"):
        wanted = [str(value) for (value,) in asked(manifest, f"SELECT DISTINCT {field} FROM {{}} ORDER BY 1")]
        assert lookup(manifest, "--unique", field).stdout.decode().split() == wanted


def test_every_row_can_be_found(manifest):
    table = pyarrow.parquet.read_table(manifest)
    chance = random.Random(4)
    rows = table.to_pylist()
    for row in chance.sample(rows, 20):
        wanted = [each["file_path"] for each in rows if (each["gene_id"], each["tissue_id"]) == (row["gene_id"], row["tissue_id"])]
        key = (f"gene_id={row['gene_id']}", f"tissue_id={row['tissue_id']}")
        assert lookup(manifest, *key, "-q").stdout.decode().splitlines() == wanted[:1]
        answer = lookup(manifest, *key, "-o", "parquet").stdout
        assert pyarrow.parquet.read_table(io.BytesIO(answer)).column("file_path").to_pylist() == wanted
    assert lookup(manifest, "gene_id=nobody", "tissue_id=1", check=False).returncode == 4
