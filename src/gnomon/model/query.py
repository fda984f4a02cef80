"""The one language in which runs are asked for: a small tree of allowed words."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Op = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "contains", "matches", "exists", "is"]

Kind = Literal["number", "nan", "text", "bool", "list", "dict"]
"""What `is` compares with; a NaN is a number too."""

RUN_FIELDS = (
    "id",
    "name",
    "state",
    "notes",
    "tags",
    "group",
    "job_type",
    "user",
    "host",
    "program",
    "created_at",
    "updated_at",
    "runtime_secs",
    "last_step",
    "sweep",
)
"""Fields of a run itself; besides these, `config.<path>`, `summary.<path>`, `logged.<key>`, and of what was logged of a
key `min.<key>`, `max.<key>` and `mean.<key>`."""

PLACE_FIELDS = frozenset({"entity", "project"})
"""Where a run is: the same for all runs of a project, and not offered, but understood."""

LOGGED = "logged."
"""Begins the field that has a value, `true`, where the run has logged the key."""


EXTENTS = ("min", "max", "mean")
"""What a key's finite numbers come to, over all that the run has logged: `min.loss`."""


def extent_of(field: str) -> tuple[str, str] | None:
    """Which of `EXTENTS` of which key a field is; None for other fields.

    >>> extent_of("min.val/loss"), extent_of("summary.loss")
    (('min', 'val/loss'), None)
    """
    which, dot, key = field.partition(".")
    return (which, key) if dot and key and which in EXTENTS else None


class Where(msgspec.Struct, frozen=True, tag="where", forbid_unknown_fields=True):
    """One comparison, such as `config.lr < 0.1`."""

    field: str
    op: Op
    value: Any = None


class Every(msgspec.Struct, frozen=True, tag="every", forbid_unknown_fields=True):
    """All of the parts hold; with no parts, true."""

    parts: tuple[Filter, ...] = ()


class Some(msgspec.Struct, frozen=True, tag="some", forbid_unknown_fields=True):
    """At least one of the parts holds."""

    parts: tuple[Filter, ...] = ()


class Not(msgspec.Struct, frozen=True, tag="not", forbid_unknown_fields=True):
    """The part does not hold."""

    part: Filter


Filter = Where | Every | Some | Not


class Sort(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Order by one field; runs without a value come last either way."""

    field: str
    descending: bool = False


class RunSearch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which runs, in which order. `query` is the text form of `filter`, `mongo` its Mongo form; all given must hold."""

    filter: Filter | None = None
    query: str = ""
    mongo: dict[str, Any] | None = None
    sort: tuple[Sort, ...] = (Sort(field="created_at", descending=True),)
    limit: int = 100
    cursor: str | None = None
    offset: int = 0
    """How many of the runs to leave out at the beginning; instead of a cursor, to look into the middle of a list."""
    columns: tuple[str, ...] | None = None
    """Only these of config, of summary and of `min`, `max`, `mean` are sent; null is all of config and summary."""
    whole: bool = False
    """Whether the runs carry what else a single one does: their metadata, and what their client keeps."""
