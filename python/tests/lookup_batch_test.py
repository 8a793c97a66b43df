"""Many keys at once, from lists and from the arrays and tables of every library."""

import duckdb
import ingot
import numpy
import pandas
import polars
import pyarrow
import pytest
from gene_manifest import GENES, asked


GENE_COLUMNS = {
    "list": lambda texts: texts,
    "tuple": tuple,
    "generator": iter,
    "numpy": lambda texts: numpy.array(texts),
    "numpy objects": lambda texts: numpy.array(texts, dtype=object),
    "pyarrow": lambda texts: pyarrow.array(texts),
    "pyarrow large": lambda texts: pyarrow.array(texts, pyarrow.large_string()),
    "pyarrow view": lambda texts: pyarrow.array(texts, pyarrow.string_view()),
    "pyarrow dictionary": lambda texts: pyarrow.array(texts).dictionary_encode(),
    "pyarrow slice": lambda texts: pyarrow.array(["before", *texts, "behind"])[1:-1],
    "pyarrow chunks": lambda texts: pyarrow.chunked_array([texts[:10], [], texts[10:]], pyarrow.string()),
    "polars": lambda texts: polars.Series(texts),
    "polars categories": lambda texts: polars.Series(texts, dtype=polars.Categorical),
    "pandas": lambda texts: pandas.Series(texts),
    "pandas categories": lambda texts: pandas.Series(texts, dtype="category"),
}  # fmt: skip
TISSUE_COLUMNS = {
    "list": lambda numbers: numbers,
    "texts": lambda numbers: [f"model_tissue_{number}" for number in numbers],
    "mixed": lambda numbers: [number if number % 3 else f"tissue_{number}" for number in numbers],
    "range of numpy": lambda numbers: [numpy.int16(number) for number in numbers],
    **{f"numpy {kind}": lambda numbers, kind=kind: numpy.array(numbers, dtype=kind)
       for kind in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", ">i4")},
    "numpy stride": lambda numbers: numpy.repeat(numpy.array(numbers), 2)[::2],
    "array": lambda numbers: memoryview(numpy.array(numbers, dtype="i4")),
    "pyarrow": lambda numbers: pyarrow.array(numbers, pyarrow.int32()),
    "pyarrow uint8": lambda numbers: pyarrow.array(numbers, pyarrow.uint8()),
    "polars": lambda numbers: polars.Series(numbers),
    "pandas": lambda numbers: pandas.Series(numbers),
}  # fmt: skip


@pytest.mark.parametrize("genes", GENE_COLUMNS)
@pytest.mark.parametrize("tissues", ["list", "numpy i8", "pyarrow"])
def test_batches_of_genes(lookup, genes, tissues):
    texts, numbers, wanted = asked(200, 1)
    paths = lookup.get_s3_file_paths(GENE_COLUMNS[genes](texts), TISSUE_COLUMNS[tissues](numbers))
    assert paths.to_list() == wanted


@pytest.mark.parametrize("tissues", TISSUE_COLUMNS)
def test_batches_of_tissues(lookup, tissues):
    texts, numbers, wanted = asked(200, 2)
    assert lookup.get_s3_file_paths(texts, TISSUE_COLUMNS[tissues](numbers)).to_list() == wanted
    found = lookup.exists_many(texts, TISSUE_COLUMNS[tissues](numbers))
    assert found.to_list() == [path is not None for path in wanted]


def test_answers_to_batches_are_arrow_arrays(lookup):
    texts, numbers, wanted = asked(1000, 3)
    paths = lookup.get_s3_file_paths(texts, numbers)
    assert len(paths) == 1000
    assert paths.null_count == wanted.count(None) > 0
    assert pyarrow.array(paths).to_pylist() == wanted
    assert paths.arrow().type == pyarrow.large_string()
    paths.arrow().validate(full=True)
    assert paths.polars().to_list() == wanted
    assert list(paths) == wanted
    found = lookup.exists_many(texts, numbers)
    found.arrow().validate(full=True)
    assert found.arrow().to_pylist() == [path is not None for path in wanted]
    assert pyarrow.DataType._import_from_c_capsule(found.__arrow_c_schema__()) == pyarrow.bool_()
    empty = lookup.get_s3_file_paths([], [])
    assert (len(empty), empty.to_list(), empty.arrow().to_pylist()) == (0, [], [])
    assert lookup.exists_many([], []).arrow().to_pylist() == []


def tables(texts, numbers):
    columns = {"other": [1.5] * len(texts), "tissue_id": numbers, "gene_id": texts}
    arrow = pyarrow.table(columns)
    yield "mapping", {"gene_id": texts, "tissue_id": numpy.array(numbers)}
    yield "pyarrow", arrow
    yield "pyarrow batch", pyarrow.record_batch(columns)
    yield "pyarrow slice", pyarrow.concat_tables([arrow.slice(0, 1), arrow, arrow]).combine_chunks().slice(1, len(texts))
    yield "pyarrow chunks", pyarrow.concat_tables([arrow.slice(0, 7), arrow.slice(7)])
    yield "pyarrow reader", arrow.to_reader(max_chunksize=13)
    yield "polars", polars.DataFrame(columns)
    yield "pandas", pandas.DataFrame(columns)
    yield "duckdb", duckdb.sql("from arrow")


def test_batches_from_tables(lookup):
    texts, numbers, wanted = asked(100, 4)
    for name, table in tables(texts, numbers):
        assert lookup.generic.get_many(table).to_list() == wanted, name
    assert lookup.generic.exists_many(pyarrow.table({"gene_id": texts, "tissue_id": numbers})).to_list() == [path is not None for path in wanted]
    # A struct array has an offset of its own.
    struct = pyarrow.table({"gene_id": texts, "tissue_id": numbers}).to_struct_array().combine_chunks()
    assert lookup.generic.get_many(struct.slice(3, 20)).to_list() == wanted[3:23]


def test_batches_that_cannot_be(lookup):
    get_many, paths = lookup.generic.get_many, lookup.get_s3_file_paths
    with pytest.raises(ingot.UsageError, match="key 1: 'tissue_id': 'x' is not a whole number that int32 holds"):
        paths(GENES[:3], ["1", "x", "3"])
    with pytest.raises(ingot.UsageError, match="key 2: 'gene_id' is empty"):
        paths(["a", "b", ""], [1, 2, 3])
    with pytest.raises(ingot.UsageError, match="different lengths"):
        paths(GENES[:3], [1])
    with pytest.raises(ingot.UsageError, match="key 1: a key has no nulls"):
        paths(pyarrow.array(["a", None]), [1, 2])
    with pytest.raises(ingot.UsageError, match="key 1"):
        paths(GENES[:2], pandas.Series([1, None], dtype="Int64"))
    with pytest.raises(ingot.UsageError, match="key 0"):
        paths(GENES[:2], numpy.ma.array([1, 2], mask=[True, False]))
    for floats in ([1.0, 2.0], numpy.array([1.0, 2.0]), pyarrow.array([1.0, 2.0]), pandas.Series([1.0, None])):
        with pytest.raises(ingot.UsageError):
            paths(GENES[:2], floats)
    with pytest.raises(ingot.UsageError):
        paths(GENES[:2], numpy.array([True, False]))
    with pytest.raises(ingot.UsageError, match="out of range"):
        paths(GENES[:1], numpy.array([2**63], dtype="u8"))
    with pytest.raises(ingot.UsageError, match="out of its range"):
        paths(GENES[:1], numpy.array([2**31]))
    with pytest.raises(TypeError, match="not str"):
        paths("ENSG", [1, 2, 3, 4])
    with pytest.raises(TypeError):
        paths(7, [1])
    with pytest.raises(TypeError, match="not both"):
        get_many({"gene_id": []}, gene_id=[])
    with pytest.raises(TypeError, match="a mapping or an Arrow table"):
        get_many([1, 2])
    with pytest.raises(ingot.UsageError, match="lack a column 'tissue_id'"):
        get_many(pyarrow.table({"gene_id": ["a"]}))
    with pytest.raises(ingot.UsageError, match="a table, not a column"):
        get_many(pyarrow.chunked_array([["a"]]))

    def broken():
        yield pyarrow.record_batch({"gene_id": ["a"], "tissue_id": [1]})
        raise ValueError("the keys end here")

    schema = pyarrow.schema({"gene_id": pyarrow.string(), "tissue_id": pyarrow.int64()})
    with pytest.raises(ingot.UsageError, match="the keys end here"):
        get_many(pyarrow.RecordBatchReader.from_batches(schema, broken()))


def test_batches_can_be_cancelled(lookup):
    cancellation = ingot.Cancellation()
    cancellation.request()
    with pytest.raises(ingot.Cancelled):
        lookup.get_s3_file_paths(GENES, [1] * len(GENES), cancellation=cancellation)
    with pytest.raises(ingot.Cancelled):
        lookup.generic.exists_many(gene_id=GENES, tissue_id=[1] * len(GENES), cancellation=cancellation)
