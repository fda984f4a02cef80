"""Even samples: of lists nobody knows the length of, and of the rows of a run."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.model.errors import Rejected
from gnomon.model.even import Even, evenly
from gnomon.server.actions import sampling
from gnomon.server.storage.metrics.memory import MemoryMetrics
from gnomon.server.storage.metrics.store import Block, RunKey, Source

pytestmark = pytest.mark.anyio

RUN = RunKey(1)


@given(st.integers(0, 3000), st.integers(1, 50))
def test_a_sample_has_both_ends_and_is_in_order(count: int, wanted: int) -> None:
    places = evenly(count, wanted)
    assert len(places) == min(count, wanted)
    assert places == sorted(set(places))
    if count and wanted > 1:
        assert (places[0], places[-1]) == (0, count - 1)


@given(st.lists(st.integers(0, 300), max_size=8), st.integers(1, 40))
def test_what_comes_in_parts_is_sampled_as_a_whole(parts: list[int], wanted: int) -> None:
    whole = list(range(sum(parts)))
    even: Even[int] = Even(wanted)
    start = 0
    for size in parts:
        even.offer(size, lambda at, start=start: whole[start + at])  # type: ignore[misc]
        start += size
    found = even.sample()
    assert len(found) == min(wanted, len(whole))
    assert found == sorted(set(found))
    if wanted > 1 and whole:
        assert (found[0], found[-1]) == (0, whole[-1])
        gaps = [b - a for a, b in pairwise(found)]
        assert max(gaps, default=1) <= 4 * math.ceil(len(whole) / wanted) + 1


async def logged(rows: int) -> MemoryMetrics:
    """A run whose `loss` is in every row, and `acc`, words and a picture in every third."""
    metrics = MemoryMetrics()
    steps = np.arange(rows)
    text: list[str | None] = [None if at % 3 else f'"s{at}"' for at in range(rows)]
    media: list[str | None] = [None if at % 3 else '{"_type":"image-file"}' for at in range(rows)]
    blocks = [
        Block("history", ("loss", "word", "img"), steps, steps * 2.0, (steps / 2, text, media)),
        Block("history", ("acc",), steps[::3], steps[::3] * 2.0, (steps[::3],)),
    ]
    await metrics.append(RUN, Source("j", 0, 1), blocks)
    return metrics


async def steps_of(metrics: MemoryMetrics, **asked: Any) -> list[int]:
    return [row["_step"] for row in await sampling.rows(metrics, RUN, **asked)]


async def test_short_ranges_are_read_whole_and_long_ones_evenly() -> None:
    metrics = await logged(1000)
    assert await steps_of(metrics, samples=1000) == list(range(1000))
    assert await steps_of(metrics, samples=50, first=100, last=149) == list(range(100, 150))
    some = await steps_of(metrics, samples=11)
    assert (len(some), some[0], some[-1]) == (11, 0, 999)
    assert max(b - a for a, b in pairwise(some)) < 200


async def test_only_rows_with_every_key_count() -> None:
    metrics = await logged(300)
    assert await steps_of(metrics, samples=500, keys=["loss", "acc"], every=["loss", "acc"]) == list(range(0, 300, 3))
    some = await steps_of(metrics, samples=10, keys=["loss", "acc"], every=["loss", "acc"])
    assert len(some) == 10 and all(step % 3 == 0 for step in some)
    assert await steps_of(metrics, samples=10, keys=["loss", "no"], every=["loss", "no"]) == []


async def test_sampled_rows_have_the_values_that_whole_ones_have() -> None:
    metrics = await logged(40)
    whole = {row["_step"]: row for row in await sampling.rows(metrics, RUN, samples=40)}
    for row in await sampling.rows(metrics, RUN, samples=7):
        assert row == whole[row["_step"]]


async def test_of_no_rows_there_is_no_sample_and_of_too_many_none_either() -> None:
    assert await steps_of(MemoryMetrics(), samples=5) == []
    with pytest.raises(Rejected, match="samples is 0"):
        await steps_of(MemoryMetrics(), samples=0)


async def test_of_a_key_that_is_in_every_row_the_rest_follows() -> None:
    metrics = await logged(3000)
    plain = await sampling.rows(metrics, RUN, samples=9)
    steps = np.arange(3000)
    marks = Block("history", (sampling.ROW_MARK,), steps, steps * 2.0, (steps / 4,))
    await metrics.append(RUN, Source("j", 1, 2), [marks])
    marked = await sampling.rows(metrics, RUN, samples=9)
    assert [row.pop(sampling.ROW_MARK) * 4 for row in marked] == [row["_step"] for row in plain]
    assert marked == plain
    part = await sampling.rows(metrics, RUN, samples=3, first=100, last=2000)
    assert [row["_step"] for row in part][::2] == [100, 2000]
