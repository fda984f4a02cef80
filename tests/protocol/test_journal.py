"""The bytes of a journal: what is written is read, whatever is cut or damaged."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.protocol import journal
from gnomon.protocol.journal import HEADER_BYTES, MAGIC, MAX_PAYLOAD_BYTES, Kind

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
some_records = st.lists(
    st.tuples(st.sampled_from(list(Kind)), st.lists(values, max_size=5)).map(lambda r: [int(r[0]), *r[1]]),
    min_size=1,
    max_size=12,
)
OLD = Path(__file__).parent.parent / "journals" / "format-1.journal"


def written(records: list[list[Any]]) -> bytes:
    return MAGIC + b"".join(journal.frame(msgspec.msgpack.encode(record)) for record in records)


def read_back(data: bytes) -> list[list[Any]]:
    return [journal.decode(frame.payload) for frame in journal.frames(data)]


@given(some_records)
def test_reading_gives_what_was_written(records: list[list[Any]]) -> None:
    assert read_back(written(records)) == records


@given(some_records, st.data())
def test_any_cut_gives_every_record_that_lies_wholly_before_it(records: list[list[Any]], data: st.DataObject) -> None:
    whole = written(records)
    cut = data.draw(st.integers(0, len(whole)))
    ends = [frame.end for frame in journal.frames(whole)]
    assert read_back(whole[:cut]) == records[: sum(end <= cut for end in ends)]


def test_every_cut_of_a_real_journal_gives_every_whole_record() -> None:
    whole = OLD.read_bytes()
    ends = [frame.end for frame in journal.frames(whole)]
    for cut in range(len(whole) + 1):
        assert sum(1 for _ in journal.frames(whole[:cut])) == sum(end <= cut for end in ends)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from(["zeros", "noise", "marks"]), st.integers(0, 40))
def test_a_damaged_block_costs_only_the_records_that_touch_it(seed: int, how: str, at_block: int) -> None:
    import random

    chance = random.Random(seed)
    records = [
        [6, 1, step, chance.random(), *(chance.random() for _ in range(chance.randrange(60)))] for step in range(300)
    ]
    whole = bytearray(written(records))
    start = min(at_block * 4096, len(whole) - 1) or len(MAGIC)
    end = min(start + 4096, len(whole))
    before = bytes(whole)
    frames = list(journal.frames(before))
    whole[start:end] = {
        "zeros": bytes(end - start),
        "noise": chance.randbytes(end - start),
        "marks": bytes([journal.FRAME_MARK]) * (end - start),
    }[how]
    untouched = [
        record
        for record, frame in zip(records, frames, strict=True)
        if before[frame.start : frame.end] == whole[frame.start : frame.end]  # zeros over zeros are no damage
    ]
    assert read_back(bytes(whole)) == untouched


@given(some_records, st.data())
def test_reading_in_pieces_from_frame_to_frame_is_reading_at_once(
    records: list[list[Any]], data: st.DataObject
) -> None:
    whole = written(records)
    at, found = 0, []
    while at < len(whole):
        piece = whole[at : at + data.draw(st.integers(8, 4000))]
        frames = list(journal.frames(piece, at))
        found += [journal.decode(frame.payload) for frame in frames]
        if frames:
            at = frames[-1].end
        else:
            frames = list(journal.frames(whole[at:], at))
            found += [journal.decode(frame.payload) for frame in frames]
            at = len(whole)
    assert found == records


def test_a_frame_of_the_largest_size_is_read_back() -> None:
    payload = msgspec.msgpack.encode([4, b"x" * (MAX_PAYLOAD_BYTES - 8)])
    assert len(payload) <= MAX_PAYLOAD_BYTES
    (frame,) = journal.frames(MAGIC + journal.frame(payload))
    assert bytes(frame.payload) == payload


@pytest.mark.parametrize("size", [0, MAX_PAYLOAD_BYTES + 1])
def test_a_payload_that_is_empty_or_too_large_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="a journal record has"):
        journal.frame(bytes(size))


@given(st.binary(max_size=400))
def test_bytes_that_are_no_record_are_a_value_error_or_a_list(payload: bytes) -> None:
    try:
        record = journal.decode(payload)
    except ValueError:
        return
    assert isinstance(record[0], int)


@given(st.binary(max_size=4000))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for frame in journal.frames(data):
        assert frame.end - frame.start == HEADER_BYTES + len(frame.payload)


def test_the_version_is_told_from_the_head() -> None:
    assert journal.version(MAGIC + b"more") == 1
    for head in (b"", b"GNOMON", os.urandom(8)):
        with pytest.raises(ValueError, match="not a Gnomon journal"):
            journal.version(head)


def test_a_journal_of_format_1_is_read() -> None:
    kinds = [record[0] for record in read_back(OLD.read_bytes())]
    assert kinds[0] == Kind.BEGIN
    assert set(kinds) == set(Kind) - {Kind.ARTIFACT, Kind.ALERT}  # that version had none
    begin = read_back(OLD.read_bytes())[0][1]
    assert begin["format"] == 1
    assert begin["project"] == "digits"
    rows = [record for record in read_back(OLD.read_bytes()) if record[0] == Kind.ROW]
    assert [row[2] for row in rows] == [0, 1, 2, 1, 3]
    assert rows[0][4:] == [2.5, 0.125]


def test_the_page_on_the_format_draws_a_frame_as_it_is_written() -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats" / "journal.md").read_text()
    drawn = next(line for line in page.split("\n") if line.startswith(" A7 16 00 00"))
    payload = msgspec.msgpack.encode([6, 1, 3, 0.0, 0.5])
    assert bytes.fromhex(drawn) == journal.frame(payload)
    for kind in Kind:
        assert f"| {kind.value} | {kind.name} |" in page
