"""Runs of a project, grouped by what they have, and what their numbers come to."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from gnomon.model.query import Filter

MOST_BY = 4
MOST_OF = 50
MOST_GROUPS_A_PAGE = 1000


class GroupSort(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Order by the value of a field of `by`, by the number of `runs`, or by the numbers of a field of `of`.

    Groups without the value come last either way.
    """

    how: Literal["value", "runs", "n", "mean", "min", "max", "std"] = "value"
    field: str = ""
    """Which field; not for `runs`."""
    descending: bool = False


class GroupSearch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Groups of the runs that match; `filter`, `query` and `mongo` are three spellings, and all given must hold.

    One to four fields of `by` make the groups: a group for each combination of values that some run has. `tags` has a
    group for each tag, so that a run with two is in two groups; `created_at` and `updated_at` have one for each day in
    UTC. Numbers are told of each field of `of`. Groups that compare equal are in the order of their values.
    """

    by: tuple[str, ...]
    of: tuple[str, ...] = ()
    filter: Filter | None = None
    query: str = ""
    mongo: dict[str, Any] | None = None
    sort: tuple[GroupSort, ...] = ()
    limit: int = 100
    cursor: str | None = None


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """What the numbers of one field come to. `n` counts the finite ones, which alone are averaged.

    What has no value is None: all of them where `n` is 0, and `std` (of a sample, over n - 1) where it is 1.
    """

    n: int
    mean: float | None = None
    min: float | None = None
    max: float | None = None
    std: float | None = None
    nan: int = 0
    pos_inf: int = 0
    neg_inf: int = 0


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The runs that have the same values. Searching with `filter` finds exactly these."""

    values: tuple[Any, ...]
    """In the order of `by`. None is no value, an empty text is itself; a day is a text such as `2026-11-20`."""
    runs: int
    numbers: tuple[Numbers, ...] = ()
    """In the order of `of`."""
    shared: tuple[Any, ...] = ()
    """In the order of `of`: the one value that all of its runs have; None where they differ."""
    filter: Filter


class GroupPage(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a list of groups. `total` counts groups, `runs` the runs that match, `all` what the project has."""

    groups: tuple[Group, ...]
    total: int
    runs: int
    all: int
    cursor: str | None = None
