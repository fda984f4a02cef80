"""P-S13 and P-S19: every row is kept, whatever its step and clock, and read back as what was logged."""

from __future__ import annotations

import asyncio
import math
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gnomon
from gnomon.protocol.journal import Kind
from gnomon.sdk import history
from gnomon.server.actions.ingest.batch import decode
from gnomon.server.storage.metrics.open import open_metrics
from gnomon.server.storage.metrics.store import RunKey, Source

pytestmark = pytest.mark.usefixtures("alone")


def taken(folder: str) -> list[dict[str, Any]]:
    """The rows that a server has of a run's journal, each as it was logged, in step order."""
    batch = decode(Path(folder, "run.journal").read_bytes(), 0, {})
    assert (batch.skipped, batch.damaged_bytes) == (0, 0)

    async def read() -> list[dict[str, Any]]:
        store = open_metrics("memory", Path(folder, "metrics"))
        await store.append(RunKey(1), Source("j", 0, batch.end), list(batch.blocks))
        page = await store.rows(RunKey(1), limit=10_000, repeats="all")
        await store.close()
        return list(page.rows)

    return asyncio.run(read())


@pytest.mark.parametrize("clock", [-86_400, 86_400, -1.8e9, 0])
def test_no_row_is_lost_for_its_step_or_a_clock_that_jumps(clock: float, monkeypatch: pytest.MonkeyPatch) -> None:
    run = gnomon.init(mode="offline", settings={"quiet": True, "console": "off"})
    now = 1_800_000_000.0
    monkeypatch.setattr(history, "time", lambda: now)
    steps = [5, 3, 3, 10, 0, -1, 2**53, None, 2**63 - 1, -(2**63)]
    for number, step in enumerate(steps):
        run.log({"x": number}, step=step)
        now += clock if number % 2 else 1
    run.finish()
    meant = [5, 3, 3, 10, 0, -1, 2**53, 2**53, 2**63 - 1, -(2**63)]
    assert sorted((row["_step"], row["x"]) for row in taken(run.sync_dir)) == sorted(zip(meant, range(10), strict=True))


def test_two_processes_with_one_id_keep_both_their_rows(read: Any) -> None:
    first = gnomon.init(mode="offline", id="same", reinit="create_new")
    second = gnomon.init(mode="offline", id="same", reinit="create_new")
    for number in range(3):
        first.log({"x": number})
        second.log({"x": 10 + number})
    assert first.sync_dir != second.sync_dir
    journals = {read.of_kind(run.sync_dir, Kind.BEGIN)[0][0]["journal"] for run in (first, second)}
    assert len(journals) == 2
    assert [row["x"] for run in (first, second) for row in read.rows(run.sync_dir)] == [0, 1, 2, 10, 11, 12]


def same(logged: Any, read_back: Any) -> bool:
    """Bit for bit where it is a float, with the same type otherwise."""
    if isinstance(logged, float):
        if math.isnan(logged):
            return isinstance(read_back, float) and math.isnan(read_back)
        return struct.pack("<d", logged) == struct.pack("<d", float(read_back))
    return bool(logged == read_back) and isinstance(read_back, type(logged))


VALUES = st.one_of(
    st.floats(), st.integers(-(2**63), 2**63 - 1), st.text(st.characters(exclude_categories=["Cs"])), st.booleans(),
    st.sampled_from([math.nan, math.inf, -math.inf, -0.0, 5e-324, 2**53 + 1, 2**63 - 1, -(2**63), "", "\U0001f984"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=1, max_size=12))
def test_values_read_back_are_the_values_logged(values: list[Any]) -> None:
    run = gnomon.init(mode="offline", settings={"silent": True, "console": "off"})
    for number, value in enumerate(values):
        run.log({f"key{number}": value, "column": value})
    run.finish()
    found = taken(run.sync_dir)
    assert len(found) == len(values)
    for number, (value, row) in enumerate(zip(values, found, strict=True)):
        assert same(value, row[f"key{number}"]), value
        assert same(value, row["column"]), value


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "int8", "uint64", "int64", "bool"])
def test_numbers_of_arrays_are_widened_exactly(kind: str) -> None:
    numpy: Any = pytest.importorskip("numpy")
    run = gnomon.init(mode="offline", settings={"quiet": True, "console": "off"})
    given = numpy.array([0, 1, 1 / 3, 100.7], dtype=kind)
    for value in given:
        run.log({"x": value})
    run.finish()
    found = [row["x"] for row in taken(run.sync_dir)]
    assert [type(given[0])(value) for value in found] == list(given)
    assert [float(value) for value in found] == [float(value) for value in given]
