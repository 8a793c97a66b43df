#!/usr/bin/env python3
"""Disturbs a command at every one of its file system calls, and checks what is on disk afterwards.

    tests/faults/sweep.py --program build/ci/commit_driver --scenario exchange [--scenario …] [--quick]
    tests/faults/sweep.py --program build/release/ingot --scenario ingot-rebuild --report docs/reliability.md

A first, undisturbed run under strace tells which calls touch the tree. Then, for each of them and each fault, the older
tree is copied, the command is run with that fault at that call, and these must hold:

1. what is published is wholly old or wholly new (where files are replaced one by one: each file is, and the whole
   after recovery);
2. exit 0 means new, 13 means either, any other code means old and says why on stderr (of a command that goes on after
   it has published, as to a lookup index or to views, another code may also mean new);
3. the same command, undisturbed, then ends in the new version, without any manual step;
4. garbage collection leaves nothing behind and changes nothing that is published.

A program that heeds signals is also interrupted at each of the calls: it ends with 128 and the signal's number, and has
cleaned up by itself, or it ends as if nothing had happened.
"""

import argparse
import concurrent.futures
import dataclasses
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import fault_report
import scenarios
import tree_state

CHANGING = {
    "write", "pwrite64", "writev", "pwritev", "ftruncate", "fallocate", "copy_file_range", "fsync", "fdatasync",
    "syncfs", "sync_file_range", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "unlink", "unlinkat", "rmdir",
    "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "utimensat",
}  # fmt: skip
READING = {
    "open", "openat", "openat2", "creat", "close", "flock", "fcntl", "read", "pread64", "readv", "lseek", "stat",
    "newfstatat", "fstat", "lstat", "statx", "access", "faccessat", "faccessat2", "getdents64", "readlink", "readlinkat",
    "mmap", "fadvise64",
}  # fmt: skip
TAKES_SPACE = CHANGING - {"unlink", "unlinkat", "rmdir"} | {"open", "openat", "openat2", "creat"}
# What a program must get over. EINVAL: a file system without renameat2's flags.
HARMLESS = {
    "EINTR": {"write", "pwrite64", "read", "pread64", "openat", "openat2", "flock"},
    "EINVAL": {"renameat2"},
    "ENOSYS+": {"openat2", "renameat2", "syncfs"},
}
INTERRUPTS = {"TERM": signal.SIGTERM, "INT": signal.SIGINT}
CHECK_FAILED = 7
UNKNOWN_OUTCOME = 13
RESOURCE_LIMIT = 12


@dataclasses.dataclass(frozen=True)
class Case:
    call: str
    number: int  # the n-th call of that name
    fault: str  # KILL, TERM, INT, an errno, or an errno with "+": from that call on

    def injection(self):
        if self.fault == "KILL" or self.fault in INTERRUPTS:
            return f"{self.call}:signal={self.fault}:when={self.number}"
        return f"{self.call}:error={self.fault.rstrip('+')}:when={self.number}{'+' if self.fault.endswith('+') else ''}"

    def __str__(self):
        return f"{self.fault} at {self.call} {self.number}"


def sandbox_environment():
    # LeakSanitizer cannot work under strace. How many arenas malloc maps depends on how threads meet.
    return {**os.environ, "MALLOC_ARENA_MAX": "1", "ASAN_OPTIONS": "detect_leaks=0", "LSAN_OPTIONS": "detect_leaks=0"}


def relevant_calls(lab, calls):
    """(name, n) of each call of an undisturbed run that touches the tree."""
    tree = lab.copy("baseline")
    log = os.path.join(lab.scratch, "baseline.log")
    argv = ["strace", "-f", "-y", "-qq", "-s", "4096", "-o", log, "-e", "trace=" + ",".join("?" + c for c in sorted(calls))]
    subprocess.run(argv + lab.argv(lab.scenario.command, tree), check=True, capture_output=True, env=sandbox_environment())
    counts, found = {}, []
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if match := re.match(r"(?:\d+ +)?(\w+)\(", line):
                name = match[1]
                counts[name] = counts.get(name, 0) + 1
                if tree in line:
                    found.append((name, counts[name]))
    shutil.rmtree(tree)
    return found


def calls_of(arguments):
    chosen = arguments.calls or ("changing" if arguments.quick else "all")
    return {"changing": CHANGING, "reading": READING, "all": CHANGING | READING}[chosen]


def cases_of(lab, calls, quick, stride):
    met = {}
    for call, number in relevant_calls(lab, calls):
        met[call] = met.get(call, 0) + 1
        if (met[call] - 1) % stride != 0:
            continue
        yield Case(call, number, "KILL")
        yield Case(call, number, "EIO")
        if lab.scenario.heeds_signals:
            yield from (Case(call, number, name) for name in INTERRUPTS if name == "TERM" or not quick)
        if call in TAKES_SPACE:
            yield Case(call, number, "ENOSPC+" if quick else "ENOSPC")
        if not quick:
            yield Case(call, number, "EIO+")
            if call in TAKES_SPACE:
                yield Case(call, number, "ENOSPC+")
        for fault, harmless in HARMLESS.items():
            # A kernel has openat2 or it has not: there is no use in losing it on the way.
            lost_on_the_way = (fault, call) == ("ENOSYS+", "openat2") and met[call] > 1
            if call in harmless and not lost_on_the_way and not (quick and fault == "EINTR"):
                yield Case(call, number, fault)


def check_exit(code, stderr, age, killed_is_fine, must_succeed, may_be_silent, goes_on=False):
    if must_succeed and code != 0:
        raise tree_state.Damaged(f"it should have got over that; exit {code}: {stderr.strip()}")
    if code < 0 and not killed_is_fine:
        raise tree_state.Damaged(f"it died by signal {-code}")
    if code == 0 and age not in ("new", ""):
        raise tree_state.Damaged(f"exit 0, and the tree is {age}")
    if code > 0 and code != UNKNOWN_OUTCOME and age == "new" and not goes_on:
        raise tree_state.Damaged(f"exit {code}, and the tree is new: {stderr.strip()}")
    if code > 0 and not stderr.strip() and not may_be_silent:
        raise tree_state.Damaged(f"exit {code} without a word")


def check_interrupted(lab, tree, code, expected):
    if code not in (0, expected):
        raise tree_state.Damaged(f"exit {code}, and not {expected}")
    left = tree_state.left_over(tree, lab.scenario.keeps)
    if lab.scenario.goes_on:
        # The version that was replaced before the interrupt.
        left = [path for path in left if "/.ingot/trash/" not in path]
    if code and left:
        raise tree_state.Damaged(f"the interrupted run left {left}")


def check_tree(lab, tree, code, stderr, killed_is_fine, must_succeed=False, may_be_silent=False):
    """What must hold after a disturbed run that ended with `code`. Returns how it ended."""
    if lab.scenario.breaks or (lab.scenario.recover and (code < 0 or code == UNKNOWN_OUTCOME)):
        lab.check_each_file(tree)
        lab.must_run(lab.scenario.recover, tree)
    age = lab.judge(tree)
    told = age if lab.exit_tells_age else ""
    check_exit(code, stderr, told, killed_is_fine, must_succeed, may_be_silent, lab.scenario.goes_on)
    lab.check_aftermath(tree)
    return f"{age}, killed" if code < 0 else f"{age}, exit {code}"


def run_case(lab, case, name):
    tree = lab.copy(name)
    log = tree + ".log"
    try:
        argv = ["strace", "-f", "-qq", "-o", log, "-e", "trace=" + case.call, "-e", "inject=" + case.injection()]
        done = subprocess.run(argv + lab.argv(lab.scenario.command, tree), capture_output=True, check=False,
                              env=sandbox_environment(), timeout=scenarios.TIMEOUT_SECONDS)  # fmt: skip
        with open(log, encoding="utf-8", errors="replace") as lines:
            marks = ("(INJECTED)", "killed by SIGKILL", f"--- SIG{case.fault} ")
            reached = any(mark in line for line in lines for mark in marks)
        if not reached:
            raise tree_state.Damaged("the call was not reached: the program is not deterministic")
        if case.fault in INTERRUPTS:
            check_interrupted(lab, tree, done.returncode, 128 + INTERRUPTS[case.fault])
        # When no write works any more, neither does the one that would say so.
        silent = case.call.startswith(("write", "pwrite")) and case.fault.endswith("+")
        if case.fault.startswith("EIO") and done.returncode == CHECK_FAILED:
            raise tree_state.Damaged(f"a disk that fails is taken for damage: {done.stderr.decode(errors='replace').strip()}")
        # DuckDB does not repeat an open or read that was interrupted, and aborts where no fstat works while it opens a database.
        by_engine = (case.fault, case.call) in lab.scenario.engine_fails_at
        may_die = case.fault == "KILL" or (by_engine and case.fault == "EIO+")
        return check_tree(lab, tree, done.returncode, done.stderr.decode(errors="replace"), may_die,
                          case.fault in HARMLESS and not by_engine, silent)  # fmt: skip
    finally:
        shutil.rmtree(tree, ignore_errors=True)
        if os.path.exists(log):
            os.remove(log)


def limit_file_size(limit, ignore_signal):
    """For a child: a real short write at `limit` bytes, then EFBIG, or SIGXFSZ when it is not ignored."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN if ignore_signal else signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def size_limits(lab, quick):
    """Limits inside, at and just beyond the end of each published file."""
    sizes = set()
    tree = lab.copy("sizes")
    lab.must_run(lab.scenario.command, tree)
    for path, full in tree_state.walk(tree):
        if tree_state.is_published(path) and not os.path.islink(full):
            size = os.path.getsize(full)
            sizes |= {1, size // 2, size - 1} if quick else {1, 7, size // 3, size // 2, size - 1, size}
    shutil.rmtree(tree)
    return sorted(size for size in sizes if size > 0)


def run_limited(lab, limit, ignore_signal, name):
    tree = lab.copy(name)
    try:
        done = lab.run(lab.scenario.command, tree, restore_signals=False,
                       preexec_fn=lambda: limit_file_size(limit, ignore_signal))  # fmt: skip
        return check_tree(lab, tree, done.returncode, done.stderr.decode(errors="replace"), not ignore_signal)
    finally:
        shutil.rmtree(tree, ignore_errors=True)


def run_short(lab, shim, mode, name):
    """Writes of the program are cut by a preloaded library: all of them, or the n-th and then the disk is full."""
    tree = lab.copy(name)
    try:
        done = lab.run(lab.scenario.command, tree, env={**os.environ, "LD_PRELOAD": shim, "INGOT_SHORT_WRITES": mode})
        outcome = check_tree(lab, tree, done.returncode, done.stderr.decode(errors="replace"), False, mode == "halve")
        if mode != "halve" and done.returncode not in (0, RESOURCE_LIMIT):
            raise tree_state.Damaged(f"a full disk is exit {RESOURCE_LIMIT}, not {done.returncode}: {done.stderr.decode()}")
        return outcome
    finally:
        shutil.rmtree(tree, ignore_errors=True)


def short_write_jobs(lab, shim, quick, stride):
    """(row, text, function taking a name) of the short writes."""
    for limit in size_limits(lab, quick):
        for ignore in (True, False):
            row = "short write, then " + ("EFBIG" if ignore else "SIGXFSZ")
            yield row, f"file size limit {limit}", lambda name, limit=limit, ignore=ignore: run_limited(lab, limit, ignore, name)
    if shim:
        yield "every write short", "halved writes", lambda name: run_short(lab, shim, "halve", name)
        writes = [number for call, number in relevant_calls(lab, {"write", "pwrite64"}) if call]
        for number in range(1, len(writes) + 1, stride):
            mode = f"full:{number}"
            yield "short write, then ENOSPC", mode, lambda name, mode=mode: run_short(lab, shim, mode, name)


def jobs_of(lab, arguments):
    for case in cases_of(lab, calls_of(arguments), arguments.quick, arguments.stride):
        yield f"{case.fault} at {case.call}", str(case), lambda name, case=case: run_case(lab, case, name)
    if arguments.calls != "reading":
        yield from short_write_jobs(lab, arguments.shim, arguments.quick, arguments.stride)


def sweep(scenario, arguments, table):
    with tempfile.TemporaryDirectory(dir=arguments.scratch, prefix="ingot-faults-") as scratch:
        lab = scenarios.Laboratory(scenario, arguments.program, scratch)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            running = [
                (row, text, pool.submit(function, f"case-{index}"))
                for index, (row, text, function) in enumerate(jobs_of(lab, arguments))
            ]
            for row, text, future in running:
                try:
                    table.add((scenario.name, row), future.result())
                except (tree_state.Damaged, RuntimeError, subprocess.TimeoutExpired) as problem:
                    table.add((scenario.name, row), "", f"{scenario.name}, {text}: {problem}")


def condensed(table):
    """One row for each scenario and fault, the calls counted together: for the documentation."""
    short = fault_report.Table(("scenario", "fault"))
    short.problems = table.problems
    for (scenario, row), outcomes in table.rows.items():
        fault = row.split(" at ")[0]
        for outcome, count in outcomes.items():
            short.rows.setdefault((scenario, fault), type(outcomes)())[outcome] += count
    return short


def main():
    known = scenarios.all_scenarios()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="commit_driver or ingot")
    parser.add_argument("--scenario", action="append", required=True, choices=sorted(known))
    parser.add_argument("--shim", help="the library short_write, to preload")
    parser.add_argument("--quick", action="store_true", help="only calls that change something, and fewer faults")
    parser.add_argument("--calls", choices=["changing", "reading", "all"], help="without it all, or as --quick says")
    parser.add_argument("--stride", type=int, default=1, help="only every n-th call of each name")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--scratch", default="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    parser.add_argument("--report", help="Markdown file whose section of the results is replaced")
    parser.add_argument("--section", default="faults", help="its name")
    parser.add_argument("--verbose", action="store_true", help="a row for each system call")
    arguments = parser.parse_args()
    # Behind `&` a shell makes programs deaf for it, and they would hand that on.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if shutil.which("strace") is None:
        print("SKIPPED: strace is not installed")
        return 77
    started = time.monotonic()
    table = fault_report.Table(("scenario", "fault"))
    for name in arguments.scenario:
        sweep(known[name], arguments, table)
    if not arguments.verbose:
        table = condensed(table)
    seconds = time.monotonic() - started
    if arguments.report:
        fault_report.write_section(arguments.report, arguments.section, "Faults at every file system call", table, seconds)
    print(f"{table.cases()} cases in {seconds:.0f} s")
    return fault_report.finish(table, any(known[name].defective for name in arguments.scenario))


if __name__ == "__main__":
    sys.exit(main())
