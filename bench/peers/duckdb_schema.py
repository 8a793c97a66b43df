"""The schema that DuckDB infers for files of JSON lines, as {column: type}. Argument: a pattern of paths."""

import json
import sys

import duckdb

rows = duckdb.execute(
    f"DESCRIBE SELECT * FROM read_json('{sys.argv[1]}', format = 'newline_delimited', union_by_name = true,"
    " maximum_object_size = 16777216, dateformat = '-', timestampformat = '-')"
).fetchall()
# What is null everywhere has a type that cannot be given.
print(json.dumps({name: type_.replace('"NULL"', "VARCHAR") for name, type_, *_ in rows}))
