"""Whole runs as columns: each back end, and the embedded one while it is sealed, compacted and written on."""

from __future__ import annotations

import asyncio
import json
import math
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.server.storage.metrics.cells import Kinds, as_json, column_type, exact_as_floats, kinds_of
from gnomon.server.storage.metrics.embedded import catalogue, scan
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.memory import MemoryMetrics, values_of
from gnomon.server.storage.metrics.open import open_metrics
from gnomon.server.storage.metrics.store import Batch, Block, Cells, MetricStore, Repeats, RunKey, Source

from .curves import Logger, a_block
from .small import make_small

pytestmark = pytest.mark.anyio
RUN = RunKey(1)
REPEATS: tuple[Repeats, ...] = ("last", "all", "mean")
QUIET = MetricSettings(idle_secs=3600, seal_rows=10**9)


@pytest.fixture(params=["memory", "embedded", "embedded, sealed"])
def back_end(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def metrics(back_end: str, tmp_path: Path) -> AsyncIterator[MetricStore]:
    store = open_metrics("memory" if back_end == "memory" else "embedded", tmp_path / "metrics")
    yield store
    await store.close()


async def rest(metrics: MetricStore, back_end: str) -> None:
    if back_end == "embedded, sealed":
        assert isinstance(metrics, EmbeddedMetrics)
        await metrics.settle()


def listed(cells: Cells) -> list[Any]:
    values: list[Any] = cells.values.tolist()
    return [value if cells.valid is None or cells.valid[at] else None for at, value in enumerate(values)]


def as_rows(batches: Sequence[Batch]) -> list[dict[str, Any]]:
    """Rows as `rows` gives them, but for the types that columns have."""
    rows: list[dict[str, Any]] = []
    for batch in batches:
        columns = {key: listed(cells) for key, cells in batch.columns.items()}
        for at in range(len(batch)):
            row = {"_step": int(batch.steps[at]), "_time": float(batch.times[at])}
            for key, values in columns.items():
                if values[at] is not None:
                    value = values[at]
                    row[key] = json.loads(value) if batch.columns[key].type == "json" else value
            rows.append(row)
    return rows


def plain(row: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, Any]:
    """A row of `rows` with the values that its columns hold."""
    return {
        key: (
            json.loads(as_json(msgspec.json.encode(value).decode() if isinstance(value, (str, list, dict)) else value))
        )
        if types.get(key) == "json"
        else float(value)
        if types.get(key) == "float"
        else value
        for key, value in row.items()
    }


async def scanned(metrics: MetricStore, run: int = 1, **asked: Any) -> list[Batch]:
    return [batch async for batch in metrics.scan(RunKey(run), **asked)]


async def check(metrics: MetricStore, run: int = 1, **asked: Any) -> None:
    """A scan says what `rows` says, and key by key the same."""
    batches = await scanned(metrics, run, **asked)
    types = {key: cells.type for key, cells in batches[0].columns.items()}
    for batch in batches:
        assert {key: cells.type for key, cells in batch.columns.items()} == types
        assert list(batch.columns) == sorted(batch.columns)
    wanted, first = [], asked.pop("first_step", None)
    while True:
        page = await metrics.rows(RunKey(run), limit=1000, first_step=first, **asked)
        wanted += page.rows
        if page.next_step is None:
            break
        first = page.next_step
    got = as_rows(batches)
    assert len(got) == len(wanted)
    assert repr(got) == repr([plain({key: row[key] for key in sorted_like(row)}, types) for row in wanted])


def sorted_like(row: Mapping[str, Any]) -> list[str]:
    return ["_step", "_time", *sorted(key for key in row if key not in ("_step", "_time"))]


def blocks(seed: int, rows: int = 40) -> list[Block]:
    """Rows of every kind: late, repeated, with gaps, of types that change."""
    generator = np.random.default_rng(seed)
    steps = np.sort(generator.integers(0, rows, rows))
    if seed % 3 == 0:
        generator.shuffle(steps)
    numbers = generator.standard_normal(rows)
    numbers[generator.integers(0, rows, 3)] = [math.nan, math.inf, -math.inf]
    texts = [None if at % 3 else f'"t{at}"' for at in range(rows)]
    whole = generator.integers(-(2**40), 2**40, rows)
    return [
        a_block({"loss": numbers, "whole": whole, "flag": numbers > 0}, steps=steps.tolist()),
        a_block({"note": texts, "box": [None if at % 4 else json.dumps({"at": at}) for at in range(rows)]}),
        a_block({"either": whole if seed % 2 else numbers, "any": texts if seed % 2 else numbers > 0}, first=rows // 2),
    ]


@pytest.mark.parametrize("repeats", REPEATS)
async def test_a_scan_says_what_rows_say(metrics: MetricStore, back_end: str, repeats: Repeats) -> None:
    logger = Logger(metrics)
    for seed in range(8):
        await logger.log(*blocks(seed))
        if seed == 5:
            await rest(metrics, back_end)
    await check(metrics, repeats=repeats)
    await check(metrics, repeats=repeats, first_step=7, last_step=33)
    await check(metrics, repeats=repeats, keys=["loss", "note", "nobody's"])
    await metrics.truncate(RUN, after_step=30)
    await check(metrics, repeats=repeats)
    await rest(metrics, back_end)
    await check(metrics, repeats=repeats)


@pytest.mark.parametrize("repeats", REPEATS)
async def test_points_key_by_key_are_the_columns_of_a_scan(
    metrics: MetricStore, back_end: str, repeats: Repeats
) -> None:
    logger = Logger(metrics)
    for seed in range(6):
        await logger.log(*blocks(seed))
        if seed == 3:
            await rest(metrics, back_end)
    together = await scanned(metrics, repeats=repeats, last_step=35)
    found: dict[str, tuple[list[int], list[Any]]] = {}
    order = []
    async for batch in metrics.points(RUN, repeats=repeats, last_step=35):
        order.append(batch.key)
        steps, values = found.setdefault(batch.key, ([], []))
        assert batch.cells.valid is None
        steps += batch.steps.tolist()
        values += batch.cells.values.tolist()
    assert order == sorted(order)
    for key in together[0].columns:
        rows = [
            (step, value)
            for batch in together
            for step, value in zip(batch.steps.tolist(), listed(batch.columns[key]), strict=True)
        ]
        assert repr(found[key]) == repr(
            ([step for step, value in rows if value is not None], [value for _, value in rows if value is not None])
        )


async def test_a_long_run_comes_in_batches_with_every_row_once(metrics: MetricStore, back_end: str) -> None:
    size = 150_000
    values = np.random.default_rng(0).standard_normal(size)
    logger = Logger(metrics)
    for at in range(0, size, 10_000):
        part = values[at : at + 10_000]
        await logger.log(a_block({"loss": part, "acc": -part}, first=at), a_block({"rare": part[::7]}, first=at))
        if at == 100_000:
            await rest(metrics, back_end)
    batches = await scanned(metrics)
    np.testing.assert_array_equal(np.concatenate([batch.steps for batch in batches]), np.arange(size))
    np.testing.assert_array_equal(np.concatenate([batch.columns["loss"].values for batch in batches]), values)
    if back_end != "memory":
        assert max(map(len, batches)) <= scan.ROWS + scan.CHUNK_ROWS
        assert len(batches) > 1
    rare = np.concatenate([np.ones(len(b), bool) if (v := b.columns["rare"].valid) is None else v for b in batches])
    assert rare.sum() == size // 10_000 * len(values[:10_000:7])
    few = await scanned(metrics, first_step=99, last_step=102, keys=["acc"])
    assert as_rows(few) == [{"_step": at, "_time": at * 0.5 + 1.7e9, "acc": -values[at]} for at in range(99, 103)]


async def test_long_texts_come_few_at_a_time(tmp_path: Path) -> None:
    store = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    await Logger(store).log(a_block({"text": [f'"{at}{"x" * 300_000}"' for at in range(60)], "n": np.arange(60)}))
    await store.settle()
    batches = await scanned(store)
    assert max(map(len, batches)) < 30
    assert [value[:1] for batch in batches for value in listed(batch.columns["text"])] == [
        str(n)[:1] for n in range(60)
    ]
    sizes = [len(batch) async for batch in store.points(RUN, keys=["text"])]
    assert max(sizes) < 30 and sum(sizes) == 60
    await store.close()


async def test_a_run_without_rows_is_one_empty_batch(metrics: MetricStore, back_end: str) -> None:
    (nothing,) = await scanned(metrics, 7)
    assert len(nothing) == 0 and nothing.columns == {}
    assert [batch async for batch in metrics.points(RunKey(7))] == []
    await Logger(metrics).log(a_block({"loss": [1.0]}))
    await rest(metrics, back_end)
    (empty,) = await scanned(metrics, first_step=5)
    assert len(empty) == 0
    assert {key: cells.type for key, cells in empty.columns.items()} == {"loss": "float"}
    (unknown,) = await scanned(metrics, keys=["nothing"])
    assert len(unknown) == 0 and unknown.columns == {}


@pytest.mark.parametrize(
    ("columns", "type_"),
    [
        ([[1.5, math.nan]], "float"),
        ([np.array([1, 2**62])], "int"),
        ([np.array([True])], "bool"),
        ([['"a"', '""']], "string"),
        ([['"a"'], ["[1]"]], "json"),
        ([["null", None]], "json"),
        ([np.array([1, -(2**53)]), [0.5]], "float"),
        ([np.array([2**53 + 1]), [0.5]], "json"),
        ([np.array([2**54]), [0.5]], "float"),
        ([np.array([2**63 - 1]), [0.5]], "json"),
        ([np.array([True]), np.array([1])], "json"),
        ([['"a"'], [1.0]], "json"),
    ],
)
async def test_a_column_has_the_narrowest_type_that_holds_its_values(
    metrics: MetricStore, back_end: str, columns: list[Any], type_: str
) -> None:
    logger = Logger(metrics)
    for at, column in enumerate(columns):
        await logger.log(a_block({"key": column}, first=10 * at))
    await rest(metrics, back_end)
    assert await metrics.types(RUN) == {"key": type_}
    (batch,) = await scanned(metrics)
    assert batch.columns["key"].type == type_


async def test_json_cells_are_exact_and_name_what_json_lacks(metrics: MetricStore, back_end: str) -> None:
    logger = Logger(metrics)
    await logger.log(a_block({"key": [0.1, math.nan, -math.inf]}), a_block({"key": np.array([2**63 - 1])}, first=3))
    await logger.log(a_block({"key": ['"é"', "no json", '{"a": 1}', "[NaN]"]}, first=4))
    await logger.log(a_block({"key": np.array([True])}, first=8))
    await rest(metrics, back_end)
    (batch,) = await scanned(metrics)
    assert batch.columns["key"].values.tolist() == [
        "0.1", '"NaN"', '"-Infinity"', "9223372036854775807", '"é"', '"no json"', '{"a": 1}', '["NaN"]', "true",
    ]  # fmt: skip


async def test_a_string_column_has_the_strings_themselves(metrics: MetricStore, back_end: str) -> None:
    await Logger(metrics).log(a_block({"key": ['"a\\u00e9\\n"', '""', '"open', None]}))
    await rest(metrics, back_end)
    (batch,) = await scanned(metrics)
    assert listed(batch.columns["key"]) == ["aé\n", "", '"open']


async def test_types_of_a_cut_key_are_those_of_what_is_left(metrics: MetricStore, back_end: str) -> None:
    logger = Logger(metrics)
    await logger.log(a_block({"key": [1.0, 2.0, 3.0]}))
    await logger.log(a_block({"key": ['"a"', '"b"']}, first=3))
    await rest(metrics, back_end)
    assert await metrics.types(RUN) == {"key": "json"}
    await metrics.truncate(RUN, after_step=2)
    assert await metrics.types(RUN) == {"key": "float"}
    await metrics.delete(RUN)
    assert await metrics.types(RUN) == {}
    assert len((await scanned(metrics))[0]) == 0


def any_values() -> st.SearchStrategy[list[Any]]:
    number = st.floats() | st.integers(-(2**63), 2**63 - 1) | st.booleans()
    text = st.sampled_from(['"a"', '"bc"', "[1]", "null", '{"x": 2}'])
    return st.lists(st.floats()) | st.lists(st.integers(-(2**63), 2**63 - 1)) | st.lists(text) | st.lists(number | text)


@given(any_values(), any_values())
def test_kinds_of_parts_are_kinds_of_the_whole(first: list[Any], second: list[Any]) -> None:
    both = values_of([*first, *second])
    assert kinds_of(values_of(first)) | kinds_of(values_of(second)) == kinds_of(both)
    kinds = kinds_of(both)
    if column_type(kinds, exact=exact_as_floats(both)) == "float":
        assert [float(value) == value or value != value for value in both.tolist()] == [True] * len(both)


def test_kinds_are_flagged_on_chunks() -> None:
    flags = (catalogue.FLOATS, catalogue.INTS, catalogue.BOOLS, catalogue.STRINGS, catalogue.JSONS)
    kinds = (Kinds.FLOATS, Kinds.INTS, Kinds.BOOLS, Kinds.STRINGS, Kinds.JSONS)
    assert tuple(kind << scan.FLAG_SHIFT for kind in kinds) == flags
    assert sum(kinds) == scan.ALL_KINDS


logs = st.lists(
    st.tuples(
        st.lists(st.integers(0, 30), min_size=1, max_size=12),
        st.sampled_from(["loss", "acc", "note", "loss acc", "loss note", "acc whole"]),
        st.sampled_from(["", "settle", "cut", "reopen"]),
    ),
    min_size=1,
    max_size=12,
)


def logged_columns(number: int, keys: str, size: int) -> dict[str, Any]:
    values = [float(number * 100 + at) for at in range(size)]
    of_key = {"loss": values, "note": [f'"{value}"' for value in values], "whole": np.array(values, np.int64)}
    of_key["acc"] = of_key["whole"] if number % 2 else values
    return {key: of_key[key] for key in keys.split()}


async def said(store: MetricStore, repeats: Repeats, asked: Mapping[str, Any]) -> tuple[Any, ...]:
    """Everything a store says of its first run."""
    each: dict[str, list[Any]] = {}
    async for batch in store.points(RUN, repeats=repeats, **asked):
        values = batch.cells.values.tolist()
        each.setdefault(batch.key, []).extend(zip(batch.steps.tolist(), batch.times.tolist(), values, strict=True))
    return await store.types(RUN), as_rows(await scanned(store, repeats=repeats, **asked)), each


async def play(folder: Path, log: list[tuple[list[int], str, str]], repeats: Repeats, span: tuple[int, int]) -> None:
    store, model = EmbeddedMetrics(folder, QUIET), MemoryMetrics()
    loggers = [Logger(store), Logger(model)]
    for number, (steps, keys, then) in enumerate(log):
        for logger in loggers:
            await logger.log(a_block(logged_columns(number, keys, len(steps)), steps=steps))
        if then == "settle":
            await store.settle()
        elif then == "cut":
            for one in (store, model):
                await one.truncate(RUN, after_step=20)
        elif then == "reopen":
            await store.close()
            store = loggers[0].store = EmbeddedMetrics(folder, QUIET)
    spans: list[dict[str, Any]] = [{}, {"first_step": min(span), "last_step": max(span)}, {"keys": ["acc", "note"]}]
    for asked in spans:
        assert repr(await said(store, repeats, asked)) == repr(await said(model, repeats, asked))
    await store.close()


@settings(max_examples=60, deadline=None)
@given(logs, st.integers(1, 40), st.sampled_from(REPEATS), st.tuples(st.integers(0, 30), st.integers(0, 30)))
def test_any_history_in_windows_of_any_size_is_that_of_the_model(
    log: list[tuple[list[int], str, str]], rows: int, repeats: Repeats, span: tuple[int, int]
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        make_small(patch)
        for name in ("ROWS", "FEWEST_ROWS"):
            patch.setattr(scan, name, rows)
        asyncio.run(play(Path(folder) / "metrics", log, repeats, span))


async def log_forever(logger: Logger, store: EmbeddedMetrics, at: int) -> None:
    while True:
        await logger.log(a_block({"loss": [-1.0] * 50, "late": [1.0] * 50}, first=at))
        await logger.log(a_block({"loss": [-2.0] * 3}, steps=[at - 40, 5, 5000]))
        at += 50
        await store.settle()


@pytest.mark.parametrize("repeats", REPEATS)
async def test_a_scan_is_of_the_moment_it_began_whatever_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repeats: Repeats
) -> None:
    """Rows are logged over and sealed meanwhile, and the files it reads go away under it."""
    monkeypatch.setattr(scan, "ROWS", 500)
    monkeypatch.setattr(scan, "FEWEST_ROWS", 500)
    monkeypatch.setattr(scan, "CHUNK_ROWS", 0)
    make_small(monkeypatch)
    store = EmbeddedMetrics(tmp_path / "metrics", MetricSettings(idle_secs=3600, seal_rows=10**9, file_bytes=4000))
    logger = Logger(store)
    for at in range(0, 5000, 1000):
        await logger.log(a_block({"loss": np.arange(at, at + 1000) * 1.0}, first=at))
        await store.settle()
    await logger.log(a_block({"loss": np.arange(5000, 5500) * 1.0}, first=5000))
    writing = asyncio.create_task(log_forever(logger, store, 5500))
    batches, gone = [], 0
    async for batch in store.scan(RUN, repeats=repeats):
        batches.append(batch)
        if len(batches) in (2, 5):
            gone += move_away(store)
        await asyncio.sleep(0.01)
    writing.cancel()
    assert gone > 5
    np.testing.assert_array_equal(np.concatenate([batch.steps for batch in batches]), np.arange(5500))
    np.testing.assert_array_equal(np.concatenate([b.columns["loss"].values for b in batches]), np.arange(5500) * 1.0)
    assert list(batches[-1].columns) == ["loss"]
    await store.close()


def move_away(store: EmbeddedMetrics) -> int:
    """Does to all files what compaction does to those that are mostly dead; how many went away."""
    before = store._segments.numbers()
    with store._chores._working:
        with store._catalogue.writing() as connection:
            connection.executemany("insert or replace into file values (?, ?)", [(number, 10**9) for number in before])
        while store._chores._compactor.compact():
            pass
    return len(set(before) - set(store._segments.numbers()))


async def test_pages_of_rows_neither_lose_nor_repeat_a_row_while_rows_are_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(monkeypatch)
    store = EmbeddedMetrics(tmp_path / "metrics", MetricSettings(idle_secs=3600, seal_rows=10**9, file_bytes=4000))
    logger = Logger(store)
    for at in range(0, 5500, 1100):
        await logger.log(a_block({"loss": np.arange(at, at + 1100) * 1.0, "acc": np.ones(1100)}, first=at))
    writing = asyncio.create_task(log_forever(logger, store, 5500))
    rows: list[dict[str, Any]] = []
    first: int | None = None
    while True:
        page = await store.rows(RUN, first_step=first, last_step=5499, limit=97)
        rows += page.rows
        first = page.next_step
        if first is None:
            break
        if first % 5 == 0:
            move_away(store)
    writing.cancel()
    assert [row["_step"] for row in rows] == list(range(5500))
    assert all("acc" in row for row in rows)
    await store.close()


async def test_a_store_of_format_1_is_scanned(tmp_path: Path) -> None:
    """Its chunks do not say which types they hold."""
    shutil.copytree(Path(__file__).parent / "format_1", tmp_path / "metrics")
    store = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    types = await store.types(RUN)
    assert types == {
        "flag": "bool", "holes": "string", "noise": "float", "same": "float", "small": "float", "whole": "int",
    }  # fmt: skip
    await check(store)
    await store.append(RUN, Source("j", 20, 30), [a_block({"same": np.array([2**60 + 1]), "flag": [1.0]}, first=0)])
    await store.settle()
    changed = await store.types(RUN)
    assert (changed["same"], changed["flag"]) == ("json", "json")
    await check(store)
    await store.close()
