"""However a client cuts its lines into requests, and however often it sends them, they come to the same."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gnomon.model.summary import flattened
from gnomon.protocol.filestream import CONSOLE, EVENTS, HISTORY
from gnomon.server.actions import console
from gnomon.server.actions.ingest.streams import FileStreams, Place
from gnomon.server.actions.summaries import Summaries
from gnomon.server.live import Live
from gnomon.server.meters import Meters
from gnomon.server.storage.metrics.memory import MemoryMetrics
from gnomon.server.storage.metrics.store import RunKey
from gnomon.server.storage.tables import accounts, projects, runs
from gnomon.server.storage.tables.database import Database

NOW = 1_800_000_000.0

steps = st.integers(-3, 12) | st.sampled_from([2**62, 2**70, 1.5, math.nan, "7", None, True])
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=3)
    | st.just({"_type": "x"})
)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2)
)
keys = st.sampled_from(["a", "b", "a.x", "system.cpu", "_runtime", "_timestamp", "_wandb", "", "é"])
anything = st.builds(lambda row, step: {**row, **step}, st.dictionaries(keys, values, max_size=4),
                     st.fixed_dictionaries({}, optional={"_step": steps}))  # fmt: skip
odd_lines = st.sampled_from(["", "broken", "[1]", '{"a": 1', '{"a": 1}{"b": 2}', "null", '{"a": "\\ud800"}'])
some_lines = st.lists(st.one_of(*[anything.map(json.dumps)] * 5, odd_lines), max_size=25)


class World:
    """File streams of one server's stores; each run is a new one."""

    def __init__(self, tables: Database) -> None:
        self.tables, self.metrics, self.made = tables, MemoryMetrics(), 0
        self.restart()

    def restart(self) -> None:
        """Forget everything that is only in memory, as a killed server does."""
        summaries = Summaries(self.tables, self.metrics, Live())
        self.streams = FileStreams(self.tables, self.metrics, summaries, Live(), Meters(), clock=lambda: NOW)

    async def run(self) -> tuple[Place, int]:
        self.made += 1
        name = f"r{self.made}"

        def add(conn: Any) -> tuple[Place, int]:
            ann = accounts.find_user(conn, "ann") or accounts.add_user(conn, "ann", admin=False, password=None, now=NOW)
            project, _ = projects.ensure(conn, ann.entity, "p", NOW)
            key = runs.add(conn, project.key, name, user=ann.key, name=name, state="running", now=NOW)
            return Place(ann.entity, "p", name), key

        return await self.tables.write(add)

    async def post(self, place: Place, offset: int, content: Sequence[str], file: str) -> None:
        await self.streams.take(place, json.dumps({"files": {file: {"offset": offset, "content": content}}}).encode())

    async def stored(self, run: int) -> str:
        """All that the stores have of a run: each key's points, and the rows that are shown.

        Whether a number is kept as 1 or 1.0 depends on its neighbours. System metrics have steps so that they have an
        order, and no more.
        """
        found: list[Any] = [(await console.page(self.tables, self.metrics, run)).lines]
        for stream, unsaid in (("history", set()), ("system", {"_step", "first_step", "last_step"})):
            for key in await self.metrics.keys(RunKey(run), stream):
                found.append([(name, plain(value)) for name, value in asdict(key).items() if name not in unsaid])
                every = await self.metrics.rows(RunKey(run), stream=stream, keys=[key.key], limit=10_000, repeats="all")
                found.append([(row["_time"], plain(row[key.key])) for row in every.rows])
            for row in await self.rows(run, stream):
                found.append(sorted((name, value) for name, value in row.items() if name not in unsaid))
        return repr(found)

    async def rows(self, run: int, stream: str = "history") -> list[dict[str, Any]]:
        page = await self.metrics.rows(RunKey(run), stream=stream, limit=10_000)
        return [{key: plain(value) for key, value in row.items()} for row in page.rows]


def plain(value: Any) -> Any:
    return float(value) if type(value) is int and abs(value) <= 1 << 53 else value


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, new_tables: Callable[[str], Database]) -> Iterator[Database]:
    found = new_tables(str(tmp_path_factory.mktemp("streams")))
    yield found
    anyio.run(found.close)


@pytest.fixture
def world(tables: Database) -> World:
    made = World(tables)
    made.made = random.getrandbits(40)  # the tables are shared: each run needs a name of its own
    return made


@pytest.mark.parametrize("file", [HISTORY, EVENTS, CONSOLE])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=some_lines, seed=st.integers(0, 2**32))
def test_any_requests_that_cover_the_lines_come_to_the_same_as_one(
    world: World, file: str, content: list[str], seed: int
) -> None:
    """Cut anywhere, sent twice, from before what was answered, to a server that was killed in between."""
    chance = random.Random(seed)

    async def send() -> None:
        whole, whole_key = await world.run()
        await world.post(whole, 0, content, file)
        cut, cut_key = await world.run()
        taken = 0
        while taken < len(content):
            start = chance.randint(max(0, taken - 4), taken)
            end = min(len(content), taken + chance.choice([1, 1, 3, 10]))
            for _ in range(chance.choice([1, 1, 2])):
                await world.post(cut, start, content[start:end], file)
                if chance.random() < 0.2:
                    world.restart()
            taken = end
        assert await world.stored(cut_key) == await world.stored(whole_key)

    anyio.run(send)


numbers = st.integers(-1000, 1000) | st.floats(allow_nan=False, allow_infinity=False, width=32)
rows = st.lists(
    st.tuples(
        st.integers(0, 8),
        st.dictionaries(
            st.sampled_from("abc"), numbers | st.dictionaries(st.sampled_from("xy"), numbers, min_size=1, max_size=2)
        ),
        st.randoms(use_true_random=False),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows)
def test_the_last_line_that_has_a_key_at_a_step_says_its_value_there_in_whatever_order_keys_are_written(
    world: World, rows: list[tuple[int, dict[str, Any], random.Random]]
) -> None:
    content: list[str] = []
    wanted: dict[int, dict[str, float]] = {}
    for step, row, chance in rows:
        items = [*row.items(), ("_step", step), ("_timestamp", NOW + step)]
        chance.shuffle(items)
        content.append(json.dumps(dict(items)))
        if row:
            wanted.setdefault(step, {}).update(flattened(row))

    async def send() -> None:
        place, key = await world.run()
        await world.post(place, 0, content, HISTORY)
        found = {row.pop("_step"): row for row in await world.rows(key)}
        assert all(row.pop("_time") == NOW + step for step, row in found.items())
        assert found == wanted

    anyio.run(send)


def test_lines_that_say_their_step_and_lines_that_do_not_keep_their_order(world: World) -> None:
    async def send() -> None:
        place, key = await world.run()
        await world.post(place, 0, ['{"a": 1}', '{"a": 2, "_step": 2}', '{"a": 3}'], HISTORY)
        assert [(row["_step"], row["a"]) for row in await world.rows(key)] == [(0, 1), (2, 3)]
        (stats,) = await world.metrics.keys(RunKey(key))
        assert (stats.first, stats.last) == (1, 3)

    anyio.run(send)


def test_system_metrics_beside_lines_that_hold_none_lose_nothing(world: World) -> None:
    async def send() -> None:
        place, key = await world.run()
        for at in range(0, 6, 2):
            await world.post(place, at, ["broken", json.dumps({"system.cpu": at, "_timestamp": NOW})], EVENTS)
        assert [row["cpu"] for row in await world.rows(key, "system")] == [0, 2, 4]

    anyio.run(send)
