"""The chart and the table of README.md are those that the figures of docs/benchmarks.md give."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

import benchmark_chart  # noqa: E402: the path is set above


class BenchmarkChart(unittest.TestCase):
    def test_is_current(self):
        self.assertEqual(benchmark_chart.main(["--check"]), 0, "run tools/benchmark_chart.py")

    def test_reads_the_first_table_below_a_heading(self):
        text = "\n## A\n\n| | wall s |\n|---|---|\n| ingot run | 1.50 |\n| duckdb (2) | 3.00 |\n\n| other | 9.00 |\n"
        self.assertEqual(benchmark_chart.wall_seconds(text, "## A"), [("ingot run", 1.5), ("duckdb (2)", 3.0)])

    def test_a_bar_is_as_long_as_its_share_of_the_slowest(self):
        drawn = benchmark_chart.chart([("job", [("Ingot", 1.0), ("DuckDB", 4.0)])])
        self.assertIn('width="105" height="14" fill="#c2410c"', drawn)
        self.assertIn('width="420" height="14" fill="#94a3b8"', drawn)


if __name__ == "__main__":
    unittest.main()
