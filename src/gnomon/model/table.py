"""Logged tables: which of them a question is about, and a part of one that is to be kept."""

from __future__ import annotations

from typing import Any

import msgspec


class TableFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a table is kept: the files that have its rows, in order, of a run or of a version of an artifact."""

    paths: tuple[str, ...]
    run: str | None = None
    """The id of the run; None where the files are those of an artifact."""
    collection: str | None = None
    version: str = "latest"


class TableQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One SELECT in DuckDB's SQL over a logged table, `t`, and perhaps another, `u`."""

    query: str
    t: TableFiles
    u: TableFiles | None = None


class TableSlice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows and columns of a logged table, to be kept as a table of their own: an artifact that its run has logged."""

    name: str
    """Of the artifact; the table in it has the same."""
    columns: tuple[str, ...]
    data: tuple[tuple[Any, ...], ...]
    run: str | None = None
    """The id of the run that logged what they are of."""
    types: dict[str, Any] = {}
    """What columns hold, as the table that they are of said it; the others are judged by their cells."""
    files: TableFiles | None = None
    """Where that table is kept, and with it the media of its cells."""
    description: str = ""
    metadata: dict[str, Any] = {}
