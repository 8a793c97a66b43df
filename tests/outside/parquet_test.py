"""Our Parquet files, read by DuckDB, pyarrow and polars: every value, every filter, every page index.

INGOT_BUILD names the build folder that holds `parquet_battery`.
"""

import json
import math
import os
import pathlib
import struct
import subprocess
from decimal import Decimal

import duckdb
import polars
import pyarrow
import pyarrow.compute
import pyarrow.dataset
import pyarrow.parquet
import pytest

# Numbers of TypeKind in src/model/schema.h.
NULL, BOOL, INT16, INT32, INT64, DOUBLE, STRING, BINARY, JSON, DATE, TIMESTAMP, DECIMAL, STRUCT, LIST, MAP = range(15)

UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


@pytest.fixture(scope="session")
def battery(tmp_path_factory):
    folder = tmp_path_factory.mktemp("battery")
    program = pathlib.Path(os.environ["INGOT_BUILD"]) / "parquet_battery"
    subprocess.run([program, folder], check=True)
    return folder


NAMES = (
    ["all_types_zstd", "all_types_snappy", "all_types_plain_pages", "required", "empty", "nulls"]
    + ["encodings", "encodings_small_pages", "noise", "filters"]
    + [f"nested_{seed}" for seed in range(24)]
)


def read_with_pyarrow(path):
    return pyarrow.parquet.read_table(path)


def read_with_polars(path):
    return polars.read_parquet(path).to_arrow()


def read_with_duckdb(path):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.sql("SELECT * FROM read_parquet(?)", params=[str(path)]).to_arrow_table()


READERS = {"pyarrow": read_with_pyarrow, "polars": read_with_polars, "duckdb": read_with_duckdb}


def bits(number):
    """A double that compares by its bits, all NaNs alike."""
    return "nan" if math.isnan(number) else struct.pack("<d", number).hex()


def plain(array, of):
    """Values of an Arrow array in the form of the battery's expectations."""
    if isinstance(array, pyarrow.ChunkedArray):
        array = array.combine_chunks()
        if isinstance(array, pyarrow.ChunkedArray):
            array = pyarrow.concat_arrays(array.chunks)
    if isinstance(array, pyarrow.ExtensionArray):
        array = array.storage
    kind = of["kind"]
    valid = array.is_valid().to_pylist()
    if kind == STRUCT:
        children = [plain(child, field["of"]) for child, field in zip(array.flatten(), of["fields"])]
        return [list(values) if ok else None for ok, values in zip(valid, zip(*children))]
    if kind in (LIST, MAP):
        return plain_lists(array, of, valid)
    if kind == NULL:
        assert not any(valid)
        return [None] * len(array)
    if kind in (INT16, INT32, INT64):
        return array.to_pylist()
    if kind == DATE:
        return array.cast(pyarrow.int32()).to_pylist()
    if kind == TIMESTAMP:
        assert array.type.tz in ("UTC", "Etc/UTC"), array.type
        return plain_times(array, of["type"][len("timestamp[") : -1])
    if kind == DECIMAL:
        scale = int(of["type"].rstrip(")").split(",")[1])
        return [None if value is None else int(Decimal(value).scaleb(scale)) for value in array.to_pylist()]
    if kind == DOUBLE:
        return [None if value is None else bits(value) for value in array.to_pylist()]
    if kind == BINARY:
        return [None if value is None else value.hex() for value in array.to_pylist()]
    # polars reads JSON as bytes
    return [value.decode() if isinstance(value, bytes) else value for value in array.to_pylist()]


def plain_lists(array, of, valid):
    offsets = array.offsets.to_pylist()
    if of["kind"] == LIST:
        elements = plain(array.values, of["fields"][0]["of"])
    elif pyarrow.types.is_map(array.type):
        keys, items = (plain(part, field["of"]) for part, field in zip((array.keys, array.items), of["fields"]))
        elements = [list(pair) for pair in zip(keys, items)]
    else:  # polars has no maps: a list of structs
        elements = plain(array.values, {"kind": STRUCT, "fields": of["fields"]})
    return [elements[offsets[i] : offsets[i + 1]] if ok else None for i, ok in enumerate(valid)]


def plain_times(array, unit):
    """Counts of `unit`; a reader that keeps fewer digits has cut them off."""
    have, want = UNITS[array.type.unit], UNITS[unit]
    counts = array.cast(pyarrow.int64()).to_pylist()
    return [None if count is None else count * want // have for count in counts]


def expect(values, of):
    """The battery's JSON in comparable form."""
    kind = of["kind"]
    if kind == DOUBLE:
        return [None if value is None else bits(float.fromhex(value)) for value in values]
    if kind == STRUCT:
        columns = [
            expect([None if value is None else value[i] for value in values], field["of"])
            for i, field in enumerate(of["fields"])
        ]
        return [None if value is None else [column[i] for column in columns] for i, value in enumerate(values)]
    if kind in (LIST, MAP):
        return [None if value is None else expect_elements(value, of) for value in values]
    return values


def expect_elements(elements, of):
    if of["kind"] == LIST:
        return expect(elements, of["fields"][0]["of"])
    keys = expect([key for key, _ in elements], of["fields"][0]["of"])
    return [list(pair) for pair in zip(keys, expect([item for _, item in elements], of["fields"][1]["of"]))]


def load(battery, name):
    expected = json.loads((battery / f"{name}.json").read_text())
    columns = list(zip(*expected["rows"])) or [[] for _ in expected["types"]]
    return {field["name"]: (field["of"], list(column)) for field, column in zip(expected["types"], columns)}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("reader", READERS)
def test_every_value_is_read_back(battery, reader, name):
    table = READERS[reader](battery / f"{name}.parquet")
    expected = load(battery, name)
    assert table.column_names == list(expected)
    for column, (of, values) in expected.items():
        got = plain(table.column(column), of)
        want = expect(values, of)
        if reader == "duckdb":
            got, want = (cut_nanoseconds(side, of) for side in (got, want))
        assert got == want, column


def cut_nanoseconds(values, of):
    """DuckDB reads UTC instants as microseconds."""
    if of["kind"] == TIMESTAMP and of["type"] == "timestamp[ns]":
        return [None if value is None else value // 1000 for value in values]
    return values


def test_battery_covers_every_encoding(battery):
    seen = set()
    for name in NAMES:
        metadata = pyarrow.parquet.read_metadata(battery / f"{name}.parquet")
        for group in range(metadata.num_row_groups):
            for column in range(metadata.num_columns):
                seen |= set(metadata.row_group(group).column(column).encodings)
    assert seen == {
        "PLAIN",
        "RLE",
        "RLE_DICTIONARY",
        "DELTA_BINARY_PACKED",
        "DELTA_LENGTH_BYTE_ARRAY",
        "DELTA_BYTE_ARRAY",
        "BYTE_STREAM_SPLIT",
    }


@pytest.mark.parametrize("name", NAMES)
def test_page_checksums_hold(battery, name):
    pyarrow.parquet.read_table(battery / f"{name}.parquet", page_checksum_verification=True)


def test_page_checksums_are_there(battery, tmp_path):
    """A flipped bit in a page is found by a reader that was told to look."""
    whole = battery / "all_types_plain_pages.parquet"
    column = pyarrow.parquet.read_metadata(whole).row_group(0).column(4)
    data = bytearray(whole.read_bytes())
    data[column.data_page_offset + column.total_compressed_size - 1] ^= 1  # the last value of the last page
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(data)
    with pytest.raises(OSError, match="CRC"):
        pyarrow.parquet.read_table(damaged, page_checksum_verification=True)


def test_metadata(battery):
    metadata = pyarrow.parquet.read_metadata(battery / "filters.parquet")
    assert metadata.created_by.startswith("ingot version ")
    own = {name: metadata.metadata[name] for name in (b"ingot.value_digests", b"ingot.chunk_hashes")}
    assert {len(hashes) for hashes in own.values()} == {32 * metadata.num_row_groups * metadata.num_columns}
    assert metadata.metadata == {b"ingot.test": "räksmörgås".encode(), b"second": b"", **own}
    assert metadata.num_row_groups == 5 and metadata.num_rows == 4000
    group = metadata.row_group(0)
    assert [column.column_index for column in group.sorting_columns] == [0]
    for i in range(metadata.num_columns):
        column = group.column(i)
        assert column.has_column_index and column.has_offset_index
    schema = pyarrow.parquet.read_schema(battery / "filters.parquet")
    assert [int(field.metadata[b"PARQUET:field_id"]) for field in schema] == list(range(100, 106))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "empty"])
def test_statistics_are_true_bounds(battery, name):
    """Chunk statistics, as pyarrow decodes them, against the values."""
    metadata = pyarrow.parquet.read_metadata(battery / f"{name}.parquet")
    file = pyarrow.parquet.ParquetFile(battery / f"{name}.parquet")
    for i in range(metadata.num_columns):
        for group in range(metadata.num_row_groups):
            column = metadata.row_group(group).column(i)
            if "." in column.path_in_schema or column.statistics is None:
                continue
            values = file.read_row_group(group, columns=[column.path_in_schema]).column(0)
            assert column.statistics.null_count == values.null_count
            if not column.statistics.has_min_max or pyarrow.types.is_decimal(values.type):
                continue
            if pyarrow.types.is_date(values.type) or pyarrow.types.is_timestamp(values.type):
                continue  # random ones are beyond Python's calendar
            present = [v for v in values.drop_null().to_pylist() if not (isinstance(v, float) and math.isnan(v))]
            bounds = [bound.decode() if isinstance(present[0], str) and isinstance(bound, bytes) else bound
                      for bound in (column.statistics.min, column.statistics.max)]
            assert bounds == [min(present), max(present)]


def count_by_value(values):
    counts = {}
    for value in values:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    return counts


@pytest.mark.parametrize("column", ["id", "name", "score", "day", "small"])
def test_filters_find_every_row(battery, column):
    """Bloom filters, statistics and page indexes never hide a row, nor does a value that is absent appear."""
    path = battery / "filters.parquet"
    table = pyarrow.parquet.read_table(path)
    values = [v for v in table.column(column).to_pylist() if not (isinstance(v, float) and math.isnan(v))]
    counts = count_by_value(values)
    connection = duckdb.connect()
    dataset = pyarrow.dataset.dataset(path)
    lazy = polars.scan_parquet(path)
    for value, count in counts.items():
        sql = f'SELECT count(*) FROM read_parquet(?) WHERE "{column}" = ?'
        assert connection.execute(sql, [str(path), value]).fetchone()[0] == count
        field = pyarrow.compute.field(column)
        typed = pyarrow.scalar(value, type=table.schema.field(column).type)
        assert dataset.count_rows(filter=field == typed) == count
        assert lazy.filter(polars.col(column) == value).select(polars.len()).collect().item() == count


def test_bloom_filters_exclude(battery):
    """DuckDB answers from them alone: each stored value may be there, absent ones mostly are not."""
    path = battery / "filters.parquet"
    table = pyarrow.parquet.read_table(path)
    connection = duckdb.connect()

    def excluded(column, value):
        rows = connection.execute("SELECT bloom_filter_excludes FROM parquet_bloom_probe(?, ?, ?)", [str(path), column, value])
        return [row[0] for row in rows.fetchall()]

    for column in ["id", "name"]:
        stored = set(table.column(column).drop_null().to_pylist())
        assert not any(all(excluded(column, value)) for value in stored)
    absent = sum(sum(excluded("id", value)) for value in range(10_000, 10_200))
    assert absent > 0.9 * 5 * 200
