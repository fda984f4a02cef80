"""What every metric store promises: the same sentences for each back end."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gnomon.model.errors import Conflict
from gnomon.server.storage.metrics.open import open_metrics
from gnomon.server.storage.metrics.store import Block, Buckets, CurveAsked, MetricStore, RunKey, Source, Span

from .curves import Logger, a_block, assert_exact

pytestmark = pytest.mark.anyio
RUN, OTHER = RunKey(1), RunKey(2)
EVERYTHING = 10**9

Rest = Callable[[], Awaitable[None]]


BACK_ENDS = ("memory", "embedded", "embedded, sealed")
SIZES = (1, 64, 65, 1000, 8192, 8193, 60_000, 300_000)


@pytest.fixture(params=BACK_ENDS)
def back_end(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def metrics(back_end: str, tmp_path: Path) -> AsyncIterator[MetricStore]:
    store = open_metrics("memory" if back_end == "memory" else "embedded", tmp_path / "metrics")
    yield store
    await store.close()


@pytest.fixture
def rest(back_end: str, metrics: Any) -> Rest:
    """Lets the store put away what it has, where the back end is to be seen like that."""

    async def settle() -> None:
        if back_end == "embedded, sealed":
            await metrics.settle()

    return settle


async def test_a_curve_that_fits_is_its_points(metrics: MetricStore, rest: Rest) -> None:
    await Logger(metrics).log(a_block({"loss": [3.0, 2.0, 1.0]}))
    await rest()
    line = await metrics.series(RUN, "loss", buckets=100)
    assert line.raw
    assert line.points == 3
    assert line.first.tolist() == line.low.tolist() == line.high.tolist() == line.mean.tolist() == [3.0, 2.0, 1.0]
    assert line.x_min.tolist() == line.x_max.tolist() == [0.0, 1.0, 2.0]
    assert line.step_first.tolist() == [0, 1, 2]


async def test_an_unknown_key_is_an_empty_curve(metrics: MetricStore) -> None:
    await Logger(metrics).log(a_block({"loss": [1.0]}))
    assert (await metrics.series(RUN, "nothing")).points == 0
    assert (await metrics.series(OTHER, "loss")).points == 0
    assert (await metrics.series(RUN, "loss", stream="system")).points == 0
    assert (await metrics.series(RUN, "loss", x="nothing")).points == 0
    assert (await metrics.rows(OTHER)).rows == []
    assert await metrics.keys(OTHER) == []
    assert await metrics.offsets(OTHER) == {}


async def test_curves_asked_for_together_are_those_asked_for_one_by_one(metrics: MetricStore, rest: Rest) -> None:
    generator = np.random.default_rng(0)
    for run, size in ((1, 10), (2, 300), (3, 12_000)):
        block = a_block({"loss": generator.standard_normal(size), "acc": np.arange(size) * 1.0})
        await Logger(metrics, run=run).log(block)
    await rest()
    await Logger(metrics, run=4).log(a_block({"loss": [1.0, math.nan]}))
    asked = [
        CurveAsked(RunKey(run), key, span)
        for run in range(1, 6)
        for key in ("loss", "acc", "nothing")
        for span in (Span(), Span(5.0, 400.0))
    ]
    for x in ("_step", "_time", "acc"):
        together = await metrics.curves(asked, x=x, buckets=100)
        for one, got in zip(asked, together, strict=True):
            alone = await metrics.series(one.run, one.key, x=x, span=one.span, buckets=100)
            for name in Buckets.__slots__:
                np.testing.assert_array_equal(getattr(got, name), getattr(alone, name))
    assert await metrics.curves([]) == []


async def test_what_is_known_of_keys_is_kept_up_append_by_append(metrics: MetricStore, rest: Rest) -> None:
    model, both = open_metrics("memory", Path()), []
    for store in (metrics, model):
        both.append(Logger(store))
    generator = np.random.default_rng(3)
    for at in range(12):
        steps = [3 * at + 2, 3 * at, 3 * at + 1]
        columns = {
            "loss": [1.0, math.nan, float(at)] if at % 3 else [math.inf, math.nan, -math.inf],
            "whole": np.array([2**62, -(at**5), at]),
            "flag": np.array([at % 2 == 0, True, False]),
            "note": [f'"{at}"', None, '{"a": 1}'],
            "changes": generator.standard_normal(3) if at % 4 else ["1", '"x"', "[2]"],
        }
        for logger in both:
            await logger.log(a_block(columns, steps=steps), a_block({"rare": [float(at)]}, first=at))
        assert await metrics.offsets(RUN) == await model.offsets(RUN)
        await assert_same_keys(metrics, model)
        if at == 5:
            await rest()
        if at == 8:
            for store in (metrics, model):
                await store.truncate(RUN, after_step=20)
            await assert_same_keys(metrics, model)


async def assert_same_keys(metrics: MetricStore, model: MetricStore) -> None:
    """But for the last digits of totals, which depend on what is added up first."""
    known, wanted = await metrics.keys(RUN), await model.keys(RUN)
    assert repr([replace(key, total=0.0) for key in known]) == repr([replace(key, total=0.0) for key in wanted])
    np.testing.assert_allclose([key.total for key in known], [key.total for key in wanted], rtol=1e-9)


# Plain lists have neither blocks nor levels of detail: for them, many points are like few.
@pytest.mark.parametrize(
    ("back_end", "size"),
    [(name, size) for name in BACK_ENDS for size in SIZES if name != "memory" or size < 10_000],
    indirect=["back_end"],
)
@pytest.mark.parametrize("x", ["_step", "_time"])
async def test_buckets_are_exact_at_every_zoom(metrics: MetricStore, rest: Rest, size: int, x: str) -> None:
    generator = np.random.default_rng(size)
    values = np.cumsum(generator.standard_normal(size))
    values[generator.integers(0, size, size // 50)] = np.nan
    values[generator.integers(0, size, size // 90)] = np.inf
    values[generator.integers(0, size, size // 90)] = -np.inf
    logger = Logger(metrics)
    half = size * 2 // 3
    await logger.log(a_block({"loss": values[:half], "other": values[:half]}))
    await rest()
    await logger.log(a_block({"loss": values[half:]}, first=half))
    for first, last in (
        (None, None),
        (size * 0.1, size * 0.9),
        (size * 0.5, size * 0.501),
        (size - 1, None),
        (size + 5, None),
    ):
        if x == "_time":
            span = Span(*(None if bound is None else bound * 0.5 + 1.7e9 for bound in (first, last)))
        else:
            span = Span(first, last)
        raw = await metrics.series(RUN, "loss", x=x, span=span, buckets=EVERYTHING)
        for buckets in (1, 7, 1000):
            assert_exact(await metrics.series(RUN, "loss", x=x, span=span, buckets=buckets), raw, buckets)


@pytest.mark.parametrize("steps", ["even", "uneven", "far apart"])
async def test_a_bucket_says_at_which_step_its_least_and_greatest_values_are(
    metrics: MetricStore, rest: Rest, steps: str
) -> None:
    size = 60_000
    generator = np.random.default_rng(1)
    values = np.round(generator.standard_normal(size), 1)
    values[generator.integers(0, size, size // 20)] = np.nan
    values[20_000:30_000] = np.inf
    at = np.arange(size) * {"even": 3, "uneven": 3, "far apart": 10**9}[steps]
    if steps != "even":
        at += generator.integers(0, 3, size)
    await Logger(metrics).log(a_block({"loss": values}, steps=at.tolist()))
    await rest()
    for x in ("_step", "_time"):
        raw = await metrics.series(RUN, "loss", x=x, buckets=EVERYTHING)
        for buckets in (1, 5, 50, 500, 5000):
            got = await metrics.series(RUN, "loss", x=x, buckets=buckets)
            assert_exact(got, raw, buckets)
            found = np.isfinite(got.low)
            np.testing.assert_array_equal(values[np.searchsorted(at, got.step_low[found])], got.low[found])
            np.testing.assert_array_equal(got.step_high[~found], got.step_first[~found])


@pytest.mark.parametrize("kind", ["rises", "by epoch", "falls once", "with holes", "logged apart", "late"])
async def test_buckets_over_another_key_are_exact(metrics: MetricStore, rest: Rest, kind: str) -> None:
    size = 60_000
    generator = np.random.default_rng(2)
    values = np.cumsum(generator.standard_normal(size))
    values[generator.integers(0, size, size // 50)] = np.nan
    seen = np.arange(size) * 32.0 if kind != "by epoch" else np.arange(size) // 7000 * 1.0
    if kind == "falls once":
        seen[50_000] = 3.0
    if kind == "with holes":
        seen[generator.integers(0, size, size // 50)] = np.nan
    logger = Logger(metrics)
    columns = {"loss": values, "seen": seen}
    for first, end in ((0, 40_000), (40_000, 59_000), (59_000, size)):
        part = {key: column[first:end] for key, column in columns.items()}
        if kind == "logged apart":
            await logger.log(*(a_block({key: column}, first=first) for key, column in part.items()))
        else:
            await logger.log(a_block(part, first=first))
        if end < size:
            await rest()
    if kind == "late":
        await logger.log(a_block({"seen": [6400.0, 6400.0]}, steps=[200, 201]), a_block({"loss": [1.0]}, first=30_000))
    for span in (Span(), Span(seen[100], seen[40_100]), Span(seen[7100], seen[7100]), Span(-5.0, -1.0)):
        raw = await metrics.series(RUN, "loss", x="seen", span=span, buckets=EVERYTHING)
        assert raw.points == 0 or (raw.x_min[1:] >= raw.x_min[:-1]).all()
        for buckets in (1, 7, 60, 600):
            got = await metrics.series(RUN, "loss", x="seen", span=span, buckets=buckets)
            assert_exact(got, raw, buckets)


async def test_both_ends_of_a_span_are_in_it(metrics: MetricStore, rest: Rest) -> None:
    await Logger(metrics).log(a_block({"loss": [0.0, 1.0, 2.0, 3.0]}))
    await rest()
    assert (await metrics.series(RUN, "loss", span=Span(1, 2))).first.tolist() == [1.0, 2.0]
    assert (await metrics.series(RUN, "loss", span=Span(1.5, None))).first.tolist() == [2.0, 3.0]
    assert (await metrics.series(RUN, "loss", span=Span(3, 1))).points == 0


async def test_values_come_back_as_they_went_in(metrics: MetricStore, rest: Rest) -> None:
    columns = {
        "real": [0.1, -0.0, math.inf],
        "whole": [2**63 - 1, -(2**63), 0],
        "flag": [True, False, True],
        "text": ['"a"', '{"_type":"image-file","path":"ü.png"}', "[1,null]"],
        "some": [None, '"only here"', None],
    }
    await Logger(metrics).log(a_block(columns))
    await rest()
    rows = (await metrics.rows(RUN)).rows
    assert repr([row["real"] for row in rows]) == "[0.1, -0.0, inf]"
    assert repr([row["whole"] for row in rows]) == f"[{2**63 - 1}, {-(2**63)}, 0]"
    assert repr([row["flag"] for row in rows]) == "[True, False, True]"
    assert [row["text"] for row in rows] == ["a", {"_type": "image-file", "path": "ü.png"}, [1, None]]
    assert ["some" in row for row in rows] == [False, True, False]
    assert [row["_time"] for row in rows] == [1.7e9, 1.7e9 + 0.5, 1.7e9 + 1]


async def test_not_a_number_comes_back_and_is_never_averaged(metrics: MetricStore, rest: Rest) -> None:
    await Logger(metrics).log(a_block({"loss": [1.0, math.nan, 3.0, -math.inf]}))
    await rest()
    line = await metrics.series(RUN, "loss", buckets=1)
    assert (line.mean.tolist(), line.count.tolist(), line.nan.tolist(), line.neg_inf.tolist()) == ([2.0], [2], [1], [1])
    assert math.isnan((await metrics.rows(RUN)).rows[1]["loss"])


async def test_a_key_may_change_its_type(metrics: MetricStore, rest: Rest) -> None:
    logger = Logger(metrics)
    for at, value in enumerate([1, 2.5, True, '"text"', 2**62, math.nan]):
        await logger.log(a_block({"key": [value]}, first=at))
        if at == 2:
            await rest()
    await rest()
    assert repr([row["key"] for row in (await metrics.rows(RUN)).rows]) == f"[1, 2.5, True, 'text', {2**62}, nan]"
    line = await metrics.series(RUN, "key")
    assert line.step_first.tolist() == [0, 1, 2, 4, 5]
    (key,) = await metrics.keys(RUN)
    assert (key.numeric, key.points, key.finite, key.first) == (True, 6, 4, 1)


async def test_the_last_value_of_a_step_is_read_unless_others_are_asked_for(metrics: MetricStore, rest: Rest) -> None:
    logger = Logger(metrics)
    await logger.log(a_block({"loss": [1.0, 2.0, 4.0]}, steps=[0, 1, 1]))
    await rest()
    await logger.log(a_block({"loss": [9.0]}, steps=[0]))
    await rest()
    assert (await metrics.series(RUN, "loss")).first.tolist() == [9.0, 4.0]
    assert (await metrics.series(RUN, "loss", repeats="all")).first.tolist() == [1.0, 9.0, 2.0, 4.0]
    assert (await metrics.series(RUN, "loss", repeats="mean")).first.tolist() == [5.0, 3.0]
    assert [row["loss"] for row in (await metrics.rows(RUN, repeats="all")).rows] == [1.0, 9.0, 2.0, 4.0]
    assert [row["loss"] for row in (await metrics.rows(RUN, repeats="mean")).rows] == [5.0, 3.0]


async def test_late_rows_take_their_place(metrics: MetricStore, rest: Rest) -> None:
    logger = Logger(metrics)
    for steps in ([10, 20, 30], [25, 5], [15, 30], [0, 100]):
        await logger.log(a_block({"loss": [float(step) for step in steps]}, steps=steps))
        await rest()
    line = await metrics.series(RUN, "loss")
    assert line.first.tolist() == line.x_min.tolist() == [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 100.0]


async def test_rows_merge_the_keys_of_a_step(metrics: MetricStore, rest: Rest) -> None:
    logger = Logger(metrics)
    await logger.log(a_block({"loss": [1.0, 2.0]}), a_block({"acc": [0.5]}, first=1, times=[7.0]))
    await rest()
    assert (await metrics.rows(RUN)).rows == [
        {"_step": 0, "_time": 1.7e9, "loss": 1.0},
        {"_step": 1, "_time": 7.0, "loss": 2.0, "acc": 0.5},
    ]
    assert (await metrics.rows(RUN, keys=["acc"])).rows == [{"_step": 1, "_time": 7.0, "acc": 0.5}]
    assert len((await metrics.rows(RUN, repeats="all")).rows) == 3


@pytest.mark.parametrize("repeats", ["last", "all", "mean"])
async def test_pages_of_rows_are_together_all_rows(metrics: MetricStore, rest: Rest, repeats: Any) -> None:
    logger = Logger(metrics)
    await logger.log(a_block({"often": np.arange(20_000.0)}))
    await logger.log(a_block({"rare": np.arange(20.0)}, steps=range(0, 20_000, 1000)))
    await rest()
    await logger.log(a_block({"often": [1.0, 2.0], "late": [1, 2]}, steps=[5, 19_999]))
    whole = (await metrics.rows(RUN, limit=EVERYTHING, repeats=repeats)).rows
    paged, first = [], None
    while True:
        page = await metrics.rows(RUN, first_step=first, limit=3000, repeats=repeats)
        paged += page.rows
        if page.next_step is None:
            break
        assert len(page.rows) >= 3000
        first = page.next_step
    assert paged == whole
    few = await metrics.rows(RUN, first_step=100, last_step=199, limit=1000)
    assert [row["_step"] for row in few.rows] == list(range(100, 200))
    assert few.next_step is None


async def test_a_page_never_ends_within_a_step(metrics: MetricStore, rest: Rest) -> None:
    await Logger(metrics).log(a_block({"loss": [1.0, 2.0, 3.0, 4.0]}, steps=[0, 1, 1, 2]))
    await rest()
    page = await metrics.rows(RUN, limit=2, repeats="all")
    assert [row["loss"] for row in page.rows] == [1.0, 2.0, 3.0]
    assert page.next_step == 2


async def test_keys_are_known_without_reading_points(metrics: MetricStore, rest: Rest) -> None:
    logger = Logger(metrics)
    await logger.log(a_block({"loss": [4.0, math.nan, 1.0]}), a_block({"note": ['{"a":1}']}, first=7))
    await rest()
    await logger.log(a_block({"loss": [2.0]}, steps=[-3], times=[5.0]))
    loss, note = await metrics.keys(RUN)
    assert (loss.key, loss.numeric, loss.points, loss.finite, loss.low, loss.high, loss.total) == (
        "loss",
        True,
        4,
        3,
        1.0,
        4.0,
        7.0,
    )
    assert (loss.first_step, loss.last_step, loss.first, loss.last) == (-3, 2, 4.0, 2.0)
    assert (loss.first_time, loss.last_time) == (5.0, 1.7e9 + 1)
    assert (note.key, note.numeric, note.points, note.last, note.low) == ("note", False, 1, {"a": 1}, None)


async def test_x_may_be_another_key(metrics: MetricStore, rest: Rest) -> None:
    logger = Logger(metrics)
    await logger.log(a_block({"epoch": [2.0, 1.0, math.nan, 1.0], "loss": [20.0, 10.0, 0.0, 11.0]}))
    await logger.log(a_block({"loss": [99.0]}, first=4))
    await rest()
    line = await metrics.series(RUN, "loss", x="epoch")
    assert (line.x_min.tolist(), line.first.tolist()) == ([1.0, 1.0, 2.0], [10.0, 11.0, 20.0])
    assert (await metrics.series(RUN, "loss", x="epoch", span=Span(1.5, None))).first.tolist() == [20.0]


async def test_time_that_goes_backwards_is_put_in_order(metrics: MetricStore, rest: Rest) -> None:
    await Logger(metrics).log(a_block({"loss": [1.0, 2.0, 3.0]}, times=[30.0, 10.0, 20.0]))
    await rest()
    line = await metrics.series(RUN, "loss", x="_time")
    assert (line.x_min.tolist(), line.first.tolist()) == ([10.0, 20.0, 30.0], [2.0, 3.0, 1.0])
    assert (await metrics.series(RUN, "loss", x="_time", span=Span(10, 20))).first.tolist() == [2.0, 3.0]


async def test_appending_the_same_bytes_twice_changes_nothing(metrics: MetricStore, rest: Rest) -> None:
    source = await Logger(metrics).log(a_block({"loss": [1.0, 2.0]}))
    await rest()
    assert await metrics.append(RUN, source, [a_block({"loss": [7.0, 8.0]})]) == source.end
    assert await metrics.append(RUN, Source("j", 0, 10), []) == source.end
    assert (await metrics.series(RUN, "loss", repeats="all")).first.tolist() == [1.0, 2.0]
    assert await metrics.offsets(RUN) == {"j": source.end}


async def test_bytes_that_are_not_the_next_of_the_journal_are_a_conflict(metrics: MetricStore, rest: Rest) -> None:
    source = await Logger(metrics).log(a_block({"loss": [1.0]}))
    await rest()
    for start in (source.end + 1, source.end - 1):
        with pytest.raises(Conflict) as conflict:
            await metrics.append(RUN, Source("j", start, source.end + 50), [a_block({"loss": [2.0]}, first=1)])
        assert conflict.value.next_offset == source.end
    assert (await metrics.series(RUN, "loss")).points == 1


async def test_each_journal_has_its_own_offset(metrics: MetricStore, rest: Rest) -> None:
    await Logger(metrics, journal="main").log(a_block({"loss": [1.0]}), size=10)
    await Logger(metrics, journal="shipper").log(size=20)
    await rest()
    assert await metrics.offsets(RUN) == {"main": 10, "shipper": 20}


async def test_truncation_forgets_what_is_after_a_step(metrics: MetricStore, rest: Rest) -> None:
    logger = Logger(metrics)
    await logger.log(a_block({"loss": np.arange(20_000.0)}), a_block({"late": [1.0]}, first=15_000))
    await logger.log(a_block({"cpu": [1.0]}, first=17_000, stream="system"))
    await rest()
    await metrics.truncate(RUN, after_step=9_999)
    await metrics.truncate(RUN, after_step=9_999)
    await logger.log(a_block({"loss": [-1.0]}, steps=[10_500]))
    for _ in range(2):
        raw = await metrics.series(RUN, "loss", buckets=EVERYTHING)
        assert raw.step_first.tolist() == [*range(10_000), 10_500]
        assert_exact(await metrics.series(RUN, "loss", buckets=50), raw, 50)
        (loss,) = await metrics.keys(RUN)
        assert (loss.key, loss.points, loss.last, loss.last_step, loss.high) == ("loss", 10_001, -1.0, 10_500, 9_999.0)
        assert (await metrics.series(RUN, "cpu", stream="system")).points == 1
        await rest()


async def test_a_deleted_run_is_forgotten_and_its_journals_begin_anew(metrics: MetricStore, rest: Rest) -> None:
    logger, other = Logger(metrics), Logger(metrics, run=OTHER)
    await logger.log(a_block({"loss": [1.0]}))
    await other.log(a_block({"loss": [5.0]}))
    await rest()
    await metrics.delete(RUN)
    await metrics.delete(RunKey(77))
    for _ in range(2):
        assert await metrics.keys(RUN) == []
        assert await metrics.offsets(RUN) == {}
        assert (await metrics.series(RUN, "loss")).points == 0
        assert (await metrics.series(OTHER, "loss")).points == 1
        await rest()
    await Logger(metrics).log(a_block({"acc": [2.0]}))
    await rest()
    assert [key.key for key in await metrics.keys(RUN)] == ["acc"]


async def test_streams_do_not_mix(metrics: MetricStore, rest: Rest) -> None:
    lines = a_block({"stdout": ['"a"', '"b"']}, stream="console/0")
    await Logger(metrics).log(a_block({"loss": [1.0]}), lines, a_block({"cpu": [50.0]}, stream="system"))
    await rest()
    assert [key.key for key in await metrics.keys(RUN)] == ["loss"]
    assert [row["stdout"] for row in (await metrics.rows(RUN, stream="console/0")).rows] == ["a", "b"]
    assert (await metrics.series(RUN, "cpu", stream="system")).first.tolist() == [50.0]


async def test_blocks_that_do_not_fit_together_are_refused_whole(metrics: MetricStore) -> None:
    steps, times, good = np.arange(2), np.zeros(2), np.zeros(2)
    for block in (
        Block("history", ("a",), steps, times, (np.zeros(3),)),
        Block("history", ("a", "b"), steps, times, (good,)),
        Block("history", ("a", "a"), steps, times, (good, good)),
        Block("history", ("a",), steps, times, (np.zeros(2, np.float32),)),  # type: ignore[arg-type]
        Block("history", ("a",), steps, times, ([1, 2],)),  # type: ignore[list-item]
    ):
        with pytest.raises(ValueError):
            await metrics.append(RUN, Source("j", 0, 10), [a_block({"fine": [1.0]}), block])
    assert await metrics.keys(RUN) == []
    assert await metrics.offsets(RUN) == {}


async def test_points_are_moved_to_another_stream_and_back(metrics: MetricStore, rest: Rest) -> None:
    await Logger(metrics).log(a_block({"loss": np.arange(300.0), "note": [f'"{at}"' for at in range(300)]}))
    await rest()
    before = (await metrics.rows(RUN, limit=EVERYTHING)).rows, await metrics.keys(RUN)
    assert await metrics.move(RUN, stream="history", to_stream="removed/1", first_step=100) == 400
    await rest()
    assert [row["_step"] for row in (await metrics.rows(RUN, limit=EVERYTHING)).rows] == list(range(100))
    assert [(key.points, key.last_step, key.last) for key in await metrics.keys(RUN)] == [
        (100, 99, 99.0),
        (100, 99, "99"),
    ]
    hidden = await metrics.keys(RUN, "removed/1")
    assert [(key.points, key.first_step, key.total) for key in hidden] == [
        (200, 100, float(sum(range(100, 300)))),
        (200, 100, 0.0),
    ]
    assert await metrics.move(RUN, stream="removed/1", to_stream="history") == 400
    assert await metrics.keys(RUN, "removed/1") == []
    await rest()
    assert ((await metrics.rows(RUN, limit=EVERYTHING)).rows, await metrics.keys(RUN)) == before


async def test_what_comes_back_takes_its_place_among_what_was_logged_since(metrics: MetricStore, rest: Rest) -> None:
    logger = Logger(metrics)
    await logger.log(a_block({"loss": [1.0, 2.0, 3.0, 4.0]}))
    await metrics.move(RUN, stream="history", to_stream="removed/1", first_step=2)
    await logger.log(a_block({"loss": [30.0]}, first=2))
    await rest()
    assert await metrics.move(RUN, stream="removed/1", to_stream="history") == 2
    assert (await metrics.series(RUN, "loss")).first.tolist() == [1.0, 2.0, 30.0, 4.0]
    assert (await metrics.series(RUN, "loss", repeats="all")).first.tolist() == [1.0, 2.0, 3.0, 30.0, 4.0]
    (known,) = await metrics.keys(RUN)
    assert (known.points, known.last, known.total) == (5, 30.0, 40.0)


async def test_a_key_is_renamed_and_named_back(metrics: MetricStore, rest: Rest) -> None:
    logger = Logger(metrics)
    await logger.log(a_block({"los": [1.0, math.nan], "acc": [0.5, 0.6]}))
    await rest()
    assert await metrics.move(RUN, stream="history", to_stream="history", names={"los": "loss"}) == 2
    assert [key.key for key in await metrics.keys(RUN)] == ["acc", "loss"]
    assert (await metrics.series(RUN, "los")).points == 0
    assert (await metrics.series(RUN, "loss")).nan.tolist() == [0, 1]
    rows = await metrics.next_row(RUN)
    await logger.log(a_block({"loss": [3.0]}, first=2))
    back: dict[str, Any] = {"stream": "history", "to_stream": "history", "names": {"loss": "los"}, "before_row": rows}
    assert await metrics.move(RUN, **back) == 2
    assert await metrics.move(RUN, **back) == 0
    assert [(key.key, key.points) for key in await metrics.keys(RUN)] == [("acc", 2), ("los", 2), ("loss", 1)]


async def test_some_keys_of_a_range_of_steps_are_moved(metrics: MetricStore, rest: Rest) -> None:
    await Logger(metrics).log(a_block({"a": np.arange(100.0), "b": np.arange(100.0)}))
    await rest()
    asked: dict[str, Any] = {"names": {"a": "a", "nobody": "nobody"}, "first_step": 10, "last_step": 19}
    assert await metrics.move(RUN, stream="history", to_stream="removed/1", **asked) == 10
    a, b = await metrics.keys(RUN)
    assert (a.points, a.total, b.points) == (90, 4950.0 - 145.0, 100)
    assert "a" not in (await metrics.rows(RUN, first_step=10, limit=1)).rows[0]
    await metrics.forget(RUN, stream="removed/1")
    assert await metrics.keys(RUN, "removed/1") == []
    await metrics.forget(RUN, stream="removed/1")
    assert await metrics.move(RUN, stream="removed/1", to_stream="history") == 0


async def test_keys_that_cannot_be_moved_at_once_are_refused(metrics: MetricStore) -> None:
    await Logger(metrics).log(a_block({"a": [1.0], "b": [2.0]}))
    for names in ({"a": "c", "b": "c"}, {"a": "b", "b": "a"}, None):
        with pytest.raises(ValueError, match="move"):
            await metrics.move(RUN, stream="history", to_stream="history", names=names)
    assert [(key.key, key.last) for key in await metrics.keys(RUN)] == [("a", 1.0), ("b", 2.0)]


async def test_a_fork_goes_on_from_a_step_and_neither_needs_the_other(metrics: MetricStore, rest: Rest) -> None:
    first = Logger(metrics)
    await first.log(a_block({"loss": np.arange(200.0)}), a_block({"late": [1.0]}, first=150))
    await rest()
    assert await metrics.copy(RUN, OTHER, last_step=99) == 100
    assert await metrics.offsets(OTHER) == {}
    assert await metrics.next_row(OTHER) == await metrics.next_row(RUN) == 201
    fork = Logger(metrics, run=2)
    await fork.log(a_block({"loss": [-1.0, -2.0]}, first=99))
    await first.log(a_block({"loss": [7.0]}, first=200))
    await rest()
    assert (await metrics.series(OTHER, "loss")).first.tolist() == [*np.arange(99.0).tolist(), -1.0, -2.0]
    assert [(key.key, key.points) for key in await metrics.keys(OTHER)] == [("loss", 102)]
    assert (await metrics.series(RUN, "loss")).points == 201
    await metrics.delete(RUN)
    await rest()
    await rest()
    assert (await metrics.series(OTHER, "loss")).first.tolist() == [*np.arange(99.0).tolist(), -1.0, -2.0]


async def test_a_run_with_rows_cannot_become_a_fork(metrics: MetricStore, rest: Rest) -> None:
    await Logger(metrics).log(a_block({"loss": [1.0]}))
    await Logger(metrics, run=2).log(a_block({"loss": [2.0]}))
    await rest()
    with pytest.raises(Conflict, match="rows already"):
        await metrics.copy(RUN, OTHER)
    assert (await metrics.series(OTHER, "loss")).first.tolist() == [2.0]
    await metrics.delete(OTHER)
    assert await metrics.copy(RUN, OTHER) == 1
    assert (await metrics.series(OTHER, "loss")).first.tolist() == [1.0]
