"""What the server does by the clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import msgspec
import psutil
import pytest
from sqlalchemy import select

from gnomon.model.errors import Unavailable
from gnomon.protocol import registry
from gnomon.protocol.journal import MAGIC, frame
from gnomon.protocol.registry import Entry
from gnomon.server import chores
from gnomon.server.actions.artifacts.delete import collect
from gnomon.server.chores import Chore, clean_up, crashed_runs, deleted_runs, left_journals
from gnomon.server.settings import load
from gnomon.server.storage.tables.schema import sign_in_links

pytestmark = pytest.mark.anyio

MAIN = "a" * 32


async def send(client: Any, clock: Any, offset: int = 0, rows: int = 1) -> int:
    """One more row of a run `r`; where the journal ends."""
    records: list[list[Any]] = [[1, {"journal": MAIN, "started_at": clock()}], [5, 0, ["x"]]] if offset == 0 else []
    records += [[6, 0, offset + i, clock(), 1.0] for i in range(rows)]
    data = (MAGIC if offset == 0 else b"") + b"".join(frame(msgspec.msgpack.encode(record)) for record in records)
    answer = await client.post(f"/api/runs/-/p/r/journal?journal={MAIN}&offset={offset}", content=data)
    return int(answer.json()["next"])


async def run(client: Any) -> Any:
    return (await client.get("/api/runs/-/p/r")).json()


async def test_a_run_is_given_up_after_five_minutes_of_silence_and_not_before(server: Any) -> None:
    """P-V16"""
    ann = await server.user("ann")
    server.clock.advance(1000)
    heard_at = server.clock()
    await send(ann, server.clock)
    server.clock.advance(299)
    assert await crashed_runs.mark(server.services) == []
    assert (await run(ann))["state"] == "running"
    server.clock.advance(2)
    assert await crashed_runs.mark(server.services) == ["r"]
    found = await run(ann)
    assert (found["state"], found["finished_at"]) == ("crashed", heard_at)


async def test_late_rows_turn_a_run_back(server: Any) -> None:
    ann = await server.user("ann")
    at = await send(ann, server.clock)
    server.clock.advance(1000)
    assert await crashed_runs.mark(server.services) == ["r"]
    await send(ann, server.clock, at)
    assert (await run(ann))["state"] == "running"
    assert await crashed_runs.mark(server.services) == []


async def test_a_heartbeat_just_now_keeps_a_run_alive(server: Any) -> None:
    ann = await server.user("ann")
    at = await send(ann, server.clock)
    server.clock.advance(1000)
    await ann.post(f"/api/runs/-/p/r/journal?journal={MAIN}&offset={at}", content=b"")
    assert await crashed_runs.mark(server.services) == []


async def test_silence_while_the_server_was_away_does_not_count(server: Any) -> None:
    ann = await server.user("ann")
    await send(ann, server.clock)
    server.clock.advance(10_000)
    started = replace(server.services, started_at=server.clock())
    server.clock.advance(200)
    assert await crashed_runs.mark(started) == []
    server.clock.advance(101)
    assert await crashed_runs.mark(started) == ["r"]


async def test_a_run_deleted_a_week_ago_is_cleared_away(server: Any) -> None:
    ann = await server.user("ann")
    await send(ann, server.clock)
    data = b"hello"
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    await ann.put("/api/runs/-/p/r/files/a.txt", content=data, headers={"X-Gnomon-Digest": digest})
    await ann.delete("/api/runs/-/p/r")
    server.clock.advance(6 * 86_400)
    assert await deleted_runs.clear(server.services) == []
    assert await server.services.storage.blobs.has(digest)
    server.clock.advance(86_401)
    (key,) = await deleted_runs.clear(server.services)
    storage = server.services.storage
    server.clock.advance(1)
    assert await collect(storage.tables, storage.blobs, now=server.clock(), calm_secs=0, put_secs=0) == 1
    assert not await server.services.storage.blobs.has(digest)
    assert await server.services.storage.metrics.keys(key) == []
    assert await deleted_runs.clear(server.services) == []
    answer = await ann.post(f"/api/runs/-/p/r/journal?journal={MAIN}&offset=0", content=b"")
    assert answer.status_code == 410


async def test_a_run_that_is_being_cleared_away_cannot_be_restored_and_is_cleared_whole_after_a_crash(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await server.user("ann")
    await send(ann, server.clock)
    await ann.delete("/api/runs/-/p/r")
    server.clock.advance(8 * 86_400)
    metrics = server.services.storage.metrics
    answers = []

    async def dies(key: Any) -> None:
        answers.append(await ann.post("/api/runs/-/p/r/restore"))
        raise Unavailable("killed")

    with monkeypatch.context() as patch:
        patch.setattr(metrics, "delete", dies)
        with pytest.raises(Unavailable):
            await deleted_runs.clear(server.services)
    assert answers[0].status_code == 410
    assert "gone for good" in answers[0].json()["error"]["message"]
    (key,) = await deleted_runs.clear(server.services)
    assert await metrics.keys(key) == []
    assert await deleted_runs.clear(server.services) == []
    assert (await ann.post("/api/runs/-/p/r/restore")).status_code == 410


async def test_links_that_have_run_out_are_forgotten(server: Any) -> None:
    tables = server.services.storage.tables
    await server.user("ann")
    for digest, expires_at in (("old", server.clock() - 1), ("good", server.clock() + 1)):
        values = {"digest": digest, "user": 1, "created_at": 0.0, "expires_at": expires_at}
        await tables.write(lambda conn, values=values: conn.execute(sign_in_links.insert().values(**values)))
    await clean_up.forget_old(server.services)
    found = await tables.read(lambda conn: list(conn.execute(select(sign_in_links.c.digest)).scalars()))
    assert found == ["good"]


async def test_a_chore_that_fails_is_done_again(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    done = anyio.Event()
    tries = 0

    async def fails_first(_: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise Unavailable("not now")
        if tries == 2:
            raise RuntimeError("a mistake")
        done.set()

    monkeypatch.setattr(chores, "CHORES", (Chore("test", 0.001, fails_first),))
    async with chores.running(server.services):
        with anyio.fail_after(30):
            await done.wait()


# Journals that nobody sends any more


def a_folder(tmp_path: Path, *, pid: int, pid_started: float, base_url: str, state: dict[str, str]) -> Path:
    folder = tmp_path / f"run-{pid}"
    folder.mkdir()
    (folder / "ship.json").write_text(json.dumps({"base_url": base_url, "pid": pid, "pid_started": pid_started}))
    registry.add(Entry(f"{pid:032x}", folder, base_url), state)
    return folder


def test_a_folder_whose_script_is_dead_is_picked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"GNOMON_STATE_DIR": str(tmp_path / "state")}
    settings = load({}, data=tmp_path / "data", port=8123)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    us = psutil.Process()
    dead = a_folder(tmp_path, pid=gone.pid, pid_started=1.0, base_url="http://127.0.0.1:8123", state=state)
    a_folder(tmp_path, pid=os.getpid(), pid_started=us.create_time(), base_url="http://localhost:8123", state=state)
    a_folder(tmp_path, pid=1, pid_started=5.0, base_url="http://elsewhere:8123", state=state)
    started: list[list[str]] = []

    class Started:
        def __init__(self, command: list[str], **_: Any) -> None:
            started.append(command)
            self.ended: int | None = None

        def poll(self) -> int | None:
            return self.ended

    monkeypatch.setattr(left_journals, "_started", {})
    monkeypatch.setattr(left_journals.subprocess, "Popen", Started)
    assert left_journals.start_shippers(settings, state) == [dead]
    assert left_journals.start_shippers(settings, state) == []
    assert started == [[sys.executable, "-m", "gnomon.sdk.shipper", str(dead), "--once"]]


def test_a_pid_used_again_by_another_process_is_not_the_script(tmp_path: Path) -> None:
    (tmp_path / "ship.json").write_text(json.dumps({"pid": os.getpid(), "pid_started": 5.0}))
    assert not left_journals.is_alive(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pid": "x"}', '{"pid": null}'])
def test_a_folder_that_says_nothing_of_its_script_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "ship.json").write_text(text)
    assert left_journals.is_alive(tmp_path)
