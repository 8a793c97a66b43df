"""A peer that makes one file of several days: the same columns, united by name. Arguments: one JSON object."""

import json
import os
import sys

job = json.loads(sys.argv[1])
os.environ["POLARS_MAX_THREADS"] = str(job["threads"])  # read when polars is loaded


def by_duckdb(report_start):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {job['threads']}")
    report_start(duckdb.__version__)
    columns = ", ".join(f'"{name}"' for name in job["columns"])
    files = ", ".join(f"'{path}'" for path in job["files"])
    connection.execute(f"COPY (SELECT {columns} FROM read_parquet([{files}], union_by_name = true)) TO '{job['output']}' "
                       "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")  # fmt: skip


def by_polars(report_start):
    import polars

    report_start(polars.__version__)
    days = [polars.scan_parquet(path).select(job["columns"]) for path in job["files"]]
    week = polars.concat(days, how="diagonal_relaxed")
    week.sink_parquet(job["output"], compression="zstd", compression_level=1)


def by_pyarrow(report_start):
    import pyarrow
    import pyarrow.parquet

    pyarrow.set_cpu_count(job["threads"])
    report_start(pyarrow.__version__)
    days = [pyarrow.parquet.read_table(path, columns=job["columns"]) for path in job["files"]]
    week = pyarrow.concat_tables(days, promote_options="permissive")
    pyarrow.parquet.write_table(week, job["output"], compression="zstd", compression_level=1)


if __name__ == "__main__":
    from start import report_start

    {"duckdb": by_duckdb, "polars": by_polars, "pyarrow": by_pyarrow}[job["peer"]](report_start)
