"""What is disturbed: a tree, the command that changes it, and the commands that look after it.

In every command {tree} stands for the tree's folder and {program} for the program under test. A scenario is data, so
that the same sweeps run the small driver around src/commit and the real `ingot`.
"""

import dataclasses
import os
import shutil
import subprocess

import disk_model
import tree_state

TIMEOUT_SECONDS = 120
DIED = 77


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    about: str
    command: tuple
    # Commands that make the older state, undisturbed; then files of others, path -> text.
    prepare: tuple = ()
    foreign: dict = dataclasses.field(default_factory=dict)
    # Commands that die half-way: what the command finds is then no version, until it is recovered.
    breaks: tuple = ()
    # Run before the tree is read, where a replacement file by file may have to be completed first.
    recover: tuple = ()
    collect: tuple = ()
    # A command that answers from the tree: what it prints must be that of the version that is published.
    asks: tuple = ()
    # Folders of the tree that change independently of each other: each is old or new.
    units: tuple = (".",)
    # Whether the older tree is tidy when the command begins.
    collects_first: bool = True
    # Names in the state folder that are there to stay.
    keeps: tuple = ()
    # Whether SIGINT and SIGTERM end it cleanly.
    heeds_signals: bool = False
    # Goes on when it has published: what fails or is interrupted then leaves the new version, and says so.
    goes_on: bool = False
    # (fault, call) that a library under the program cannot stand. The older version must still be there, whole.
    engine_fails_at: frozenset = frozenset()
    # Exits with success although it does the wrong thing: the sweeps must find that.
    defective: bool = False


def driver(name, about, *flags, older=True, foreign=("NOTE",), verb="commit", after_recovery=False, trash=False, **more):
    root = "{tree}/data/store"
    slot = "data/store/flat/2026-01-15" if "shared" in flags else "data/store/daily/2026-01-15"
    return Scenario(
        name=name,
        about=about,
        prepare=tuple(("{program}", root, "commit", version, *flags) for version in ("AB" if trash else "A" if older else "")),
        collects_first=not trash,
        foreign={f"{slot}/{path}": f"{path} of somebody else\n" for path in foreign} if older else {},
        command=("{program}", root, verb, "B", *flags),
        collect=("{program}", root, "gc"),
        recover=("{program}", root, "recover") if after_recovery else (),
        **more,
    )


def broken(name, about, *flags):
    root = "{tree}/data/store"
    return driver(
        name,
        about,
        *(flag for flag in flags if not flag.startswith("die=")),
        verb="recover",
        after_recovery=True,
        breaks=(("{program}", root, "commit", "B", *flags),),
    )


DRIVER = [
    driver("create", "a first version; root and folders are made", older=False),
    driver("exchange", "a rebuild; the folder is exchanged"),
    driver("walk", "a rebuild without openat2", "no-openat2"),
    driver("foreign", "a rebuild beside a folder of somebody else", foreign=("NOTE", "folder/mine"), after_recovery=True),
    driver("files", "a rebuild file by file, without renameat2 flags", "no-rename-flags", after_recovery=True),
    driver("shared", "a rebuild in shared folders", "shared", after_recovery=True),
    driver("many", "a rebuild of 73 files in shared folders, with syncfs", "shared", "many", after_recovery=True),
    driver("gc", "garbage collection of an older version", verb="gc", trash=True),
    broken("recover-discard", "recovery of a rebuild that died before the exchange", "die=exchange:"),
    broken("recover-exchange", "recovery of a rebuild that died after the exchange", "die=fsync:daily"),
    broken("recover-forward", "recovery of a rebuild file by file that died amid its renames", "no-rename-flags",
           "die=rename:15/rejects.jsonl.gz"),
    Scenario(
        name="atomic",
        about="one file outside of any store",
        prepare=(("{program}", "{tree}/out.bin", "atomic", "A"),),
        command=("{program}", "{tree}/out.bin", "atomic", "B"),
    ),
    driver("naive", "a program that writes in place: every sweep must find it out", verb="naive", defective=True),
]


def ingot():
    """The real program on a small archive; --threads 1, so that the n-th call is the same in every run."""
    variables = ("-p", "{tree}/project", "--set", "archive={tree}/archive", "--set", "output={tree}/out", "-q")

    def run(*options):
        return ("{program}", "run", "tier3", "--date", "2026-01-15", "--threads", "1", *options, *variables)

    def weekly(*options):
        return ("{program}", "run", "tier2", "--end-day", "2026-01-15", "--days", "2", "--threads", "1", *options,
                *variables)  # fmt: skip

    def archive(seed, *dates):
        return ("{program}", "generate", "archive", "--out", "{tree}/archive", *(dates or ("--date", "2026-01-15")),
                "--rows-per-hour", "1", "--samples", "2", "--seed", str(seed), "-q")  # fmt: skip

    both = ("--from", "2026-01-14", "--to", "2026-01-16")
    build_both = ("{program}", "run", "tier3", *both, "--threads", "1", *variables)

    project = ("cp", "-r", "{source}/examples/instrumetriq", "{tree}/project")
    # Years later, so that no older version is too young to go.
    collect = ("env", "INGOT_NOW=2040-01-01T00:00:00Z", "{program}", "gc", *variables)
    shared = {"collect": collect, "units": ("out", "project"), "keeps": ("runs.jsonl",), "heeds_signals": True}
    return [
        Scenario(name="ingot-build", about="`ingot run`, first build", prepare=(archive(1), project), command=run(), **shared),
        Scenario(
            name="ingot-rebuild",
            about="`ingot run --force` over an older version",
            prepare=(archive(1), project, run(), ("rm", "-r", "{tree}/archive"), archive(2)),
            foreign={"out/tier3_daily/2026-01-15/NOTE": "a note\n"},
            command=run("--force"),
            **shared,
        ),
        Scenario(
            name="ingot-derive",
            about="`ingot run` of a derived dataset over an older version, after a day changed",
            prepare=(archive(1, *both), project, build_both, weekly(), ("rm", "-r", "{tree}/archive"), archive(2, *both),
                     build_both),  # fmt: skip
            command=weekly(),
            **shared,
        ),
    ]


def generate():
    """Events over more folders than are synced one by one; --threads 1 again."""
    tree = ("-p", "{tree}/project", "--set", "data={tree}/out", "-q")

    def run(rows, days):
        end = f"2024-{1 + days // 31:02}-{days % 31 + 1:02}"
        return ("{program}", "generate", "events", "--rows", str(rows), "--start", "2024-01-01", "--end", end,
                "--threads", "1", *tree)  # fmt: skip

    project = ("cp", "-r", "{source}/examples/events", "{tree}/project")
    gold = ("{program}", "run", "gold_weekly_active_teams", "--threads", "1", *tree)
    refresh = ("{program}", "refresh", "--threads", "1", *tree)

    def collect(year):
        return ("env", f"INGOT_NOW={year}-01-01T00:00:00Z", "{program}", "gc", *tree)

    shared = {
        # Files are replaced one by one: what a death leaves between is completed by the next command that writes.
        # It puts the older version into the trash, which must be old enough when all is collected.
        "recover": collect(2030),
        "collect": collect(2040),
        "units": ("out", "project"),
        "keeps": ("runs.jsonl",),
    }
    engine = frozenset({("EINTR", "openat"), ("EINTR", "pread64"), ("EIO+", "fstat")})
    return [
        Scenario(name="generate", about="`ingot generate events`, 4 days, first time", prepare=(project,),
                 command=run(400, 3), **shared),
        Scenario(name="regenerate", about="`ingot generate events` over an older version of other days",
                 prepare=(project, run(200, 4)), foreign={"out/events/date=2024-01-05/NOTE": "a note\n"},
                 command=run(400, 3), **shared),
        Scenario(name="ingot-sql", about="`ingot run` of a dataset of SQL over an older version, after its input changed",
                 prepare=(project, run(200, 4), gold, run(400, 3)), command=gold, heeds_signals=True,
                 engine_fails_at=engine, **{**shared, "units": ("project",)}),
        Scenario(name="ingot-first-refresh", about="the first `ingot refresh`, which makes the database",
                 prepare=(project, run(200, 4), gold, run(400, 3)), command=refresh, heeds_signals=True, goes_on=True,
                 engine_fails_at=engine, **{**shared, "units": ("project",)}),
        Scenario(name="ingot-refresh", about="`ingot refresh` of a warehouse after its events changed",
                 prepare=(project, run(200, 4), refresh, run(400, 3)), command=refresh, heeds_signals=True,
                 goes_on=True, engine_fails_at=engine, **{**shared, "units": ("project",)}),
        Scenario(name="generate-many", about="the same with 70 days, with syncfs", prepare=(project, run(3000, 69)),
                 command=run(4000, 70), **shared),
    ]  # fmt: skip


def keys():
    """A key manifest of a listing, and the lookup index beside it."""
    tree = ("-p", "{tree}/project", "--set", "listing={tree}/paths.txt", "-q")
    manifest = "{tree}/project/manifest.parquet"

    def listing(genes):
        one = "echo v1/ad/G$gene/model_tissue_$tissue.tl"
        loops = f"for gene in $(seq {genes}); do for tissue in 1 2 3; do {one}; done; done"
        return ("sh", "-c", loops + " > {tree}/paths.txt")

    def collect(year):
        return ("env", f"INGOT_NOW={year}-01-01T00:00:00Z", "{program}", "gc", *tree)

    project = ("cp", "-r", "{source}/examples/genes", "{tree}/project")
    index = ("{program}", "index", "{tree}/paths.txt", manifest, "--threads", "1", *tree)
    lookup = ("{program}", "lookup", manifest, "gene_id=G7", "-o", "csv", "-q")
    shared = {"collect": collect(2040), "units": ("project",), "keeps": ("runs.jsonl",), "asks": lookup}
    return [
        Scenario(name="ingot-index", about="`ingot index` over the manifest of another listing",
                 prepare=(project, listing(5), index, listing(9)), command=index, recover=collect(2030),
                 heeds_signals=True, goes_on=True, **shared),
        Scenario(name="ingot-lookup", about="`ingot lookup` beside an index of another manifest",
                 prepare=(project, listing(5), index, ("cp", manifest + ".ingot-index", "{tree}/other"), listing(9), index,
                          ("mv", "{tree}/other", manifest + ".ingot-index")),
                 command=lookup, **shared),
    ]  # fmt: skip


def all_scenarios():
    return {scenario.name: scenario for scenario in DRIVER + ingot() + generate() + keys()}


class Laboratory:
    """Makes copies of a scenario's older tree and knows its older and newer published state."""

    def __init__(self, scenario, program, scratch):
        self.scenario = scenario
        self.program = os.path.abspath(program)
        self.scratch = scratch
        self.older_tree = os.path.join(scratch, "older")
        os.mkdir(self.older_tree)
        for command in scenario.prepare:
            self.must_run(command, self.older_tree)
        for path, text in scenario.foreign.items():
            os.makedirs(os.path.dirname(os.path.join(self.older_tree, path)), exist_ok=True)
            with open(os.path.join(self.older_tree, path), "w", encoding="utf-8") as file:
                file.write(text)
        if scenario.collect and scenario.prepare and scenario.collects_first:
            self.must_run(scenario.collect, self.older_tree)
        self.older = self.published(self.older_tree)
        # Of a copy: an answer may leave something in the tree.
        asked = self.copy("asked")
        self.older_answer = self.answer(asked)
        shutil.rmtree(asked)
        for command in scenario.breaks:
            if self.run(command, self.older_tree).returncode != DIED:
                raise RuntimeError(f"{command} did not die where it should")
        newer_tree = self.copy("newer")
        self.must_run(scenario.command, newer_tree)
        self.newer = self.published(newer_tree)
        self.newer_answer = self.answer(newer_tree)
        shutil.rmtree(newer_tree)
        # Where the command is to change nothing that is published, its exit code tells nothing about what is.
        self.exit_tells_age = self.older != self.newer and not scenario.breaks

    def copy(self, name):
        tree = os.path.join(self.scratch, name)
        disk_model.copy_tree(self.older_tree, tree)
        return tree

    def argv(self, command, tree):
        source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        return [part.format(program=self.program, tree=tree, source=source) for part in command]

    def run(self, command, tree, **options):
        return subprocess.run(self.argv(command, tree), capture_output=True, timeout=TIMEOUT_SECONDS, check=False, **options)

    def must_run(self, command, tree):
        done = self.run(command, tree)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(done.args)} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")

    def published(self, tree):
        units = {}
        for unit in self.scenario.units:
            top = os.path.join(tree, unit)
            units[unit] = tree_state.published(top) if os.path.isdir(top) else {}
        return units

    def judge(self, tree):
        """'old', 'new', or 'mixed' (units differ in age); raises tree_state.Damaged for anything else."""
        ages = set()
        for unit, files in self.published(tree).items():
            if files == self.newer[unit]:
                ages.add("new" if files != self.older[unit] else "same")
            elif files == self.older[unit]:
                ages.add("old")
            else:
                raise tree_state.Damaged(f"{unit} is neither old nor new: {difference(files, self.newer[unit])}")
        ages.discard("same")
        return ages.pop() if len(ages) == 1 else ("mixed" if ages else "new")

    def answer(self, tree):
        if not self.scenario.asks:
            return b""
        done = self.run(self.scenario.asks, tree)
        return b"%d " % done.returncode + done.stdout

    def check_answer(self, tree):
        """What the tree answers is what the version says that is published. The answer may come from what is derived
        from it, and that may be of another version, damaged or gone."""
        age = self.judge(tree)
        if age in ("old", "new") and self.answer(tree) != (self.newer_answer if age == "new" else self.older_answer):
            raise tree_state.Damaged(f"the tree is {age}, and its answers are not")

    def check_each_file(self, tree):
        """Where files are replaced one by one, each of them is at any moment of one version or the other, and the new
        manifest is not there before all of its files are."""
        for unit in self.scenario.units:
            top = os.path.join(tree, unit)
            for path, content in (tree_state.whole_files(top) if os.path.isdir(top) else {}).items():
                if content not in (self.older[unit].get(path), self.newer[unit].get(path)):
                    raise tree_state.Damaged(f"{path} is half a file")
            for path, content in (tree_state.manifests(top) if os.path.isdir(top) else {}).items():
                if self.newer[unit].get(path, "").startswith(content):
                    tree_state.proof(top, path)

    def check_aftermath(self, tree):
        """Recovery, an undisturbed run and garbage collection end as if nothing had happened."""
        if self.scenario.recover:
            self.must_run(self.scenario.recover, tree)
            self.judge(tree)
        self.check_answer(tree)
        self.must_run(self.scenario.command, tree)
        if self.judge(tree) != "new":
            raise tree_state.Damaged("the undisturbed run did not end in the new version")
        self.check_answer(tree)
        if self.scenario.collect:
            self.must_run(self.scenario.collect, tree)
        if left := tree_state.left_over(tree, self.scenario.keeps):
            raise tree_state.Damaged(f"left over: {left}")
        if self.judge(tree) != "new":
            raise tree_state.Damaged("garbage collection changed what is published")


def difference(files, expected):
    extra = sorted(set(files) - set(expected))
    missing = sorted(set(expected) - set(files))
    other = sorted(path for path in set(files) & set(expected) if files[path] != expected[path])
    return f"against the new version: extra {extra}, missing {missing}, other content {other}"
