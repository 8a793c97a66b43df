"""DuckDB as a contender: JSON lines to Parquet, tuned. Arguments: one JSON object (see bench/contenders.py)."""

import json
import sys

import duckdb
from start import report_start


def select(job):
    inputs = f"'{job['inputs']}'"
    options = "format = 'newline_delimited', maximum_object_size = 16777216"
    if job["schema"] is not None:
        columns = ", ".join(f"\"{name}\": '{type_}'" for name, type_ in job["schema"].items())
        return f"SELECT * FROM read_json({inputs}, {options}, columns = {{{columns}}})"
    # Timestamps stay strings, as the job demands: no value has these formats. The sample is small
    # because every file is sampled anyway, and a large one parses all rows twice.
    options += ", union_by_name = true, sample_size = 128, dateformat = '-', timestampformat = '-'"
    options += f", map_inference_threshold = {job['map_threshold']}"
    dropped = f" EXCLUDE ({', '.join(job['drop'])})" if job["drop"] else ""
    return f"SELECT *{dropped} FROM read_json({inputs}, {options})"


def main():
    job = json.loads(sys.argv[1])
    connection = duckdb.connect()
    connection.execute(f"SET threads = {job['threads']}")
    connection.execute("SET preserve_insertion_order = false")
    report_start(duckdb.__version__)
    connection.execute(
        f"COPY ({select(job)}) TO '{job['output']}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
    )


main()
