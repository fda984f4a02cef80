"""Saved views of a workspace: which panels, which runs, how they are drawn."""

from __future__ import annotations

from typing import Any

import msgspec


class ViewInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A view as lists show it. Times are Unix seconds."""

    id: int
    name: str
    kind: str
    """`shared` with everybody in the project, `personal`, one's `own` as one left it, or what a `link` stands for."""
    page: str = "project"
    """`project` for the workspace, `run` for the charts of a run."""
    default: bool = False
    """What the project opens with for those who have nothing of their own yet."""
    user: str = ""
    created_at: float
    updated_at: float


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A view with what is in it."""

    info: ViewInfo
    spec: dict[str, Any] = {}
    """`address`, the search part of the page's address, and `layout`, what was made of the panels."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What a page opens with: one's own view, else the project's default, else nothing."""

    view: View | None = None


class NewView(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A view to be kept: `shared` or `personal` under a name, or what a `link` stands for, which never changes."""

    kind: str = "shared"
    name: str = ""
    page: str = "project"
    spec: dict[str, Any] = {}


class ViewEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is to change of a view; a field left out stays. With `since`, an edit of an older state is refused."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    kind: str | msgspec.UnsetType = msgspec.UNSET
    """`shared` or `personal`."""
    default: bool | msgspec.UnsetType = msgspec.UNSET
    """Whether the project opens with it; only a shared view can be that."""
    spec: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    since: float | msgspec.UnsetType = msgspec.UNSET


class OwnView(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One's own view of a page, as one leaves it."""

    spec: dict[str, Any] = {}
