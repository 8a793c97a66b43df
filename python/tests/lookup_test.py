"""Key lookups: spellings, records, indexes that are missing or damaged, threads, and misuse."""

import os
import pathlib
import pickle
import random
import subprocess
import sys
import threading

import duckdb
import ingot
import numpy
import pandas
import pyarrow
import pyarrow.parquet
import pytest
from gene_manifest import GENES, KNOWN, TEMPLATE, TISSUES, asked, make_manifest, path_of, write_listing

def test_every_spelling_of_a_tissue(lookup):
    gene = GENES[3]
    for tissue in (9, "9", "tissue_9", "model_tissue_9", numpy.int32(9), numpy.int64(9), numpy.str_("tissue_9")):
        assert lookup.exists(gene, tissue)
        assert lookup.get_s3_file_path(gene, tissue) == path_of(gene, 9)
        assert lookup.generic.exists(tissue_id=tissue, gene_id=gene)
        assert lookup.generic.get(gene_id=gene, tissue_id=tissue) == path_of(gene, 9)


def test_every_key_and_no_other(lookup):
    for gene in GENES:
        for tissue in TISSUES:
            assert lookup.exists(gene, tissue) is ((gene, tissue) in KNOWN)
            if (gene, tissue) in KNOWN:
                assert lookup.get_s3_file_path(gene, tissue) == KNOWN[gene, tissue]
    assert not lookup.exists("nobody", 3)
    assert not lookup.exists(GENES[0], 2**31 - 1)


def test_absent_keys(lookup):
    with pytest.raises(ingot.NotFound, match="no file for gene_id=nobody, tissue_id=3"):
        lookup.get_s3_file_path("nobody", 3)
    with pytest.raises(ingot.NotFound):
        lookup.get_file_path("nobody", 3)
    with pytest.raises(ingot.NotFound, match="gene_id=nobody"):
        lookup.generic.get(gene_id="nobody", tissue_id=1)
    assert len(lookup.get_records_for_gene("nobody")) == 0
    assert lookup.get_records_for_gene("nobody").rows() == []
    assert lookup.get_records_for_gene("nobody").arrow().schema.names == ["gene_id", "tissue_id", "file_path"]
    assert len(lookup.get_records_for_tissue(99)) == 0
    assert lookup.generic.get_all(gene_id="nobody", tissue_id=1) == []


def test_what_needs_a_store_is_unsupported(lookup):
    with pytest.raises(ingot.Unsupported, match="cannot be downloaded"):
        lookup.get_file_path(GENES[0], 3)
    for cls in (ingot.Lookup, ingot.ManifestLookup):
        with pytest.raises(ingot.Unsupported, match="local disk"):
            cls("s3://bucket/manifest.parquet")


@pytest.mark.parametrize(
    ("gene", "tissue"),
    [("", 1), (GENES[0], ""), (None, 1), (GENES[0], None), (GENES[0], 1.0), (GENES[0], True), (GENES[0], "x"), (GENES[0], "tissue_"),
     (GENES[0], "tissue_x"), (GENES[0], "issue_1"), (GENES[0], "01"), (GENES[0], "+1"), (GENES[0], " 1"), (GENES[0], "*"),
     (GENES[0], "%"), (GENES[0], 2**31), (GENES[0], -(2**70)), (GENES[0], b"1"), (GENES[0], [1]), (1, 1), ("\ud800", 1),
     (GENES[0], "1\0")],
)  # fmt: skip
def test_what_can_be_no_key_is_an_error_and_never_a_wildcard(lookup, gene, tissue):
    calls = [
        lambda: lookup.exists(gene, tissue),
        lambda: lookup.get_s3_file_path(gene, tissue),
        lambda: lookup.get_file_path(gene, tissue),
        lambda: lookup.get_records(gene, tissue),
        lambda: lookup.generic.exists(gene_id=gene, tissue_id=tissue),
        lambda: lookup.generic.get(gene_id=gene, tissue_id=tissue),
        lambda: lookup.generic.get_all(gene_id=gene, tissue_id=tissue),
        lambda: lookup.get_s3_file_paths([gene], [tissue]),
        lambda: lookup.exists_many([GENES[0], gene], [1, tissue]),
    ]
    for call in calls:
        with pytest.raises(ingot.UsageError) as caught:
            call()
        assert caught.value.exit_code == 2


def test_hostile_keys_are_absent_or_refused(lookup):
    chance = random.Random(7)
    pool = ["*", "%", "..", "/", "\0", "'", '"', ";", " or 1=1", "ENSG", "0", ".", "\u0435", "\u200b", "\n", "é", "💥", "a" * 300]
    for _ in range(5000):
        gene = "".join(chance.choice(pool) for _ in range(chance.randrange(1, 6)))
        assert not lookup.exists(gene, 1)
        assert lookup.get_s3_file_paths([gene], [1]).null_count == 1
        tissue = "".join(chance.choice(pool) for _ in range(chance.randrange(0, 4)))
        try:
            assert not lookup.exists("nobody", tissue)
        except ingot.UsageError:
            pass


def test_wrong_names_of_columns(lookup):
    generic = lookup.generic
    with pytest.raises(ingot.UsageError, match="did you mean 'gene_id'"):
        generic.exists(gene_ic=GENES[0], tissue_id=1)
    with pytest.raises(ingot.UsageError, match="did you mean 'tissue_id'"):
        generic.records(tisue_id=1)
    with pytest.raises(ingot.UsageError, match="did you mean 'gene_id'"):
        generic.unique("geneid")
    with pytest.raises(ingot.UsageError, match="did you mean 'gene_id'"):
        generic.get_many(gene_ic=GENES, tissue_id=[1])
    with pytest.raises(ingot.UsageError, match="there is no key column 'file_path'"):
        lookup.get_unique("file_path")
    with pytest.raises(ingot.UsageError, match="lacks a value for 'tissue_id'"):
        generic.get(gene_id=GENES[0])
    with pytest.raises(ingot.UsageError, match="lacks a value for 'tissue_id'"):
        generic.get_all(gene_id=GENES[0])
    with pytest.raises(ingot.UsageError, match="lacks values for 'tissue_id'"):
        generic.get_many(gene_id=GENES)
    with pytest.raises(ingot.UsageError):
        generic.exists()
    with pytest.raises(ingot.UsageError, match="no key given"):
        generic.records()


def test_records_are_tables_of_any_library(lookup):
    table = lookup.get_records_for_gene(GENES[3])
    wanted = [{"gene_id": GENES[3], "tissue_id": tissue, "file_path": path} for (gene, tissue), path in KNOWN.items() if gene == GENES[3]]
    assert table.columns == ["gene_id", "tissue_id", "file_path"]
    assert len(table) == len(wanted)
    assert table.rows() == wanted
    assert pyarrow.table(table).to_pylist() == wanted
    assert table.arrow().schema.field("tissue_id").type == pyarrow.int32()
    assert table.polars().to_dicts() == wanted
    assert table.pandas().to_dict("records") == wanted
    records = table
    assert duckdb.sql("select tissue_id from records").fetchall() == [(row["tissue_id"],) for row in wanted]
    assert table["tissue_id"].to_list() == [row["tissue_id"] for row in wanted]
    assert repr(table) == f"<ingot.Table gene_id, tissue_id, file_path: {len(wanted)} rows>"
    with pytest.raises(KeyError):
        table["path"]
    tissue = lookup.get_records_for_tissue("tissue_4").rows()
    assert [row["gene_id"] for row in tissue] == [gene for gene, tissue in KNOWN if tissue == 4]
    assert lookup.generic.records(tissue_id=4, gene_id=GENES[0]).rows() == lookup.get_records(GENES[0], 4).rows()


def test_values_outlive_what_they_came_from(manifest):
    with ingot.ManifestLookup(manifest) as lookup:
        table = lookup.get_records_for_gene(GENES[3])
    paths = pyarrow.array(table["file_path"])
    expected = table["file_path"].to_list()
    del table
    assert paths.to_pylist() == expected


def test_unique_values_are_sorted(lookup):
    assert lookup.get_unique("gene_id") == GENES
    assert lookup.get_unique("tissue_id") == list(TISSUES)
    assert pyarrow.array(lookup.generic.unique("tissue_id")).type == pyarrow.int32()
    assert list(lookup.generic.unique("tissue_id")) == list(TISSUES)


def test_all_rows_of_a_key(tmp_path):
    listing = tmp_path / "paths.txt"
    listing.write_text("a/v1/ad/G1/model_tissue_1.tl\nb/v1/ad/G1/model_tissue_1.tl\nv1/ad/G2/model_tissue_1.tl\n")
    made = ingot.generate_manifest(listing, tmp_path / "all.parquet", template=TEMPLATE, duplicates="keep-all")
    assert (made.rows, made.duplicates, made.rejects) == (3, 1, 0)
    with ingot.ManifestLookup(tmp_path / "all.parquet") as lookup:
        both = ["a/v1/ad/G1/model_tissue_1.tl", "b/v1/ad/G1/model_tissue_1.tl"]
        assert lookup.get_s3_file_path("G1", 1) == both[0]
        assert lookup.generic.get_all(gene_id="G1", tissue_id="tissue_1") == both
        assert lookup.get_records("G1", 1)["file_path"].to_list() == both
        assert lookup.generic.index.rows == 3
        assert lookup.generic.index.keys == 2


def test_a_key_of_one_and_of_four_columns(tmp_path):
    one = pyarrow.table({"name": ["a", "b"], "file_path": ["x/a", "x/b"]})
    pyarrow.parquet.write_table(one, tmp_path / "one.parquet")
    with ingot.Lookup(tmp_path / "one.parquet") as lookup:
        assert lookup.get(name="b") == "x/b"
        assert [column.name for column in lookup.columns] == ["name"]
        assert lookup.get_many(name=["b", "c"]).to_list() == ["x/b", None]
    four = pyarrow.table({"a": ["p", "q"], "b": [1, -2], "self": [5, 6], "d": ["r", "s"], "file_path": ["1", "2"]})
    pyarrow.parquet.write_table(four, tmp_path / "four.parquet")
    with ingot.Lookup(tmp_path / "four.parquet") as lookup:
        assert lookup.exists(**{"self": 6, "d": "s", "a": "q", "b": -2})
        assert lookup.get(b=1, a="p", d="r", **{"self": 5}) == "1"
        assert not lookup.exists(a="p", b=1, d="s", **{"self": 5})
        assert lookup.records(b=-2).rows() == [{"a": "q", "b": -2, "self": 6, "d": "s", "file_path": "2"}]
    with pytest.raises(ingot.Unsupported, match="ingot.Lookup takes any key|has the key"):
        ingot.ManifestLookup(tmp_path / "one.parquet")


@pytest.mark.parametrize("order", [["gene_id", "tissue_id"], ["tissue_id", "gene_id"]])
@pytest.mark.parametrize("extra", [{}, {"size": [1.5, 2.5]}, {"rank": [1, 2]}])
def test_a_manifest_of_pandas(tmp_path, order, extra):
    """No template in its metadata, int64 tissues, any order of columns, columns that are no part of the key."""
    columns = {"gene_id": ["G1", "G2"], "tissue_id": [3, 4]}
    frame = pandas.DataFrame({name: columns[name] for name in order} | extra | {"file_path": ["x", "y"]})
    frame.to_parquet(tmp_path / "m.parquet")
    with ingot.ManifestLookup(tmp_path / "m.parquet") as lookup:
        for tissue in (4, "4", "tissue_4", "model_tissue_4"):
            assert lookup.exists("G2", tissue)
            assert lookup.get_s3_file_path("G2", tissue) == "y"
        assert not lookup.exists("G1", 4)
        assert lookup.get_s3_file_paths(["G1", "G2"], ["tissue_3", 3]).to_list() == ["x", None]
        assert lookup.get_records_for_tissue("tissue_3")["gene_id"].to_list() == ["G1"]


def test_the_index_is_made_on_first_use(manifest):
    index = pathlib.Path(f"{manifest}.ingot-index")
    assert index.exists(), "generate_manifest leaves one"
    index.unlink()
    heard = []
    with ingot.Lookup(manifest, progress=heard.append) as lookup:
        assert lookup.index.origin == "built"
        assert lookup.index.path == str(index)
        assert lookup.index.keys == len(KNOWN)
        assert len(lookup.index.manifest_sha256) == 64
        assert heard
    with ingot.Lookup(manifest) as lookup:
        assert lookup.index.origin == "opened"
    index.unlink()
    cancellation = ingot.Cancellation()
    cancellation.request()
    with pytest.raises(ingot.Cancelled):
        ingot.Lookup(manifest, cancellation=cancellation)
    assert not index.exists()


def test_a_folder_that_takes_no_file(manifest):
    index = pathlib.Path(f"{manifest}.ingot-index")
    index.unlink()
    # A folder in its place stands for everything that keeps a file from being written: root may write anywhere.
    index.mkdir()
    with ingot.ManifestLookup(manifest) as lookup:
        assert lookup.generic.index.origin == "in_memory"
        assert lookup.get_s3_file_path(GENES[3], 9) == path_of(GENES[3], 9)
    index.rmdir()
    manifest.parent.chmod(0o500)
    try:
        with ingot.ManifestLookup(manifest) as lookup:
            assert lookup.generic.index.origin == ("built" if os.geteuid() == 0 else "in_memory")
            assert lookup.exists(GENES[3], 9)
    finally:
        manifest.parent.chmod(0o700)


def test_an_index_that_is_damaged_while_it_is_open_is_made_again(manifest):
    keys = {(f"G{number:06}", 1): None for number in range(4000)}
    make_manifest(manifest.parent, keys)
    index = pathlib.Path(f"{manifest}.ingot-index")
    for ask in (
        lambda lookup: lookup.exists("G000007", 1),
        lambda lookup: lookup.get_s3_file_path("G000007", 1) == path_of("G000007", 1),
        lambda lookup: lookup.get_s3_file_paths(["G000007"], [1]).to_list() == [path_of("G000007", 1)],
        lambda lookup: len(lookup.get_records_for_gene("G000007")) == 1,
        lambda lookup: len(lookup.get_unique("gene_id")) == 4000,
    ):
        with ingot.ManifestLookup(manifest) as lookup:
            with open(index, "r+b") as file:
                file.write(bytes(index.stat().st_size // 2))
            assert ask(lookup)
            assert lookup.generic.index.origin == "built"


def test_a_manifest_that_is_replaced(manifest):
    lookup = ingot.ManifestLookup(manifest)
    generic = ingot.Lookup(manifest)
    make_manifest(manifest.parent, {("new", 1): None}, allow_shrink=True)
    for each in (lookup.generic, generic):
        assert each.exists(gene_id=GENES[3], tissue_id=9)
        assert not each.exists(gene_id="new", tissue_id=1)
    assert lookup.reload()
    assert lookup.get_unique("gene_id") == ["new"]
    assert lookup.exists("new", 1)
    assert not lookup.exists(GENES[3], 9)
    assert not lookup.reload(), "the same manifest"
    assert generic.exists(gene_id=GENES[3], tissue_id=9)
    manifest.unlink()
    with pytest.raises(ingot.NotFound):
        generic.reload()
    assert generic.exists(gene_id=GENES[3], tissue_id=9), "the old one stays"


def test_closed_lookups_say_so(manifest):
    with ingot.ManifestLookup(manifest) as lookup:
        pass
    generic = ingot.Lookup(manifest)
    generic.close()
    generic.close()
    for call in (
        lambda: lookup.exists(GENES[3], 9),
        lambda: lookup.get_unique("gene_id"),
        lambda: lookup.get_s3_file_paths([], []),
        lambda: generic.exists(gene_id=GENES[3], tissue_id=9),
        lambda: generic.records(gene_id=GENES[3]),
        lambda: generic.columns,
    ):
        with pytest.raises(ingot.UsageError, match="closed"):
            call()


def test_what_is_no_manifest(tmp_path):
    with pytest.raises(ingot.NotFound):
        ingot.Lookup(tmp_path / "absent.parquet")
    (tmp_path / "text.parquet").write_text("no Parquet")
    with pytest.raises(ingot.Corrupt):
        ingot.ManifestLookup(tmp_path / "text.parquet")
    pyarrow.parquet.write_table(pyarrow.table({"gene_id": ["a"]}), tmp_path / "short.parquet")
    with pytest.raises(ingot.Unsupported, match="file_path"):
        ingot.ManifestLookup(tmp_path / "short.parquet")
    nulls = pyarrow.table({"gene_id": ["a", None], "tissue_id": [1, 2], "file_path": ["x", "y"]})
    pyarrow.parquet.write_table(nulls, tmp_path / "nulls.parquet")
    with pytest.raises(ingot.InvalidData):
        ingot.ManifestLookup(tmp_path / "nulls.parquet")
    with pytest.raises(ingot.UsageError, match="does not fit"):
        ingot.Lookup(make_manifest(tmp_path), template="{other}.tl")


def test_paths_that_are_no_utf_8(tmp_path):
    path = b"caf\xe9/G1"
    binary = pyarrow.array([path], pyarrow.binary())
    text = pyarrow.StringArray.from_buffers(1, binary.buffers()[1], binary.buffers()[2])
    pyarrow.parquet.write_table(pyarrow.table({"name": ["G1"], "file_path": text}), tmp_path / "m.parquet")
    with ingot.Lookup(tmp_path / "m.parquet") as lookup:
        assert os.fsencode(lookup.get(name="G1")) == path
        assert os.fsencode(lookup.records(name="G1")["file_path"].to_list()[0]) == path


def test_threads_ask_while_one_rebuilds(manifest):
    index = pathlib.Path(f"{manifest}.ingot-index")
    failures, stop = [], threading.Event()
    shared = ingot.ManifestLookup(manifest)

    def ask(number):
        chance = random.Random(number)
        try:
            for turn in range(60):
                lookup = shared if turn % 2 else ingot.ManifestLookup(manifest)
                gene, tissue = chance.choice(GENES), chance.choice(TISSUES)
                assert lookup.exists(gene, tissue) is ((gene, tissue) in KNOWN)
                texts, numbers, wanted = asked(50, turn)
                assert lookup.get_s3_file_paths(texts, numbers).to_list() == wanted
                assert len(lookup.get_records_for_gene(gene)) == sum(known == gene for known, _ in KNOWN)
        except BaseException as error:  # noqa: BLE001: whatever it is, the test must see it
            failures.append(error)

    def rebuild():
        while not stop.is_set():
            index.unlink(missing_ok=True)
            with ingot.Lookup(manifest):
                pass

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    rebuilder = threading.Thread(target=rebuild)
    for thread in (*threads, rebuilder):
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    rebuilder.join()
    assert failures == []


def test_threads_ask_while_the_manifest_is_replaced(manifest):
    """Every answer is that of one of the two manifests, as a whole."""
    other = {(gene, tissue + 100): None for gene, tissue in KNOWN}
    failures, stop = [], threading.Event()
    shared = ingot.ManifestLookup(manifest)

    def ask():
        try:
            while not stop.is_set():
                found = shared.exists_many([GENES[3], GENES[3]], [9, 109]).to_list()
                assert found in ([True, False], [False, True]), found
        except BaseException as error:  # noqa: BLE001: as above
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(10):
        make_manifest(manifest.parent, KNOWN if turn % 2 else other)
        assert shared.reload()
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_lookups_travel_to_other_processes(manifest):
    for lookup in (ingot.ManifestLookup(manifest), ingot.Lookup(manifest, template=TEMPLATE, memory="128MiB")):
        code = "import pickle, sys; lookup = pickle.loads(sys.stdin.buffer.read()); print(repr(lookup))"
        output = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(lookup), capture_output=True, check=True).stdout
        assert output.decode().strip() == repr(lookup)
    assert pickle.loads(pickle.dumps(ingot.ManifestLookup(manifest))).exists(GENES[3], 9)


def test_the_current_folder_may_change(manifest, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(manifest.parent)
    lookup = ingot.ManifestLookup("manifest.parquet")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert not lookup.reload()
    assert lookup.generic.manifest == str(manifest)


def test_generate_manifest(tmp_path):
    listing = tmp_path / "paths.txt"
    listing.write_text("v1/ad/G1/model_tissue_1.tl\nno key\n\nv1/ad/G1/model_tissue_1.tl\nv1/ad/G2/model_tissue_99999999999.tl\n")
    make = lambda **options: ingot.generate_manifest(source=listing, output_file=tmp_path / "m.parquet", template=TEMPLATE, **options)  # noqa: E731
    made = make()
    assert (made.result, made.rows, made.rejects, made.duplicates) == ("built", 1, 2, 1)
    assert make().result == "up_to_date"
    assert make(force=True).result == "rebuilt"
    assert ingot.verify(tmp_path / "m.parquet", deep=True).passed
    for options in ({"strict": True}, {"duplicates": "refuse"}):
        with pytest.raises(ingot.CheckFailed):
            make(force=True, **options)
    with pytest.raises(ingot.UsageError, match="duplicates"):
        make(duplicates="keep-frist")
    with pytest.raises(ingot.UsageError, match="which template"):
        ingot.generate_manifest(listing, tmp_path / "n.parquet")
    with pytest.raises(ingot.NotFound):
        ingot.generate_manifest(tmp_path / "absent.txt", tmp_path / "n.parquet", template=TEMPLATE)
    listing.write_text("no key\n")
    with pytest.raises(ingot.CheckFailed, match="no line gives a key"):
        ingot.generate_manifest(listing, tmp_path / "n.parquet", template=TEMPLATE)
    with pytest.raises(TypeError):
        make(tempalte="x")
    heard = []
    write_listing(tmp_path, KNOWN)
    assert make(base="s3://models", progress=heard.append, codec="zstd", level=3).rows == len(KNOWN)
    assert heard
    table = pyarrow.parquet.read_table(tmp_path / "m.parquet")
    assert dict(zip(zip(table["gene_id"].to_pylist(), table["tissue_id"].to_pylist()), table["file_path"].to_pylist())) == KNOWN


def test_a_project_indexes_its_listing(tmp_path):
    root = pathlib.Path(__file__).resolve().parents[2]
    (tmp_path / "ingot.toml").write_bytes((root / "examples/genes/ingot.toml").read_bytes())
    project = ingot.open(tmp_path)
    made = project.index(write_listing(tmp_path, KNOWN), tmp_path / "manifest.parquet")
    assert (made.dataset, made.rows) == ("genes", len(KNOWN))
    assert project.index(tmp_path / "paths.txt", tmp_path / "manifest.parquet").result == "up_to_date"
    assert project.partitions("genes")[0].rows == len(KNOWN)
    with ingot.ManifestLookup(tmp_path / "manifest.parquet") as lookup:
        assert lookup.exists(GENES[3], "tissue_9")


def test_a_project_refreshes_its_warehouse(tmp_path):
    root = pathlib.Path(__file__).resolve().parents[2]
    (tmp_path / "models").mkdir()
    for path in (root / "examples/events").rglob("*.*"):
        (tmp_path / path.relative_to(root / "examples/events")).write_bytes(path.read_bytes())
    project = ingot.open(tmp_path)
    with pytest.raises(ingot.NotFound, match="ingot generate events"):
        project.refresh()
    project.generate("events", rows=500, output_dir=tmp_path / "data")
    first = project.refresh()
    assert not first.nothing_new
    gold = first.layers[-1]
    assert (gold.name, gold.result) == ("gold_weekly_active_teams", "built")
    assert gold.rows_out == duckdb.sql(f"select count(*) from '{gold.path}'").fetchall()[0][0]
    assert pathlib.Path(first.database).exists()
    assert project.refresh().nothing_new
    assert not project.refresh(force=True).nothing_new
    with pytest.raises(ingot.ConfigError):
        (tmp_path / "empty").mkdir()
        (tmp_path / "empty/ingot.toml").write_text('[project]\nname = "empty"\n')
        ingot.open(tmp_path / "empty").refresh()
