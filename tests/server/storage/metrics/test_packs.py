"""Packs are copies of chunks: never another answer than the chunks themselves, and gone when these change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded import packs
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import RunKey

from .curves import Logger, a_block, assert_exact
from .small import make_small

pytestmark = pytest.mark.anyio
RUN = RunKey(1)
QUIET = MetricSettings(idle_secs=3600, seal_rows=10**9)


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EmbeddedMetrics]:
    make_small(monkeypatch)
    store = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    await Logger(store).log(a_block({"loss": [float(at % 17) for at in range(1999)] + [float("nan")]}))
    await store.settle()
    yield store
    await store.close()


def packed(store: EmbeddedMetrics) -> list[tuple[int, int]]:
    """The steps of each pack."""
    found = store._catalogue.connection.execute("select step_first, step_last from pack order by step_first")
    return [tuple(row) for row in found]


def chunks(store: EmbeddedMetrics) -> list[cat.Chunk]:
    """Every chunk, as the table of chunks has it."""
    found = cat.find_series(store._catalogue.connection, RUN, "history", "loss")
    assert found is not None
    direct = cat.chunks_of(store._catalogue.connection, found[0])
    assert list(packs.chunks_of_long(store._catalogue.connection, found[0], found[1].points)) == direct
    return direct


async def test_chunks_are_packed_but_for_those_at_the_end(store: EmbeddedMetrics) -> None:
    all_chunks = chunks(store)
    steps = packed(store)
    assert len(steps) == len(all_chunks) // packs.PACK - 1
    assert steps[0] == (0, all_chunks[packs.PACK - 1].step_last)
    assert steps[-1][1] < all_chunks[-packs.PACK].step_first
    seen = store._reader.view(RUN, "history", "loss", *store._snapshot(RUN, "history")).sealed.chunks
    assert isinstance(seen, packs.PackedChunks)
    assert (seen[3], seen[-1], seen[2:5]) == (all_chunks[3], all_chunks[-1], all_chunks[2:5])
    with pytest.raises(IndexError):
        seen[len(all_chunks)]


async def test_late_rows_take_a_pack_away_and_it_is_made_anew(store: EmbeddedMetrics) -> None:
    before = packed(store)
    logger = Logger(store, journal="k")
    await logger.log(a_block({"loss": [1000.0] * 60}, steps=[700] * 60))
    await store.settle()
    after = packed(store)
    assert {(first, last) for first, last in before if not first <= 700 <= last} < set(after)
    loose = [chunk for chunk in chunks(store) if not any(first <= chunk.step_first <= last for first, last in after)]
    assert loose == chunks(store)[-len(loose) :]
    line = await store.series(RUN, "loss", buckets=10)
    assert (line.high.max(), line.step_high[line.high.argmax()]) == (1000.0, 700)


async def test_whatever_changes_a_chunk_takes_its_pack_away(store: EmbeddedMetrics) -> None:
    connection = store._catalogue.connection
    for change in (
        "update chunk set flags = flags where step_first = 0",
        "delete from chunk where step_first = (select step_first from pack order by step_first limit 1)",
        "insert or replace into chunk select * from chunk where step_first = (select max(step_first) from pack)",
    ):
        before = len(packed(store))
        connection.execute(change)
        assert len(packed(store)) == before - 1


async def test_a_damaged_pack_is_as_good_as_none(store: EmbeddedMetrics) -> None:
    raw = await store.series(RUN, "loss", buckets=10**9)
    await store.close()
    again = EmbeddedMetrics(Path(store._catalogue._path).parent, QUIET)
    try:
        again._catalogue.connection.execute(
            "update pack set chunks = cast(x'00' || substr(chunks, 2) as blob) where step_first between 500 and 900"
        )
        again._catalogue.connection.execute("update pack set step_last = step_last + 1 where step_first = 0")
        assert len(chunks(again)) == 40
        assert_exact(await again.series(RUN, "loss", buckets=30), raw, 30)
    finally:
        await again.close()


async def test_chunks_that_compaction_moved_are_packed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)
    store = EmbeddedMetrics(tmp_path / "metrics", MetricSettings(idle_secs=3600, seal_rows=10**9, file_bytes=20_000))
    try:
        values = np.random.default_rng(0).standard_normal(3000)
        for run, size in ((1, 700), (2, 3000), (3, 10)):
            await Logger(store, run=run).log(a_block({"loss": values[:size]}))
            await store.settle()
        raw = await store.series(RUN, "loss", buckets=10**9)
        assert {chunk.file for chunk in chunks(store)} == {1}
        await store.delete(RunKey(2))
        await store.settle()
        while store._chores._compactor.compact():
            pass
        assert {chunk.file for chunk in chunks(store)} == {2}
        assert len(packed(store)) == len(chunks(store)) // packs.PACK - 1
        for buckets in (10, 40, 200):
            assert_exact(await store.series(RUN, "loss", buckets=buckets), raw, buckets)
    finally:
        await store.close()
