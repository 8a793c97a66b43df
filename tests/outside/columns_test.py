"""Generated columns: the example of docs/generated-columns.md, read and measured by engines that are not ours."""

import json
import os
import pathlib
import re
import subprocess

import duckdb
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest

INGOT = pathlib.Path(os.environ["INGOT_BUILD"]) / "ingot"
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "generated-columns.md"
ROWS = 100_000


def run(folder, *arguments):
    return subprocess.run([str(INGOT), *arguments], check=True, cwd=folder, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The project of the page, and the commands below it."""
    toml, commands = re.findall(r"```(?:toml|sh)?\n(.*?)```", PAGE.read_text(), re.S)[:2]
    folder = tmp_path_factory.mktemp("shop")
    (folder / "ingot.toml").write_text(toml)
    environment = {**os.environ, "PATH": f"{INGOT.parent}:{os.environ['PATH']}"}
    subprocess.run(["sh", "-e", "-c", commands], check=True, cwd=folder, env=environment, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def orders(project):
    connection = duckdb.connect()
    files = project / "orders" / "**" / "*.parquet"
    connection.sql(f"CREATE VIEW orders AS FROM read_parquet('{files}', hive_partitioning = true)")
    return lambda sql: connection.sql(sql).fetchall()


def near(found, wanted, deviations=5):
    """Within some standard deviations of a share that is drawn ROWS times."""
    return abs(found - wanted) <= deviations * (wanted * (1 - wanted) / ROWS) ** 0.5


def test_rows_sequence_and_days(orders):
    assert orders("SELECT count(*), count(DISTINCT order_id), min(order_id), max(order_id) FROM orders") == [
        (ROWS, ROWS, 1000, 1000 + ROWS - 1)
    ]
    assert orders("SELECT count(*) FROM orders WHERE (ordered_at AT TIME ZONE 'UTC')::DATE <> date") == [(0,)]
    assert orders("SELECT count(DISTINCT date), min(date)::VARCHAR, max(date)::VARCHAR FROM orders") == [
        (31, "2024-01-01", "2024-01-31")
    ]
    # Rows are numbered in the order of their days.
    assert orders("""SELECT count(*) FROM (SELECT max(order_id) AS last, lead(min(order_id)) OVER (ORDER BY date) AS next
                     FROM orders GROUP BY date) WHERE next <> last + 1""") == [(0,)]


def test_shares(orders):
    status = dict(orders("SELECT status, count(*) / 1e5 FROM orders GROUP BY ALL"))
    assert near(status["paid"], 0.80) and near(status["open"], 0.15) and near(status["refunded"], 0.05)
    assert near(orders("SELECT count(*) / 1e5 FROM orders WHERE gift")[0][0], 0.1)
    country = dict(orders("SELECT country, count(*) / 1e5 FROM orders GROUP BY ALL"))
    assert near(country.pop(None), 0.05)
    harmonic = sum(1 / rank for rank in range(1, 6))
    for rank, name in enumerate(["DE", "FR", "NL", "SE", "US"], 1):
        assert near(country[name], 0.95 / rank / harmonic), name


def test_ranges_and_distributions(orders):
    assert orders("SELECT min(items), max(items), count(DISTINCT items) FROM orders") == [(1, 10, 10)]
    assert all(near(share, 0.1) for (share,) in orders("SELECT count(*) / 1e5 FROM orders GROUP BY items"))
    low, high, mean = orders("SELECT min(price), max(price), avg(price) FROM orders")[0]
    assert low >= 0 and float(low) >= 0.99 and float(high) <= 999.99 and abs(mean - 49.9) < 0.8
    assert near(orders("SELECT count(*) / 1e5 FROM orders WHERE price < 0.99 + 48.91 * ln(2)")[0][0], 0.5)
    low, mean, deviation = orders("SELECT min(weight_kg), avg(weight_kg), stddev(weight_kg) FROM orders")[0]
    assert low >= 0.1 and abs(mean - 2.5) < 0.02 and abs(deviation - 0.8) < 0.02
    assert near(orders("SELECT count(*) / 1e5 FROM orders WHERE weight_kg BETWEEN 1.7 AND 3.3")[0][0], 0.6827, 10)
    assert orders("SELECT min(born)::VARCHAR, max(born)::VARCHAR FROM orders") == [("1950-01-01", "2005-12-31")]
    days = 365 * 56 + 14
    assert orders("SELECT count(DISTINCT born) FROM orders")[0][0] > 0.98 * days


def test_zipf_over_a_pattern(orders):
    assert orders("SELECT count(*) FROM orders WHERE NOT regexp_full_match(customer, 'customer_[0-9]{6}')") == [(0,)]
    total = sum(rank**-1.1 for rank in range(1, 50_001))
    counts = dict(orders("SELECT customer, count(*) / 1e5 FROM orders GROUP BY ALL"))
    for rank in (1, 2, 10, 100):
        assert near(counts[f"customer_{rank:06}"], rank**-1.1 / total), rank
    tail = sum(rank**-1.1 for rank in range(2_001, 50_001)) / total
    assert near(sum(share for name, share in counts.items() if int(name[9:]) > 2000), tail)
    distinct = sum(1 - (1 - rank**-1.1 / total) ** ROWS for rank in range(1, 50_001))
    assert abs(len(counts) - distinct) < 0.02 * distinct


def test_pyarrow_and_polars_agree_on_types_and_values(project):
    table = pyarrow.dataset.dataset(project / "orders", partitioning="hive").to_table()
    table.validate(full=True)
    types = {field.name: (str(field.type), field.nullable) for field in table.schema if field.name != "date"}
    assert types == {
        "order_id": ("int64", False), "ordered_at": ("timestamp[us, tz=UTC]", False), "customer": ("string", False),
        "status": ("string", False), "country": ("string", True), "items": ("int16", False),
        "price": ("decimal128(10, 2)", False), "weight_kg": ("double", False), "gift": ("bool", False),
        "born": ("date32[day]", False),
    }  # fmt: skip
    frame = polars.read_parquet(project / "orders", hive_partitioning=True)
    assert frame.drop("date").to_arrow().cast(table.drop_columns(["date"]).schema).equals(table.drop_columns(["date"]))


def test_small_lists_are_dictionaries(project):
    for path in (project / "orders").rglob("*.parquet"):
        group = pyarrow.parquet.ParquetFile(path).metadata.row_group(0)
        encodings = {group.column(i).path_in_schema: group.column(i).encodings for i in range(group.num_columns)}
        assert "RLE_DICTIONARY" in encodings["status"] and "RLE_DICTIONARY" in encodings["country"]


def test_manifest_tells_every_column(project):
    generator = json.loads((project / "orders.manifest.json").read_text())["ingot"]["generator"]
    assert generator["name"] == "columns" and generator["rows"] == ROWS
    assert [column["name"] for column in generator["columns"]][:3] == ["order_id", "ordered_at", "customer"]


def test_same_bytes_for_any_threads_and_memory(project):
    def hashes(*options):
        run(project, "generate", "orders", "-q", *options)
        files = sorted((project / "orders").rglob("*.parquet"))
        return [(path.relative_to(project), path.read_bytes()) for path in files]

    options = ("--layout", "flat", "--file-size", "256KiB", "--codec", "zstd")
    first = hashes("--threads", "1", *options)
    assert len(first) > 2
    assert hashes("--threads", "2", *options) == first
    assert hashes("--threads", "8", "--memory", "16MiB", *options) == first
    assert hashes("--seed", "8", *options) != first
