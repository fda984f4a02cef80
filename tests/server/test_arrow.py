"""Tables as Arrow streams, read back by another reader."""

from __future__ import annotations

import io
import math
from datetime import datetime
from typing import Any

import duckdb
import nanoarrow as na
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nanoarrow import ipc

from gnomon.server.actions.export import distinct
from gnomon.server.arrow import ArrowWriter, Column, Field, Lists, Repeated, Table, Values, as_arrow, timestamps
from gnomon.server.sql.child import Given

FIELDS = (
    Field("f", "float"), Field("i", "int"), Field("b", "bool"), Field("s", "string"), Field("j", "json"),
    Field("t", "timestamp"), Field("l", "strings"), Field("r", "string"),
)  # fmt: skip


def texts(*values: str | None) -> Any:
    out = np.empty(len(values), object)
    out[:] = values
    return out


def columns() -> list[Column]:
    some = np.array([True, False, True])
    return [
        Values(np.array([1.5, math.nan, -math.inf])),
        Values(np.array([2**63 - 1, 0, -(2**63)]), some),
        Values(np.array([True, False, False]), some),
        Values(texts("é", None, "lone \ud800"), some),
        Values(texts("[1]", "{}", '"x"')),
        timestamps(np.array([1.5, math.nan, 1.7e9])),
        Lists([["a"], [], ["b", "cc"]]),
        Repeated(["x", "yy"], [2, 1]),
    ]


def read(data: bytes) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.register("given", Given(io.BytesIO(data)))
        return connection.execute("select * from given").fetchall()


def test_every_kind_of_column_comes_back() -> None:
    writer = ArrowWriter(FIELDS)
    rows = read(writer.write(columns(), 3) + writer.write(columns(), 3) + writer.end())
    assert rows[:3] == rows[3:] or repr(rows[:3]) == repr(rows[3:])
    assert repr(rows[:3]) == repr(
        [
            (1.5, 2**63 - 1, True, "é", "[1]", datetime(1970, 1, 1, 0, 0, 1, 500000), ["a"], "x"),
            (math.nan, None, None, None, "{}", None, [], "x"),
            (-math.inf, -(2**63), False, "lone ?", '"x"', datetime(2023, 11, 14, 22, 13, 20), ["b", "cc"], "yy"),
        ]
    )


def test_json_says_that_it_is_json() -> None:
    writer = ArrowWriter(FIELDS)
    stream = na.ArrayStream(ipc.InputStream.from_readable(io.BytesIO(writer.end())))
    assert dict(stream.schema.field(4).metadata or {})[b"ARROW:extension:name"] == b"arrow.json"


def test_a_table_without_rows_still_has_its_columns() -> None:
    assert read(ArrowWriter(FIELDS).end()) == []
    writer = ArrowWriter([Field("f", "float")])
    assert read(writer.write([Values(np.empty(0))], 0) + writer.end()) == []
    assert read(ArrowWriter([Field("f", "float")]).end()) == []


@pytest.mark.anyio
async def test_whoever_stops_reading_closes_the_table() -> None:
    closed = []

    async def batches() -> Any:
        try:
            while True:
                yield [Values(np.ones(2))], 2
        finally:
            closed.append(True)

    body = as_arrow(Table((Field("f", "float"),), batches()))
    assert len(await anext(body)) > 0
    await body.aclose()
    assert closed == [True]


@given(st.lists(st.floats()))
def test_what_is_no_time_has_none(secs: list[float]) -> None:
    found = timestamps(np.array(secs, np.float64))
    for at, sec in enumerate(secs):
        there = found.valid is None or bool(found.valid[at])
        assert there == (abs(sec) < 2**53 / 1e3)
        if there:
            assert abs(int(found.values[at]) - sec * 1e6) <= 1 + abs(sec) * 1e-9


@given(st.lists(st.sampled_from(["a", "run", "_step", "run_1", "a_1"]), unique=True))
def test_no_two_columns_have_one_name(keys: list[str]) -> None:
    names = distinct(("run", "_step"), keys)
    assert list(names) == keys
    assert len({*names.values(), "run", "_step"}) == len(keys) + 2
    assert all(name == key for key, name in names.items() if key == "a")
