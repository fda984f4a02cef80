"""Reports: text and panels that somebody wrote about the runs of a project."""

from __future__ import annotations

from typing import Any

import msgspec


class ReportInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A report as lists show it. Times are Unix seconds."""

    id: int
    title: str
    description: str = ""
    draft: bool = False
    """Not published yet."""
    user: str = ""
    created_at: float
    updated_at: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report with what is in it."""

    info: ReportInfo
    spec: dict[str, Any] = {}
    """As its maker wrote it: `blocks` of text, code and panels."""


class NewReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report to be kept. A draft is listed as one until it is published."""

    title: str = ""
    description: str = ""
    draft: bool = False
    spec: dict[str, Any] = {}


class ReportEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is to change of a report; a field left out stays.

    `since` is the `updated_at` of the report that was edited: where somebody has saved it in the meantime, the edit is
    refused, so that nobody's words are lost. Without it the edit counts whatever happened.
    """

    title: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    draft: bool | msgspec.UnsetType = msgspec.UNSET
    spec: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    since: float | msgspec.UnsetType = msgspec.UNSET
