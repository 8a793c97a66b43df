"""Ingot casts archives into complete, proven Parquet datasets.

>>> import ingot
>>> project = ingot.open("examples/instrumetriq")       # doctest: +SKIP
>>> result = project.run("tier3", date="2026-01-15")    # doctest: +SKIP
>>> project.query("select count(*) from tier3").rows()  # doctest: +SKIP
>>> ingot.ManifestLookup("manifest.parquet").exists("ENSG00000003989.16", "tissue_21")  # doctest: +SKIP

Failures are subclasses of ``ingot.Error``, one for each kind. See docs/python.md for a tour.
"""

from ingot import _loading as _loading  # before anything that needs the extension module
from ingot._arrow import Column as Column, Table as Table
from ingot._errors import (
    AlreadyExists as AlreadyExists,
    Cancelled as Cancelled,
    CheckFailed as CheckFailed,
    ConfigError as ConfigError,
    Conflict as Conflict,
    Corrupt as Corrupt,
    Error as Error,
    InternalError as InternalError,
    InvalidData as InvalidData,
    NotFound as NotFound,
    PartitionsFailed as PartitionsFailed,
    PermissionDenied as PermissionDenied,
    ResourceLimit as ResourceLimit,
    SchemaDrift as SchemaDrift,
    Timeout as Timeout,
    Unavailable as Unavailable,
    UnknownOutcome as UnknownOutcome,
    Unsupported as Unsupported,
    UsageError as UsageError,
)
from ingot._ingot import Cancellation as Cancellation, version as _version
from ingot._lookup import Lookup as Lookup, ManifestLookup as ManifestLookup, generate_manifest as generate_manifest
from ingot._project import Project as Project, generate as generate, open as open, verify as verify
from ingot._query import QueryResult as QueryResult
from ingot._results import (
    Check as Check,
    Dataset as Dataset,
    Finding as Finding,
    KeyColumn as KeyColumn,
    LookupIndex as LookupIndex,
    NullRatio as NullRatio,
    Partition as Partition,
    PartitionPlan as PartitionPlan,
    PartitionProof as PartitionProof,
    PartitionRun as PartitionRun,
    PartitionStatus as PartitionStatus,
    Progress as Progress,
    RefreshedLayer as RefreshedLayer,
    RefreshResult as RefreshResult,
    RunResult as RunResult,
    VerifyResult as VerifyResult,
)

__version__ = _version()

# Users read these names in tracebacks, and find them where they import them from.
for _name, _value in list(globals().items()):
    if isinstance(_value, type) and _value.__module__.startswith("ingot._"):
        _value.__module__ = "ingot"
del _name, _value
