"""Whatever is done to the embedded store, it answers like plain lists."""

from __future__ import annotations

import asyncio
import math
import os
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gnomon.model.errors import Conflict
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.memory import MemoryMetrics
from gnomon.server.storage.metrics.store import Block, Repeats, RunKey, Source, Span

from .curves import a_column, assert_exact
from .small import make_small

pytestmark = pytest.mark.timeout(600)
T = TypeVar("T")
QUIET = MetricSettings(idle_secs=3600, seal_rows=10**9, part_bytes=4000, file_bytes=8000, log_parts=10**9, readers=1)

STREAMS = ("history", "console/0", "removed/0", "removed/1")
EVERYTHING = {(RunKey(run), stream) for run in (1, 2, 3) for stream in STREAMS}
ASKED: tuple[tuple[str, Repeats], ...] = (
    ("_step", "last"),
    ("_time", "last"),
    ("a", "last"),
    ("up", "last"),
    ("_step", "all"),
    ("_time", "mean"),
)

runs = st.integers(1, 3).map(RunKey)
streams = st.sampled_from(["history", "console/0"])
keys = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True)
floats = st.one_of(st.sampled_from([0.5, -0.0, math.nan, math.inf, -math.inf, 0.1]), st.floats(-1e6, 1e6))
kinds = st.sampled_from(["floats", "floats", "floats", "ints", "bools", "text", "holes"])
orders = st.sampled_from(["on", "on", "on", "repeated", "late", "random", "far"])


class AnyOrder(RuleBasedStateMachine):
    """Two stores to which the same is done."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        make_small(self.patch)
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="gnomon-metrics-"))
        self.opened = 0
        self.model = MemoryMetrics()
        self.next_step: dict[tuple[RunKey, str], int] = {}
        self.changed: set[tuple[RunKey, str]] = set()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def open(self) -> None:
        self.store = EmbeddedMetrics(self.folder / str(self.opened), QUIET)

    @rule(
        run=runs,
        stream=streams,
        keys=keys,
        size=st.integers(1, 120),
        kind=kinds,
        order=orders,
        seed=st.integers(0, 2**32),
        pool=st.lists(floats, min_size=1, max_size=8),
    )
    def append(
        self, run: RunKey, stream: str, keys: list[str], size: int, kind: str, order: str, seed: int, pool: list[float]
    ) -> None:
        random = np.random.default_rng(seed)
        on = self.next_step.get((run, stream), 0)
        self.changed.add((run, stream))
        steps = {
            "on": np.arange(on, on + size),
            "repeated": np.sort(random.integers(on, on + 3, size)),
            "late": np.arange(max(0, on - size // 2), max(0, on - size // 2) + size),
            "random": random.integers(-20, on + 40, size),
            "far": on + 3 * np.arange(size) + random.integers(0, 2, size),
        }[order]
        self.next_step[run, stream] = max(on, int(steps.max()) + 1)
        times = 1e9 + steps * 0.25 if random.random() < 0.8 else 1e9 + random.integers(0, 50, size) * 1.0
        columns = [self.column(kind, size, pool, random) for _ in keys]
        if random.random() < 0.8:  # a key that rises with the step, unless it was logged otherwise once
            keys = [*keys, "up"]
            columns.append(steps // 7 * 0.5 if random.random() < 0.9 else self.column(kind, size, pool, random))
        block = Block(stream, tuple(keys), steps.astype(np.int64), times.astype(np.float64), tuple(columns))
        start = self.wait(self.model.offsets(run)).get("j", 0)
        source = Source("j", start, start + 10)
        for store in (self.model, self.store):
            assert self.wait(store.append(run, source, [block])) == start + 10
            with pytest.raises(Conflict):
                self.wait(store.append(run, Source("j", start + 11, start + 12), [block]))
            assert self.wait(store.append(run, source, [block])) == start + 10

    def column(self, kind: str, size: int, pool: list[float], random: np.random.Generator) -> Any:
        if kind == "floats":
            return np.array(pool)[random.integers(0, len(pool), size)] + (
                random.random(size) if random.random() < 0.3 else 0.0
            )
        if kind == "ints":
            return random.integers(-(2**63), 2**63 - 1, size)
        if kind == "bools":
            return random.random(size) < 0.5
        texts = [f'"{number}"' for number in random.integers(0, 1000, size)]
        return a_column([text if kind == "text" or random.random() < 0.5 else None for text in texts])

    @rule(run=runs, stream=streams, back=st.integers(-5, 150))
    def truncate(self, run: RunKey, stream: str, back: int) -> None:
        after = self.next_step.get((run, stream), 0) - back
        self.changed.add((run, stream))
        for store in (self.model, self.store):
            self.wait(store.truncate(run, after_step=after, stream=stream))

    @rule(run=runs)
    def delete(self, run: RunKey) -> None:
        self.changed |= {(run, stream) for stream in STREAMS}
        for store in (self.model, self.store):
            self.wait(store.delete(run))

    @rule(
        run=runs,
        stream=st.sampled_from(STREAMS),
        to_stream=st.sampled_from(STREAMS),
        names=st.none() | st.dictionaries(st.sampled_from("abc"), st.sampled_from("abcd"), max_size=3),
        steps=st.tuples(st.none() | st.integers(-150, 150), st.none() | st.integers(-150, 150)),
        before=st.none() | st.floats(0, 1),
    )
    def move(
        self,
        run: RunKey,
        stream: str,
        to_stream: str,
        names: dict[str, str] | None,
        steps: tuple[int | None, int | None],
        before: float | None,
    ) -> None:
        on = self.next_step.get((run, stream), 0)
        rows = self.wait(self.model.next_row(run))
        assert self.wait(self.store.next_row(run)) == rows
        first, last = (None if step is None else max(0, on + step) for step in steps)
        asked: Any = {
            "stream": stream,
            "to_stream": to_stream,
            "names": names,
            "first_step": first,
            "last_step": last,
            "before_row": None if before is None else int(before * rows),
        }
        try:
            moved = self.wait(self.model.move(run, **asked))
        except ValueError:
            with pytest.raises(ValueError, match="move"):
                self.wait(self.store.move(run, **asked))
            return
        self.changed |= {(run, stream), (run, to_stream)}
        assert self.wait(self.store.move(run, **asked)) == moved
        self.next_step[run, to_stream] = max(self.next_step.get((run, to_stream), 0), on)

    @rule(run=runs, to_run=runs, back=st.none() | st.integers(-5, 150))
    def copy(self, run: RunKey, to_run: RunKey, back: int | None) -> None:
        last = None if back is None else self.next_step.get((run, "history"), 0) - back
        try:
            copied = self.wait(self.model.copy(run, to_run, last_step=last))
        except Conflict:
            with pytest.raises(Conflict, match="rows already"):
                self.wait(self.store.copy(run, to_run, last_step=last))
            return
        self.changed.add((to_run, "history"))
        assert self.wait(self.store.copy(run, to_run, last_step=last)) == copied
        self.next_step[to_run, "history"] = self.next_step.get((run, "history"), 0)

    @rule(run=runs, stream=st.sampled_from(STREAMS))
    def forget(self, run: RunKey, stream: str) -> None:
        self.changed.add((run, stream))
        for store in (self.model, self.store):
            self.wait(store.forget(run, stream=stream))

    @rule()
    def seal(self) -> None:
        self.changed = EVERYTHING
        self.wait(self.store.settle())

    @rule()
    def close_and_open(self) -> None:
        self.changed = EVERYTHING
        self.wait(self.store.close())
        self.open()

    @rule()
    def crash(self) -> None:
        self.changed = EVERYTHING
        with self.store._chores._working:
            shutil.copytree(self.folder / str(self.opened), self.folder / str(self.opened + 1))
        self.wait(self.store.close())
        shutil.rmtree(self.folder / str(self.opened))
        self.opened += 1
        self.open()

    @invariant()
    def answers_are_those_of_the_model(self) -> None:
        for run, stream in self.changed:
            assert self.wait(self.store.offsets(run)) == self.wait(self.model.offsets(run))
            self.wait(assert_same(self.store, self.model, run, stream))
        self.changed = set()

    def teardown(self) -> None:
        self.wait(self.store.close())
        self.loop.close()
        self.patch.undo()
        shutil.rmtree(self.folder)


async def assert_same(store: EmbeddedMetrics, model: MemoryMetrics, run: RunKey, stream: str) -> None:
    known = await model.keys(run, stream)
    assert repr([without_total(key) for key in await store.keys(run, stream)]) == repr(
        [without_total(key) for key in known]
    )
    np.testing.assert_allclose(
        [key.total for key in await store.keys(run, stream)], [key.total for key in known], rtol=1e-9, atol=1e6
    )
    repeats: Repeats
    for repeats in ("last", "all", "mean"):
        first: int | None = None
        for limit in (3, 40, 10**9):
            got = await store.rows(run, stream=stream, limit=limit, first_step=first, repeats=repeats)
            wanted = await model.rows(run, stream=stream, limit=limit, first_step=first, repeats=repeats)
            assert tidy(got.rows) == tidy(wanted.rows)
            assert got.next_step == wanted.next_step
            first = got.next_step
    for key in known:
        for x, repeats in ASKED:
            whole = await model.series(run, key.key, stream=stream, x=x, buckets=10**9, repeats=repeats)
            low, high = (whole.x_min[0], whole.x_min[-1]) if whole.points else (0.0, 1.0)
            width = min(high - low, 1e300)
            for span in (Span(), Span(low + width * 0.3, low + width * 0.6)):
                asked: Any = {"stream": stream, "x": x, "span": span, "repeats": repeats}
                raw = await model.series(run, key.key, buckets=10**9, **asked)
                for buckets in (1, 5, 30, 10**9):
                    assert_exact(await store.series(run, key.key, buckets=buckets, **asked), raw, buckets)


def without_total(key: Any) -> tuple[Any, ...]:
    return tuple(getattr(key, name) for name in key.__slots__ if name != "total")


def tidy(rows: list[dict[str, Any]]) -> str:
    """Rows so that NaN is NaN and 1 is not True; a mean may differ in its last digits."""

    def shown(value: Any) -> Any:
        return f"{value:.9g}" if isinstance(value, float) else repr(value)

    return "\n".join(" ".join(f"{key}={shown(value)}" for key, value in sorted(row.items())) for row in rows)


AnyOrder.TestCase.settings = settings(
    max_examples=int(os.environ.get("GNOMON_EXAMPLES", "25")),
    stateful_step_count=16,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestAnyOrder = AnyOrder.TestCase
