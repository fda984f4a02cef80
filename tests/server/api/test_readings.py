"""Rows of runs as columns: exact, in order, of those who may read the project."""

from __future__ import annotations

import math
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gnomon.model.reading import Frames, ReadBatch, ReadColumn, ReadEnd, ReadFrame, ReadRows, encoded
from gnomon.sdk.public.columns import Shape, rows_of
from gnomon.server.storage.metrics.store import Block, RunKey, Source
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

READ = "/api/projects/ann/p/readings"
STARTED = 1_800_000_000.0


async def logged(server: Server, run: str, rows: list[dict[str, Any]], stream: str = "history") -> None:
    """Rows with `_step`, each a block of its own."""
    key = RunKey(await server.run(f"ann/p/{run}"))
    metrics = server.services.storage.metrics
    for at, row in enumerate(rows):
        keys = tuple(name for name in row if name != "_step")
        block = Block(
            stream, keys, np.array([row["_step"]], np.int64), np.array([STARTED + at], np.float64),
            tuple(_column(row[name]) for name in keys),
        )  # fmt: skip
        await metrics.append(key, Source(f"{stream}", at, at + 1), [block])


def _column(value: Any) -> Any:
    if isinstance(value, (bool, int, float)):
        return np.array([value])
    return ['"' + value + '"'] if isinstance(value, str) else [str(value)]


async def read(client: httpx.AsyncClient, **asked: Any) -> list[ReadFrame]:
    answer = await client.post(READ, json={"runs": ["r"], **asked})
    assert answer.status_code == 200, answer.text
    frames = Frames()
    found = list(frames.take(answer.content))
    assert frames.whole
    return found


def rows(found: list[ReadFrame], **shape: Any) -> list[dict[str, Any]]:
    return [row for frame in found for row in rows_of(frame, Shape(STARTED, **shape))]


@pytest.fixture
async def ann(server: Server) -> httpx.AsyncClient:
    return await server.user("ann")


async def test_every_row_comes_with_its_values_and_times(server: Server, ann: httpx.AsyncClient) -> None:
    await logged(server, "r", [{"_step": 0, "loss": 0.5, "n": 3}, {"_step": 2, "loss": math.nan, "text": "ä"}])
    first, second = rows(await read(ann))
    assert first == {"_step": 0, "loss": 0.5, "n": 3, "_timestamp": STARTED, "_runtime": 0.0}
    assert math.isnan(second.pop("loss"))
    assert second == {"_step": 2, "text": "ä", "_timestamp": STARTED + 1, "_runtime": 1.0}
    assert isinstance(first["n"], int)


async def test_only_rows_that_have_every_key_come(server: Server, ann: httpx.AsyncClient) -> None:
    await logged(server, "r", [{"_step": 0, "a": 1}, {"_step": 1, "a": 2, "b": 0.5}, {"_step": 2, "b": 1.5}])
    found = await read(ann, keys=["a", "b"], every=["a", "b"], times=False)
    assert rows(found, names=("_step", "a", "b")) == [{"_step": 1, "a": 2, "b": 0.5}]
    assert rows(await read(ann, keys=["a", "nope"], every=["a", "nope"])) == []


async def test_a_range_has_both_its_ends(server: Server, ann: httpx.AsyncClient) -> None:
    await logged(server, "r", [{"_step": step, "a": step} for step in range(6)])
    assert [row["_step"] for row in rows(await read(ann, first=2, last=4))] == [2, 3, 4]


async def test_a_limit_says_where_to_go_on_and_nothing_is_lost_or_doubled(
    server: Server, ann: httpx.AsyncClient
) -> None:
    await logged(server, "r", [{"_step": step, "a": step} for step in range(10)])
    seen: list[int] = []
    following: int | None = 0
    while following is not None:
        found = await read(ann, first=following, limit=3)
        seen += [row["_step"] for row in rows(found)]
        assert isinstance(found[-1], ReadEnd)
        following = found[-1].next
    assert seen == list(range(10))


@pytest.mark.parametrize("keys", [None, ["a"]], ids=["all", "keys"])
async def test_a_choice_is_even_the_same_each_time_and_has_both_ends(
    server: Server, ann: httpx.AsyncClient, keys: list[str] | None
) -> None:
    await logged(server, "r", [{"_step": step, "a": step / 2} for step in range(50)])
    asked = {"samples": 7, "keys": keys, "every": keys or []}
    steps = [row["_step"] for row in rows(await read(ann, **asked))]
    assert steps == [round(at * 49 / 6) for at in range(7)]
    assert steps == [row["_step"] for row in rows(await read(ann, **asked))]
    assert len(rows(await read(ann, **{**asked, "samples": 50}))) == 50


async def test_a_choice_of_more_rows_than_are_read_one_by_one_is_even_too(
    server: Server, ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await logged(server, "r", [{"_step": step, "a": step / 2} for step in range(50)])
    few = [row["_step"] for row in rows(await read(ann, samples=9))]
    monkeypatch.setattr("gnomon.server.actions.readings.ROWS_AS_LOGGED", 1)
    assert [row["_step"] for row in rows(await read(ann, samples=9))] == few


async def test_a_choice_of_more_rows_than_others_may_ask_for_is_even_too(
    server: Server, ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await logged(server, "r", [{"_step": step, "a": step / 2} for step in range(50)])
    monkeypatch.setattr("gnomon.server.actions.readings.MOST_SAMPLES", 1)
    monkeypatch.setattr("gnomon.server.actions.readings.ROWS_AS_LOGGED", 1)
    monkeypatch.setattr("gnomon.server.actions.readings.INLINE_CELLS", 1)
    steps = [row["_step"] for row in rows(await read(ann, samples=7))]
    assert steps == [round(at * 49 / 6) for at in range(7)]
    assert len(rows(await read(ann, samples=10**15))) == 50


async def test_several_runs_come_one_after_the_other_in_the_order_asked_for(
    server: Server, ann: httpx.AsyncClient
) -> None:
    await logged(server, "r", [{"_step": 0, "a": 1}])
    await logged(server, "s", [{"_step": 5, "a": 2}])
    found = await read(ann, runs=["s", "r", "s"])
    assert [frame.run for frame in found if isinstance(frame, ReadEnd)] == ["s", "r"]
    assert [row["a"] for row in rows(found)] == [2, 1]


async def test_system_metrics_are_a_stream_of_their_own(server: Server, ann: httpx.AsyncClient) -> None:
    await logged(server, "r", [{"_step": 0, "cpu": 5.0}], "system")
    (row,) = rows(await read(ann, stream="system"), system=True)
    assert row == {"system.cpu": 5.0, "_wandb": True, "_timestamp": STARTED, "_runtime": 0.0}


@pytest.mark.parametrize(
    "asked",
    [{"samples": 0}, {"limit": 0}, {"samples": 5, "limit": 5}, {"first": 1 << 70}, {"stream": "nope"}, {"more": 1}],
    ids=["samples", "limit", "both", "first", "stream", "more"],
)
async def test_questions_that_make_no_sense_are_refused(
    server: Server, ann: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    await server.run("ann/p/r")
    answer = await ann.post(READ, json={"runs": ["r"], **asked})
    assert answer.status_code == 400, answer.text


async def test_runs_that_are_not_there_or_not_ones_own_are_not_found(server: Server, ann: httpx.AsyncClient) -> None:
    await server.run("ann/p/r")
    assert (await ann.post(READ, json={"runs": ["r", "nope"]})).status_code == 404
    bob = await server.user("bob")
    assert (await bob.post(READ, json={"runs": ["r"]})).status_code == 404


FRAMES = st.lists(
    st.builds(ReadEnd, st.text(max_size=5), st.none() | st.integers(0, 9))
    | st.builds(ReadRows, st.text(max_size=5), st.lists(st.dictionaries(st.text(max_size=3), st.integers(0, 9))))
    | st.builds(
        ReadBatch, st.text(max_size=5), st.binary(max_size=16), st.none() | st.binary(max_size=16),
        st.lists(st.builds(ReadColumn, st.text(max_size=3), st.just("float"), st.binary(max_size=16)), max_size=3),
    ),
    max_size=5,
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames=FRAMES, cuts=st.lists(st.integers(1, 20)))
def test_frames_come_back_however_they_are_cut(frames: list[ReadFrame], cuts: list[int]) -> None:
    data = b"".join(map(encoded, frames))
    taker, found = Frames(), []
    for size in [*cuts, len(data) + 1]:
        piece, data = data[:size], data[size:]
        found += list(taker.take(piece))
    assert found == frames and taker.whole
