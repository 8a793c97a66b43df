"""Projects, and operations that need none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from ingot import _ingot
from ingot._errors import Error, combine
from ingot._ingot import Cancellation
from ingot._lookup import _indexing
from ingot._options import Day, Days, Folder, choice, day, environment, folder, keywords, size
from ingot._progress import Observers, ProgressOption, observed
from ingot._query import QueryResult
from ingot._results import (
    Dataset, Partition, PartitionPlan, PartitionProof, PartitionRun, PartitionStatus, RefreshResult, RunResult, VerifyResult,
)  # fmt: skip


def open(path: Folder | None = None, *, set: Mapping[str, object] | None = None) -> Project:
    """Opens a project.

    Args:
        path: the folder with ``ingot.toml``; without it the current folder, or the next one above that has it.
        set: variables of the project, as ``--set`` of the command line: ``{"archive": "/data/archive"}``.

    Raises:
        ConfigError: there is no project, or ``ingot.toml`` is wrong, with file, line and column.
        UsageError: the project has no such variable.
    """
    variables = {name: str(value) for name, value in (set or {}).items()}
    return Project(_ingot.open(folder(path) or "", variables, environment()))


class Project:
    """A folder with ``ingot.toml``, and what can be done with its datasets.

    Every call reads ``ingot.toml`` and ``ingot.lock`` as they stand, and may be made in any number of threads. The GIL is
    released while it works. Ctrl-C stops it with ``KeyboardInterrupt`` and leaves nothing half-done.

    Keywords are the options of the command line (``ingot help VERB``). What is left out is what the environment says
    (``INGOT_<OPTION>``, as it was when the project was opened), then ``[defaults]`` of the project, then the default.

    ``dataset`` is a dataset, as ``"tier3"``, or one partition, as ``"tier3@2026-01-15"``; it may be left out when the
    project has one dataset. Partitions are chosen by ``date`` (a day or many), ``from_`` with or without ``to``
    (half-open), ``last`` (``"7d"``, ``"2w"``: whole days up to yesterday), ``end_day`` with ``days``, or
    ``previous_week``. Days are UTC: text, ``"today"``, ``"yesterday"``, or ``datetime.date``.
    """

    def __init__(self, native: _ingot.Project) -> None:
        self._native = native

    def __repr__(self) -> str:
        return f"<ingot.Project {self.folder}>"

    @property
    def folder(self) -> str:
        """Absolute path."""
        return self._native.folder

    def datasets(self) -> list[Dataset]:
        """The datasets of the project, and what is published of each."""
        return [Dataset(**fields) for fields in self._native.datasets()]

    def plan(
        self,
        dataset: str = "",
        *,
        date: Days | None = None,
        from_: Day | None = None,
        to: Day | None = None,
        last: str | None = None,
        end_day: Days | None = None,
        days: int | None = None,
        previous_week: bool | None = None,
        output_dir: Folder | None = None,
        force: bool | None = None,
        locked: bool | None = None,
        allow_incomplete: bool | None = None,
        allow_drift: bool | None = None,
        allow_empty: bool | None = None,
        allow_shrink: bool | None = None,
        replace_foreign: bool | None = None,
        reason: str | None = None,
        min_inputs: int | None = None,
        max_rejects: int | None = None,
    ) -> list[PartitionPlan]:
        """What ``run`` with the same keywords would do, and why. Touches nothing.

        Without a choice it is about yesterday. What is wrong with one partition is in its plan.
        """
        given = choice(date, from_, to, last, end_day, days, previous_week) | keywords(
            output_dir=folder(output_dir), force=force, locked=locked, allow_incomplete=allow_incomplete,
            allow_drift=allow_drift, allow_empty=allow_empty, allow_shrink=allow_shrink,
            replace_foreign=replace_foreign, reason=reason, min_inputs=min_inputs, max_rejects=max_rejects,
        )  # fmt: skip
        with observed(None, None) as watch:
            return [PartitionPlan._of(fields) for fields in self._native.plan(dataset, given, watch)]

    def run(
        self,
        dataset: str = "",
        *,
        date: Days | None = None,
        from_: Day | None = None,
        to: Day | None = None,
        last: str | None = None,
        end_day: Days | None = None,
        days: int | None = None,
        previous_week: bool | None = None,
        output_dir: Folder | None = None,
        force: bool | None = None,
        locked: bool | None = None,
        dry_run: bool | None = None,
        publish: bool | None = None,
        allow_incomplete: bool | None = None,
        allow_drift: bool | None = None,
        allow_empty: bool | None = None,
        allow_shrink: bool | None = None,
        replace_foreign: bool | None = None,
        reason: str | None = None,
        min_inputs: int | None = None,
        max_rejects: int | None = None,
        threads: int | None = None,
        memory: int | str | None = None,
        progress: ProgressOption = None,
        cancellation: Cancellation | None = None,
        check: bool = True,
    ) -> RunResult:
        """Builds partitions that are missing or out of date, proves them, and commits them.

        Without a choice it is about yesterday. Every partition is attempted, whatever happens to the others.

        Args:
            output_dir: write below this folder instead of the datasets' own.
            force: rebuild what is up to date.
            locked: refuse any change of the schema.
            dry_run: publish nothing; local files are built as always.
            publish: not offered yet.
            allow_incomplete: let an open window and missing or damaged inputs pass. The manifest records it.
            allow_drift: let a frozen schema change.
            allow_empty: publish a partition with fewer rows than ``min_rows``.
            allow_shrink: replace a partition by one with many fewer rows, beyond ``max_shrink``.
            replace_foreign: replace a file in the partition's place that Ingot did not write.
            reason: why a check is overridden; the manifest keeps it.
            min_inputs: so many inputs are enough.
            max_rejects: so many bad rows are tolerated.
            threads: all processors that the process may use, without it.
            memory: bound of the working memory, bytes or ``"512MiB"``; 1 GiB without it.
            progress: see ``ProgressOption``. Warnings go to the logger ``ingot``.
            check: raise when a partition failed. With False look at ``result.failed``.

        Raises:
            Error: when partitions failed and ``check`` is set: the error itself when it is one, an error of their kind
                when all have one, else ``PartitionsFailed``. Its ``result`` is the ``RunResult``.
            UsageError, ConfigError, Unsupported: nothing was begun.
        """
        given = choice(date, from_, to, last, end_day, days, previous_week) | keywords(
            output_dir=folder(output_dir), force=force, locked=locked, dry_run=dry_run, publish=publish,
            allow_incomplete=allow_incomplete, allow_drift=allow_drift, allow_empty=allow_empty,
            allow_shrink=allow_shrink, replace_foreign=replace_foreign, reason=reason, min_inputs=min_inputs,
            max_rejects=max_rejects, threads=threads, memory=None if memory is None else size(memory),
        )  # fmt: skip
        with observed(progress, cancellation) as watch:
            partitions, warnings = self._native.run(dataset, given, watch)
        result = RunResult(tuple(PartitionRun._of(fields) for fields in partitions), tuple(warnings))
        if check:
            _raise_failures(result.partitions, result)
        return result

    def verify(
        self,
        dataset: str = "",
        *,
        date: Days | None = None,
        from_: Day | None = None,
        to: Day | None = None,
        last: str | None = None,
        end_day: Days | None = None,
        days: int | None = None,
        previous_week: bool | None = None,
        output_dir: Folder | None = None,
        quick: bool | None = None,
        deep: bool | None = None,
        threads: int | None = None,
        memory: int | str | None = None,
        progress: ProgressOption = None,
        cancellation: Cancellation | None = None,
        check: bool = True,
    ) -> VerifyResult:
        """Proves that partitions are what their manifests say, and what their dataset asks for. Changes nothing.

        Without a choice it is about yesterday.

        Args:
            quick: compare manifests and sizes only.
            deep: also decode every page and compare every value hash.
            check: raise when a partition did not pass. With False look at ``result.passed``.

        Raises:
            Corrupt: something does not hold and ``check`` is set. Its ``result`` is the ``VerifyResult``.
        """
        given = choice(date, from_, to, last, end_day, days, previous_week) | keywords(
            output_dir=folder(output_dir), quick=quick, deep=deep, threads=threads,
            memory=None if memory is None else size(memory),
        )  # fmt: skip
        with observed(progress, cancellation) as watch:
            proofs = self._native.verify(dataset, given, watch)
        return _verified(proofs, check)

    def partitions(
        self,
        dataset: str = "",
        *,
        date: Days | None = None,
        from_: Day | None = None,
        to: Day | None = None,
        last: str | None = None,
        end_day: Days | None = None,
        days: int | None = None,
        previous_week: bool | None = None,
        output_dir: Folder | None = None,
    ) -> list[Partition]:
        """Partitions that are published, by key, ascending; all of them without a choice. Reads manifests only."""
        given = choice(date, from_, to, last, end_day, days, previous_week)
        given |= keywords(output_dir=folder(output_dir))
        return [Partition._of(fields) for fields in self._native.partitions(dataset, given)]

    def status(
        self,
        dataset: str = "",
        *,
        date: Days | None = None,
        from_: Day | None = None,
        to: Day | None = None,
        last: str | None = None,
        end_day: Days | None = None,
        days: int | None = None,
        previous_week: bool | None = None,
        output_dir: Folder | None = None,
    ) -> list[PartitionStatus]:
        """Which partitions are built, missing, incomplete or out of date. No data is read."""
        given = choice(date, from_, to, last, end_day, days, previous_week)
        given |= keywords(output_dir=folder(output_dir))
        return [PartitionStatus._of(fields) for fields in self._native.status(dataset, given)]

    def query(
        self,
        sql: str,
        /,
        *,
        params: Mapping[str, object] | None = None,
        limit: int | None = None,
        timeout: float | str | None = None,
        prove: str | None = None,
        output_dir: Folder | None = None,
        threads: int | None = None,
        memory: int | str | None = None,
        progress: ProgressOption = None,
        cancellation: Cancellation | None = None,
    ) -> QueryResult:
        """Asks a question in SQL. Datasets are tables; keys of partitions are columns.

        Args:
            sql: one statement that reads, or the name of a saved query of the project.
            params: values of parameters, written ``$name`` in SQL; bound, never inserted.
            limit: stop after so many rows.
            timeout: seconds, or ``"5m"``, from now to the last row.
            prove: what is compared before a partition is read: ``"quick"``, ``"footer"`` (the default) or ``"whole"``.
            progress: True is not offered here, because the rows are read later; a function is.

        Returns:
            Rows that are made while they are read, as soon as the first ones are there.

        Raises:
            UsageError: the statement is wrong.
            InvalidData: a value is.
            Corrupt: a partition is not what its manifest says.
        """
        given = keywords(
            parameters=None if params is None else {name: _parameter(value) for name, value in params.items()},
            limit=limit, timeout=None if timeout is None else _duration(timeout), prove=prove,
            output_dir=folder(output_dir), threads=threads, memory=None if memory is None else size(memory),
        )  # fmt: skip
        if progress is True:
            raise TypeError("progress of a query is told to a function, not by a bar")
        return QueryResult(self._native.query(sql, given, Observers(progress, cancellation).watch))

    def generate(
        self,
        dataset: str,
        *,
        output_dir: Folder | None = None,
        rows: int | None = None,
        seed: int | None = None,
        start: Day | None = None,
        end: Day | None = None,
        codec: str | None = None,
        level: int | None = None,
        file_size: int | str | None = None,
        layout: str | None = None,
        threads: int | None = None,
        memory: int | str | None = None,
        progress: ProgressOption = None,
        cancellation: Cancellation | None = None,
    ) -> PartitionRun:
        """Writes a dataset of synthetic rows of the project, as ``ingot.generate`` does without one."""
        given = _generation(output_dir, rows, seed, start, end, codec, level, file_size, layout, threads, memory)
        with observed(progress, cancellation) as watch:
            return PartitionRun._of(self._native.generate(dataset, given, watch))

    def index(
        self,
        source: Folder,
        output_file: Folder,
        *,
        template: str | None = None,
        base: str | None = None,
        strict: bool | None = None,
        duplicates: str | None = None,
        codec: str | None = None,
        level: int | None = None,
        force: bool | None = None,
        allow_incomplete: bool | None = None,
        allow_empty: bool | None = None,
        allow_shrink: bool | None = None,
        replace_foreign: bool | None = None,
        reason: str | None = None,
        threads: int | None = None,
        memory: int | str | None = None,
        progress: ProgressOption = None,
        cancellation: Cancellation | None = None,
    ) -> PartitionRun:
        """Turns a listing into a key manifest, as ``ingot.generate_manifest``. Where ``output_file`` is the place of a listing
        of the project, that dataset says what is left out; for another file the project's only listing does."""
        given = _indexing(
            template, base, strict, duplicates, codec, level, force, allow_incomplete, allow_empty, allow_shrink,
            replace_foreign, reason, threads, memory,
        )  # fmt: skip
        with observed(progress, cancellation) as watch:
            return PartitionRun._of(self._native.index(os.fspath(source), os.fspath(output_file), given, watch))

    def refresh(
        self,
        *,
        force: bool | None = None,
        threads: int | None = None,
        memory: int | str | None = None,
        progress: ProgressOption = None,
        cancellation: Cancellation | None = None,
    ) -> RefreshResult:
        """Builds datasets of SQL that are out of date, and brings the views of the project's warehouse up to date.

        Args:
            force: build and write although nothing changed.

        Raises:
            ConfigError: the project has no ``[warehouse]`` or no models.
            NotFound: a dataset that a model reads has no partition.
            Conflict: another refresh is running, or another program has the database open.
        """
        given = keywords(force=force, threads=threads, memory=None if memory is None else size(memory))
        with observed(progress, cancellation) as watch:
            return RefreshResult._of(self._native.refresh(given, watch))


def generate(
    dataset: str,
    *,
    output_dir: Folder | None = None,
    rows: int | None = None,
    seed: int | None = None,
    start: Day | None = None,
    end: Day | None = None,
    codec: str | None = None,
    level: int | None = None,
    file_size: int | str | None = None,
    layout: str | None = None,
    threads: int | None = None,
    memory: int | str | None = None,
    progress: ProgressOption = None,
    cancellation: Cancellation | None = None,
) -> PartitionRun:
    """Writes a dataset of synthetic rows without a project: ``"events"``. Replaces what it wrote there before.

    The same keywords give the same bytes, whatever the threads.

    Args:
        output_dir: where the dataset goes; the folder ``data`` without it.
        rows: 1,000,000 without it.
        start, end: the first and the last day of the rows, both included.
        codec: ``"snappy"``, ``"zstd"`` or ``"none"``; ``level`` is zstd's, 1 to 22.
        file_size: close a file at the first row group that reaches it, bytes or ``"128MiB"``.
        layout: ``"hive"``, a folder for each day, or ``"flat"``.

    Raises:
        PermissionDenied: the folder cannot be written, with its path.
        AlreadyExists: files that are not its own stand in its place.
    """
    given = _generation(output_dir, rows, seed, start, end, codec, level, file_size, layout, threads, memory)
    with observed(progress, cancellation) as watch:
        return PartitionRun._of(_ingot.generate(dataset, given, watch, environment()))


def verify(
    paths: Folder | Iterable[Folder],
    /,
    *,
    quick: bool | None = None,
    deep: bool | None = None,
    threads: int | None = None,
    memory: int | str | None = None,
    progress: ProgressOption = None,
    cancellation: Cancellation | None = None,
    check: bool = True,
) -> VerifyResult:
    """Proves partitions of any origin, without a project, by their folder, manifest or Parquet file.

    Raises:
        Corrupt: something does not hold and ``check`` is set. Its ``result`` is the ``VerifyResult``.
    """
    listed = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    given = keywords(quick=quick, deep=deep, threads=threads, memory=None if memory is None else size(memory))
    with observed(progress, cancellation) as watch:
        # A path without a slash could be the name of a dataset.
        proofs = _ingot.verify_paths([os.path.abspath(path) for path in listed], given, watch, environment())
    return _verified(proofs, check)


def _generation(
    output_dir: Folder | None, rows: int | None, seed: int | None, start: Day | None, end: Day | None,
    codec: str | None, level: int | None, file_size: int | str | None, layout: str | None, threads: int | None,
    memory: int | str | None,
) -> dict[str, Any]:  # fmt: skip
    return keywords(
        output_dir=folder(output_dir), rows=rows, seed=seed, start=None if start is None else day(start),
        end=None if end is None else day(end), codec=codec, level=level,
        file_size=None if file_size is None else size(file_size), layout=layout, threads=threads,
        memory=None if memory is None else size(memory),
    )  # fmt: skip


def _verified(proofs: list[dict[str, Any]], check: bool) -> VerifyResult:
    result = VerifyResult(tuple(PartitionProof._of(fields) for fields in proofs))
    if check:
        _raise_failures(result.partitions, result)
    return result


def _raise_failures(partitions: tuple[PartitionRun, ...] | tuple[PartitionProof, ...], result: object) -> None:
    errors: list[Error] = [partition.error for partition in partitions if partition.error is not None]
    if errors:
        error = combine(errors, len(partitions))
        error.result = result
        raise error


def _parameter(value: object) -> str:
    """A parameter's value as text; the engine reads it as the type that the statement needs there."""
    if value is None:
        raise TypeError("a parameter has no null; write IS NULL into the statement")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _duration(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{round(value * 1000)}ms"
