"""Answers as Arrow data in memory, which every library that knows the Arrow PyCapsule interface reads without a copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from ingot._ingot import Answer


class Column:
    """Values of one column: ``pyarrow.array(column)``, ``polars.Series(column)``, or ``column.to_list()``."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        # A consumer casts by itself when it wants another type: the interface calls the request a wish.
        return self._answer.array()

    def __arrow_c_schema__(self) -> object:
        return self._answer.schema()

    def __len__(self) -> int:
        return self._answer.rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._answer.values())

    def __repr__(self) -> str:
        return f"<ingot.Column of {len(self)}>"

    @property
    def null_count(self) -> int:
        """How many values are null."""
        return self._answer.nulls

    def to_list(self) -> list[Any]:
        """As str, int, bool or None. Needs no other library."""
        return self._answer.values()

    def arrow(self) -> pyarrow.Array:
        """As a ``pyarrow.Array``."""
        import pyarrow

        return pyarrow.array(self)

    def polars(self) -> polars.Series:
        """As a ``polars.Series``."""
        import polars

        return polars.Series(self)


class Table:
    """Rows of named columns: ``pyarrow.table(table)``, ``polars.DataFrame(table)``, ``duckdb.sql("from table")``, or
    ``table.rows()``."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._answer.stream()

    def __arrow_c_schema__(self) -> object:
        return self._answer.schema()

    def __len__(self) -> int:
        return self._answer.rows

    def __getitem__(self, column: str) -> Column:
        """One column by its name. Raises KeyError."""
        names = self.columns
        if column not in names:
            raise KeyError(column)
        return Column(self._answer.column(names.index(column)))

    def __repr__(self) -> str:
        return f"<ingot.Table {', '.join(self.columns)}: {len(self)} rows>"

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self._answer.column_names()

    def rows(self) -> list[dict[str, Any]]:
        """All rows as dicts. Needs no other library."""
        names = self.columns
        columns = [self[name].to_list() for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]

    def arrow(self) -> pyarrow.Table:
        """As a ``pyarrow.Table``."""
        import pyarrow

        return pyarrow.table(self)

    def polars(self) -> polars.DataFrame:
        """As a ``polars.DataFrame``."""
        import polars

        return polars.DataFrame(self)

    def pandas(self) -> pandas.DataFrame:
        """As a ``pandas.DataFrame``, by way of pyarrow."""
        frame: pandas.DataFrame = self.arrow().to_pandas()
        return frame
