#!/usr/bin/env python3
"""Cuts the power after every system call of a command, and checks what the next start finds.

    tests/faults/power_loss.py --program build/ci/commit_driver --scenario exchange [--scenario …]

The command runs once under strace, which records every change with its data. For each prefix of the record, what had
been synced is kept for certain; of the rest, in turn:

  lost       nothing
  kept       everything
  no data    names and renames, but files are empty: what a journaling file system may do
  zeros      the same, with the sizes kept
  no names   data, but no changes of folders
  odd, even  every second operation
  torn       everything, and half of the last write

Each such disk is built in a fresh tree. Published must be wholly old or wholly new (where files are replaced one by one:
after recovery); after exit 0 it must be new, whatever was kept; recovery, an undisturbed run and garbage collection must
end as if nothing had happened.
"""

import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
import time

import disk_model
import fault_report
import scenarios
import strace_log
import tree_state
from disk_model import Disk, Node

TRACED = (
    "open,openat,openat2,creat,close,dup,dup2,dup3,write,pwrite64,writev,ftruncate,lseek,fsync,fdatasync,syncfs,sync,"
    "rename,renameat,renameat2,mkdir,mkdirat,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,fallocate,chdir,fchdir,"
    "copy_file_range,sendfile,truncate,pwritev,pwritev2"
)
VARIANTS = ("lost", "kept", "no data", "zeros", "no names", "odd", "even", "torn")


class Recorder:
    """Follows the calls of one process (its threads share their descriptors) on a model of the tree."""

    def __init__(self, tree):
        self.tree = tree
        self.initial = Disk.load(tree)
        self.disk = self.initial.copy()
        self.files = {}  # descriptor -> [node number, offset, appends]
        self.events = []  # Operation, or ("sync", node number or None for all)
        # Node of a journal -> node of the folder that it names.
        self.journals = {
            self.disk.resolve(0, journal)[2]: self.disk.resolve(0, folder)[2]
            for journal, folder in disk_model.journaled_folders(tree).items()
        }

    def locate(self, call, at, path_index):
        """(folder, name, node) of a path argument, or None when it is outside of the tree."""
        path = call.text(path_index).decode("utf-8", "surrogateescape")
        if path.startswith("/"):
            if path != self.tree and not path.startswith(self.tree + "/"):
                return None
            return self.disk.resolve(0, path[len(self.tree) :])
        if at is None or call.arguments[at].startswith("AT_FDCWD"):
            return None  # the harness gives absolute paths only
        folder = self.files.get(call.number(at))
        return self.disk.resolve(folder[0], path) if folder else None

    def change(self, operation):
        operation.apply(self.disk)
        self.events.append(operation)

    def new_node(self, is_folder):
        number = len(self.disk.nodes)
        for disk in (self.disk, self.initial):
            disk.nodes[number] = Node(number, is_folder)
        return number

    def opened(self, call, at, path_index, flags):
        place = self.locate(call, at, path_index)
        if place is None:
            return
        folder, name, node = place
        if node is None:
            node = self.new_node(False)
            self.change(disk_model.link_operation(folder, name, node))
            self.note_journal(place)
        elif "O_TRUNC" in flags and self.disk.nodes[node].data:
            self.change(disk_model.size_operation(node, 0))
        self.files[call.result] = [node, 0, "O_APPEND" in flags]

    def note_journal(self, place):
        """A journal names its sibling folder `new`."""
        folder, name, _ = place
        if name in ("journal", "journal.draft") and "new" in self.disk.nodes[folder].entries:
            self.journals[self.disk.nodes[folder].entries[name]] = self.disk.nodes[folder].entries["new"]

    def wrote(self, call, data, offset=None):
        file = self.files.get(call.number(0))
        if file is None:
            return
        at = offset if offset is not None else (len(self.disk.nodes[file[0]].data) if file[2] else file[1])
        self.change(disk_model.write_operation(file[0], at, data[: call.result]))
        if offset is None:
            file[1] = at + call.result

    def removed(self, call, at, path_index):
        if place := self.locate(call, at, path_index):
            self.change(disk_model.unlink_operation(*place))

    def made_folder(self, call, at, path_index):
        if place := self.locate(call, at, path_index):
            self.change(disk_model.link_operation(place[0], place[1], self.new_node(True)))

    def renamed(self, call, at, path_index, to_at, to_index, flags=""):
        source, target = self.locate(call, at, path_index), self.locate(call, to_at, to_index)
        if source is None or target is None:
            if source is not target:
                raise ValueError("a rename into or out of the tree")
            return
        if source[2] == target[2]:
            return  # two names of one file: nothing happens
        other = target[2] if "RENAME_EXCHANGE" in flags else None
        self.change(disk_model.rename_operation(source[0], source[1], target[0], target[1], source[2], other))

    def linked(self, call, at, path_index, to_at, to_index):
        if target := self.locate(call, to_at, to_index):
            self.change(disk_model.link_operation(target[0], target[1], self.locate(call, at, path_index)[2]))

    def follow(self, call):
        name = call.name
        if name == "openat2":
            self.opened(call, 0, 1, call.arguments[2])
        elif name == "openat":
            self.opened(call, 0, 1, call.arguments[2])
        elif name in ("open", "creat"):
            self.opened(call, None, 0, call.arguments[1] if name == "open" else "O_TRUNC")
        elif name == "close":
            self.files.pop(call.number(0), None)
        elif name in ("dup", "dup2", "dup3"):
            if call.number(0) in self.files:
                self.files[call.result] = self.files[call.number(0)]
        elif name == "write":
            self.wrote(call, call.text(1) if call.number(0) in self.files else b"")
        elif name == "pwrite64":
            self.wrote(call, call.text(1) if call.number(0) in self.files else b"", call.number(3))
        elif name == "lseek":
            if call.number(0) in self.files:
                self.files[call.number(0)][1] = call.result
        elif name == "ftruncate":
            if call.number(0) in self.files:
                self.change(disk_model.size_operation(self.files[call.number(0)][0], call.number(1)))
        elif name in ("fsync", "fdatasync"):
            if call.number(0) in self.files:
                self.events.append(("sync", self.files[call.number(0)][0]))
        elif name in ("syncfs", "sync"):
            self.events.append(("sync", None))
        else:
            self.follow_names(call)

    def follow_names(self, call):
        name = call.name
        if name in ("rename", "renameat", "renameat2"):
            at = (None, 0, None, 1) if name == "rename" else (0, 1, 2, 3)
            self.renamed(call, *at, call.arguments[4] if name == "renameat2" else "")
        elif name in ("link", "linkat"):
            self.linked(call, *((None, 0, None, 1) if name == "link" else (0, 1, 2, 3)))
        elif name in ("mkdir", "mkdirat"):
            self.made_folder(call, *((None, 0) if name == "mkdir" else (0, 1)))
        elif name in ("unlink", "rmdir", "unlinkat"):
            self.removed(call, *((0, 1) if name == "unlinkat" else (None, 0)))
        elif any(self.tree in argument for argument in call.arguments) or call.number(0) in self.files:
            raise ValueError(f"{name} on the tree is not modelled")


def record(lab):
    """Runs the command undisturbed under strace. Returns the recorder, its model compared with the real tree."""
    tree = lab.copy("recorded")
    log = os.path.join(lab.scratch, "recorded.log")
    recorder = Recorder(tree)
    argv = ["strace", "-f", "-xx", "-qq", "-s", "1000000000", "-o", log, "-e", "trace=" + TRACED, "-e", "signal=none"]
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    subprocess.run(argv + lab.argv(lab.scenario.command, tree), check=True, capture_output=True, env=environment)
    for call in strace_log.calls(log):
        recorder.follow(call)
    os.remove(log)
    modelled = os.path.join(lab.scratch, "modelled")
    recorder.disk.write_to(modelled, {})
    if dict_of(modelled) != dict_of(tree):
        raise RuntimeError("the model and the real tree differ after the same calls")
    shutil.rmtree(modelled)
    shutil.rmtree(tree)
    return recorder


def dict_of(top):
    return {path: tree_state.digest(full) for path, full in tree_state.walk(top)}


def kept_for_certain(events):
    """Indexes of the operations that a later sync keeps."""
    kept = set()
    for index, event in enumerate(events):
        if isinstance(event, tuple):
            node = event[1]
            kept |= {i for i in range(index) if not isinstance(events[i], tuple) and (node is None or node in events[i].nodes)}
    return kept


def disk_after(recorder, count, variant):
    """The disk when the power fails after `count` events."""
    events = recorder.events[:count]
    certain = kept_for_certain(events)
    disk = recorder.initial.copy()
    loose = 0
    last_write = max((i for i, e in enumerate(events) if not isinstance(e, tuple) and e.kind == "data"), default=-1)
    for index, event in enumerate(events):
        if isinstance(event, tuple):
            continue
        if index in certain:
            event.apply(disk)
            continue
        loose += 1
        if variant == "torn" and index == last_write:
            (number,) = event.nodes
            before = len(disk.nodes[number].data)
            event.apply(disk)
            del disk.nodes[number].data[before + (len(disk.nodes[number].data) - before) // 2 :]
        elif variant in ("kept", "torn") or (variant in ("no data", "zeros") and event.kind == "names"):
            event.apply(disk)
        elif variant == "zeros":
            (number,) = event.nodes
            size_before = bytes(disk.nodes[number].data)
            event.apply(disk)
            data = disk.nodes[number].data
            data[:] = size_before[: len(data)] + bytes(max(0, len(data) - len(size_before)))
        elif (variant == "no names" and event.kind == "data") or variant == ("odd" if loose % 2 else "even"):
            event.apply(disk)
    return disk


def check_disk(lab, recorder, disk, finished, name):
    tree = os.path.join(lab.scratch, name)
    try:
        disk.write_to(tree, recorder.journals)
        if lab.scenario.recover:
            if not finished:
                lab.check_each_file(tree)
            else:
                lab.judge(tree)
            lab.must_run(lab.scenario.recover, tree)
        age = lab.judge(tree)
        if finished and age != "new":
            raise tree_state.Damaged(f"exit 0 had been reported, and the tree is {age}")
        lab.check_aftermath(tree)
        return age
    finally:
        shutil.rmtree(tree, ignore_errors=True)


def amid_writes(events, count):
    """Whether the event before and the one after are both writes of the same file."""
    around = events[count - 1 : count + 1]
    return (
        count > 0
        and len(around) == 2
        and all(isinstance(event, disk_model.Operation) and event.kind == "data" for event in around)
        and around[0].nodes == around[1].nodes
    )


def states_of(recorder, data_stride):
    """(variant, number of events, disk, finished) of each disk that differs from all before it."""
    seen = set()
    for count in range(len(recorder.events) + 1):
        if count % data_stride != 0 and amid_writes(recorder.events, count):
            continue
        finished = count == len(recorder.events)
        for variant in VARIANTS:
            disk = disk_after(recorder, count, variant)
            signature = (disk.signature(recorder.journals), finished)
            if signature not in seen:
                seen.add(signature)
                yield variant, count, disk, finished


def lose_power(scenario, arguments, table):
    with tempfile.TemporaryDirectory(dir=arguments.scratch, prefix="ingot-power-") as scratch:
        lab = scenarios.Laboratory(scenario, arguments.program, scratch)
        recorder = record(lab)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            running = [
                (variant, count, pool.submit(check_disk, lab, recorder, disk, finished, f"disk-{index}"))
                for index, (variant, count, disk, finished) in enumerate(states_of(recorder, arguments.data_stride))
            ]
            for variant, count, future in running:
                try:
                    table.add((scenario.name, variant), future.result())
                except (tree_state.Damaged, RuntimeError, subprocess.TimeoutExpired) as problem:
                    after = recorder.events[count - 1] if count else "nothing"
                    text = after.text if isinstance(after, disk_model.Operation) else after
                    table.add((scenario.name, variant), "", f"{scenario.name}, {variant} after {count} ({text}): {problem}")


def main():
    known = scenarios.all_scenarios()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="commit_driver or ingot")
    parser.add_argument("--scenario", action="append", required=True, choices=sorted(known))
    parser.add_argument("--data-stride", type=int, default=1, help="inside a row of writes to one file, only every n-th")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--scratch", default="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    parser.add_argument("--report", help="Markdown file whose section of the results is replaced")
    parser.add_argument("--section", default="power loss", help="its name")
    arguments = parser.parse_args()
    if shutil.which("strace") is None:
        print("SKIPPED: strace is not installed")
        return 77
    started = time.monotonic()
    table = fault_report.Table(("scenario", "kept of what was not synced"))
    for name in arguments.scenario:
        lose_power(known[name], arguments, table)
    seconds = time.monotonic() - started
    if arguments.report:
        fault_report.write_section(arguments.report, arguments.section, "Power loss after every change", table, seconds)
    print(f"{table.cases()} disks in {seconds:.0f} s")
    return fault_report.finish(table, any(known[name].defective for name in arguments.scenario))


if __name__ == "__main__":
    sys.exit(main())
