"""How progress is told: to a function, or as a bar."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from ingot._errors import UsageError
from ingot._ingot import Cancellation, Watch
from ingot._results import Progress

ProgressOption: TypeAlias = bool | Callable[[Progress], object] | None
"""None or False: silent. True: a bar by tqdm, also in notebooks. A function: called with each ``Progress``."""

_log = logging.getLogger("ingot")


class _Bar:
    """A tqdm bar for each stage of each subject."""

    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm
        except ModuleNotFoundError as missing:
            raise UsageError("progress=True needs tqdm", (), "pip install tqdm, or pass a function") from missing
        self._tqdm: Any = tqdm
        self._bar: Any = None
        self._of = ("", "")

    def __call__(self, progress: Progress) -> None:
        if self._of != (progress.stage, progress.subject):
            self.close()
            self._of = (progress.stage, progress.subject)
            self._bar = self._tqdm(
                total=progress.bytes_total or None, desc=" ".join(filter(None, self._of)), unit="B", unit_scale=True
            )
        self._bar.total = progress.bytes_total or None
        self._bar.update(progress.bytes_done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class Observers:
    """Ready for the extension module: progress to the caller's choice, warnings to the logger ``ingot``."""

    def __init__(self, progress: ProgressOption, cancellation: Cancellation | None) -> None:
        self._bar = _Bar() if progress is True else None
        function = self._bar or (progress if callable(progress) else None)
        if progress is not None and not isinstance(progress, bool) and not callable(progress):
            raise TypeError(f"progress is True, False or a function, not {type(progress).__name__}")

        def on_progress(stage: str, subject: str, bytes_done: int, bytes_total: int, rows: int) -> None:
            assert function is not None
            function(Progress(stage, subject, bytes_done, bytes_total, rows))

        def on_warning(subject: str, message: str) -> None:
            _log.warning("%s", f"{subject}: {message}" if subject else message)

        self.watch = Watch(on_progress if function else None, on_warning, cancellation or Cancellation())

    def close(self) -> None:
        """Ends the bar."""
        if self._bar is not None:
            self._bar.close()


@contextmanager
def observed(progress: ProgressOption, cancellation: Cancellation | None) -> Iterator[Watch]:
    """Observers for one call."""
    observers = Observers(progress, cancellation)
    try:
        yield observers.watch
    finally:
        observers.close()
