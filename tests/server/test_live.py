"""Publish and subscribe, and the stream of events a page listens to."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
import pytest

from gnomon.protocol.journal import MAGIC, frame
from gnomon.server import live as live_module
from gnomon.server.api import live as api
from gnomon.server.live import Event, Live

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_listener_hears_of_its_project_only() -> None:
    hub = Live()
    with hub.subscribe(1) as listener:
        hub.publish(2, "run", "other")
        hub.publish(1, "run", "mine")
        assert await listener.events(timeout_secs=1) == [Event("run", "mine", {})]


async def test_later_news_of_a_run_replaces_earlier_ones() -> None:
    hub = Live()
    with hub.subscribe(1) as listener:
        for step in range(1000):
            hub.publish(1, "rows", "a", last_step=step)
            hub.publish(1, "rows", "b", last_step=-step)
        events = await listener.events(timeout_secs=1)
        assert events == [Event("rows", "a", {"last_step": 999}), Event("rows", "b", {"last_step": -999})]


async def test_a_listener_far_behind_is_told_to_read_everything_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "MOST_PENDING", 10)
    hub = Live()
    with hub.subscribe(1) as listener:
        for number in range(11):
            hub.publish(1, "run", f"r{number}")
        assert [event.kind for event in await listener.events(timeout_secs=1)] == ["everything"]


async def test_nothing_is_kept_of_a_listener_that_left() -> None:
    hub = Live()
    with hub.subscribe(1):
        assert hub.listeners == 1
    assert hub.listeners == 0
    assert not hub.heard(1)


async def test_waiting_without_news_ends_after_the_time_given() -> None:
    hub = Live()
    with hub.subscribe(1) as listener:
        assert await listener.events(timeout_secs=0.01) == []


async def test_the_stream_ends_when_the_server_stops() -> None:
    hub = Live()
    stream = api.events(hub, 1)
    assert (await anext(stream)).startswith(b":")
    waiting = asyncio.create_task(_rest(stream))
    await asyncio.sleep(0)
    hub.publish(1, "run", "a")
    hub.close()
    assert await asyncio.wait_for(waiting, 30) == b'event: run\ndata: {"run":"a"}\n\n'
    late = api.events(hub, 1)
    assert len([part async for part in late]) == 1


async def test_a_quiet_stream_is_kept_open_by_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "PING_SECS", 0.01)
    hub = Live()
    stream = api.events(hub, 1)
    await anext(stream)
    assert await anext(stream) == b": ping\n\n"
    await stream.aclose()
    assert hub.listeners == 0


async def test_what_a_run_sends_is_told_to_pages_that_listen(server: Any) -> None:
    ann = await server.user("ann")
    project = await server.project("ann", "p")
    id = "a" * 32
    records: list[list[Any]] = [[1, {"journal": id}], [5, 0, ["x"]], [6, 0, 7, 1.0, 1.5], [8, 0, 1.0, 1, "hi"]]
    data = MAGIC + b"".join(frame(msgspec.msgpack.encode(record)) for record in records)
    stream = api.events(server.services.live, project.key)
    await anext(stream)
    await ann.post(f"/api/runs/-/p/r/journal?journal={id}&offset=0", content=data)
    told = {}
    for part in (await anext(stream)).decode().strip().split("\n\n"):
        kind, said = part.split("\n")
        told[kind.removeprefix("event: ")] = json.loads(said.removeprefix("data: "))
    await stream.aclose()
    assert told["run"] == {"run": "r"}
    assert told["rows"] == {"run": "r", "last_step": 7, "time": server.clock()}
    assert told["console"] == {"run": "r", "lines": 1, "attempt": 0}


async def test_too_many_listeners_are_asked_to_come_back(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "MOST_LISTENERS", 0)
    ann = await server.user("ann")
    await server.project("ann", "p")
    answer = await ann.get("/api/live?project=ann/p")
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


async def _rest(stream: Any) -> bytes:
    return b"".join([part async for part in stream])
