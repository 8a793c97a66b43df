"""Where is the file of this key? Lookups in key manifests, and making one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, TypeAlias

from ingot import _ingot
from ingot._arrow import Column, Table
from ingot._errors import NotFound, Unsupported, UsageError
from ingot._ingot import Cancellation
from ingot._options import Folder, environment, keywords, size
from ingot._progress import ProgressOption, observed
from ingot._results import KeyColumn, LookupIndex, PartitionRun

Key: TypeAlias = str | int
"""One value of a key: text or an integer, also of numpy. A text may be written with what stands before its field in the
manifest's paths, or a tail of that behind a ``_``: 21, ``"21"``, ``"tissue_21"`` and ``"model_tissue_21"`` are one."""
Keys: TypeAlias = Any
"""One column of many keys: a list, a numpy array, or any Arrow array (of pyarrow, polars, pandas, duckdb …), without nulls."""


class _Keyed(Protocol):
    """What can be opened again by its manifest, in this process or in another."""

    def __init__(self, manifest: Folder, *, template: str | None, memory: int | str | None) -> None: ...


def _open_again(cls: type[_Keyed], manifest: str, template: str | None, memory: int | str | None) -> _Keyed:
    return cls(manifest, template=template, memory=memory)


def _keys(values: Keys) -> object:
    """A column as the extension module reads it."""
    if isinstance(values, (str, bytes, Mapping)):
        raise TypeError(f"a column of keys is a list or an array, not {type(values).__name__}")
    if hasattr(values, "__arrow_c_array__"):
        return _ingot.ArrowKeys.of_array(*values.__arrow_c_array__())
    if hasattr(values, "__arrow_c_stream__"):
        return _ingot.ArrowKeys.of_stream(values.__arrow_c_stream__())
    # A masked array of numpy shows its buffer without the mask.
    if not isinstance(values, (list, tuple)) and not hasattr(values, "mask"):
        try:
            return _ingot.ArrowKeys.of_buffer(values)
        except TypeError:
            pass
    return values.tolist() if hasattr(values, "tolist") else values


def _table(values: object) -> _ingot.ArrowKeys:
    if hasattr(values, "__arrow_c_stream__"):
        return _ingot.ArrowKeys.of_stream(values.__arrow_c_stream__())
    if hasattr(values, "__arrow_c_array__"):
        return _ingot.ArrowKeys.of_array(*values.__arrow_c_array__())
    raise TypeError(f"a table of keys is a mapping or an Arrow table, not {type(values).__name__}")


class Lookup:
    """Answers from a key manifest: a Parquet file with one to four key columns (string, int32 or int64), a string column
    ``file_path``, and a row for each file, as ``ingot.generate_manifest`` or any other program makes it.

    >>> with ingot.Lookup("manifest.parquet") as lookup:            # doctest: +SKIP
    ...     lookup.get(gene_id="ENSG00000003989.16", tissue_id=21)

    The index beside the manifest (``manifest.parquet.ingot-index``) is opened, or made when there is none that belongs to
    the manifest; in a folder that takes no file it is made in memory. It may be deleted at any time.

    Answers are those of the manifest as it was when it was opened, also after it was replaced; ``reload`` takes the new
    one. Only when the index turns out to be damaged it is made again, from the manifest that stands there by then: each
    call answers from one of the two, never from both.

    Any number of threads may ask at once. ``exists`` and ``get`` take less than a microsecond and keep the GIL; all other
    calls release it, and end with ``KeyboardInterrupt`` on Ctrl-C. Instances can be pickled: they open the manifest again.

    Args:
        manifest: the Parquet file.
        template: the path template, for a manifest that has none in its metadata; it also tells the columns of the key
            from others: ``"v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl"``.
        memory: bound of the working memory while an index is made, bytes or ``"512MiB"``; 1 GiB without it.
        progress: of making the index, see ``ProgressOption``.
        cancellation: of making the index.

    Raises:
        NotFound: there is no such file.
        Unsupported: it is not a key manifest, or not on a local disk (``s3://``).
        InvalidData: a key column has a null or an empty text.
        Corrupt: it is damaged, or no Parquet file.
        UsageError: the template does not fit.
        ResourceLimit: its rows are out of order, and do not fit into ``memory``.

    Every call that takes values raises UsageError for a column that is no part of the key, and for what can be no value
    of its column: an empty text, None, a float, ``"x"`` for an integer. Nothing is ever a wildcard.
    """

    def __init__(
        self,
        manifest: Folder,
        *,
        template: str | None = None,
        memory: int | str | None = None,
        progress: ProgressOption = None,
        cancellation: Cancellation | None = None,
    ) -> None:
        path = os.fspath(manifest)
        # Another process, and a later reload, may have another current folder.
        self._manifest = path if "://" in path else os.path.abspath(path)
        self._template = template
        self._memory = memory
        self._native = self._open(progress, cancellation)

    def _open(self, progress: ProgressOption, cancellation: Cancellation | None) -> _ingot.Lookup:
        given = keywords(template=self._template, memory=None if self._memory is None else size(self._memory))
        with observed(progress, cancellation) as watch:
            return _ingot.open_lookup(self._manifest, given, watch, environment())

    def __enter__(self) -> Lookup:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the index. Calls that are under way end as usual; later ones raise UsageError."""
        self._native.close()

    def __repr__(self) -> str:
        return f"<ingot.Lookup {self._manifest}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _open_again, (Lookup, self._manifest, self._template, self._memory)

    @property
    def manifest(self) -> str:
        """Path of the manifest, absolute."""
        return self._manifest

    @property
    def columns(self) -> tuple[KeyColumn, ...]:
        """The columns of the key, in their order."""
        return tuple(KeyColumn(*column) for column in self._native.columns())

    @property
    def index(self) -> LookupIndex:
        """The index in use."""
        return LookupIndex(**self._native.index())

    def reload(self, *, progress: ProgressOption = None, cancellation: Cancellation | None = None) -> bool:
        """Takes the manifest that stands there now, and its index. Calls of other threads answer from the old one until
        then. Whether it is another manifest. Raises what opening raises; then the old one stays."""
        native = self._open(progress, cancellation)
        before, self._native = self._native, native
        return bool(before.index()["manifest_sha256"] != native.index()["manifest_sha256"])

    def exists(self, /, **key: Key) -> bool:
        """Whether a file has this key: ``exists(gene_id="ENSG00000003989.16", tissue_id=21)``."""
        return self._native.exists_named(key)

    def get(self, /, **key: Key) -> str:
        """The path of the file with this key; of several rows with one key the first one's.

        Raises:
            NotFound: there is none.
        """
        path = self._native.find_named(key)
        if path is None:
            raise _absent(self._manifest, key)
        return path

    def get_all(self, /, **key: Key) -> list[str]:
        """The paths of all rows with this key, in the order of the manifest; none when it is absent."""
        self._native.exists_named(key)  # a part of a key is no key
        paths: list[str] = self.records(**key)["file_path"].to_list()
        return paths

    def records(self, /, **values: Key) -> Table:
        """All rows with these values of one or more columns, in the order of their keys: the key columns and ``file_path``.
        No such row is an empty table. Values of the first column are searched for; others alone read the whole index."""
        with observed(None, None) as watch:
            return Table(self._native.records(values, watch))

    def unique(self, column: str) -> Column:
        """The distinct values of a column of the key, sorted: numbers by value, texts by their bytes."""
        with observed(None, None) as watch:
            return Column(self._native.unique(column, watch))

    def get_many(
        self, table: object | None = None, /, *, cancellation: Cancellation | None = None, **columns: Keys
    ) -> Column:
        """The paths of many keys, in their order; null where a key is absent. A fraction of the time of single calls.

        Args:
            table: a mapping from column to values, or an Arrow table or data frame (pyarrow, polars, pandas, duckdb …),
                whose other columns are passed over.
            columns: instead of a table: ``get_many(gene_id=genes, tissue_id=tissues)``. All of one length.

        Raises:
            UsageError: a key cannot be one; it names the key's position.
        """
        with observed(None, cancellation) as watch:
            if (columns_ := self._in_order(table, columns)) is not None:
                return Column(self._native.find_many(columns_, watch))
            return Column(self._native.find_many_of(_table(table), watch))

    def exists_many(
        self, table: object | None = None, /, *, cancellation: Cancellation | None = None, **columns: Keys
    ) -> Column:
        """Which of many keys exist, as booleans in their order. Arguments as of ``get_many``."""
        with observed(None, cancellation) as watch:
            if (columns_ := self._in_order(table, columns)) is not None:
                return Column(self._native.exists_many(columns_, watch))
            return Column(self._native.exists_many_of(_table(table), watch))

    def _in_order(self, table: object | None, columns: Mapping[str, Keys]) -> list[object] | None:
        """Named columns in the order of the key; None for a table."""
        if table is not None and columns:
            raise TypeError("a table or columns, not both")
        if table is not None and not isinstance(table, Mapping):
            return None
        named = columns if table is None else table
        known = [name for name, _, _ in self._native.columns()]
        for name in named:
            if name not in known:
                self._native.exists_named({name: 0})  # says what is wrong
        for name in known:
            if name not in named:
                raise UsageError(f"the key lacks values for '{name}'")
        return [_keys(named[name]) for name in known]


class ManifestLookup:
    """Where is the file for this gene and tissue? A ``Lookup`` in a manifest with the columns ``gene_id`` and
    ``tissue_id``; all that its documentation says of indexes, threads and errors holds here.

    >>> with ingot.ManifestLookup("manifest.parquet") as lookup:    # doctest: +SKIP
    ...     if lookup.exists("ENSG00000003989.16", "tissue_21"):
    ...         path = lookup.get_s3_file_path("ENSG00000003989.16", 21)

    A tissue is 21, ``"21"``, ``"tissue_21"`` or ``"model_tissue_21"``, also where the manifest has no template.

    Raises:
        Unsupported: also when the manifest has other key columns; ``ingot.Lookup`` takes any.
    """

    TEMPLATE = "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl"
    """Used for manifests that have none."""

    def __init__(
        self,
        manifest: Folder,
        *,
        template: str | None = None,
        memory: int | str | None = None,
        progress: ProgressOption = None,
        cancellation: Cancellation | None = None,
    ) -> None:
        self._lookup = self._open(manifest, template, memory, progress, cancellation)
        names = [column.name for column in self._lookup.columns]
        if sorted(names) != ["gene_id", "tissue_id"]:
            raise Unsupported(
                f"'{self._lookup.manifest}' has the key {', '.join(names)}, not gene_id, tissue_id", (), "ingot.Lookup takes any key"
            )
        self._in_order = names[0] == "gene_id"

    @classmethod
    def _open(
        cls, manifest: Folder, template: str | None, memory: int | str | None, progress: ProgressOption,
        cancellation: Cancellation | None,
    ) -> Lookup:  # fmt: skip
        def open_with(template: str | None) -> Lookup:
            return Lookup(manifest, template=template, memory=memory, progress=progress, cancellation=cancellation)

        try:
            own = open_with(template)
        except Unsupported:
            if template is not None:
                raise
            # Columns that are no part of the key may be why.
            return open_with(cls.TEMPLATE)
        names = {column.name for column in own.columns}
        if template is None and names >= {"gene_id", "tissue_id"} and not any(column.literal for column in own.columns):
            return open_with(cls.TEMPLATE)
        return own

    def __enter__(self) -> ManifestLookup:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the index. Later calls raise UsageError."""
        self._lookup.close()

    def __repr__(self) -> str:
        return f"<ingot.ManifestLookup {self._lookup.manifest}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _open_again, (ManifestLookup, self._lookup.manifest, self._lookup._template, self._lookup._memory)

    @property
    def generic(self) -> Lookup:
        """The same lookup by names of columns."""
        return self._lookup

    def reload(self, *, progress: ProgressOption = None, cancellation: Cancellation | None = None) -> bool:
        """Takes the manifest that stands there now; whether it is another one."""
        return self._lookup.reload(progress=progress, cancellation=cancellation)

    def exists(self, gene: str, tissue: Key) -> bool:
        """Whether there is a file for them."""
        if self._in_order:
            return self._lookup._native.exists(gene, tissue)
        return self._lookup._native.exists(tissue, gene)

    def get_s3_file_path(self, gene: str, tissue: Key) -> str:
        """The path of their file, as the manifest has it; of several rows the first one's.

        Raises:
            NotFound: there is none.
        """
        native = self._lookup._native
        path = native.find(gene, tissue) if self._in_order else native.find(tissue, gene)
        if path is None:
            raise _absent(self._lookup.manifest, {"gene_id": gene, "tissue_id": tissue})
        return path

    def get_file_path(self, gene: str, tissue: Key) -> str:
        """The path of a local copy of their file. Not offered yet: it needs a store to download from.

        Raises:
            NotFound: there is none.
            Unsupported: else.
        """
        path = self.get_s3_file_path(gene, tissue)
        raise Unsupported(f"'{path}' cannot be downloaded yet", (), "get_s3_file_path gives its path")

    def get_records(self, gene: str, tissue: Key) -> Table:
        """All rows of this gene and tissue, where the manifest keeps several: ``gene_id``, ``tissue_id``, ``file_path``."""
        return self._lookup.records(gene_id=gene, tissue_id=tissue)

    def get_records_for_gene(self, gene: str) -> Table:
        """All rows of a gene by tissue: ``gene_id``, ``tissue_id``, ``file_path``. None is an empty table."""
        return self._lookup.records(gene_id=gene)

    def get_records_for_tissue(self, tissue: Key) -> Table:
        """All rows of a tissue by gene, as above. Reads the whole index."""
        return self._lookup.records(tissue_id=tissue)

    def get_unique(self, column: str) -> list[Any]:
        """The distinct values of ``"gene_id"`` or ``"tissue_id"``, sorted."""
        return self._lookup.unique(column).to_list()

    def get_s3_file_paths(self, genes: Keys, tissues: Keys, *, cancellation: Cancellation | None = None) -> Column:
        """The paths of many, in their order; null where there is no file. See ``Lookup.get_many``."""
        return self._lookup.get_many(cancellation=cancellation, gene_id=genes, tissue_id=tissues)

    def exists_many(self, genes: Keys, tissues: Keys, *, cancellation: Cancellation | None = None) -> Column:
        """For which of many there is a file, as booleans in their order."""
        return self._lookup.exists_many(cancellation=cancellation, gene_id=genes, tissue_id=tissues)


def generate_manifest(
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
    """Turns a listing of paths into a key manifest: one sorted, proven Parquet file, with its manifest and its lookup index
    beside it. The same as ``ingot index`` without a project; ``Project.index`` is that with one.

    Args:
        source: a file of paths, one a line, plain, ``.gz`` or ``.zst``.
        output_file: the Parquet file. It is replaced at once, when all is written and proven.
        template: what of a path is its key: ``"v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl"``.
        base: stands before every path, as ``"s3://bucket/"``.
        strict: refuse a listing in which a line does not match; without it such lines are counted (``rejects``).
        duplicates: of lines with one key: ``"keep-first"`` (without it), ``"keep-last"``, ``"keep-all"`` or ``"refuse"``.
        codec: ``"snappy"`` (without it), ``"zstd"`` or ``"none"``; ``level`` is zstd's, 1 to 22.
        force: build anew what is up to date.
        allow_incomplete: keep what could be read of a damaged ``.gz`` or ``.zst``, for the ``reason`` given.
        allow_empty: publish a manifest without rows.
        allow_shrink: replace a manifest by one with many fewer rows.
        replace_foreign: replace a file that Ingot did not write.

    Returns:
        What was done: ``rows``, ``rejects``, ``duplicates``, ``result`` ("built", "rebuilt", "up_to_date"), …

    Raises:
        UsageError: there is no template, or it gives no key.
        NotFound: there is no such source.
        CheckFailed: no line gives a key, the source is damaged, or ``strict`` or ``duplicates`` refuses.
        AlreadyExists: the output belongs to another dataset.
        Conflict: another run writes it.
    """
    given = _indexing(
        template, base, strict, duplicates, codec, level, force, allow_incomplete, allow_empty, allow_shrink,
        replace_foreign, reason, threads, memory,
    )  # fmt: skip
    with observed(progress, cancellation) as watch:
        return PartitionRun._of(_ingot.index(os.fspath(source), os.fspath(output_file), given, watch, environment()))


def _indexing(
    template: str | None, base: str | None, strict: bool | None, duplicates: str | None, codec: str | None,
    level: int | None, force: bool | None, allow_incomplete: bool | None, allow_empty: bool | None,
    allow_shrink: bool | None, replace_foreign: bool | None, reason: str | None, threads: int | None,
    memory: int | str | None,
) -> dict[str, Any]:  # fmt: skip
    return keywords(
        template=template, base=base, strict=strict, duplicates=duplicates, codec=codec, level=level, force=force,
        allow_incomplete=allow_incomplete, allow_empty=allow_empty, allow_shrink=allow_shrink,
        replace_foreign=replace_foreign, reason=reason, threads=threads,
        memory=None if memory is None else size(memory),
    )  # fmt: skip


def _absent(manifest: str, key: Mapping[str, Key]) -> NotFound:
    said = ", ".join(f"{name}={value}" for name, value in key.items())
    return NotFound(f"'{manifest}' has no file for {said}", (), "unique(…) lists the values of a column")
