"""Exceptions: one class for each kind of failure in the library's one table of errors."""

from __future__ import annotations

from typing import ClassVar


class Error(Exception):
    """A failure of Ingot. Catch one of its subclasses to act on a kind of failure.

    Attributes:
        message: what happened, and why.
        context: where, outermost first, as ``("dataset tier3", "partition 2026-01-15")``.
        advice: what to do next.
        result: what the operation did, where it failed for some of its partitions; else None.
    """

    kind: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    """What the program ``ingot`` ends with for such a failure."""
    retryable: ClassVar[bool] = False
    """Whether the same call may succeed later, without a change."""

    def __init__(self, message: str, context: tuple[str, ...] = (), advice: str = "") -> None:
        super().__init__(message, context, advice)
        self.message = message
        self.context = context
        self.advice = advice
        self.result: object | None = None

    def __str__(self) -> str:
        text = ": ".join((*self.context, self.message))
        return f"{text}\n  try: {self.advice}" if self.advice else text


class UsageError(Error):
    """The call itself is wrong."""

    kind, exit_code = "usage", 2


class ConfigError(Error):
    """The project file, a variable or a credential is wrong."""

    kind, exit_code = "config", 3


class InvalidData(Error):
    """Bytes of somebody else do not follow their format."""

    kind, exit_code = "invalid_data", 6


class NotFound(Error):
    """A source, dataset, partition, file or key does not exist."""

    kind, exit_code = "not_found", 4


class AlreadyExists(Error):
    """Something else already stands under that name."""

    kind, exit_code = "already_exists", 6


class Conflict(Error):
    """Another run holds the lock, or changed the target first."""

    kind, exit_code, retryable = "conflict", 11, True


class CheckFailed(Error):
    """A check refused. An override such as ``allow_incomplete=True`` can let it pass, and is recorded."""

    kind, exit_code = "check_failed", 6


class Corrupt(Error):
    """Bytes differ from what their manifest promises."""

    kind, exit_code = "corrupt", 7


class SchemaDrift(Error):
    """The data does not fit the accepted schema."""

    kind, exit_code = "schema_drift", 8


class PermissionDenied(Error):
    """The operating system or a service said no."""

    kind, exit_code = "permission", 3


class Unavailable(Error):
    """Temporary: a retry may succeed."""

    kind, exit_code, retryable = "unavailable", 5, True


class Timeout(Error):
    """A deadline passed."""

    kind, exit_code, retryable = "timeout", 12, True


class UnknownOutcome(Error):
    """It may or may not have happened; nothing was deleted."""

    kind, exit_code, retryable = "unknown_outcome", 13, True


class ResourceLimit(Error):
    """A limit of memory, disk, size or cost was reached."""

    kind, exit_code = "resource_limit", 12


class Cancelled(Error):
    """The caller's ``Cancellation`` stopped it. Nothing half-done was left."""

    kind, exit_code, retryable = "cancelled", 130, True


class Unsupported(Error):
    """Understood, and not offered by this version."""

    kind, exit_code = "unsupported", 2


class InternalError(Error):
    """A defect of Ingot: please report it."""

    kind, exit_code = "internal", 1


class PartitionsFailed(Error):
    """Partitions failed for different reasons: each has its own error in ``result.partitions``."""

    kind, exit_code = "partitions_failed", 10


_CLASSES: dict[str, type[Error]] = {
    cls.kind: cls
    for cls in (
        UsageError, ConfigError, InvalidData, NotFound, AlreadyExists, Conflict, CheckFailed, Corrupt, SchemaDrift,
        PermissionDenied, Unavailable, Timeout, UnknownOutcome, ResourceLimit, Cancelled, Unsupported, InternalError,
    )
}  # fmt: skip


def make(kind: str, message: str, context: tuple[str, ...], advice: str) -> Error:
    """The exception of a kind; the extension module calls it."""
    return _CLASSES.get(kind, InternalError)(message, context, advice)


def combine(errors: list[Error], attempted: int) -> Error:
    """One exception for what failed: itself, one of the common kind, or PartitionsFailed."""
    if len(errors) == 1:
        return errors[0]
    message = f"{len(errors)} of {attempted} partitions failed" + "".join(f"\n{': '.join((*e.context, e.message))}" for e in errors)
    kinds = {type(error) for error in errors}
    cls = kinds.pop() if len(kinds) == 1 else PartitionsFailed
    return cls(message, (), "each has its own error in `result.partitions`")
