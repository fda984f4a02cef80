"""What a run says of itself besides rows: that several write it, that it will be preempted, and what it says aloud."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gnomon.protocol.journal import MAGIC, frame
from gnomon.server.storage.tables import alerts, journals, runs

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000.0
PRIMARY, OTHER, THIRD = "a" * 32, "b" * 32, "c" * 32


def frames_of(*records: list[Any]) -> bytes:
    return b"".join(frame(msgspec.msgpack.encode(record)) for record in records)


def journal_of(*records: list[Any]) -> bytes:
    return MAGIC + frames_of(*records)


def begin(journal: str = PRIMARY, **more: Any) -> list[Any]:
    said = {"format": 1, "journal": journal, "writer": "main", "attempt": journal, "project": "p", "run": "r",
            "host": "node1", "pid": 7, "started_at": NOW - 10}  # fmt: skip
    return [1, {**said, **more}]


def end(state: str = "finished", code: int = 0) -> list[Any]:
    return [9, {"state": state, "exit_code": code, "time": NOW}]


async def ask_to_stop(world: Any) -> None:
    row = await world.run()
    await world.tables.write(lambda conn: runs.change(conn, row.project, row.key, stop_asked_at=NOW))


@pytest.mark.parametrize("first", ["primary", "other"])
async def test_only_the_end_of_the_primary_ends_a_run_that_several_write(world: Any, first: str) -> None:
    primary, other = begin(host="head"), begin(OTHER, joins=True, label="rank-1", host="node2")
    for journal, said in [(PRIMARY, primary), (OTHER, other)][:: 1 if first == "primary" else -1]:
        await world.post(journal_of(said), journal=journal)
    row = await world.run()
    assert (row.state, row.host) == ("running", "head")
    await world.post(journal_of(other) + frames_of(end("failed", 1)), journal=OTHER)
    assert (await world.run()).state == "running"
    await world.post(journal_of(primary) + frames_of(end()), journal=PRIMARY)
    row = await world.run()
    assert (row.state, row.exit_code) == ("finished", 0)
    known = await world.tables.read(lambda conn: journals.of_run(conn, row.key))
    assert {one.journal: one.exit_code for one in known} == {PRIMARY: 0, OTHER: 1}


async def test_one_that_joins_a_run_that_has_ended_does_not_make_it_run_again(world: Any) -> None:
    await world.post(journal_of(begin(), end()))
    await world.post(journal_of(begin(OTHER, joins=True), [5, 1, ["x"]], [6, 1, 0, NOW, 1]), journal=OTHER)
    assert (await world.run()).state == "finished"
    assert await world.rows() == [{"_step": 0, "x": 1}]


async def test_the_primary_speaks_for_a_run_that_was_given_up_whoever_joined_last(world: Any) -> None:
    await world.post(journal_of(begin()))
    await world.post(journal_of(begin(OTHER, joins=True)), journal=OTHER)
    row = await world.run()
    await world.tables.write(lambda conn: runs.change(conn, row.project, row.key, state="crashed", finished_at=NOW))
    await world.post(b"", len(journal_of(begin())))
    assert (await world.run()).state == "running"


async def test_every_writer_hears_that_it_is_to_stop(world: Any) -> None:
    data = {PRIMARY: journal_of(begin()), OTHER: journal_of(begin(OTHER, joins=True))}
    for journal, said in data.items():
        await world.post(said, journal=journal)
    await ask_to_stop(world)
    assert [(await world.post(b"", len(said), journal)).stop for journal, said in data.items()] == [True, True]


async def test_labels_of_writers_are_kept_by_attempt(world: Any) -> None:
    await world.post(journal_of(begin(label="rank-0")))
    await world.post(journal_of(begin(OTHER, joins=True, label="rank-1")), journal=OTHER)
    shipper = begin(THIRD, joins=True, label="rank-1", writer="shipper", attempt=OTHER)
    await world.post(journal_of(shipper), journal=THIRD)
    assert (await world.run()).metadata["labels"] == {"0": "rank-0", "1": "rank-1"}


async def test_a_run_that_is_stopped_was_killed_however_it_ends(world: Any) -> None:
    data = journal_of(begin())
    await world.post(data)
    await ask_to_stop(world)
    await world.post(frames_of(end("failed", 130)), len(data))
    assert (await world.run()).state == "killed"


@pytest.mark.parametrize(("code", "state"), [(0, "finished"), (143, "preempting")])
async def test_a_run_that_said_it_would_be_preempted_was_where_it_does_not_end_well(
    world: Any, code: int, state: str
) -> None:
    data = journal_of(begin(), [2, {"preempting": True}])
    await world.post(data)
    row = await world.run()
    assert (row.state, row.finished_at) == ("preempting", None)
    await world.post(frames_of(end("failed" if code else "finished", code)), len(data))
    row = await world.run()
    assert (row.state, row.finished_at, row.exit_code) == (state, NOW, code)
    await world.post(journal_of(begin(OTHER)), journal=OTHER)
    assert (await world.run()).state == "running"


async def test_config_keys_are_pinned_as_the_official_client_pins_them(world: Any) -> None:
    await world.post(journal_of(begin(), *([2, {"client": {"pinned_keys": keys}}] for keys in (["lr", "bs"], ["bs"]))))
    assert (await world.run()).client == {"pinned_keys": ["bs"]}


async def said_aloud(world: Any) -> list[tuple[str, str, str, float]]:
    row = await world.run()
    found = await world.tables.read(lambda conn: alerts.of_run(conn, row.key))
    return [(one.title, one.text, one.severity, one.at) for one in reversed(found)]


def alert(title: str, at: float = NOW, **more: Any) -> list[Any]:
    return [14, {"title": title, "text": "t", "severity": "warn", "time": at, **more}]


async def test_an_alert_is_kept_once_however_often_it_is_sent(world: Any) -> None:
    data = journal_of(begin(), alert("loss is NaN", wait_secs=0))
    for _ in range(3):
        await world.post(data)
        world.restart()
    assert await said_aloud(world) == [("loss is NaN", "t", "warn", NOW)]


async def test_an_alert_of_the_same_title_waits_as_long_as_it_was_told(world: Any) -> None:
    await world.post(
        journal_of(
            begin(), alert("a", NOW - 100), alert("a", NOW - 50), alert("b", NOW - 50), alert("a", NOW - 30),
            alert("a", NOW - 20, wait_secs=0), alert("a", NOW - 19, wait_secs=1.0), alert("a", NOW, wait_secs=20),
        )
    )  # fmt: skip
    assert [(title, at - NOW) for title, _, _, at in await said_aloud(world)] == [
        ("a", -100), ("b", -50), ("a", -30), ("a", -20), ("a", -19),
    ]  # fmt: skip


async def test_an_odd_alert_costs_nobody_anything(world: Any) -> None:
    await world.post(
        journal_of(
            begin(), [14, {}], [14, 7], [14, {"title": "  "}], alert("x" * 9999, severity="loud", time="soon"),
            [5, 1, ["x"]], [6, 1, 0, NOW, 1],
        )
    )  # fmt: skip
    assert await said_aloud(world) == [("x" * 500, "t", "info", NOW)]
    assert await world.rows() == [{"_step": 0, "x": 1}]
    assert len((await world.run()).metadata["gnomon"]["why"]) == 2


async def test_what_is_the_shippers_business_is_stepped_over(world: Any) -> None:
    await world.post(journal_of(begin(), [10, {"path": "a"}], [13, {"client_id": "c"}]))
    assert "gnomon" not in (await world.run()).metadata
