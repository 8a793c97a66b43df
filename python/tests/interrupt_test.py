"""Ctrl-C, wherever the work is at that moment. Each case is a process of its own that gets a real signal."""

import signal
import subprocess
import sys

import pytest

# The child says when its work has begun, and what ended it.
CHILD = """
import sys, ingot
{setup}
print("ready", flush=True)
try:
    try:
        {work}
    except Exception as error:
        # A library that reads a stream raises an error of its own first; the interrupt comes behind it.
        foreign = type(error).__name__
    print("no interrupt", flush=True)
except KeyboardInterrupt:
    print("KeyboardInterrupt", flush=True)
# The interpreter is whole: what follows works.
print(sum(range(10)), flush=True)
"""

COUNT = "select count(*) as n from range(1_000_000_000_000) where range % 7 = 3"
# Rows enough for the engine to hand out, then none for hours.
ENDLESS = "select range as n from range(1_000_000_000_000) where range < 5_000_000 or range = 999_999_999_999"
# Keys that never end, as other programs may stream them.
KEYS = """
import itertools, pyarrow
columns = {'gene_id': ['G1'] * 1000, 'tissue_id': ['1'] * 1000}
batch = pyarrow.record_batch(columns)
keys = pyarrow.RecordBatchReader.from_batches(batch.schema, itertools.repeat(batch.slice(0, 0)))
open('paths.txt', 'w').write('v1/ad/G1/model_tissue_1.tl')
ingot.generate_manifest('paths.txt', 'm.parquet', template='v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl')
lookup = ingot.Lookup('m.parquet')
"""
CASES = {
    "lookup of many keys": (KEYS, "lookup.get_many(keys)"),
    "generate": ("", "ingot.generate('events', rows=2_000_000_000, output_dir='out', layout='flat')"),
    "query before its first rows": ("p = ingot.open('.')", f"p.query('{COUNT}')"),
    "query read by pyarrow": (f"import pyarrow; p = ingot.open('.'); q = p.query('{ENDLESS}')", "pyarrow.table(q)"),
    "query read by polars": (f"import polars; p = ingot.open('.'); q = p.query('{ENDLESS}')", "polars.DataFrame(q)"),
    "query read by its own method": (f"p = ingot.open('.'); q = p.query('{ENDLESS}')", "q.arrow()"),
}


@pytest.mark.parametrize("name", CASES)
def test_ctrl_c(name, folder):
    setup, work = CASES[name]
    child = subprocess.Popen([sys.executable, "-c", CHILD.format(setup=setup, work=work)], cwd=folder, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert child.stdout.readline() == "ready\n"
    # The signal must arrive while the library works; the work is endless, so later is as good as now.
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.7)
    child.send_signal(signal.SIGINT)
    output, talk = child.communicate(timeout=60)
    assert output == "KeyboardInterrupt\n45\n", talk
    if name == "generate":
        assert not list((folder / "out").rglob("*.parquet"))
