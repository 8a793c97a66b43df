"""What operations give back: plain, immutable records."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any

from ingot._errors import Conflict, Error


@dataclass(frozen=True)
class Check:
    """A rule and what it found."""

    name: str
    """``"window_closed"``, ``"inputs_complete"``, …"""
    verdict: str
    """``"passed"``, ``"warned"``, ``"overridden"``, ``"refused"`` or ``"skipped"``."""
    detail: str


@dataclass(frozen=True)
class Finding:
    """Something that does not hold."""

    check: str
    """``"sha256"``, ``"rows"``, ``"required"``, …"""
    message: str


@dataclass(frozen=True)
class NullRatio:
    """How much of a column holds no value."""

    column: str
    nulls: int
    values: int
    """Slots in all, nulls included."""

    @property
    def ratio(self) -> float:
        """0 to 1."""
        return self.nulls / self.values if self.values else 0.0


@dataclass(frozen=True)
class PartitionPlan:
    """What a run would do with one partition, and why."""

    dataset: str
    key: str
    action: str
    """``"build"``, ``"rebuild"``, ``"up_to_date"``, ``"refuse"`` or ``"fail"``."""
    reason: str
    error: Error | None
    inputs_present: int
    inputs_expected: int
    input_bytes: int
    """As stored, that is compressed."""
    missing: tuple[str, ...]
    """Paths of inputs that are not there."""
    target: str
    """Where the primary file is, or will be."""
    checks: tuple[Check, ...]

    @classmethod
    def _of(cls, fields: dict[str, Any]) -> PartitionPlan:
        fields["missing"] = tuple(fields["missing"])
        fields["checks"] = tuple(Check(*check) for check in fields["checks"])
        return cls(**fields)


@dataclass(frozen=True)
class PartitionRun:
    """What a run did with one partition. With an ``error`` the counts are 0 and the paths empty."""

    dataset: str
    key: str
    result: str
    """``"built"``, ``"rebuilt"``, ``"up_to_date"``, or the kind of the error."""
    error: Error | None
    seconds: float
    rows: int
    rejects: int
    """Bad rows that were set aside, in the file ``rejects_path``."""
    duplicates: int
    """Of a listing: lines that have the key of an earlier one."""
    files: int
    bytes: int
    """Of all data files."""
    input_bytes: int
    path: str
    """The primary file; of many files the folder that holds them."""
    manifest_path: str
    rejects_path: str
    content_id: str
    checks: tuple[Check, ...]
    warnings: tuple[str, ...]

    @classmethod
    def _of(cls, fields: dict[str, Any]) -> PartitionRun:
        fields["checks"] = tuple(Check(*check) for check in fields["checks"])
        fields["warnings"] = tuple(fields["warnings"])
        return cls(**fields)


@dataclass(frozen=True)
class RunResult:
    """What a run did."""

    partitions: tuple[PartitionRun, ...]
    """In the order of their keys."""
    warnings: tuple[str, ...]
    """All of them; those of a partition begin with its name. They went to the logger ``ingot``, too."""

    @property
    def rows(self) -> int:
        """Of all partitions that did not fail, also of those that were up to date."""
        return sum(partition.rows for partition in self.partitions)

    @property
    def bytes(self) -> int:
        """Of their data files."""
        return sum(partition.bytes for partition in self.partitions)

    @property
    def failed(self) -> tuple[PartitionRun, ...]:
        """Partitions with an error."""
        return tuple(partition for partition in self.partitions if partition.error is not None)

    @property
    def did_nothing(self) -> bool:
        """Whether everything was up to date."""
        return all(partition.result == "up_to_date" for partition in self.partitions)


@dataclass(frozen=True)
class PartitionProof:
    """What was found of one partition."""

    subject: str
    """``"tier3@2026-01-15"``, or the path that was named."""
    passed: bool
    error: Error | None
    """Why it did not pass; its message has a line for each finding."""
    dataset: str
    key: str
    level: str
    """``"quick"``, ``"default"`` or ``"deep"``."""
    rows: int
    bytes: int
    sha256: str
    """Of the primary file."""
    content_id: str
    manifest_path: str
    proven: tuple[str, ...]
    """What was compared and found equal, for people."""
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    top_nulls: tuple[NullRatio, ...]
    """Highest ratio first."""

    @classmethod
    def _of(cls, fields: dict[str, Any]) -> PartitionProof:
        fields["proven"] = tuple(fields["proven"])
        for name in ("errors", "warnings"):
            fields[name] = tuple(Finding(*finding) for finding in fields[name])
        fields["top_nulls"] = tuple(NullRatio(*column) for column in fields["top_nulls"])
        return cls(**fields)


@dataclass(frozen=True)
class VerifyResult:
    """What was found of all partitions that were looked at."""

    partitions: tuple[PartitionProof, ...]

    @property
    def passed(self) -> bool:
        """Whether all passed; warnings let pass."""
        return all(partition.passed for partition in self.partitions)

    @property
    def rows(self) -> int:
        """Of all partitions."""
        return sum(partition.rows for partition in self.partitions)


@dataclass(frozen=True)
class Partition:
    """A partition that is published."""

    dataset: str
    key: str
    """``"2026-01-15"``; ``"2025-12-28,7"``; ``"all"`` where a dataset has one partition only."""
    start: datetime.datetime | None
    end: datetime.datetime | None
    """The half-open window that the key means, UTC; None where it means none."""
    rows: int
    bytes: int
    """Of all data files."""
    files: int
    sha256: str
    """Of the primary file."""
    path: str
    """The primary file; of many files the folder that holds them."""
    manifest_path: str
    content_id: str
    generation: int
    built: datetime.datetime | None
    error: Error | None
    """Why the manifest cannot be read; then only dataset, key, window and paths are known."""

    @classmethod
    def _of(cls, fields: dict[str, Any]) -> Partition:
        for name in ("start", "end", "built"):
            fields[name] = _instant(fields[name])
        return cls(**fields)

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest, read now. Everything of Ingot's is under the key ``"ingot"``.

        Raises:
            Error: when the partition's manifest could not be read at all.
            Conflict: when another version was published since the partition was listed.
        """
        if self.error is not None:
            raise self.error
        with open(self.manifest_path, encoding="utf-8") as file:
            manifest: dict[str, Any] = json.load(file)
        if manifest.get("ingot", {}).get("content_id") != self.content_id:
            raise Conflict(
                "another version was published since", (f"{self.dataset}@{self.key}",), "list the partitions again"
            )
        return manifest


@dataclass(frozen=True)
class PartitionStatus:
    """The state of a partition, from its manifest and a listing of its inputs."""

    dataset: str
    key: str
    state: str
    """``"built"``, ``"incomplete"``, ``"changed"``, ``"missing"``, ``"waiting"`` or ``"damaged"``."""
    reason: str
    """Why it is not simply built."""
    rows: int | None
    bytes: int | None
    rejects: int | None
    generation: int | None
    built: datetime.datetime | None

    @classmethod
    def _of(cls, fields: dict[str, Any]) -> PartitionStatus:
        fields["built"] = _instant(fields["built"])
        return cls(**fields)


@dataclass(frozen=True)
class Dataset:
    """A dataset of a project, and what is published of it."""

    name: str
    source: str
    """``"jsonl"``, ``"derive"``, ``"synthetic"``, …"""
    description: str
    partitions: int
    unreadable: int
    """Manifests that cannot be read; they are in no sum."""
    rows: int
    bytes: int
    newest: str
    """Its key; empty without partitions."""


@dataclass(frozen=True)
class RefreshedLayer:
    """A model or dataset of a warehouse after a refresh."""

    name: str
    result: str
    """``"built"``, ``"rebuilt"``, ``"up_to_date"``; ``"view"`` for a model."""
    rows_in: int | None
    rows_out: int | None
    rows_rejected: int | None
    path: str
    """Of a dataset: its file."""
    sha256: str
    """Of that file."""


@dataclass(frozen=True)
class RefreshResult:
    """What a refresh did."""

    nothing_new: bool
    """Whether everything was up to date, and nothing was written."""
    database: str
    """Path of the warehouse, a DuckDB database file."""
    layers: tuple[RefreshedLayer, ...]
    """Each after those that it reads."""
    warnings: tuple[str, ...]

    @classmethod
    def _of(cls, fields: dict[str, Any]) -> RefreshResult:
        fields["layers"] = tuple(RefreshedLayer(**layer) for layer in fields["layers"])
        fields["warnings"] = tuple(fields["warnings"])
        return cls(**fields)


@dataclass(frozen=True)
class KeyColumn:
    """One column of the key of a manifest."""

    name: str
    kind: str
    """``"string"``, ``"int32"`` or ``"int64"``."""
    literal: str
    """What stands before the field in its segment of the path template, as ``"model_tissue_"``; may be empty."""


@dataclass(frozen=True)
class LookupIndex:
    """The index that a lookup answers from."""

    origin: str
    """``"opened"``, ``"built"``, or ``"in_memory"`` where the folder takes no file."""
    path: str
    """Empty in memory."""
    bytes: int
    rows: int
    """Of the manifest."""
    keys: int
    """Distinct ones."""
    manifest_sha256: str


@dataclass(frozen=True)
class Progress:
    """Counters of what is under way."""

    stage: str
    """``"write"``, ``"prove"``, ``"commit"``, ``"verify"``, ``"generate"`` or ``"query"``."""
    subject: str
    """``"tier3@2026-01-15"``; may be empty."""
    bytes_done: int
    """Of the input, as stored."""
    bytes_total: int
    """0: not known."""
    rows: int


def _instant(text: str) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None
