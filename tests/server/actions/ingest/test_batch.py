"""Journal bytes to a value."""

from __future__ import annotations

import math
import random
import time
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.protocol.journal import MAGIC, Kind, frame
from gnomon.server.actions.ingest import Batch, decode
from gnomon.server.storage.metrics.store import Block


def frames_of(*records: list[Any]) -> bytes:
    return b"".join(frame(msgspec.msgpack.encode(record)) for record in records)


def journal_of(*records: list[Any]) -> bytes:
    return MAGIC + frames_of(*records)


def values_of(batch: Batch, stream: str = "history") -> dict[str, list[tuple[int, Any]]]:
    """For each key its (step, value) pairs in the order in which the store gets them."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for block in batch.blocks:
        if block.stream == stream:
            check_block(block)
            for key, column in zip(block.keys, block.columns, strict=True):
                if isinstance(column, np.ndarray):
                    values = column.tolist()
                else:
                    values = [None if text is None else msgspec.json.decode(text) for text in column]
                found.setdefault(key, []).extend(zip(block.steps.tolist(), values, strict=True))
    return found


def check_block(block: Block) -> None:
    assert block.steps.dtype == np.int64
    assert block.times.dtype == np.float64
    assert len(block.keys) == len(block.columns) == len(set(block.keys))
    assert {len(column) for column in block.columns} == {len(block.steps)} == {len(block.times)}
    assert len(block.steps) > 0


def test_rows_become_columns() -> None:
    batch = decode(journal_of([5, 0, ["loss", "n"]], [6, 0, 0, 1.5, 0.25, 3], [6, 0, 1, 2.5, 0.125, 4]), 0, {})
    (block,) = batch.blocks
    assert block.keys == ("loss", "n")
    assert block.times.tolist() == [1.5, 2.5]
    assert values_of(batch) == {"loss": [(0, 0.25), (1, 0.125)], "n": [(0, 3), (1, 4)]}
    assert (batch.rows, batch.points, batch.last_step) == (2, 4, 1)


def test_every_kind_of_value_comes_through_as_it_was() -> None:
    values = [1, 2**63 - 1, -(2**63), 0.1, math.inf, -math.inf, True, False, "text", ["a", 1], {"_type": "image-file"}]
    keys = [f"k{i}" for i in range(len(values))]
    batch = decode(journal_of([5, 0, keys], [6, 0, 7, 1.0, *values]), 0, {})
    found = {key: pairs[0][1] for key, pairs in values_of(batch).items()}
    assert list(found.values()) == values
    assert [type(value) for value in found.values()] == [type(value) for value in values]


def test_nan_stays_nan() -> None:
    batch = decode(journal_of([5, 0, ["x"]], [6, 0, 0, 1.0, math.nan]), 0, {})
    assert math.isnan(values_of(batch)["x"][0][1])


def test_an_int_too_large_for_64_bits_becomes_the_nearest_float() -> None:
    batch = decode(journal_of([5, 0, ["x"]], [6, 0, 0, 1.0, 2**63]), 0, {})
    assert values_of(batch) == {"x": [(0, float(2**63))]}


def test_none_is_no_value() -> None:
    batch = decode(journal_of([5, 0, ["x", "y"]], [6, 0, 0, 1.0, None, 1], [6, 0, 1, 1.0, 2.5, 2]), 0, {})
    assert values_of(batch) == {"x": [(1, 2.5)], "y": [(0, 1), (1, 2)]}


def test_a_key_that_changes_its_type_keeps_its_order() -> None:
    rows = [[6, 0, i, 1.0, value] for i, value in enumerate([1, "a", 2.5, "b", True, 2**60, 0.5])]
    batch = decode(journal_of([5, 0, ["x"]], *rows), 0, {})
    assert values_of(batch)["x"] == [(0, 1), (1, "a"), (2, 2.5), (3, "b"), (4, True), (5, 2**60), (6, 0.5)]


def test_many_changes_of_schema_give_few_blocks_that_keep_each_key_in_order() -> None:
    records: list[list[Any]] = [[5, 0, ["loss", "epoch"]], [5, 1, ["acc", "epoch"]]]
    for i in range(1000):
        records.append([6, 0, i, float(i), i / 8, 2 * i])
        records.append([6, 1, i, float(i), i / 4, 2 * i + 1])
    batch = decode(journal_of(*records), 0, {})
    assert len(batch.blocks) == 3
    found = values_of(batch)
    assert found["loss"] == [(i, i / 8) for i in range(1000)]
    assert found["acc"] == [(i, i / 4) for i in range(1000)]
    assert found["epoch"] == [pair for i in range(1000) for pair in ((i, 2 * i), (i, 2 * i + 1))]


def test_many_changes_of_schema_and_of_type_keep_each_key_in_order() -> None:
    records: list[list[Any]] = [[5, 0, ["loss", "note"]], [5, 1, ["acc", "note"]]]
    for i in range(200):
        records.append([6, 0, i, float(i), i / 8, "even"])
        records.append([6, 1, i, float(i), i / 4, i])
    found = values_of(decode(journal_of(*records), 0, {}))
    assert found["note"] == [pair for i in range(200) for pair in ((i, "even"), (i, i))]


def test_a_bad_record_costs_only_itself() -> None:
    data = journal_of(
        [5, 0, ["x"]], [6, 9, 0, 1.0, 1], [6, 0, "one", 1.0, 1], [6, 0, 0, 1.0, 1, 2], [6], [99], [8, "x", 1.0, 1, "t"],
        [11, 1.0, [1]], [5, "id", ["x"]], [6, 0, 5, 1.0, 42],
    )  # fmt: skip
    batch = decode(data + frame(b"\xc1") + frames_of([6, 0, 6, 1.0, 43]), 0, {})
    assert values_of(batch) == {"x": [(5, 42), (6, 43)]}
    assert batch.skipped == 9
    assert batch.end == len(data) + 9 + len(frames_of([6, 0, 6, 1.0, 43]))


def test_schemas_persist_from_one_part_of_a_journal_to_the_next() -> None:
    first = journal_of([5, 3, ["x"]])
    batch = decode(first, 0, {})
    assert [(schema.at, schema.id, schema.keys) for schema in batch.schemas] == [(8, 3, ("x",))]
    later = decode(frames_of([6, 3, 0, 1.0, 5]), len(first), {3: ("x",)})
    assert values_of(later) == {"x": [(0, 5)]}


def test_console_lines_written_again_are_kept_once() -> None:
    batch = decode(journal_of([8, 0, 1.0, 1, "10%"], [8, 0, 2.0, 1, "20%"], [8, 1, 3.0, 2, "oh"]), 0, {})
    assert values_of(batch, "console") == {"stdout": [(0, "20%")], "stderr": [(1, "oh")]}
    assert batch.lines == 2


def test_system_samples_are_a_stream_of_their_own() -> None:
    batch = decode(journal_of([11, 2.0, {"cpu": 10, "gpu": 5.5}], [11, 4.0, {"cpu": 20, "gpu": 6.5}]), 0, {})
    assert values_of(batch, "system") == {"cpu": [(2000, 10.0), (4000, 20.0)], "gpu": [(2000, 5.5), (4000, 6.5)]}


def test_changes_come_in_order_with_their_offsets() -> None:
    data = journal_of([3, {"lr": 1}, []], [2, {"name": "n"}], [9, {"state": "finished"}])
    batch = decode(data, 0, {})
    assert [change.kind for change in batch.changes] == [Kind.CONFIG, Kind.RUN, Kind.EXIT]
    assert [change.at for change in batch.changes] == sorted(change.at for change in batch.changes)
    assert batch.changes[0].at == 8


def test_what_was_logged_last_is_known_for_each_key() -> None:
    head = journal_of([5, 0, ["x"]], [5, 1, ["y"]])
    rows = [frames_of([6, 0, 0, 1.0, 1]), frames_of([6, 1, 1, 1.0, 1]), frames_of([6, 0, 2, 1.0, 1])]
    batch = decode(head + b"".join(rows), 0, {})
    assert batch.logged == {"y": len(head) + len(rows[0]), "x": len(head) + len(rows[0]) + len(rows[1])}


def plain_rows(count: int, keys: int = 3, **kinds: Any) -> list[list[Any]]:
    chance = random.Random(1)
    return [[6, 0, i, 1e9 + i, *(chance.random() for _ in range(keys))] for i in range(count)]


@pytest.mark.parametrize("count", [1, 15, 16, 17, 127, 128, 129, 300, 70_000])
def test_the_fast_road_reads_what_the_slow_one_reads(count: int) -> None:
    rows = plain_rows(count)
    batch = decode(journal_of([5, 0, ["a", "b", "c"]], *rows), 0, {})
    assert batch.rows == count
    assert len(batch.blocks) == 1
    assert values_of(batch) == {
        key: [(row[2], row[4 + place]) for row in rows] for place, key in enumerate(["a", "b", "c"])
    }


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_mixture_of_rows_gives_each_key_its_values_in_order(data: st.DataObject) -> None:
    value = st.one_of(
        st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), st.booleans(), st.text(max_size=3), st.none(),
        st.sampled_from([0.5, 1.5]),
    )  # fmt: skip
    schemas = data.draw(st.lists(st.lists(st.sampled_from("abcd"), unique=True, min_size=1), min_size=1, max_size=3))
    records: list[list[Any]] = [[5, i, keys] for i, keys in enumerate(schemas)]
    expected: dict[str, list[tuple[int, Any]]] = {}
    for _ in range(data.draw(st.integers(0, 6))):
        id = data.draw(st.integers(0, len(schemas) - 1))
        row_values = [data.draw(value) for _ in schemas[id]]
        step = data.draw(st.integers(-(2**63), 2**63 - 1))
        for repeat in range(data.draw(st.sampled_from([1, 2, 40]))):
            at = step if step + 40 >= 2**63 else step + repeat
            records.append([6, id, at, 1.0, *row_values])
            for key, one in zip(schemas[id], row_values, strict=True):
                if one is not None:
                    kept = float(one) if type(one) is int and one >= 2**63 else one
                    expected.setdefault(key, []).append((at, kept))
    batch = decode(journal_of(*records), 0, {})
    assert batch.skipped == 0
    assert values_of(batch) == expected


def test_a_flipped_bit_in_a_long_stretch_costs_one_row() -> None:
    rows = plain_rows(1000)
    data = bytearray(journal_of([5, 0, ["a", "b", "c"]], *rows))
    data[len(data) // 2] ^= 0x10
    batch = decode(bytes(data), 0, {})
    assert batch.rows == 999
    assert batch.damaged_bytes == len(frames_of(rows[500]))
    assert batch.end == len(data)


def test_a_journal_cut_anywhere_is_taken_up_to_its_last_whole_frame() -> None:
    parts = [journal_of([5, 0, ["x"]]), *(frames_of([6, 0, i, 1.0, i / 2]) for i in range(30))]
    data = b"".join(parts)
    ends = [sum(map(len, parts[: i + 1])) for i in range(len(parts))]
    for cut in range(len(data) + 1):
        batch = decode(data[:cut], 0, {})
        whole = [end for end in ends if end <= cut]
        assert batch.end == (whole[-1] if whole else 8 if cut >= 8 else 0)
        assert batch.rows == max(len(whole) - 1, 0)
        assert batch.damaged_bytes == 0


def test_a_flipped_byte_anywhere_costs_at_most_the_frame_it_is_in() -> None:
    parts = [
        journal_of([5, 0, ["x"]]),
        *(frames_of([6, 0, i, 1.0, i / 2]) for i in range(30)),
        frames_of([5, 1, ["y"]]),
    ]
    data = b"".join(parts)
    for at in range(8, len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 0xFF
        batch = decode(bytes(flipped), 0, {0: ("x",)})
        assert batch.rows >= 29
        assert batch.end <= len(data)


def test_splitting_a_journal_anywhere_gives_the_same_rows() -> None:
    rows = plain_rows(60)
    data = journal_of([5, 0, ["a", "b", "c"]], *rows)
    whole = values_of(decode(data, 0, {}))
    for cut in range(0, len(data), 7):
        first = decode(data[:cut], 0, {})
        known = {schema.id: schema.keys for schema in first.schemas}
        second = decode(data[first.end :], first.end, known)
        found: dict[str, list[tuple[int, Any]]] = {}
        for part in (first, second):
            for key, pairs in values_of(part).items():
                found.setdefault(key, []).extend(pairs)
        assert found == whole


def test_a_batch_of_many_records_ends_before_its_bytes_do() -> None:
    data = journal_of(*([8, i, 1.0, 1, ""] for i in range(100_010)))
    first = decode(data, 0, {})
    second = decode(data[first.end :], first.end, {})
    assert first.lines == 100_000
    assert second.end == len(data)
    assert second.lines == 100_010


@pytest.mark.parametrize(
    "data",
    [
        b"\xa7" * 3_000_000,
        bytes(3_000_000),
        b"\xa7\xff\xff\x0f\x00\x00\x00\x00\x91" * 300_000,
        b"\xa7\x01\x00\x00\x00\x00\x00\x00" * 300_000,
        (frames_of([3, {}, []]) + b"\xa7") * 100_000,
    ],
    ids=["marks", "zeros", "long claims", "short claims", "damage between frames"],
)
def test_damage_made_on_purpose_takes_bounded_time(data: bytes) -> None:
    started = time.process_time()
    decode(data, 8, {})
    assert time.process_time() - started < 10


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_at_all_break_the_decoder(junk: bytes, framed: bool) -> None:
    data = MAGIC + (frame(junk) if framed and junk else junk)
    batch = decode(data, 0, {0: ("x",)})
    assert 0 <= batch.end <= len(data)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3) | st.integers(0, 5), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 13), st.lists(json_like, max_size=6)), max_size=8))
def test_no_record_at_all_breaks_the_decoder(records: list[tuple[int, list[Any]]]) -> None:
    data = journal_of([5, 0, ["x"]], *([kind, *body] for kind, body in records), [6, 0, 1, 1.0, 7.5])
    batch = decode(data, 0, {})
    assert batch.end == len(data)
    for block in batch.blocks:
        check_block(block)
