"""Parquet files of others, in three classes: read, not offered (exit 2), damaged (exit 7). An empty file is read.

The files are small relatives of those in apache/parquet-testing, made here: nothing is fetched. INGOT_BUILD names the
build folder.
"""

import decimal
import json
import os
import pathlib
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

INGOT = pathlib.Path(os.environ["INGOT_BUILD"]) / "ingot"
NOT_OFFERED, DAMAGED = 2, 7
KEYS = {"g": ["a", "b", "c"], "file_path": ["1", "2", "3"]}
SCHEMA = pa.schema([("g", pa.string()), ("file_path", pa.string())])


def ingot(*arguments):
    return subprocess.run([INGOT, *arguments], capture_output=True, text=True, timeout=60)


def inspected(path):
    done = ingot("inspect", path, "-o", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def looked_up(path, key):
    done = ingot("lookup", path, f"g={key}", "--template", "x/{g}")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def beside_keys(values, kind=None):
    return pa.table({**KEYS, "other": pa.array(values, kind)})


OTHERS = {
    "int8": beside_keys([1, -1, None], pa.int8()),
    "uint8": beside_keys([1, 255, None], pa.uint8()),
    "uint16": beside_keys([1, 65535, None], pa.uint16()),
    "uint32": beside_keys([1, 2**32 - 1, None], pa.uint32()),
    "uint64": beside_keys([1, 2**64 - 1, None], pa.uint64()),
    "float16": beside_keys([1.5, None, -2.0], pa.float16()),
    "float32": beside_keys([1.5, None, -2.0], pa.float32()),
    "decimal_int32": beside_keys([decimal.Decimal("1.25")] * 3, pa.decimal128(5, 2)),
    "decimal_fixed": beside_keys([decimal.Decimal("1.25"), None, decimal.Decimal(0)], pa.decimal128(38, 2)),
    "decimal256": beside_keys([decimal.Decimal("1.25"), None, decimal.Decimal(0)], pa.decimal256(70, 2)),
    "date": beside_keys([0, None, 20000], pa.date32()),
    "time": beside_keys([0, None, 20000], pa.time64("us")),
    "timestamp_local": beside_keys([0, None, 20000], pa.timestamp("ns")),
    "timestamp_utc": beside_keys([0, None, 20000], pa.timestamp("us", "UTC")),
    "duration": beside_keys([0, None, 20000], pa.duration("ms")),
    "binary": beside_keys([b"\x00", None, b"x" * 5000]),
    "fixed_binary": beside_keys([b"abcd", None, b"efgh"], pa.binary(4)),
    "nulls": beside_keys([None, None, None], pa.null()),
    "struct": beside_keys([{"x": 1, "y": None}, None, {"x": 2, "y": "z"}]),
    "struct_of_float": beside_keys([{"x": 1.5}, None, {"x": 2.5}], pa.struct([("x", pa.float32())])),
    "list": beside_keys([[1, None], None, []], pa.list_(pa.int64())),
    "list_of_list": beside_keys([[[1], []], None, []], pa.list_(pa.list_(pa.uint64()))),
    "list_of_struct": beside_keys([[{"x": [1]}], None, []], pa.list_(pa.struct([("x", pa.list_(pa.float32()))]))),
    "map": beside_keys([[("k", 1)], None, []], pa.map_(pa.string(), pa.int64())),
    "map_of_float": beside_keys([[("k", 1)], None, []], pa.map_(pa.string(), pa.float32())),
    "dictionary": pa.table({**KEYS, "other": pa.array(["x", "y", "x"]).dictionary_encode()}),
    "large_string": beside_keys(["x", None, "y"], pa.large_string()),
}


@pytest.mark.parametrize("name", OTHERS)
def test_columns_that_nobody_asks_for_may_be_of_any_type(name, tmp_path):
    path = tmp_path / "f.parquet"
    pq.write_table(OTHERS[name], path)
    assert inspected(path)["rows"] == 3
    assert looked_up(path, "b") == "2"


def test_int96_and_two_level_lists(tmp_path):
    for name, options in {
        "int96": {"use_deprecated_int96_timestamps": True},
        "two_levels": {"use_compliant_nested_type": False},
    }.items():
        table = pa.table({**KEYS, "at": pa.array([0, 1, None], pa.timestamp("ns")), "list": [[1], [], None]})
        pq.write_table(table, tmp_path / f"{name}.parquet", **options)
        assert inspected(tmp_path / f"{name}.parquet")["rows"] == 3
        assert looked_up(tmp_path / f"{name}.parquet", "c") == "3"


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "brotli", "lz4", "zstd"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_codecs_are_read_or_named(codec, version, tmp_path):
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table(KEYS), path, compression=codec, data_page_version=version)
    assert inspected(path)["rows"] == 3
    done = ingot("lookup", path, "g=b", "--template", "x/{g}")
    assert (done.returncode, done.stdout) == (0, "2\n") or (done.returncode == NOT_OFFERED and codec in done.stderr), done.stderr


@pytest.mark.parametrize("encoding", ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"])
def test_encodings_of_texts(encoding, tmp_path):
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table(KEYS), path, use_dictionary=False, column_encoding={"g": encoding, "file_path": encoding})
    assert looked_up(path, "c") == "3"


def write_groups(path, tables, **options):
    with pq.ParquetWriter(path, tables[0].schema, **options) as writer:
        for table in tables:
            writer.write_table(table)


def test_empty_row_groups_anywhere_are_no_damage(tmp_path):
    empty = SCHEMA.empty_table()
    row = lambda key, path: pa.table({"g": [key], "file_path": [path]})  # noqa: E731
    for name, tables in {
        "first": [empty, row("a", "1"), row("b", "2")],
        "middle": [row("a", "1"), empty, row("b", "2")],
        "last": [row("a", "1"), row("b", "2"), empty],
        "many": [empty, empty, row("a", "1"), empty, empty, row("b", "2"), empty],
    }.items():
        for options in ({}, {"write_page_index": True, "write_page_checksum": True}):
            write_groups(tmp_path / f"{name}.parquet", tables, **options)
            assert pq.ParquetFile(tmp_path / f"{name}.parquet").metadata.num_row_groups == len(tables)
            assert inspected(tmp_path / f"{name}.parquet")["rows"] == 2
            assert looked_up(tmp_path / f"{name}.parquet", "b") == "2"


def test_files_without_rows_are_empty_not_damaged(tmp_path):
    pq.write_table(SCHEMA.empty_table(), tmp_path / "one_group.parquet")
    pq.ParquetWriter(tmp_path / "no_group.parquet", SCHEMA).close()
    for name in ("one_group", "no_group"):
        assert inspected(tmp_path / f"{name}.parquet")["rows"] == 0
        done = ingot("lookup", tmp_path / f"{name}.parquet", "g=a")
        assert done.returncode == 4 and "damaged" not in done.stderr, done.stderr


def test_a_file_without_columns_is_shown(tmp_path):
    pq.write_table(pa.table({"x": [1, 2]}).select([]), tmp_path / "f.parquet")
    assert inspected(tmp_path / "f.parquet")["columns"] == []
    assert ingot("lookup", tmp_path / "f.parquet", "g=a").returncode == NOT_OFFERED


@pytest.mark.parametrize("kind", [pa.uint64(), pa.float32(), pa.timestamp("ns"), pa.list_(pa.int64())])
def test_a_key_of_a_type_that_is_not_offered_is_named(kind, tmp_path):
    pq.write_table(pa.table({"g": pa.array([None, None], kind), "file_path": ["1", "2"]}), tmp_path / "f.parquet")
    done = ingot("lookup", tmp_path / "f.parquet", "g=1", "--template", "x/{g}")
    assert done.returncode == NOT_OFFERED and "column 'g'" in done.stderr, done.stderr


def test_a_summary_of_a_folder_says_where_the_data_is(tmp_path):
    collected = []
    pq.write_to_dataset(pa.table(KEYS), tmp_path / "d", metadata_collector=collected)
    pq.write_metadata(SCHEMA, tmp_path / "_metadata", metadata_collector=collected)
    done = ingot("inspect", tmp_path / "_metadata")
    assert done.returncode == NOT_OFFERED and "another file" in done.stderr and "damaged" not in done.stderr, done.stderr


def test_encrypted_files_are_not_offered(tmp_path):
    pq.write_table(pa.table(KEYS), tmp_path / "f.parquet")
    bytes_ = (tmp_path / "f.parquet").read_bytes()
    (tmp_path / "e.parquet").write_bytes(b"PARE" + bytes_[4:-4] + b"PARE")
    for verb in (["inspect"], ["lookup"]):
        done = ingot(*verb, tmp_path / "e.parquet", *(["g=a"] if verb == ["lookup"] else []))
        assert done.returncode == NOT_OFFERED and "encrypted" in done.stderr, done.stderr


def test_damage_is_damage(tmp_path):
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"g": [f"k{i}" for i in range(5000)], "file_path": [str(i) for i in range(5000)]}), path,
                   write_page_checksum=True, compression="none", use_dictionary=False)  # fmt: skip
    whole = path.read_bytes()
    assert looked_up(path, "k77") == "77"
    for name, damaged in {
        "no_footer": whole[:-1000],
        "no_middle": whole[:1000] + whole[3000:],
        "footer_too_long": whole[:-8] + b"\xff\xff\xff\x7fPAR1",
        "footer_of_noise": whole[:-200] + bytes(range(192)) + whole[-8:],
        "flipped": whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:],
    }.items():
        (tmp_path / f"{name}.parquet").write_bytes(damaged)
        done = ingot("lookup", tmp_path / f"{name}.parquet", "g=k77", "--template", "x/{g}")
        assert done.returncode == DAMAGED, (name, done.returncode, done.stderr)
