"""Projects: run, plan, verify, listings, generation, and how failures arrive."""

import datetime
import json
import logging
import pathlib
import pickle
import shutil
import threading

import ingot
import pytest
from ingot import _ingot

DAY = datetime.date(2026, 1, 15)
UTC = datetime.timezone.utc


def test_run_plan_verify_and_list(project, folder):
    (plan,) = project.plan("daily", date=DAY)
    assert (plan.action, plan.inputs_present, plan.inputs_expected) == ("build", 4, 4)
    assert not (folder / "output").exists()

    result = project.run("daily", date=DAY)
    assert result.rows == 8
    assert [each.key for each in result.partitions] == ["2026-01-15"]
    assert result.partitions[0].result == "built"
    assert not result.did_nothing
    assert project.run("daily@2026-01-15").did_nothing
    assert project.plan("daily", date="2026-01-15")[0].action == "up_to_date"

    (partition,) = project.partitions("daily")
    assert (partition.key, partition.rows, partition.generation) == ("2026-01-15", 8, 1)
    assert partition.start == datetime.datetime(2026, 1, 15, tzinfo=UTC)
    assert partition.end == datetime.datetime(2026, 1, 16, tzinfo=UTC)
    assert partition.manifest["ingot"]["files"][0]["sha256"] == partition.sha256
    assert partition.manifest["tier"] == "daily"

    proofs = project.verify("daily", date="2026-01-15", deep=True)
    assert proofs.passed
    assert proofs.partitions[0].level == "deep"
    assert ingot.verify(partition.path).rows == 8
    assert [(each.name, each.rows) for each in project.datasets()] == [("daily", 8)]
    assert [each.state for each in project.status(last="3d")] == ["missing", "waiting", "built"]


def test_days_are_text_dates_or_lists(project):
    assert [each.key for each in project.plan(date=["2026-01-13", DAY])] == ["2026-01-13", "2026-01-15"]
    assert [each.key for each in project.plan(from_=datetime.date(2026, 1, 14))] == ["2026-01-14", "2026-01-15"]
    assert [each.key for each in project.plan(last="2d")] == ["2026-01-14", "2026-01-15"]
    assert [each.key for each in project.plan()] == ["2026-01-15"], "yesterday"
    with pytest.raises(TypeError, match="datetime"):
        project.plan(date=datetime.datetime(2026, 1, 15, tzinfo=UTC))
    with pytest.raises(ingot.UsageError, match="empty list"):
        project.plan(date=[])


def test_a_failure_of_one_partition_is_its_error(project):
    with pytest.raises(ingot.CheckFailed) as caught:
        project.run("daily", last="3d")
    error = caught.value
    assert "missing hours 02" in error.message
    assert "2026-01-14" in " ".join(error.context)
    assert "try: " in str(error)
    assert not error.retryable
    assert [each.result for each in error.result.partitions] == ["built", "check_failed", "built"]
    assert [each.key for each in error.result.failed] == ["2026-01-14"]

    unchecked = project.run("daily", date="2026-01-14", check=False)
    assert isinstance(unchecked.partitions[0].error, ingot.CheckFailed)
    allowed = project.run("daily", date="2026-01-14", allow_incomplete=True, reason="hour 02 lost")
    assert allowed.partitions[0].result == "built"
    overrides = project.partitions("daily", date="2026-01-14")[0].manifest["ingot"]["overrides"]
    assert overrides[0]["reason"] == "hour 02 lost"


def test_failures_of_one_kind_keep_it_and_others_are_partitions_failed(project, folder):
    project.run("daily", date=["2026-01-13", "2026-01-15"])
    for day in ("2026-01-13", "2026-01-15"):
        path = folder / "output" / "daily" / day / "data.parquet"
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ingot.Corrupt, match="2 of 2 partitions failed") as caught:
        project.verify("daily", date=["2026-01-13", "2026-01-15"])
    assert not caught.value.result.passed
    assert {finding.check for proof in caught.value.result.partitions for finding in proof.errors} == {"size"}
    # A file where a partition belongs is another kind of failure than a missing hour.
    shutil.rmtree(folder / "output/daily/2026-01-13")
    (folder / "output/daily/2026-01-13").write_text("mine")
    with pytest.raises(ingot.PartitionsFailed) as mixed:
        project.run("daily", last="3d", force=True)
    assert len({type(each.error) for each in mixed.value.result.failed}) == 2
    assert mixed.value.exit_code == 10


def test_misuse(project, folder):
    with pytest.raises(ingot.UsageError, match="did you mean 'daily'"):
        project.run("dayly")
    with pytest.raises(ingot.UsageError, match="exclude each other"):
        project.run("daily", date=DAY, last="3d")
    with pytest.raises(ingot.Unsupported, match="publishing"):
        project.run("daily", publish=True)
    with pytest.raises(TypeError):
        project.run("daily", forse=True)
    with pytest.raises(TypeError):
        project.run("daily", threads="many")
    with pytest.raises(TypeError, match="threads"):
        project.run("daily", threads=-1)
    with pytest.raises(ingot.ConfigError):
        ingot.open(folder / "absent")
    with pytest.raises(ingot.UsageError, match="variable"):
        ingot.open(folder, set={"arkive": "x"}).run("daily")


def test_variables_environment_and_defaults(folder, monkeypatch, tmp_path):
    assert ingot.open(folder, set={"output": tmp_path / "elsewhere"}).run().rows == 8
    assert (tmp_path / "elsewhere/daily/2026-01-15/data.parquet").exists()
    monkeypatch.setenv("INGOT_DATE", "2026-01-13")
    assert ingot.open(folder).run().partitions[0].key == "2026-01-13"
    with open(folder / "ingot.toml", "a", encoding="utf-8") as file:
        file.write('\n[defaults]\nallow_incomplete = true\n')
    monkeypatch.setenv("INGOT_DATE", "2026-01-14")
    assert ingot.open(folder).run().rows > 0
    with pytest.raises(ingot.CheckFailed):
        ingot.open(folder).run(allow_incomplete=False, force=True)
    monkeypatch.setenv("INGOT_THREADS", "many")
    with pytest.raises(ingot.ConfigError, match="INGOT_THREADS"):
        ingot.open(folder).run()


def test_the_project_is_searched_upwards_and_stays_where_it_is(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(folder / "archive")
    project = ingot.open()
    monkeypatch.chdir(tmp_path)
    assert pathlib.Path(project.folder) == folder
    assert project.run("daily").rows == 8


def test_progress_and_warnings(project, folder, caplog):
    heard = []
    thread = threading.get_ident()
    project.run("daily", progress=lambda progress: heard.append((progress, threading.get_ident())))
    assert {ident for _, ident in heard} == {thread}
    assert heard[-1][0].subject == "daily@2026-01-15"
    assert heard[-1][0].bytes_done <= heard[-1][0].bytes_total

    def fail(progress):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        project.run("daily", progress=fail, force=True)
    assert project.partitions("daily")[0].rows == 8, "whole, in the old version or the new one"
    project.run("daily", progress=True, force=True)
    with pytest.raises(TypeError):
        project.run("daily", progress="bar")
    with caplog.at_level(logging.WARNING, logger="ingot"):
        result = project.run("daily", date="2026-01-14", allow_incomplete=True)
    (warning,) = result.warnings
    assert warning.startswith("daily@2026-01-14: check inputs_complete was ")
    assert warning in caplog.text
    needless = project.run("daily", date="2026-01-15", allow_incomplete=True, reason="hour 17 lost")
    assert "the reason was not needed" in needless.warnings[0]


def test_cancellation(project):
    cancellation = ingot.Cancellation()
    assert not cancellation.requested
    cancellation.request()
    with pytest.raises(ingot.Cancelled):
        project.run("daily", cancellation=cancellation)
    assert project.partitions("daily") == []
    assert project.run("daily").rows == 8


def test_calls_of_many_threads(project):
    project.run("daily")
    failures = []

    def work():
        try:
            for _ in range(5):
                assert project.verify("daily").passed
                assert project.query("select count(*) as n from daily").rows() == [{"n": 8}]
        except BaseException as error:  # noqa: BLE001: whatever it is, the test must see it
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []


def test_a_manifest_that_was_replaced(project):
    project.run("daily")
    (before,) = project.partitions("daily")
    with open(before.manifest_path, encoding="utf-8") as file:
        manifest = json.load(file)
    manifest["ingot"]["content_id"] = "0" * 64
    pathlib.Path(before.manifest_path).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ingot.Conflict):
        _ = before.manifest
    (damaged,) = project.partitions("daily")
    assert isinstance(damaged.error, ingot.Corrupt)
    with pytest.raises(ingot.Corrupt):
        _ = damaged.manifest


def test_generate(tmp_path):
    made = ingot.generate("events", rows=2000, output_dir=tmp_path, start="2024-01-01", end=datetime.date(2024, 1, 31))
    assert (made.rows, made.files) == (2000, 31)
    again = ingot.generate("events", rows=2000, output_dir=tmp_path, start="2024-01-01", end="2024-01-31", threads=1)
    assert again.content_id == made.content_id
    assert ingot.verify(made.path, deep=True).passed
    with pytest.raises(ingot.UsageError, match="event"):
        ingot.generate("event", output_dir=tmp_path)
    with pytest.raises(ingot.UsageError, match="level"):
        ingot.generate("events", output_dir=tmp_path, level=3)


def test_exceptions_are_those_of_the_table():
    for kind, name, exit_code, retryable in _ingot.error_kinds():
        cls = getattr(ingot, name)
        assert (cls.kind, cls.exit_code, cls.retryable) == (kind, exit_code, retryable), name
        assert issubclass(cls, ingot.Error)
        assert cls.__module__ == "ingot"
        assert cls.__doc__
    named = {name for _, name, _, _ in _ingot.error_kinds()} | {"Error", "PartitionsFailed"}
    public = {name for name, value in vars(ingot).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert public == named


def test_exceptions_travel_between_processes():
    error = ingot.NotFound("no such thing", ("dataset tier3",), "look again")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy)) == (ingot.NotFound, "dataset tier3: no such thing\n  try: look again")


def test_the_version(project):
    text = (pathlib.Path(__file__).resolve().parents[2] / "CMakeLists.txt").read_text(encoding="utf-8")
    assert f"VERSION {ingot.__version__} " in text
    assert repr(project) == f"<ingot.Project {project.folder}>"
