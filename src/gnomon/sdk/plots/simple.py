"""Charts of a table as it is: lines, points, bars, a histogram; and lines out of lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gnomon.sdk.errors import UsageError
from gnomon.sdk.plots.chart import CustomChart, checked, plot_table
from gnomon.sdk.tables.table import Table
from gnomon.sdk.values.media import refusing


class BadChart(UsageError, ValueError):
    """What was passed makes no chart: lists of different lengths, classes without a name, …"""


@refusing
def line(
    table: Table, x: str, y: str, stroke: str | None = None, title: str = "", split_table: bool = False
) -> CustomChart:
    """Lines over the columns `x` and `y`; `stroke` is a column by which they are told apart."""
    _columns(table, x, y, stroke)
    return plot_table("wandb/line/v0", table, {"x": x, "y": y, "stroke": stroke}, {"title": title}, split_table)


@refusing
def scatter(table: Table, x: str, y: str, title: str = "", split_table: bool = False) -> CustomChart:
    """Points at the columns `x` and `y`."""
    _columns(table, x, y)
    return plot_table("wandb/scatter/v0", table, {"x": x, "y": y}, {"title": title}, split_table)


@refusing
def bar(table: Table, label: str, value: str, title: str = "", split_table: bool = False) -> CustomChart:
    """A bar for each row: its name in the column `label`, its length in `value`."""
    _columns(table, label, value)
    return plot_table("wandb/bar/v0", table, {"label": label, "value": value}, {"title": title}, split_table)


@refusing
def histogram(table: Table, value: str, title: str = "", split_table: bool = False) -> CustomChart:
    """How the numbers in the column `value` are spread."""
    _columns(table, value)
    return plot_table("wandb/histogram/v0", table, {"value": value}, {"title": title}, split_table)


@refusing
def line_series(
    xs: Iterable[Any],
    ys: Iterable[Iterable[Any]],
    keys: Iterable[str] | None = None,
    title: str = "",
    xname: str = "x",
    split_table: bool = False,
) -> CustomChart:
    """Several lines in one chart: `ys` is a list of lists; `xs` is one list for all of them, or one for each.

    `keys` are the names of the lines (`line_0`, … without them). Raises UsageError where there are not as many lists
    of one kind as of the other, or as names.
    """
    lines = [_listed(one, "Each of ys") for one in _listed(ys, "ys")]
    across = _listed(xs, "xs")
    shared = not across or isinstance(across[0], (str, bytes)) or not _iterable(across[0])
    over = [across] * len(lines) if shared else [_listed(one, "Each of xs") for one in across]
    if len(over) != len(lines):
        raise BadChart(f"There are {len(over)} lists of x values for {len(lines)} lines")
    names = [f"line_{number}" for number in range(len(lines))] if keys is None else _listed(keys, "keys")
    if len(names) != len(lines):
        raise BadChart(f"There are {len(names)} names for {len(lines)} lines")
    data = [
        [x, name, y]
        for name, its_xs, its_ys in zip(names, over, lines, strict=True)
        for x, y in zip(its_xs, its_ys, strict=False)
    ]
    return plot_table(
        "wandb/lineseries/v0",
        Table(columns=["step", "lineKey", "lineVal"], data=data),
        {"step": "step", "lineKey": "lineKey", "lineVal": "lineVal"},
        {"title": title, "xname": xname},
        split_table,
    )


def _columns(table: Table, *names: str | None) -> None:
    """A name that is no column would be an empty chart: say so here. Raises UsageError."""
    columns = checked(table, "table").columns
    for name in names:
        if name is not None and name not in columns:
            raise BadChart(f"The table has no column {name!r}; it has {columns}")


def _listed(value: Any, what: str) -> list[Any]:
    if not _iterable(value):
        raise BadChart(f"{what} must be a list, not {type(value).__name__}")
    return list(value)


def _iterable(value: Any) -> bool:
    if getattr(value, "shape", None) == ():  # a number of numpy's
        return False
    return isinstance(value, Iterable)
