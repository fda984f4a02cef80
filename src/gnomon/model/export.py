"""What an export and a query in SQL are asked for."""

from __future__ import annotations

from typing import Literal

import msgspec

from gnomon.model.history import Stream
from gnomon.model.query import Filter

Shape = Literal["wide", "long"]
"""`wide` has a row for each logged row and a column for each key, `long` a row for each value."""

FileFormat = Literal["arrow", "parquet", "csv"]

Repeats = Literal["last", "all", "mean"]
"""What becomes of steps that were logged more than once."""


class ExportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What many runs of a project have logged, as one table: of the runs named, or of those that match, or of all.

    `first` and `last` bound the step, both ends included.
    """

    runs: tuple[str, ...] | None = None
    filter: Filter | None = None
    query: str = ""
    """The same as text, such as `state = finished`."""
    shape: Shape = "long"
    format: FileFormat = "arrow"
    stream: Stream = "history"
    keys: tuple[str, ...] | None = None
    first: int | None = None
    last: int | None = None
    repeats: Repeats = "last"


class SqlQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One SELECT over the tables `runs`, `history` and `system` of a project, in DuckDB's SQL."""

    query: str
