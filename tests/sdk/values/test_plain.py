"""Foreign values to plain ones."""

from __future__ import annotations

import dataclasses
import math
import re
import sys
from collections import OrderedDict, namedtuple
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.sdk.values.plain import Unloggable, plain


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Point:
    x: float
    y: Any


Pair = namedtuple("Pair", "a b")


class Bfloat16:
    """A scalar as torch and jax show theirs: no numpy underneath."""

    dtype, shape = "torch.bfloat16", (1,)

    def item(self) -> float:
        return 0.5


class EagerTensor:
    """A scalar as TensorFlow shows its own: no `item`."""

    dtype, shape = "float32", ()

    def numpy(self) -> Any:
        return np.float32(0.25)


class Index:
    def __index__(self) -> int:
        return 9


class Float:
    def __float__(self) -> float:
        return 1.5


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (np.float64(0.1), 0.1),
        (np.float32(0.1), float(np.float32(0.1))),
        (np.float16(0.1), float(np.float16(0.1))),
        (np.longdouble(0.5), 0.5),
        (np.int64(-(2**63)), -(2**63)),
        (np.uint64(2**64 - 1), float(2**64 - 1)),
        (np.bool_(True), True),
        (np.str_("text"), "text"),
        (np.array(3.5), 3.5),
        (np.array([[7]]), 7),
        (np.array([1, 2, 3]), [1, 2, 3]),
        (np.array([]), []),
        (np.datetime64("2026-01-02"), "2026-01-02"),
        (Bfloat16(), 0.5),
        (EagerTensor(), 0.25),
        (2**63, float(2**63)),
        (2**200, float(2**200)),
        (Decimal("1.25"), 1.25),
        (Fraction(1, 4), 0.25),
        (datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc), "2026-01-02T03:04:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (timedelta(seconds=90), 90.0),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        (b"bytes", "bytes"),
        (b"\xff", "\ufffd"),
        ((1, 2.5, "x", None), [1, 2.5, "x", None]),
        ({3}, [3]),
        (range(3), [0, 1, 2]),
        (Pair(1, 2), [1, 2]),
        (OrderedDict(a=1), {"a": 1}),
        ({1: {None: np.int8(2)}}, {"1": {"None": 2}}),
        (Point(1.0, np.float32(2.0)), {"x": 1.0, "y": 2.0}),
        (Index(), 9),
        (Float(), 1.5),
        ("lone \ud800", "lone ?"),
    ],
    ids=lambda value: re.sub(r" at 0x\w+", "", str(value)),
)
def test_the_plain_value_says_the_same(value: Any, meant: Any) -> None:
    found = plain(value)
    assert found == meant
    assert type(found) is type(meant)


def test_not_a_number_of_a_narrow_type_stays_one() -> None:
    assert math.isnan(plain(np.float16("nan")))
    assert plain(np.float32("-inf")) == -math.inf


def test_a_long_array_becomes_a_histogram() -> None:
    found = plain(np.append(np.linspace(0, 1, 1000), [np.nan, np.inf]))
    assert found["_type"] == "histogram"
    assert len(found["bins"]) == len(found["values"]) + 1 == 65
    assert sum(found["values"]) == 1000


def circular() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


class Broken:
    dtype, shape = "float32", ()

    def item(self) -> float:
        raise RuntimeError("CUDA error: device-side assert triggered")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (object(), "not supported"),
        (circular(), "contains itself"),
        (lambda: 1, "not supported"),
        (3j, "complex"),
        (2**2000, "2001 bits"),
        (Broken(), "device-side assert"),
        (np.array(["a"] * 50), "media object"),
        (np.full(50, np.nan), "none of them finite"),
        ((number for number in range(3)), "not supported"),
    ],
    ids=["object", "circle", "function", "complex", "huge", "broken", "text array", "nan array", "generator"],
)
def test_what_has_no_plain_form_is_refused_with_a_reason(value: Any, why: str) -> None:
    with pytest.raises(Unloggable, match=why):
        plain(value)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.binary()
        | st.complex_numbers()
        | st.decimals()
        | st.fractions()
        | st.datetimes()
        | st.timedeltas()
        | st.builds(object),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.integers() | st.text() | st.none(), inner)
            | st.tuples(inner, inner)
            | st.sets(st.integers())
        ),
        max_leaves=20,
    )
)
def test_any_value_is_made_plain_or_refused_and_nothing_else(value: Any) -> None:
    import msgspec

    try:
        msgspec.msgpack.encode(plain(value))
    except Unloggable:
        pass


def test_nothing_here_loads_an_array_library() -> None:
    import subprocess

    code = (
        "import sys; from gnomon.sdk.values import image, plain, rows; import gnomon; gnomon.init, gnomon.Image;"
        "heavy = ('numpy', 'PIL', 'torch', 'psutil', 'urllib3', 'ssl', 'socket');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
