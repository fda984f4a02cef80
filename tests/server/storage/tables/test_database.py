from __future__ import annotations

import asyncio
import math
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from gnomon.model.errors import Unavailable
from gnomon.model.floats import named, tagged
from gnomon.server.settings import load
from gnomon.server.storage.open import open_tables
from gnomon.server.storage.tables.database import Change, Database, note
from gnomon.server.storage.tables.schema import entities
from gnomon.server.storage.tables.types import from_json_text, json_text

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_tables(load({}, data=tmp_path))
    yield database
    await database.close()


def add(name: str) -> Any:
    return lambda conn: conn.execute(insert(entities).values(name=name, kind="user", created_at=0.0))


def count(conn: Any) -> int:
    return int(conn.execute(select(func.count()).select_from(entities)).scalar_one())


async def test_a_read_sees_every_write_that_returned(database: Database) -> None:
    for number in range(20):
        await database.write(add(f"e{number}"))
        assert await database.read(count) == number + 1


async def test_writes_that_wait_together_fail_apart(database: Database) -> None:
    await database.write(add("taken"))
    outcomes = await asyncio.gather(
        *(database.write(add(name)) for name in ["a", "taken", "b", "taken", "c"]), return_exceptions=True
    )
    assert [isinstance(outcome, IntegrityError) for outcome in outcomes] == [False, True, False, True, False]
    assert await database.read(count) == 4


async def test_a_raising_write_leaves_no_trace(database: Database) -> None:
    def half(conn: Any) -> None:
        add("half")(conn)
        note(conn, Change("entities", 0, 1))
        raise ValueError("no")

    heard: list[Any] = []
    database.listen(heard.extend)
    with pytest.raises(ValueError, match="no"):
        await database.write(half)
    assert await database.read(count) == 0
    assert heard == []


async def test_listeners_hear_of_changes_after_the_commit(database: Database, tmp_path: Path) -> None:
    seen: list[tuple[int, Any]] = []

    def listen(changes: Any) -> None:
        with sqlite3.connect(tmp_path / "gnomon.db") as other:
            seen.append((other.execute("select count(*) from entities").fetchone()[0], list(changes)))
        other.close()

    database.listen(listen)

    def work(conn: Any) -> None:
        add("a")(conn)
        note(conn, Change("entities", 7, 1))

    await database.write(work)
    assert seen == [(1, [Change("entities", 7, 1)])]


async def test_a_read_sees_one_state_throughout(database: Database) -> None:
    begun, written = threading.Event(), threading.Event()

    def twice(conn: Any) -> tuple[int, int]:
        first = count(conn)
        begun.set()
        written.wait(10)
        return first, count(conn)

    reading = asyncio.ensure_future(database.read(twice))
    await asyncio.get_running_loop().run_in_executor(None, begun.wait, 10)
    await database.write(add("later"))
    written.set()
    assert await reading == (0, 0)


async def test_another_process_may_write_the_same_tables(database: Database, tmp_path: Path) -> None:
    await database.write(add("here"))
    with sqlite3.connect(tmp_path / "gnomon.db") as other:
        other.execute("insert into entities (name, kind, created_at) values ('there', 'user', 0)")
    other.close()
    assert await database.read(count) == 2
    await database.write(add("here too"))
    assert await database.read(count) == 3


async def test_trouble_with_the_disk_is_unavailable_and_passes(database: Database) -> None:
    def fail(conn: Any) -> None:
        add("lost")(conn)
        raise OperationalError("insert", {}, sqlite3.OperationalError("disk I/O error"))

    with pytest.raises(Unavailable, match="disk I/O error"):
        await database.write(fail)
    await database.write(add("kept"))
    assert await database.read(count) == 1


async def test_after_closing_writes_are_refused(tmp_path: Path) -> None:
    database = open_tables(load({}, data=tmp_path))
    await database.write(add("a"))
    await database.close()
    await database.close()
    with pytest.raises(Unavailable):
        await database.write(add("b"))


async def test_commits_are_synced_to_the_disk(database: Database) -> None:
    def pragmas(conn: Any) -> tuple[Any, Any]:
        return (
            conn.exec_driver_sql("pragma synchronous").scalar(),
            conn.exec_driver_sql("pragma journal_mode").scalar(),
        )

    assert await database.write(pragmas) == (2, "wal")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.sampled_from(["NaN", "Infinity", "-Infinity"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    )
)
def test_values_come_back_from_the_tables_as_they_were(value: Any) -> None:
    assert repr(from_json_text(json_text(value))) == repr(value)


def test_values_without_odd_numbers_are_kept_as_they_are() -> None:
    same = {"a": 1.0, "b": [1, {"c": "x"}]}
    assert tagged(same) is same
    assert json_text({"a": math.nan}) == '{"a":{"_type":"float","value":"NaN"}}'
    odd = {"a": math.nan, "b": [math.inf, {"c": -math.inf}]}
    assert named(odd) == {"a": "NaN", "b": ["Infinity", {"c": "-Infinity"}]}
