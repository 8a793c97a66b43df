"""What every peer tells when its imports are done: the job's own time begins here, the interpreter's is not counted."""

import json
import time


def report_start(version):
    print(json.dumps({"version": version, "cpu": time.process_time(), "time": time.monotonic()}), flush=True)
