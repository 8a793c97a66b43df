"""examples/instrumetriq from end to end, judged by Python's json, pyarrow, polars, DuckDB and sha256 alone.

    python tests/examples/instrumetriq_test.py PROGRAM      in an environment with duckdb, polars and pyarrow
"""

import gzip
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import duckdb
import polars
import pyarrow
import pyarrow.parquet

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "instrumetriq"
DAY = "2026-01-15"
PROGRAM = None


def ingot(*arguments, folder, expect=0):
    environment = {"PATH": os.environ["PATH"], "INGOT_NOW": "2026-01-16T00:05:00Z"}
    done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == expect, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def expected_value(value, kind):
    """What a value of the JSON text must be in a column of this Arrow type."""
    if value is None or value == {}:
        return None
    if pyarrow.types.is_map(kind):
        return sorted((key, expected_value(item, kind.item_type)) for key, item in value.items())
    if pyarrow.types.is_struct(kind):
        known = {field.name for field in kind}
        assert set(value) <= known, f"fields {set(value) - known} are not in the file"
        return {field.name: expected_value(value.get(field.name), field.type) for field in kind}
    if pyarrow.types.is_list(kind):
        return [expected_value(item, kind.value_type) for item in value]
    return value


def read_value(value, kind):
    """The same shape from what pyarrow reads."""
    if value is None:
        return None
    if pyarrow.types.is_map(kind):
        return sorted((key, read_value(item, kind.item_type)) for key, item in value)
    if pyarrow.types.is_struct(kind):
        return {field.name: read_value(value[field.name], field.type) for field in kind}
    if pyarrow.types.is_list(kind):
        return [read_value(item, kind.value_type) for item in value]
    return value


class Instrumetriq(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ingot_example_"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        shutil.copytree(EXAMPLE, cls.folder, dirs_exist_ok=True)
        ingot("generate", "archive", "--out", "archive", "--date", DAY, "--rows-per-hour", 4, "--seed", 11,
              "--hazards", "all", folder=cls.folder)
        ingot("run", "tier3", "--date", DAY, folder=cls.folder)
        cls.partition = cls.folder / "output" / "tier3_daily" / DAY
        cls.data = cls.partition / "data.parquet"
        cls.manifest = json.loads((cls.partition / "manifest.json").read_text())

    def records(self):
        for path in sorted((self.folder / "archive" / DAY.replace("-", "")).glob("*.jsonl.gz")):
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    if line.strip():
                        yield json.loads(line)

    def test_every_value_is_there(self):
        table = pyarrow.parquet.read_table(self.data)
        rows = table.to_pylist()
        records = list(self.records())
        self.assertEqual(len(rows), len(records))
        self.assertGreaterEqual(len(rows), 96)
        for index, (row, record) in enumerate(zip(rows, records)):
            for dropped in ("norm", "labels"):
                record.pop(dropped, None)
            self.assertLessEqual(set(record), set(table.column_names))
            for field in table.schema:
                self.assertEqual(read_value(row[field.name], field.type),
                                 expected_value(record.get(field.name), field.type), f"row {index}, {field.name}")

    def test_the_other_readers_agree(self):
        rows = self.manifest["row_count"]
        frame = polars.read_parquet(self.data)
        self.assertEqual(frame.height, rows)
        query = f"from '{self.data}'"
        self.assertEqual(duckdb.execute(f"select count(*) {query}").fetchone()[0], rows)
        prices = duckdb.execute(f"select sum(len(spot_prices)), sum(meta.sample_count), min(symbol) {query}").fetchone()
        self.assertEqual(prices, (frame["spot_prices"].list.len().sum(),
                                  frame["meta"].struct.field("sample_count").sum(), frame["symbol"].min()))
        tags = duckdb.execute("select sum(list_sum(map_values(twitter_sentiment_windows.last_cycle.tag_counts))) " + query)
        expected = sum(sum(record["twitter_sentiment_windows"]["last_cycle"]["tag_counts"].values())
                       for record in self.records() if record["twitter_sentiment_windows"].get("last_cycle"))
        self.assertEqual(tags.fetchone()[0], expected)

    def test_the_manifest_is_what_consumers_read(self):
        sha256 = hashlib.sha256(self.data.read_bytes()).hexdigest()
        manifest = self.manifest
        self.assertEqual(manifest["parquet_sha256"], sha256)
        self.assertEqual(manifest["ingot"]["files"][0]["sha256"], sha256)
        self.assertEqual((manifest["date_utc"], manifest["archive_day"], manifest["tier"]), (DAY, "20260115", "tier3"))
        self.assertEqual((manifest["hours_expected"], manifest["hours_found"], manifest["missing_hours"]), (24, 24, []))
        self.assertIs(manifest["is_partial"], False)
        self.assertEqual(repr(manifest["coverage_ratio"]), "1.0")
        self.assertEqual(manifest["dropped_columns"], ["norm", "labels"])
        added = sorted(record["meta"]["added_ts"] for record in self.records())
        self.assertEqual(len(manifest["rows_by_hour"]), 24)
        self.assertEqual(sum(manifest["rows_by_hour"].values()), manifest["row_count"])
        self.assertIn(manifest["min_added_ts"], added)
        self.assertIn(manifest["max_added_ts"], added)
        self.assertEqual(manifest["schema_versions"],
                         sorted({record["meta"]["schema_version"] for record in self.records()}))
        self.assertEqual([name for name in pyarrow.parquet.read_schema(self.data).names if name in ("norm", "labels")], [])

    def test_verify_and_status_find_nothing_wrong(self):
        ingot("verify", "tier3", "--date", DAY, "--deep", folder=self.folder)
        ingot("verify", self.partition, "--deep", folder=self.folder)
        ingot("status", "tier3", "--date", DAY, folder=self.folder)

    def test_the_schema_document_is_true(self):
        done = ingot("schema", "tier3", "-o", "markdown", folder=EXAMPLE)
        self.assertEqual(done.stdout, (EXAMPLE / "SCHEMA.md").read_text())

    def test_the_project_file_stays_short(self):
        for tier in (EXAMPLE / "ingot.toml").read_text().split("\n[dataset.tier2]"):
            self.assertLessEqual(len(tier.splitlines()), 60)


class Weeks(unittest.TestCase):
    """Tier 2 against the days that it is made of, read by pyarrow."""

    DAYS = ("2026-01-13", "2026-01-14", "2026-01-15")
    KEPT = ("symbol", "snapshot_ts", "meta", "spot_raw", "derived", "scores", "twitter_sentiment_meta")

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ingot_weeks_"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        shutil.copytree(EXAMPLE, cls.folder, dirs_exist_ok=True)
        for day, hazards in zip(cls.DAYS, ("none", "all", "all")):
            ingot("generate", "archive", "--out", "archive", "--date", day, "--rows-per-hour", 2, "--seed", day[-2:],
                  "--samples", 3, "--hazards", hazards, folder=cls.folder)
        ingot("run", "tier3", "--from", cls.DAYS[0], "--to", "2026-01-16", folder=cls.folder)
        ingot("run", "tier2", "--end-day", cls.DAYS[-1], "--days", 3, folder=cls.folder)
        cls.partition = cls.folder / "output" / "tier2_weekly" / cls.DAYS[-1]
        cls.data = cls.partition / "dataset_entries_3d.parquet"
        cls.manifest = json.loads((cls.partition / "manifest.json").read_text())

    def day_file(self, day):
        return self.folder / "output" / "tier3_daily" / day / "data.parquet"

    def test_every_value_of_every_day_is_there(self):
        week = pyarrow.parquet.read_table(self.data)
        self.assertEqual(tuple(week.column_names), self.KEPT)
        rows = [row for day in self.DAYS
                for row in pyarrow.parquet.read_table(self.day_file(day), columns=list(self.KEPT)).to_pylist()]
        self.assertEqual(week.num_rows, len(rows))
        for index, (found, row) in enumerate(zip(week.to_pylist(), rows)):
            for field in week.schema:
                self.assertEqual(read_value(found[field.name], field.type),
                                 self.padded(row.get(field.name), field.type), f"row {index}, {field.name}")

    def padded(self, value, kind):
        """A day's value with the fields that only other days have."""
        if value is not None and pyarrow.types.is_struct(kind):
            return {field.name: self.padded(value.get(field.name), field.type) for field in kind}
        return value

    def test_the_manifest_is_what_consumers_read(self):
        manifest = self.manifest
        self.assertEqual((manifest["tier"], manifest["schema_version"]), ("tier2", "v7"))
        self.assertEqual(manifest["window"], {"start_day": self.DAYS[0], "end_day": self.DAYS[-1],
                                              "days_included": list(self.DAYS)})
        self.assertEqual(manifest["source_inputs"], [f"tier3/daily/{day}/data.parquet" for day in self.DAYS])
        policy = manifest["column_policy"]
        excluded = {"futures_raw", "spot_prices", "flags", "diag", "twitter_sentiment_windows"}
        self.assertEqual(policy["included_top_level_columns"], list(self.KEPT))
        self.assertEqual(set(policy["excluded_top_level_columns"]), excluded)
        self.assertEqual(set(policy["explicit_exclusions"]), excluded)
        bytes_read = self.data.read_bytes()
        self.assertEqual(manifest["parquet_sha256"], hashlib.sha256(bytes_read).hexdigest())
        self.assertEqual(manifest["parquet_size_bytes"], len(bytes_read))
        rows = {day: pyarrow.parquet.read_metadata(self.day_file(day)).num_rows for day in self.DAYS}
        self.assertEqual(manifest["source_coverage"], {"days_expected": 3, "days_present": 3, "days_missing": [],
                                                       "per_day": rows})
        self.assertEqual(manifest["row_count"], sum(rows.values()))

    def test_the_other_readers_agree(self):
        frame = polars.read_parquet(self.data)
        query = f"select count(*), min(symbol), sum(scores.final) from '{self.data}'"
        count, symbol, total = duckdb.execute(query).fetchone()
        self.assertEqual((count, symbol), (frame.height, frame["symbol"].min()))
        self.assertAlmostEqual(total, frame["scores"].struct.field("final").sum())

    def test_verify_finds_nothing_wrong(self):
        ingot("verify", "tier2", "--end-day", self.DAYS[-1], "--days", 3, "--deep", folder=self.folder)
        ingot("verify", self.partition, "--deep", folder=self.folder)
        explained = ingot("explain", "tier2@2026-01-15,3", folder=self.folder)
        self.assertIn("tier3_daily/2026-01-14/data.parquet", explained.stdout)

    def test_a_missing_day_is_named(self):
        done = ingot("run", "tier2", "--end-day", "2026-01-14", "--days", 3, folder=self.folder, expect=6)
        self.assertIn("Missing Tier 3 daily parquets for: 2026-01-12", done.stderr)


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
