"""From the keywords of a call to the dict that the extension module reads: types are checked and dates become text."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from ingot._errors import UsageError

if TYPE_CHECKING:
    from ingot._ingot import Keywords

Day: TypeAlias = str | datetime.date
"""A UTC day: ``"2026-01-15"``, ``"today"``, ``"yesterday"``, or a ``datetime.date``."""
Days: TypeAlias = Day | Iterable[Day]
Folder: TypeAlias = str | os.PathLike[str]


def day(value: Day) -> str:
    """A day as text."""
    # An instant has a day only together with a time zone that nobody said.
    if isinstance(value, datetime.datetime) or not isinstance(value, (str, datetime.date)):
        raise TypeError(f"a day is text or a datetime.date, not {type(value).__name__}")
    return value if isinstance(value, str) else value.isoformat()


def days(value: Days, name: str) -> list[str]:
    """One or many days as text, at least one."""
    listed = [day(value)] if isinstance(value, (str, datetime.date)) else [day(each) for each in value]
    if not listed:
        # Nothing chosen means yesterday: an empty list was surely not meant so.
        raise UsageError(f"{name}: an empty list of days", (), "leave it out for yesterday")
    return listed


def size(value: int | str) -> str:
    """A size in bytes as text."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise TypeError(f"a size is a number of bytes or text such as '512MiB', not {type(value).__name__}")
    return str(value)


def keywords(**given: object) -> Keywords:
    """What was said: the entries that are not None."""
    return {name: value for name, value in given.items() if value is not None}


def choice(
    date: Days | None,
    from_: Day | None,
    to: Day | None,
    last: str | None,
    end_day: Days | None,
    days_: int | None,
    previous_week: bool | None,
) -> Keywords:
    """Which partitions."""
    return keywords(
        date=None if date is None else days(date, "date"),
        from_=None if from_ is None else day(from_),
        to=None if to is None else day(to),
        last=last,
        end_day=None if end_day is None else days(end_day, "end_day"),
        days=days_,
        previous_week=previous_week,
    )


def folder(value: Folder | None) -> str | None:
    """A path as text."""
    return None if value is None else os.fspath(value)


def environment() -> dict[str, str]:
    """What the library may know of the environment: INGOT_<OPTION>, INGOT_VAR_<NAME>, and where scratch files go."""
    return {name: value for name, value in os.environ.items() if name.startswith("INGOT_") or name == "TMPDIR"}
