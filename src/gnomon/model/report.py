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
