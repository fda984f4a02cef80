"""Levels are used where they hold, also those of chunks that say places and not steps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gnomon.server.storage.metrics.embedded import axis, codec, lod, seal
from gnomon.server.storage.metrics.embedded.catalogue import AT_STEPS, EVEN_STEPS, Chunk
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.embedded.reader import even_steps
from gnomon.server.storage.metrics.store import RunKey, Span

from .curves import Logger, a_block, assert_exact
from .small import make_small

pytestmark = pytest.mark.anyio
RUN = RunKey(1)
EVERYTHING = 10**9


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EmbeddedMetrics]:
    make_small(monkeypatch)
    store = EmbeddedMetrics(tmp_path / "metrics", MetricSettings(idle_secs=3600, seal_rows=10**9))
    yield store
    await store.close()


async def assert_exact_at_every_level(store: EmbeddedMetrics, x: str, span: Span) -> None:
    raw = await store.series(RUN, "loss", x=x, span=span, buckets=EVERYTHING)
    for buckets in (1, 10, 40, 200, 1000):
        assert_exact(await store.series(RUN, "loss", x=x, span=span, buckets=buckets), raw, buckets)


async def test_a_key_that_rises_is_an_axis_by_its_levels(
    store: EmbeddedMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scanned(*_: Any) -> Any:
        raise AssertionError("all points were read")

    values = np.random.default_rng(0).standard_normal(3000)
    values[100:200] = np.nan
    logger = Logger(store)
    for first in (0, 1000, 2000):
        steps = np.arange(first, first + 1000)
        columns = {"loss": values[first : first + 1000], "epoch": steps // 300, "seen": steps * 32.0}
        await logger.log(a_block(columns, first=first))
        if first < 2000:
            await store.settle()
    with monkeypatch.context() as patch:
        patch.setattr(axis.AnotherKey, "scanned", scanned)
        for x, span in (("seen", Span()), ("seen", Span(900, 70_001)), ("epoch", Span()), ("epoch", Span(2, 7))):
            await assert_exact_at_every_level(store, x, span)
    await logger.log(a_block({"loss": [0.0], "seen": [5.0]}, first=3000))
    raw = await store.series(RUN, "loss", x="seen", buckets=EVERYTHING)
    assert raw.step_first[:3].tolist() == [0, 3000, 1]
    await assert_exact_at_every_level(store, "seen", Span())


@pytest.mark.parametrize("apart", [1, 7, None])
async def test_places_of_extremes_that_are_no_steps_are_made_steps(
    store: EmbeddedMetrics, monkeypatch: pytest.MonkeyPatch, apart: int | None
) -> None:
    part_of = seal.part_of

    def as_in_format_1(*rows: Any) -> Any:
        part = part_of(*rows)
        return part._replace(flags=part.flags & ~AT_STEPS)

    monkeypatch.setattr(seal, "part_of", as_in_format_1)
    random = np.random.default_rng(0)
    steps = np.cumsum(random.integers(1, 9, 3000)) if apart is None else np.arange(3000) * apart
    values: list[Any] = np.round(random.standard_normal(3000), 1).tolist()
    values[200:300] = [float("nan")] * 100
    values[1500] = '"text"'
    logger = Logger(store)
    for at in range(0, 3000, 500):
        part = values[at : at + 500]
        numbers = [number for number in part if not isinstance(number, str)]
        kept = [step for step, number in zip(steps[at : at + 500], part, strict=True) if not isinstance(number, str)]
        await logger.log(a_block({"loss": numbers}, steps=kept))
        if len(numbers) < len(part):
            await logger.log(a_block({"loss": ['"text"']}, steps=[int(steps[1500])]))
    await store.settle()
    for x in ("_step", "_time"):
        await assert_exact_at_every_level(store, x, Span())
        await assert_exact_at_every_level(store, x, Span(float(steps[333]), float(steps[2500])))


@given(
    first=st.integers(-(2**63), 2**63 - 1) | st.integers(-1000, 1000) | st.sampled_from([2**50 - 1, -(2**50)]),
    apart=st.integers(1, 100) | st.integers(1, 2**50),
    points=st.integers(1, 300),
    per=st.sampled_from([1, 4, 64]),
)
def test_even_steps_are_known_from_both_ends(first: int, apart: int, points: int, per: int) -> None:
    last = first + apart * (points - 1)
    assume(last < 2**63)
    chunk = Chunk(first, last, points, points, 0, 0, EVEN_STEPS, 0, 0, 0, 0, 0, 0, 0, b"")
    assert even_steps(chunk, per).tolist() == [first + apart * at for at in range(0, points, per)]


@given(
    st.integers(1, codec.FEW).flatmap(
        lambda rows: st.lists(
            st.one_of(
                st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=rows, max_size=rows),
                st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=rows, max_size=rows),
                st.floats(allow_nan=False, allow_infinity=False).map(lambda value: [value] * rows),
            ),
            min_size=1,
            max_size=8,
        )
    ),
    st.integers(-(2**60), 2**60),
    st.booleans(),
)
@example([[0.0, 0.0, 0.0, 0.0, 2.99e292, 1.7976931348623155e308, -5.87e301, -1.797692547761414e308]], 0, False)
@example([[1.7e308, 1.7e308, -1.7e308, -1.7e308, 1.7e308, -1.7e308, 1.7e308, -1.7e308] * 4], 0, True)
def test_few_rows_of_many_keys_are_the_bytes_that_each_key_has_by_itself(
    columns: list[list[float]], first: int, in_steps: bool
) -> None:
    values = np.array(columns, np.float64)
    steps = first + 3 * np.arange(values.shape[1])
    times = steps * 0.5
    since = first if in_steps else None
    assert codec.encode_few(values) == [codec.encode(row) for row in values]
    assert lod.levels_of_few(steps, times, values, since) == [
        lod.levels(steps, times, row, since).chunk for row in values
    ]
