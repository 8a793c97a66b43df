"""The usual script as a contender: `re` on every line, a pandas frame, sorted, written by pyarrow. Arguments: one JSON
object with input, output and codec. It has one thread but for pyarrow's."""

import json
import re
import sys

import pandas
import pyarrow
import pyarrow.parquet
from start import report_start

PATTERN = re.compile(r"(?:.*/)?v1/ad/([^/]+)/model_tissue_(0|-?[1-9][0-9]*)\.tl")


def main():
    job = json.loads(sys.argv[1])
    report_start(f"{sys.version.split()[0]}, pandas {pandas.__version__}, pyarrow {pyarrow.__version__}")
    records = []
    with open(job["input"], encoding="utf-8") as lines:
        for line in lines:
            path = line.strip()
            match = PATTERN.fullmatch(path)
            if match:
                records.append((match[1], int(match[2]), path))
    frame = pandas.DataFrame(records, columns=["gene_id", "tissue_id", "file_path"]).astype({"tissue_id": "int32"})
    del records
    frame = frame.sort_values(["gene_id", "tissue_id"], kind="stable", ignore_index=True)
    table = pyarrow.Table.from_pandas(frame, preserve_index=False)
    pyarrow.parquet.write_table(table, job["output"], compression=job["codec"])


main()
