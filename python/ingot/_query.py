"""The result of a query."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from ingot._ingot import QueryResult as _NativeResult

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

_T = TypeVar("_T")


class QueryResult:
    """Rows of a statement, as Arrow data that no copy is made of.

    Every library that knows the Arrow PyCapsule interface reads it as it is: ``pyarrow.table(result)``,
    ``polars.from_arrow(result)``, ``duckdb.sql("select * from result")``. Batches are made while they are read. The
    first reader takes the statement that is running; each further one runs it again, over the partitions that stand
    there by then. One thread at a time.

    A reader that fails raises an error of its own library; ``failure`` then has Ingot's. The methods below raise it.
    """

    def __init__(self, native: _NativeResult) -> None:
        self._native = native

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        # A consumer casts by itself when it wants other types: the interface calls the request a wish.
        return self._native.stream()

    def __arrow_c_schema__(self) -> object:
        return self._native.schema()

    def __repr__(self) -> str:
        return f"<ingot.QueryResult {', '.join(self.columns)}>"

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self._native.columns()

    @property
    def failure(self) -> Exception | None:
        """The ``ingot.Error`` that a reader met first, or None."""
        return self._native.failure()

    def arrow(self) -> pyarrow.Table:
        """All rows as a ``pyarrow.Table``."""
        import pyarrow

        return self._read(lambda: pyarrow.table(self))

    def polars(self) -> polars.DataFrame:
        """All rows as a ``polars.DataFrame``."""
        import polars

        return self._read(lambda: polars.DataFrame(self))

    def pandas(self) -> pandas.DataFrame:
        """All rows as a ``pandas.DataFrame``, by way of pyarrow."""
        frame: pandas.DataFrame = self.arrow().to_pandas()
        return frame

    def rows(self) -> list[dict[str, Any]]:
        """All rows as dicts, by way of pyarrow. For small results."""
        rows: list[dict[str, Any]] = self.arrow().to_pylist()
        return rows

    def explain(self) -> str:
        """The engine's plan, as text for people. Runs nothing."""
        return self._native.explain()

    def cancel(self) -> None:
        """Lets every reader of this result fail with ``ingot.Cancelled``. Any thread may call it."""
        self._native.cancel()

    def _read(self, reader: Callable[[], _T]) -> _T:
        before = self._native.failure()
        try:
            return reader()
        except Exception as error:
            failure = self._native.failure()
            if failure is not None and before is None:
                raise failure from error
            raise
