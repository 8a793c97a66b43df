"""polars as a contender for flat rows: JSON lines to Parquet, streaming. Arguments: one JSON object."""

import json
import os
import sys

job = json.loads(sys.argv[1])
os.environ["POLARS_MAX_THREADS"] = str(job["threads"])  # read when polars is loaded

import polars  # noqa: E402
from start import report_start  # noqa: E402

report_start(polars.__version__)
rows = polars.scan_ndjson(job["inputs"], schema_overrides={"event_time": polars.String})
rows.sink_parquet(job["output"], compression="zstd", compression_level=1)
