"""DuckDB as a contender: lines of a listing to a sorted key manifest by regexp_extract. Arguments: one JSON object with
input, output, threads and codec.

Tuned: one pattern for both fields, no detection of the file's form, and the default row groups, which both write.
"""

import json
import sys

import duckdb
from start import report_start

PATTERN = r"^(?:.*/)?v1/ad/([^/]+)/model_tissue_(0|-?[1-9][0-9]*)\.tl$"


def main():
    job = json.loads(sys.argv[1])
    connection = duckdb.connect()
    connection.execute(f"SET threads = {job['threads']}")
    report_start(duckdb.__version__)
    connection.execute(f"""
        COPY (
            SELECT key.gene_id AS gene_id, key.tissue_id::INTEGER AS tissue_id, line AS file_path
            FROM (
                SELECT line, regexp_extract(line, '{PATTERN}', ['gene_id', 'tissue_id']) AS key
                FROM read_csv('{job["input"]}', columns = {{'line': 'VARCHAR'}}, auto_detect = false, header = false,
                              delim = '\\x01', quote = '', escape = '')
            )
            WHERE key.gene_id <> ''
            ORDER BY gene_id, tissue_id
        ) TO '{job["output"]}' (FORMAT parquet, COMPRESSION {job["codec"]})""")


main()
