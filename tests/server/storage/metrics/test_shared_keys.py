"""Keys of many runs together are what the runs have one by one, whatever happened to them and to the store."""

from __future__ import annotations

import asyncio
import math
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.server.storage.metrics.embedded import together
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.embedded.together import Together
from gnomon.server.storage.metrics.open import open_metrics
from gnomon.server.storage.metrics.shared import merged, of_run
from gnomon.server.storage.metrics.store import MetricStore, RunKey, SharedKey

from .curves import Logger, a_block

pytestmark = pytest.mark.anyio


def embedded(path: Path) -> EmbeddedMetrics:
    return EmbeddedMetrics(path, MetricSettings())


async def one_by_one(metrics: MetricStore, runs: Sequence[int], stream: str = "history") -> list[SharedKey]:
    return merged([of_run(RunKey(run), await metrics.keys(RunKey(run), stream)) for run in set(runs)])


def same(found: list[SharedKey], wanted: list[SharedKey]) -> bool:
    """Equal, but for the order in which sums were rounded."""

    def plain(one: SharedKey) -> Any:
        return msgspec.structs.replace(one, total=0.0)

    assert [repr(plain(one)) for one in found] == [repr(plain(one)) for one in wanted]
    return all(math.isclose(a.total, b.total, rel_tol=1e-12) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("back_end", ["memory", "embedded", "embedded, sealed"])
async def test_keys_of_runs_are_counted_together(back_end: str, tmp_path: Path) -> None:
    metrics = open_metrics("memory" if back_end == "memory" else "embedded", tmp_path)
    await Logger(metrics, run=1).log(a_block({"loss": [3.0, math.nan, 1.0], "name": ['"a"', '"b"', '"c"']}))
    await Logger(metrics, run=70).log(a_block({"loss": [2.0, 9.0]}), a_block({"cpu": [1.0]}, stream="system"))
    await Logger(metrics, run=3).log(a_block({"loss": ['{"_type":"x"}']}))
    if isinstance(metrics, EmbeddedMetrics) and back_end == "embedded, sealed":
        await metrics.settle()
    loss, name = await metrics.shared_keys([RunKey(run) for run in (70, 1, 3, 4, 1)])
    assert loss == SharedKey("loss", 3, 70, True, 9.0, 6, 0, 2, 4, 1.0, 9.0, 15.0)
    assert name == SharedKey("name", 1, 1, False, "c", 3, 0, 2, 0, None, None, 0.0)
    loss, *_ = await metrics.shared_keys([RunKey(1), RunKey(3)], live=[RunKey(1)])
    assert (loss.runs, loss.latest, loss.last, loss.low) == (2, 3, {"_type": "x"}, 1.0)
    (cpu,) = await metrics.shared_keys([RunKey(1), RunKey(70)], "system")
    assert (cpu.key, cpu.runs) == ("cpu", 1)
    assert await metrics.shared_keys([]) == []
    assert await metrics.shared_keys([RunKey(1000)]) == []
    await metrics.close()


async def test_runs_that_did_not_change_are_not_read_again_even_after_a_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    before = Together._of

    def counted(self: Together, run: RunKey, stream: str) -> list[SharedKey]:
        read.append(int(run))
        return before(self, run, stream)

    monkeypatch.setattr(Together, "_of", counted)
    store = embedded(tmp_path)
    runs = [RunKey(run) for run in range(1, 200)]
    loggers = {run: Logger(store, run=run) for run in runs}
    for run in runs:
        await loggers[run].log(a_block({"loss": [float(run)]}))
    await store.shared_keys(runs, live=[RunKey(5)])
    assert sorted(read) == runs
    read.clear()
    assert len(await store.shared_keys(runs, live=[RunKey(5)])) == 1
    assert read == []
    await loggers[RunKey(5)].log(a_block({"loss": [5.0]}, first=1))
    assert [one.points for one in await store.shared_keys(runs, live=[RunKey(5)])] == [200]
    assert read == [5]
    await store.settle()
    await store.close()
    store = embedded(tmp_path)
    read.clear()
    (loss,) = await store.shared_keys(runs)
    assert (loss.runs, loss.low, loss.high, loss.latest) == (199, 1.0, 199.0, 199)
    assert read == [5]
    read.clear()
    (loss,) = await store.shared_keys(runs[1:])
    assert (loss.runs, loss.low) == (198, 2.0)
    assert set(read) == set(range(2, 64))
    await store.close()


async def test_runs_of_two_projects_that_were_made_by_turns_are_kept_apart(tmp_path: Path) -> None:
    store = embedded(tmp_path)
    for run in range(1, 21):
        await Logger(store, run=run).log(a_block({"loss": [float(run)]}))
    odd, even = [[RunKey(run) for run in range(start, 21, 2)] for start in (1, 2)]
    for _ in range(2):
        assert [one.high for one in await store.shared_keys(odd)] == [19.0]
        assert [one.high for one in await store.shared_keys(even)] == [20.0]
    kept = store._catalogue.connection.execute("select first from together order by first").fetchall()
    assert kept == [(1,), (2,)]
    await store.delete(RunKey(1))
    assert [one.low for one in await store.shared_keys(odd[1:])] == [3.0]
    kept = store._catalogue.connection.execute("select first from together order by first").fetchall()
    assert kept == [(2,), (3,)]
    await store.close()


async def test_what_is_kept_and_damaged_is_found_out_again(tmp_path: Path) -> None:
    store = embedded(tmp_path)
    await Logger(store, run=1).log(a_block({"loss": [1.0]}))
    before = await store.shared_keys([RunKey(1)])
    for column in ("runs", "keys"):
        store._catalogue.connection.execute(f"update together set {column} = zeroblob(16)")
        assert await store.shared_keys([RunKey(1)]) == before
    await store.close()


async def test_a_full_disk_keeps_nobody_from_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    store = embedded(tmp_path)
    await Logger(store, run=1).log(a_block({"loss": [1.0]}))
    monkeypatch.setattr(together, "_keep", full)
    assert [one.key for one in await store.shared_keys([RunKey(1)])] == ["loss"]
    monkeypatch.undo()
    await Logger(store, run=2).log(a_block({"loss": [2.0]}))
    assert [one.runs for one in await store.shared_keys([RunKey(1), RunKey(2)])] == [2]
    await store.close()


runs = st.sampled_from([1, 2, 63, 64, 65])
keys = st.sampled_from(["a", "b", "c"])
values = st.lists(st.one_of(st.floats(-5, 5), st.just(math.nan)), min_size=1, max_size=3)
steps = st.one_of(
    st.tuples(st.just("log"), runs, st.dictionaries(keys, values, min_size=1, max_size=1)),
    st.tuples(st.just("truncate"), runs, st.integers(-1, 2)),
    st.tuples(st.just("delete"), runs, st.none()),
    st.tuples(st.just("rename"), runs, st.tuples(keys, keys)),
    st.tuples(st.just("copy"), runs, runs),
    st.tuples(st.just("forget"), runs, st.none()),
    st.tuples(st.just("settle"), runs, st.none()),
    st.tuples(st.just("open again"), runs, st.none()),
    st.tuples(st.just("ask"), st.lists(runs, unique=True), st.lists(runs, unique=True)),
)


async def do(store: EmbeddedMetrics, loggers: dict[int, Logger], what: str, run: Any, given: Any) -> None:
    if what == "log":
        loggers.setdefault(run, Logger(store, run=run))
        await loggers[run].log(a_block(given))
    elif what == "truncate":
        await store.truncate(RunKey(run), after_step=given)
    elif what == "delete":
        await store.delete(RunKey(run))
        loggers.pop(run, None)
    elif what == "rename" and given[0] != given[1]:
        await store.move(RunKey(run), stream="history", to_stream="history", names={given[0]: given[1]})
    elif what == "copy" and run != given and not await store.next_row(RunKey(given)):
        await store.copy(RunKey(run), RunKey(given))
    elif what == "forget":
        await store.forget(RunKey(run), stream="history")
    elif what == "settle":
        await store.settle()


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=14))
def test_together_is_one_by_one_through_every_change(story: list[tuple[str, Any, Any]]) -> None:
    async def check() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = embedded(Path(folder))
            loggers: dict[int, Logger] = {}
            for what, run, given in [*story, ("ask", [1, 2, 63, 64, 65], [])]:
                if what == "open again":
                    await store.close()
                    store = embedded(Path(folder))
                    for logger in loggers.values():
                        logger.store = store
                elif what == "ask":
                    asked = [RunKey(one) for one in run]
                    found = await store.shared_keys(asked, live=[RunKey(one) for one in given])
                    assert same(found, await one_by_one(store, asked))
                else:
                    await do(store, loggers, what, run, given)
            await store.close()

    asyncio.run(check())


def test_merging_is_the_same_in_any_order() -> None:
    generator = np.random.default_rng(0)
    parts = [
        [SharedKey(key, 1, run, True, float(run), 1, run, run, 1, -run, run, float(generator.integers(9)))]
        for run in range(10)
        for key in ("a", "b")
    ]
    assert merged(parts) == merged(parts[::-1]) == merged([merged(parts[:7]), merged(parts[7:])])


@pytest.mark.parametrize("back_end", ["memory", "embedded", "embedded, sealed"])
async def test_how_far_a_key_goes_is_told_of_many_runs(back_end: str, tmp_path: Path) -> None:
    metrics = open_metrics("memory" if back_end == "memory" else "embedded", tmp_path)
    loggers = {run: Logger(metrics, run=run) for run in (1, 3, 70)}
    await loggers[1].log(a_block({"loss": [3.0, math.nan, 1.0], "name": ['"a"', '"b"', '"c"']}))
    await loggers[70].log(a_block({"loss": [2.0, 9.0]}), a_block({"loss": [-1.0]}, stream="system"))
    await loggers[3].log(a_block({"loss": [math.inf, math.nan]}))
    if isinstance(metrics, EmbeddedMetrics) and back_end == "embedded, sealed":
        await metrics.settle()
    runs = [RunKey(run) for run in (70, 1, 3, 4, 1)]
    assert await metrics.extents(runs, "loss") == {1: (1.0, 3.0, 2.0), 70: (2.0, 9.0, 5.5)}
    assert await metrics.extents(runs, "loss", "system") == {70: (-1.0, -1.0, -1.0)}
    assert await metrics.extents(runs, "name") == await metrics.extents([], "loss") == {}
    await loggers[1].log(a_block({"loss": [-5.0]}))
    assert (await metrics.extents(runs, "loss"))[RunKey(1)] == (-5.0, 3.0, -1 / 3)
    await metrics.truncate(RunKey(70), after_step=0)
    assert (await metrics.extents(runs, "loss"))[RunKey(70)] == (2.0, 2.0, 2.0)
    await metrics.close()
