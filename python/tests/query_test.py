"""Results cross to other libraries as they are."""

import datetime

import ingot
import pytest


@pytest.fixture
def built(project):
    project.run("daily", date=["2026-01-13", "2026-01-15"])
    return project


def test_every_library_reads_the_same_rows(built):
    import duckdb
    import pandas
    import polars
    import pyarrow

    result = built.query("select date, station, count(*) as n from daily group by all order by all")
    assert result.columns == ["date", "station", "n"]
    assert repr(result) == "<ingot.QueryResult date, station, n>"
    expected = result.rows()
    assert sum(row["n"] for row in expected) == 16
    assert expected[0]["date"] == datetime.date(2026, 1, 13)
    assert pyarrow.table(result).to_pylist() == expected
    assert pyarrow.schema(result).names == result.columns
    assert pyarrow.RecordBatchReader.from_stream(result).read_all().to_pylist() == expected
    assert polars.DataFrame(result).to_dicts() == expected
    assert polars.from_arrow(result).struct.unnest().to_dicts() == expected
    assert result.polars().to_dicts() == expected
    assert isinstance(result.pandas(), pandas.DataFrame)
    names = [column[0] for column in duckdb.sql("select * from result").description]
    assert [dict(zip(names, row, strict=True)) for row in duckdb.sql("select * from result").fetchall()] == expected


def test_nested_columns_and_nulls(built):
    table = built.query("select [1, null, 3] as list, {'a': 1, 'b': 'x'} as struct, map {'k': 2} as map, null as none").arrow()
    assert table.to_pylist() == [{"list": [1, None, 3], "struct": {"a": 1, "b": "x"}, "map": [("k", 2)], "none": None}]


def test_batches_are_made_while_they_are_read(built):
    import pyarrow

    reader = pyarrow.RecordBatchReader.from_stream(built.query("select range as n from range(10_000_000_000)"))
    total = 0
    for _ in range(3):
        total += len(reader.read_next_batch())
    assert total > 0
    reader.close()


def test_parameters_limit_and_saved_queries(built, folder):
    result = built.query("select $day::date as day, $n::int as n, $flag::boolean as f",
                         params={"day": datetime.date(2026, 1, 15), "n": 7, "flag": True})  # fmt: skip
    assert result.rows() == [{"day": datetime.date(2026, 1, 15), "n": 7, "f": True}]
    assert len(built.query("select * from range(100)", limit=3).rows()) == 3
    with open(folder / "ingot.toml", "a", encoding="utf-8") as file:
        file.write('\n[query.stations]\nsql = "select count(distinct station) as n from daily where date = $day"\n')
        file.write('[query.stations.params]\nday = { type = "date" }\n')
    assert built.query("stations", params={"day": "2026-01-15"}).rows()[0]["n"] > 0
    with pytest.raises(ingot.UsageError, match="needs its parameter"):
        built.query("stations")


def test_failures(built, folder):
    with pytest.raises(ingot.UsageError):
        built.query("selec 1")
    with pytest.raises(ingot.UsageError, match="did you mean"):
        built.query("select * from dayly")
    with pytest.raises(ingot.UsageError):
        built.query("create table x(a int)")
    # One that shows only while rows are read arrives as Ingot's, too.
    late = built.query("select case when range < 5_000_000 then range else error('row ' || range) end as n from range(10_000_000)")
    with pytest.raises(ingot.Error, match="row 5"):
        late.arrow()
    assert isinstance(late.failure, ingot.Error)
    path = folder / "output/daily/2026-01-15/data.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ingot.Corrupt, match="2026-01-15"):
        built.query("select * from daily")


def test_a_timeout_and_a_cancellation(built):
    with pytest.raises(ingot.Timeout):
        built.query("select count(*) from range(1_000_000_000_000) where range % 7 = 3", timeout=0.2)
    endless = "select range as n from range(1_000_000_000_000) where range < 5_000_000 or range = 999_999_999_999"
    with pytest.raises(ingot.Timeout):
        built.query(endless, timeout=0.2).arrow()
    result = built.query(endless)
    result.cancel()
    with pytest.raises(ingot.Cancelled):
        result.arrow()


def test_streams_outlive_what_they_came_from(built):
    import pyarrow

    reader = pyarrow.RecordBatchReader.from_stream(built.query("select range as n from range(100_000)"))
    assert len(reader.read_all()) == 100_000
    capsule = built.query("select 1 as n").__arrow_c_stream__()
    del capsule


def test_explain(built):
    assert built.query("select 42 as n").explain().strip()
