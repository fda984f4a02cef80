"""P-S2: no call after `init()` raises into training for any value, and one odd value costs no other."""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import pathlib
import uuid
from collections import OrderedDict, namedtuple
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gnomon
from gnomon.sdk import guard

pytestmark = pytest.mark.usefixtures("alone")


class Raises:
    """An object every touch of which raises."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(f"do not touch {name}")

    def __repr__(self) -> str:
        raise RuntimeError("do not print")

    __str__ = __len__ = __iter__ = __float__ = __int__ = __bool__ = __eq__ = __repr__  # type: ignore[assignment]
    __hash__ = object.__hash__


class Endless(list):  # type: ignore[type-arg]
    """A list that holds itself."""

    def __init__(self) -> None:
        super().__init__([self])


class Text(str):
    """A subclass of what is plain."""


Point = namedtuple("Point", "x y")
Colour = enum.Enum("Colour", "RED BLUE")

ODD = [
    Raises(), Raises, Endless(), object(), object, lambda: 1, iter([1]), (n for n in range(3)), open, Ellipsis,
    NotImplemented, b"bytes", bytearray(3), memoryview(b"abc"), 3 + 4j, 2**64, -(2**63), 2**200, 1e400, float("nan"),
    "\ud800", "\0", "x" * 100_000, Text("sub"), "", decimal.Decimal("1.5"), fractions.Fraction(1, 3),
    datetime.datetime(2026, 1, 1), datetime.timedelta(1), uuid.UUID(int=1), pathlib.Path("a"), Colour.RED, Point(1, 2),
    OrderedDict(a=1), {"nested": {"deep": {"er": object()}}}, {1: 2, None: 3}, {(1, 2): 3}, {1, 2}, frozenset({1}),
    [], [[]], [1, "a", None], range(5), ValueError("x"), type, slice(1, 2), True, None, -0.0, 5e-324,
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ODD)))
def test_one_odd_value_costs_at_most_itself_and_one_warning(number: int, said: list[str], read: Any) -> None:
    value = ODD[number]
    run = gnomon.init(mode="offline", settings={"quiet": True, "console": "off"})
    for _ in range(3):
        run.log({"before": 1, "odd": value, "after": 2})
    run.log({"odd": value}, step=value)
    run.summary["odd"] = value
    run.summary.update({"fine": 7, "odd": value})
    run.config.update({"odd": value, "fine": 7}, allow_val_change=True)
    run.write_logs(str(number))
    run.name = str(number)
    run.finish()
    rows = read.rows(run.sync_dir)
    assert [(row["before"], row["after"]) for row in rows if "before" in row] == [(1, 2)] * 3
    assert run.summary["fine"] == run.config["fine"] == 7
    about_the_row = [line for line in said if "the value logged as 'odd'" in line]
    assert len(about_the_row) <= 1


NAMES = st.text(max_size=8)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=8),
    st.complex_numbers(),
    st.integers(0, 9).map(lambda number: ODD[number]), st.decimals(), st.dates(),
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.tuples(inner, inner), st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.dictionaries(NAMES, VALUES, max_size=4), st.one_of(st.none(), LEAVES)), max_size=4))
def test_rows_of_anything_are_kept_or_refused_and_never_raise(
    hidden_failures: list[Exception], rows: list[tuple[dict[str, Any], Any]]
) -> None:
    global _run
    if _run is None or _run._finished:
        guard.quiet = True
        _run = gnomon.init(mode="offline", settings={"silent": True, "console": "off"})
    kept = _run._history.rows
    for row, step in rows:
        _run.log({**row, "sure": 1}, step=step)
        _run.summary.update(row)
        _run.config.update(row, allow_val_change=True)
    assert _run._history.rows == kept + len(rows)
    assert hidden_failures == []


_run: gnomon.Run | None = None


@pytest.mark.parametrize(
    "call",
    [
        lambda run: run.save("no/such/*"), lambda run: run.save("s3://bucket/x"), lambda run: run.alert("t", "x"),
        lambda run: run.mark_preempting(), lambda run: run.pin_config_keys(["a"]), lambda run: run.status(),
        lambda run: run.display(), lambda run: run.to_html(), lambda run: run.unwatch(),
        lambda run: run.write_logs("x"),
        lambda run: run.define_metric("a*", summary="min"), lambda run: run.log({"a": 1}), lambda run: run.get_url(),
        lambda run: run.summary.update({"a": 1}), lambda run: run.config.update({"b": 1}), lambda run: run.finish(),
        lambda run: setattr(run, "tags", ["a"]), lambda run: setattr(run, "notes", None), lambda run: repr(run),
    ],
)  # fmt: skip
@pytest.mark.parametrize("after", ["an end", "its folder went"])
def test_calls_where_nothing_can_be_kept_any_more_raise_nothing(call: Any, after: str, said: list[str]) -> None:
    import shutil

    run = gnomon.init(mode="offline", settings={"quiet": True})
    if after == "an end":
        run.finish()
    else:
        shutil.rmtree(run.sync_dir)
    call(run)
    if after != "an end":
        run.finish()
