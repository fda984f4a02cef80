"""Reading a journal that is still being written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.protocol import journal
from gnomon.protocol.journal import Kind
from gnomon.sdk.shipper.tail import Tail


def row(step: int, padding: int = 0) -> bytes:
    return journal.frame(msgspec.msgpack.encode([int(Kind.ROW), 0, step, 1.0, "x" * padding]))


def a_file(data: bytes) -> Path:
    place = Path(tempfile.mkdtemp()) / "run.journal"
    place.write_bytes(data)
    return place


def rows_of(data: bytes, start: int = 0) -> list[int]:
    return [journal.decode(found.payload)[2] for found in journal.frames(data, start)]


def sent(tail: Tail, limits: list[int]) -> bytes:
    """All of a tail, fetched in batches of these sizes, and glued together."""
    glued, at, turn = b"", 0, 0
    while (batch := tail.batch(at, limits[turn % len(limits)])) is not None:
        assert batch.start == at
        assert batch.end > at
        glued += batch.data
        at, turn = batch.end, turn + 1
    return glued


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 30_000), max_size=25), st.lists(st.integers(1, 200_000), min_size=1, max_size=5))
def test_batches_in_any_grouping_send_the_same_rows_once(paddings, limits):
    data = journal.MAGIC + b"".join(row(step, padding) for step, padding in enumerate(paddings))
    tail = Tail(a_file(data))
    tail.poll()
    assert tail.rows == len(paddings)
    assert sent(tail, limits) == (data if paddings else b"")
    tail.close()


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 30), st.data())
def test_any_way_of_growing_ends_at_the_same_place(count, data):
    content = journal.MAGIC + b"".join(row(step, 40) for step in range(count))
    place = a_file(b"")
    tail, at = Tail(place), 0
    while at < len(content):
        size = data.draw(st.integers(1, 200))
        with open(place, "ab") as file:
            file.write(content[at : at + size])
        at += size
        tail.poll()
        assert tail.whole <= at
        assert tail.rows == len(rows_of(content[:at]))
    assert tail.whole == len(content)
    tail.close()


def test_any_cut_gives_the_rows_that_are_whole():
    content = journal.MAGIC + b"".join(row(step, step % 7) for step in range(40))
    for cut in range(len(content)):
        tail = Tail(a_file(content[:cut]))
        tail.poll(final=True)
        assert rows_of(sent(tail, [100])) == rows_of(content[:cut])
        tail.close()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 5000), st.integers(1, 600), st.binary(min_size=1, max_size=1))
def test_damage_costs_only_the_rows_it_touches(start, size, filler):
    content = journal.MAGIC + b"".join(row(step, step % 90) for step in range(100))
    start = min(start, len(content))
    hurt = content[:start] + filler * len(content[start : start + size]) + content[start + size :]
    tail = Tail(a_file(hurt))
    tail.poll(final=True)
    assert rows_of(sent(tail, [300])) == rows_of(hurt)
    tail.close()


def test_rows_before_an_offset_are_counted_exactly():
    pieces = [row(step, 500) for step in range(200)]
    tail = Tail(a_file(journal.MAGIC + b"".join(pieces)))
    tail.poll()
    at = len(journal.MAGIC)
    for step, piece in enumerate(pieces):
        assert tail.rows_before(at) == step
        at += len(piece)
    assert tail.rows_before(at) == 200
    tail.close()


def test_records_other_than_rows_are_given_as_they_come():
    seen: list[object] = []
    config = journal.frame(msgspec.msgpack.encode([int(Kind.CONFIG), {"lr": 1}, []]))
    place = a_file(journal.MAGIC + row(0) + config)
    tail = Tail(place, seen.append)
    tail.poll()
    tail.poll()
    with open(place, "ab") as file:
        file.write(row(1) + config)
    tail.poll()
    assert seen == [[Kind.CONFIG, {"lr": 1}, []]] * 2
    tail.close()
