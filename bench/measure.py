"""One process at a time: its wall and CPU seconds and its peak memory, as the kernel counted them."""

import dataclasses
import json
import os
import subprocess
import tempfile
import time


PHASES = ("write_seconds", "prove_seconds", "sync_seconds")


class Failed(Exception):
    pass


@dataclasses.dataclass
class Measured:
    wall: float  # seconds
    cpu: float  # user + system, seconds
    peak: int  # bytes of resident memory
    output: str
    errors: str


def measure(command):
    """Runs a command to its end. Raises Failed with its standard error when it does not exit with 0.

    Nobody pays for what others left to be written: a sync of the file system would write all of it.
    """
    os.sync()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        begin = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        end = time.monotonic()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        measured = Measured(
            wall=end - begin,
            cpu=usage.ru_utime + usage.ru_stime,
            peak=usage.ru_maxrss * 1024,
            output=output.read(),
            errors=errors.read(),
        )
    if process.returncode != 0:
        raise Failed(f"{' '.join(command)}\nexited with {process.returncode}\n{measured.errors[-4000:]}")
    return measured


def measure_peer(command):
    """As measure, less what the peer's interpreter needed to start and to import; also the peer's version."""
    begin = time.monotonic()
    measured = measure(command)
    start = json.loads(measured.output.splitlines()[0])
    measured.wall -= start["time"] - begin
    measured.cpu -= start["cpu"]
    return measured, start["version"]


def phases(errors):
    """The seconds of Ingot's own phases, from the events of --progress json: {} when it tells none."""
    found = {}
    for line in errors.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            found.update({name: event[name] for name in PHASES if name in event})
    return found
