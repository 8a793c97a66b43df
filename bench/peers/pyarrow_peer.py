"""pyarrow as a contender for flat rows: JSON lines to Parquet, file by file. Arguments: one JSON object."""

import glob
import json
import sys

import pyarrow
import pyarrow.json
import pyarrow.parquet
from start import report_start

SCHEMA = pyarrow.schema(
    [
        ("event_time", pyarrow.string()),
        ("user_id", pyarrow.int64()),
        ("team_id", pyarrow.int64()),
        ("event_name", pyarrow.string()),
        ("value", pyarrow.float64()),
        ("properties", pyarrow.string()),
    ]
)


def main():
    job = json.loads(sys.argv[1])
    pyarrow.set_cpu_count(job["threads"])
    report_start(pyarrow.__version__)
    parse = pyarrow.json.ParseOptions(explicit_schema=SCHEMA)
    read = pyarrow.json.ReadOptions(block_size=8 << 20)
    with pyarrow.parquet.ParquetWriter(job["output"], SCHEMA, compression="zstd", compression_level=1) as writer:
        for path in sorted(glob.glob(job["inputs"])):
            writer.write_table(pyarrow.json.read_json(path, read_options=read, parse_options=parse))


main()
