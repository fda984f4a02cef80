"""The road of a row into the stores: exactly once, whatever is sent, and in whatever order."""

from __future__ import annotations

import asyncio
import importlib
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import anyio
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.model.errors import Conflict, Deleted, Rejected, Unavailable
from gnomon.protocol.journal import MAGIC, frame
from gnomon.server.actions.ingest import Ingest, Target
from gnomon.server.actions.summaries import Summaries
from gnomon.server.live import Live
from gnomon.server.meters import Meters
from gnomon.server.storage.metrics.open import open_metrics
from gnomon.server.storage.metrics.store import RunKey, Source
from gnomon.server.storage.tables import accounts, journals, projects, runs
from gnomon.server.storage.tables.database import Database

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000.0
MAIN, SHIPPER, OTHER = "a" * 32, "b" * 32, "c" * 32


def frames_of(*records: list[Any]) -> bytes:
    return b"".join(frame(msgspec.msgpack.encode(record)) for record in records)


def journal_of(*records: list[Any]) -> bytes:
    return MAGIC + frames_of(*records)


def begin(journal: str = MAIN, **more: Any) -> list[Any]:
    said = {"format": 1, "journal": journal, "writer": "main", "attempt": MAIN, "project": "p", "run": "r",
            "host": "node1", "pid": 7, "started_at": NOW - 10}  # fmt: skip
    return [1, {**said, **more}]


def x_rows(first: int, last: int) -> list[list[Any]]:
    return [[6, 0, i, NOW + i, i / 2] for i in range(first, last)]


XS = [5, 0, ["x"]]


async def test_rows_are_there_once_the_post_is_answered(world: Any) -> None:
    data = journal_of(begin(), XS, *x_rows(0, 3))
    taken = await world.post(data)
    assert taken.next == len(data)
    assert taken.url == "http://here/ann/p/runs/r"
    assert await world.rows() == [{"_step": i, "x": i / 2} for i in range(3)]


async def test_bytes_sent_again_change_nothing(world: Any) -> None:
    data = journal_of(begin(), [3, {"lr": 1}, []], XS, *x_rows(0, 3))
    for _ in range(3):
        assert (await world.post(data)).next == len(data)
    assert len(await world.rows()) == 3


async def test_a_gap_is_answered_with_the_place_to_go_on_from(world: Any) -> None:
    data = journal_of(begin(), XS, *x_rows(0, 3))
    with pytest.raises(Conflict) as told:
        await world.post(data[50:], 50)
    assert told.value.next_offset == 0
    await world.post(data)
    with pytest.raises(Conflict) as told:
        await world.post(b"xx", len(data) + 1)
    assert told.value.next_offset == len(data)


async def test_schemas_and_offsets_survive_a_restart(world: Any) -> None:
    first, second = journal_of(begin(), XS, *x_rows(0, 2)), frames_of(*x_rows(2, 4))
    await world.post(first)
    world.restart()
    assert (await world.post(second, len(first))).next == len(first) + len(second)
    assert [row["x"] for row in await world.rows()] == [0.0, 0.5, 1.0, 1.5]


async def test_a_kill_between_tables_and_rows_loses_and_doubles_nothing(world: Any) -> None:
    """The tables are ahead by one post; the same bytes, cut otherwise, come again."""
    head = journal_of(begin(), [3, {"lr": 1}, []])
    body = frames_of(XS, *x_rows(0, 2), [4, {"x": 99}, []], [3, {"lr": 2}, []])
    tail = frames_of([3, {"lr": 3}, []], *x_rows(2, 3))
    await world.post(head)

    async def killed(*_: Any) -> int:
        raise Unavailable("killed")

    real, world.metrics.append = world.metrics.append, killed
    with pytest.raises(Unavailable):
        await world.post(body, len(head))
    world.metrics.append = real
    world.restart()
    row = await world.run()
    await world.tables.write(lambda conn: runs.change(conn, row.project, row.key, config={"lr": "by hand"}))
    half = len(body) // 2
    next_offset = (await world.post(body[:half], len(head))).next
    assert (await world.run()).config == {"lr": "by hand"}
    await world.post((body + tail)[next_offset - len(head) :], next_offset)
    row = await world.run()
    assert row.config == {"lr": 3}
    assert [found["x"] for found in await world.rows()] == [0.0, 0.5, 1.0]
    assert row.summary["x"] == 1.0


async def test_damage_is_stepped_over_and_told_on_the_run(world: Any) -> None:
    rows = [frames_of(row) for row in x_rows(0, 5)]
    rows[2] = rows[2][:-1] + b"\x00" if rows[2][-1] else rows[2][:-1] + b"\x01"
    data = journal_of(begin(), XS) + b"".join(rows)
    assert (await world.post(data)).next == len(data)
    assert [row["_step"] for row in await world.rows()] == [0, 1, 3, 4]
    assert (await world.run()).metadata["gnomon"]["damaged_bytes"] == len(rows[2])


async def test_records_that_make_no_sense_are_told_on_the_run_and_the_others_kept(world: Any) -> None:
    await world.post(journal_of(begin(), [3, "no map"], [77, 1], [7, {"no": "name"}], [12, {"what": "rows", "count": 3,
                     "reason": "disk full"}], XS, *x_rows(0, 1)))  # fmt: skip
    note = (await world.run()).metadata["gnomon"]
    assert note["skipped_records"] >= 1
    assert any("CONFIG" in why for why in note["why"])
    assert note["lost"] == ["rows: 3 (disk full)"]
    assert len(await world.rows()) == 1


async def test_a_journal_whose_beginning_is_damaged_makes_its_run_all_the_same(world: Any) -> None:
    data = bytearray(journal_of(begin(), XS, *x_rows(0, 2)))
    data[20] ^= 0xFF
    await world.post(bytes(data))
    assert len(await world.rows()) == 2
    assert (await world.run()).state == "running"


async def test_the_records_of_a_run_end_in_its_row(world: Any) -> None:
    await world.post(
        journal_of(
            begin(),
            [
                2,
                {
                    "name": "first try",
                    "notes": "n",
                    "tags": ["a", "b", "a"],
                    "group": "g",
                    "job_type": "train",
                    "program": "t.py",
                    "metadata": {"git": {"commit": "abc"}},
                },
            ],
            [3, {"lr": 0.1, "net": {"depth": 3}}, []],
            [3, {"seed": 1}, ["lr"]],
            [7, {"name": "x", "summary": ["min"], "goal": "minimize"}],
            [7, {"name": "x", "step_metric": "epoch"}],
            [7, {"name": "y", "hidden": True, "overwrite": True}],
            XS,
            *x_rows(1, 4),
        )
    )
    row = await world.run()
    assert (row.name, row.notes, row.tags, row.group, row.job_type, row.program, row.host) == (
        "first try",
        "n",
        ["a", "b"],
        "g",
        "train",
        "t.py",
        "node1",
    )
    assert row.config == {"net": {"depth": 3}, "seed": 1}
    assert row.metadata["git"] == {"commit": "abc"}
    assert row.rules == [
        {"name": "x", "summary": ["min"], "goal": "minimize", "step_metric": "epoch"},
        {"name": "y", "hidden": True},
    ]
    assert row.summary == {"x": {"min": 0.5}}
    assert row.last_step == 3
    assert row.created_at == NOW - 10


async def test_what_a_person_changed_is_left_alone_by_records(world: Any) -> None:
    head = journal_of(begin(), [2, {"name": "by script"}])
    await world.post(head)
    row = await world.run()
    await world.tables.write(lambda conn: runs.change(conn, row.project, row.key, name="by hand", edited=["name"]))
    await world.post(frames_of([2, {"name": "by script again", "notes": "said"}]), len(head))
    row = await world.run()
    assert (row.name, row.notes) == ("by hand", "said")


async def test_a_summary_value_stands_until_its_key_is_logged_again(world: Any) -> None:
    parts = [
        journal_of(begin(), XS, *x_rows(0, 2), [4, {"x": 9, "best": {"acc": 1}}, []]),
        frames_of([5, 1, ["z"]], [6, 1, 2, NOW, 5.0]),
        frames_of(*x_rows(3, 4)),
        frames_of([4, {}, ["best"]]),
    ]
    seen, at = [], 0
    for part in parts:
        at = (await world.post(part, at)).next
        seen.append((await world.run()).summary)
    assert seen == [
        {"x": 9, "best.acc": 1},
        {"x": 9, "best.acc": 1, "z": 5.0},
        {"x": 1.5, "best.acc": 1, "z": 5.0},
        {"x": 1.5, "z": 5.0},
    ]


async def test_the_last_media_value_is_in_the_summary(world: Any) -> None:
    image = {"_type": "image-file", "path": "media/images/a.png"}
    await world.post(journal_of(begin(), [5, 0, ["sample"]], [6, 0, 0, NOW, image]))
    assert (await world.run()).summary == {"sample": image}


async def test_console_lines_belong_to_their_attempt(world: Any) -> None:
    await world.post(journal_of(begin(), [8, 0, NOW, 1, "a"], [8, 1, NOW, 2, "b"]))
    await world.post(journal_of(begin(OTHER, attempt=OTHER), [8, 0, NOW, 1, "c"]), journal=OTHER)
    assert await world.rows("console/0") == [{"_step": 0, "stdout": "a"}, {"_step": 1, "stderr": "b"}]
    assert await world.rows("console/1") == [{"_step": 0, "stdout": "c"}]
    row = await world.run()
    rows = await world.tables.read(lambda conn: journals.of_run(conn, row.key))
    assert [(found.number, found.lines) for found in rows] == [(0, 2), (1, 1)]


async def test_two_writers_on_one_run_keep_both_their_rows(world: Any) -> None:
    await world.post(journal_of(begin(), XS, *x_rows(0, 3)))
    await world.post(journal_of(begin(OTHER, attempt=OTHER), XS, *x_rows(0, 3)), journal=OTHER)
    assert len(await world.rows()) == 6


async def test_main_and_shipper_journals_are_one_attempt(world: Any) -> None:
    await world.post(journal_of(begin()))
    await world.post(
        journal_of(begin(SHIPPER, writer="shipper"), [11, NOW, {"cpu": 1.0}], [2, {"metadata": {"gpu": 1}}]),
        journal=SHIPPER,
    )
    row = await world.run()
    rows = await world.tables.read(lambda conn: journals.of_run(conn, row.key))
    assert [(found.number, found.writer) for found in rows] == [(0, "main"), (0, "shipper")]
    assert await world.rows("system") == [{"_step": int(NOW * 1000), "cpu": 1.0}]


# Where a run is in its life


async def state_of(world: Any) -> str:
    return str((await world.run()).state)


async def test_exit_says_how_the_run_ended(world: Any) -> None:
    data = journal_of(begin(), [9, {"state": "failed", "exit_code": 3, "time": NOW - 1}])
    await world.post(data)
    row = await world.run()
    assert (row.state, row.exit_code, row.finished_at) == ("failed", 3, NOW - 1)


async def test_whoever_waited_for_the_end_of_a_run_reads_its_summary(world: Any) -> None:
    await world.post(journal_of(begin(), XS, *x_rows(0, 3), [9, {"state": "finished", "exit_code": 0, "time": NOW}]))
    row = await world.tables.read(lambda conn: runs.find_named(conn, world.target.entity, "p", "r"))
    assert row.summary["x"] == x_rows(0, 3)[-1][-1]


async def test_the_word_of_the_process_counts_more_than_that_of_its_shipper(world: Any) -> None:
    shipper = journal_of(begin(SHIPPER, writer="shipper"), [9, {"state": "crashed", "exit_code": None, "time": NOW}])
    head, tail = (
        journal_of(begin(), XS, *x_rows(0, 2)),
        frames_of([9, {"state": "finished", "exit_code": 0, "time": NOW}]),
    )
    await world.post(head)
    await world.post(shipper, journal=SHIPPER)
    assert await state_of(world) == "crashed"
    await world.post(tail, len(head))
    assert await state_of(world) == "finished"
    await world.post(frames_of([9, {"state": "crashed", "time": NOW}]), len(shipper), journal=SHIPPER)
    assert await state_of(world) == "finished"


async def test_rows_that_come_after_the_shipper_called_it_crashed_do_not_make_it_run(world: Any) -> None:
    head = journal_of(begin(), XS)
    await world.post(head)
    await world.post(journal_of(begin(SHIPPER, writer="shipper"), [9, {"state": "crashed"}]), journal=SHIPPER)
    await world.post(frames_of(*x_rows(0, 3)), len(head))
    assert await state_of(world) == "crashed"
    assert len(await world.rows()) == 3


@pytest.mark.parametrize(
    "sign", [b"", frames_of(XS, *x_rows(0, 1)), frames_of(*x_rows(0, 1))], ids=["beat", "rows", "row"]
)
async def test_a_silent_run_that_speaks_again_is_running(world: Any, sign: bytes) -> None:
    head = journal_of(begin(), XS)
    await world.post(head)
    row = await world.run()
    await world.tables.write(lambda conn: runs.change(conn, row.project, row.key, state="crashed", finished_at=NOW))
    await world.post(sign, len(head))
    row = await world.run()
    assert (row.state, row.finished_at) == ("running", None)


async def test_a_silent_run_that_ends_after_all_has_its_own_end(world: Any) -> None:
    head = journal_of(begin(), XS)
    await world.post(head)
    row = await world.run()
    await world.tables.write(lambda conn: runs.change(conn, row.project, row.key, state="crashed", finished_at=NOW))
    await world.post(frames_of(*x_rows(0, 1), [9, {"state": "finished", "exit_code": 0, "time": NOW}]), len(head))
    assert await state_of(world) == "finished"


async def test_a_new_attempt_makes_the_run_run_again(world: Any) -> None:
    await world.post(journal_of(begin(), [9, {"state": "crashed", "exit_code": 1, "time": NOW}]))
    taken = await world.post(journal_of(begin(OTHER, attempt=OTHER)), journal=OTHER)
    assert taken.resumed
    row = await world.run()
    assert (row.state, row.exit_code, row.finished_at) == ("running", None, None)


async def test_the_end_of_an_earlier_attempt_does_not_end_the_run(world: Any) -> None:
    head = journal_of(begin())
    await world.post(head)
    await world.post(journal_of(begin(OTHER, attempt=OTHER)), journal=OTHER)
    await world.post(frames_of([9, {"state": "killed", "exit_code": 255, "time": NOW}]), len(head))
    assert await state_of(world) == "running"


async def test_every_post_is_a_sign_of_life(world: Any) -> None:
    data = journal_of(begin(), XS)
    await world.post(data)
    world.now += 60
    await world.post(b"", len(data))
    assert (await world.run()).updated_at == NOW + 60


# Whose it is


async def test_a_deleted_run_takes_nothing_more_until_it_is_restored(world: Any) -> None:
    data = journal_of(begin(), XS)
    await world.post(data)
    row = await world.run()
    await world.tables.write(lambda conn: runs.delete(conn, row.project, row.key, NOW))
    with pytest.raises(Deleted, match="new run id"):
        await world.post(frames_of(*x_rows(0, 1)), len(data))
    with pytest.raises(Deleted):
        await world.post(journal_of(begin(OTHER)), journal=OTHER)
    await world.tables.write(lambda conn: runs.restore(conn, row.project, row.key))
    await world.post(frames_of(*x_rows(0, 1)), len(data))
    assert len(await world.rows()) == 1


async def test_a_journal_cannot_be_sent_to_another_run(world: Any) -> None:
    data = journal_of(begin(), XS)
    await world.post(data)
    mallory = await world.tables.write(
        lambda conn: accounts.add_user(conn, "mallory", admin=False, password=None, now=NOW)
    )
    for target in (
        Target(mallory.entity, "mallory", "p", "r", mallory.key),
        Target(world.target.entity, "ann", "p", "other", world.target.user),
        Target(world.target.entity, "ann", "q", "r", world.target.user),
    ):
        with pytest.raises(Rejected, match="another run"):
            await world.post(frames_of(*x_rows(0, 1)), len(data), target=target)
    await world.post(frames_of(*x_rows(0, 1)), len(data))
    assert await world.tables.read(lambda conn: projects.find(conn, mallory.entity, "p")) is None


@pytest.mark.parametrize(("journal", "offset"), [("", 0), ("x" * 32, 0), ("A" * 32, 0), (MAIN, -1), (MAIN, 1 << 70)])
async def test_an_impossible_place_is_refused(world: Any, journal: str, offset: int) -> None:
    with pytest.raises(Rejected):
        await world.post(b"", offset, journal)


async def test_too_much_at_one_time_is_to_be_sent_later(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("gnomon.server.actions.ingest.journals")
    monkeypatch.setattr(module, "MOST_WAITING_BYTES", 100)
    data = journal_of(begin(), XS, *x_rows(0, 20))
    async with anyio.create_task_group() as group:
        group.start_soon(world.post, data)
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await world.post(data)
    assert len(await world.rows()) == 20


async def test_another_server_that_takes_the_same_journal_is_noticed(world: Any) -> None:
    first, second, third = journal_of(begin(), XS, *x_rows(0, 1)), frames_of(*x_rows(1, 2)), frames_of(*x_rows(2, 3))
    await world.post(first)
    row = await world.run()
    await world.metrics.append(RunKey(row.key), Source(MAIN, len(first), len(first) + len(second)), [])
    with pytest.raises(Conflict) as told:
        await world.post(second + third, len(first))
    assert told.value.next_offset == len(first) + len(second)
    await world.post(third, len(first) + len(second))
    assert [found["_step"] for found in await world.rows()] == [0, 2]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_chunks_that_cover_a_journal_give_exactly_its_rows(
    new_tables: Callable[[str], Database], data: st.DataObject
) -> None:
    """Overlapping, duplicate, re-ordered and concurrent posts, and kills of the server in between (P-V3)."""
    count = data.draw(st.integers(1, 60), label="rows")
    records = [begin(), XS, *x_rows(0, count // 2), [5, 1, ["y", "x"]]]
    records += [[6, 1, i, NOW, i / 2, "text" if i % 7 == 0 else i] for i in range(count // 2, count)]
    records += [[3, {"seen": count}, []], [9, {"state": "finished", "exit_code": 0, "time": NOW}]]
    whole = journal_of(*records)
    seed = data.draw(st.integers(0, 2**32), label="seed")
    anyio.run(_send_somehow, new_tables, whole, random.Random(seed), count, "embedded" if seed % 2 else "memory")


async def _send_somehow(
    new_tables: Callable[[str], Database], whole: bytes, chance: random.Random, count: int,
    engine: Literal["memory", "embedded"],
) -> None:  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        tables = new_tables(folder)
        user = await tables.write(lambda conn: accounts.add_user(conn, "ann", admin=False, password=None, now=NOW))
        target, metrics = Target(user.entity, "ann", "p", "r", user.key), open_metrics(engine, Path(folder) / "m")

        def server() -> tuple[Ingest, Summaries]:
            summaries = Summaries(tables, metrics, Live())
            return Ingest(tables, metrics, summaries, Live(), Meters(), clock=lambda: NOW), summaries

        ingest, summaries = server()
        taken = 0

        async def post() -> None:
            nonlocal taken
            start = chance.randint(0, max(0, min(len(whole), taken + 40)))
            end = min(len(whole), start + chance.choice([1, 10, 100, 1000, 10_000]))
            try:
                taken = max(taken, (await ingest.append(target, MAIN, start, whole[start:end])).next)
            except Conflict as told:
                taken = max(taken, told.next_offset or 0)

        while taken < len(whole):
            async with anyio.create_task_group() as group:
                for _ in range(chance.randint(1, 4)):
                    group.start_soon(post)
            if chance.random() < 0.1:
                ingest.close()
                ingest, summaries = server()
            at = taken
            taken = max(taken, (await ingest.append(target, MAIN, at, whole[at : at + chance.randint(30, 900)])).next)
        row = await tables.read(lambda conn: runs.find_named(conn, user.entity, "p", "r"))
        assert row is not None
        await summaries.refresh([row.key], NOW)
        row = await tables.read(lambda conn: runs.find_named(conn, user.entity, "p", "r"))
        assert row is not None
        page = await metrics.rows(RunKey(row.key), limit=10_000, repeats="last")
        assert [found["_step"] for found in page.rows] == list(range(count))
        stats = {known.key: known.points for known in await metrics.keys(RunKey(row.key))}
        assert stats["x"] == count
        assert (row.config, row.state) == ({"seen": count}, "finished")
        ingest.close()
        await metrics.close()
        await tables.close()
