"""Edits of a run's history: what can be asked for, and what was done. Each can be undone for some days."""

from __future__ import annotations

from typing import Literal

import msgspec


class Rewind(msgspec.Struct, frozen=True, tag_field="kind", tag="rewind", forbid_unknown_fields=True):
    """Take away all that was logged at steps after this one."""

    after_step: int


class DeletePoints(msgspec.Struct, frozen=True, tag_field="kind", tag="delete", forbid_unknown_fields=True):
    """Take away some metrics, or a range of steps with both ends in it, or a range of some metrics."""

    keys: tuple[str, ...] | None = None
    """All metrics where it is left out."""
    first_step: int | None = None
    last_step: int | None = None


class Rename(msgspec.Struct, frozen=True, tag_field="kind", tag="rename", forbid_unknown_fields=True):
    """Give a metric another name."""

    key: str
    to: str


HistoryEdit = Rewind | DeletePoints | Rename

EditState = Literal["begun", "done", "undoing", "undone", "final"]
"""`begun` and `undoing` were interrupted and will be finished; `final` can be undone no more."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """An edit that was made."""

    id: int
    what: HistoryEdit
    user: str
    at: float
    points: int | None = None
    """How many points it took away or renamed; null until it is done."""
    state: EditState
    undone_by: str | None = None
    undone_at: float | None = None
    undoable_until: float | None = None
    """Until when it can be undone; null where it cannot."""


class Fork(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a run that goes on from a step of another is to be."""

    step: int | None = None
    """The last step it has from there; all of them where it is left out."""
    id: str | None = None
    """Chosen by the server where it is left out."""
    name: str | None = None
