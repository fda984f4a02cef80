"""Runs and projects as programs read and write them.

Numbers that JSON lacks are `{"_type": "float", "value": "NaN"}` here, as they are kept (`gnomon.model.floats`).
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from gnomon.model.query import RunSearch
from gnomon.model.run import Run


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A run with its summary as a tree. The summary of `run` is empty, and so is its config unless `whole`."""

    run: Run
    key: int
    """Its number on this server, and that of its project."""
    project_key: int
    whole: bool = False
    """Whether config and summary were asked for."""
    summary: dict[str, Any] = {}
    """With `_step`, `_timestamp` and `_runtime`."""
    summary_sent: bool = False
    """Whether a client has sent the summary; else it follows from the rows."""
    lines: int | None = None
    """How many rows it has logged; told of a run that is asked for alone, as is `system`."""
    system: dict[str, Any] | None = None
    """The last value of each system metric."""


class RecordSearch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which runs, in which order; `whole` asks for their configs and summaries as well."""

    search: RunSearch = RunSearch()
    whole: bool = True


class RecordPage(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a list of runs; `total` counts what matches, `cursor` fetches the next part."""

    records: tuple[RunRecord, ...]
    total: int
    cursor: str | None = None


class NewRun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run to be made, if there is none of this id; a `pending` one waits for a script to go on with it."""

    state: Literal["running", "pending"] = "running"
    name: str | None = None


class StateWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`pending` for a run that is to be begun again, `failed` for one that will not go on."""

    state: str


class RunValues(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a config or of a summary; what is not in it is removed."""

    values: dict[str, Any]


class NewProject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project to be made; one that is there gets the description, if one is given."""

    description: str | None = None


class ChartWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A custom chart: what it is called, and its Vega-Lite spec as JSON text."""

    display_name: str
    spec: str


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A custom chart as it is kept: how runs name it, what it is called, and its spec as JSON text."""

    id: str
    display_name: str
    spec: str


class ChartMade(msgspec.Struct, frozen=True, kw_only=True):
    """How runs name the chart."""

    id: str


class SweepConfigRead(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep's config says, as values; `display_name` is what a person called it."""

    values: dict[str, Any]
    display_name: str = ""
