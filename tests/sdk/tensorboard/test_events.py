"""Events of real writers, and of ones that write them otherwise."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gnomon.sdk.tensorboard import wire
from gnomon.sdk.tensorboard.events import Bins, Curve, Picture, Settings, Sound, read
from gnomon.sdk.tensorboard.records import EventFile
from gnomon.sdk.tensorboard.wire import BadMessage
from tests.sdk.tensorboard import messages

FILES = Path(__file__).with_name("files")
BINS = Bins([2.0] * 5, [0.0, 1.8, 3.6, 5.4, 7.2, 9.0])


def values(writer: str) -> dict[str, list[tuple[int, Any]]]:
    """What a real writer wrote, by tag."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for data in EventFile(str(FILES / f"{writer}.tfevents.1")).new():
        event = read(data)
        for tag, value in event.values:
            assert event.time > 1_600_000_000
            found.setdefault(tag, []).append((event.step, value))
    return found


@pytest.mark.parametrize("writer", ["torch", "tensorboardX"])
def test_what_torch_and_tensorboardx_write(writer: str) -> None:
    found = values(writer)
    assert found["train/loss"] == [(0, 1.0), (1, 0.5), (2, pytest.approx(1 / 3))]
    assert found["train/acc"] == [(0, 0.0), (1, 0.25), (2, 0.5)]
    assert found["weights"] == [(3, BINS)]
    assert found["words/text_summary"] == [(3, "a text")]
    for tag in ("picture", "batch"):
        ((step, picture),) = found[tag]
        assert step == 3 and isinstance(picture, Picture) and picture.data.startswith(b"\x89PNG")
    ((_, curve),) = found["pr"]
    assert curve == Curve([1.0, 1.0, 0.5, 0.0], [0.5, 1.0, 1.0, 0.0])
    ((_, settings),) = found["_hparams_/session_start_info"]
    assert isinstance(settings, Settings)
    assert settings.values == {"lr": 0.1, "batch": 32, "kind": "a", "flag": True}


def test_scalars_in_the_form_of_tensors() -> None:
    assert values("torch")["new"] == [(3, 2.5)]


def test_what_tensorflow_writes() -> None:
    found = values("tensorflow")
    assert found["loss"] == [(0, 1.0), (1, 0.5), (2, pytest.approx(1 / 3))]
    assert found["whole"] == [(3, 7)]
    assert found["h"] == [(3, BINS)]
    assert found["t"] == [(3, "hey")]
    assert [type(one) for one in found["img"][0][1]] == [Picture, Picture]
    assert [type(one) for one in found["a"][0][1]] == [Sound] and found["a"][0][1][0].data.startswith(b"RIFF")


@pytest.mark.parametrize(
    ("kind", "content", "value"),
    [
        (1, messages.part(4, struct.pack("<f", 1.5)), 1.5),
        (1, messages.part(5, struct.pack("<f", 1.5)), 1.5),
        (1, messages.float32(5, 1.5), 1.5),
        (1, b"", 0.0),
        (2, messages.part(6, struct.pack("<d", 0.1)), 0.1),
        (3, messages.part(7, messages.varint(-3)), -3),
        (9, messages.number(10, -5), -5),
        (10, messages.number(11, 1), 1),
        (19, messages.part(13, messages.varint(0x3E00)), 1.5),
        (19, messages.part(4, struct.pack("<e", 1.5)), 1.5),
        (14, messages.part(4, struct.pack("<H", 0x3FC0)), 1.5),
        (14, messages.part(13, messages.varint(0x3FC0)), 1.5),
        (4, messages.part(4, b"\x07"), 7),
        (23, messages.part(17, messages.varint(2**63 - 1)), 2**63 - 1),
    ],
)
def test_a_scalar_of_any_type_and_form(kind: int, content: bytes, value: float) -> None:
    event = read(messages.event(4, messages.tensor("x", "scalars", kind, (), content)))
    assert event.step == 4 and event.time == 1.5
    assert [tuple(one) for one in event.values] == [("x", value)]


def test_a_tensor_that_says_one_value_for_all() -> None:
    rows = messages.tensor("h", "histograms", 2, (2, 3), messages.part(6, struct.pack("<d", 4.0)))
    ((_, bins),) = read(messages.event(0, rows)).values
    assert bins == Bins([4.0, 4.0], [4.0, 4.0, 4.0])


def test_what_has_no_place_in_a_run_is_left_out() -> None:
    graph = messages.part(4, b"a graph")
    mesh = messages.tensor("mesh", "mesh", 1, (1, 2, 3), b"")
    vector = messages.tensor("v", "scalars", 1, (2,), messages.part(5, bytes(8)))
    unknown = messages.part(1, "nothing")
    event = read(messages.event(1, mesh, vector, unknown, messages.scalar("a", 1)) + graph)
    assert [value.tag for value in event.values] == ["a"]


def test_an_old_histogram_ends_where_its_values_end() -> None:
    limits, counts = [-1e-12, 1e-12, 1.0, 2.0, 1.8e308], [0.0, 1.0, 3.0, 2.0, 0.0]
    histogram = messages.double(1, 0.0) + messages.double(2, 1.7)
    histogram += messages.part(6, struct.pack("<5d", *limits)) + messages.part(7, struct.pack("<5d", *counts))
    ((_, bins),) = read(messages.event(0, messages.part(1, "h") + messages.part(5, histogram))).values
    assert bins == Bins([1.0, 3.0, 2.0], [0.0, 1e-12, 1.0, 1.7])


@given(some.binary(max_size=80))
def test_bytes_that_are_no_event_are_a_bad_message_or_an_event(data: bytes) -> None:
    try:
        read(data)
    except BadMessage:
        pass


@given(some.lists(some.tuples(some.integers(1, 2**20), some.integers(0, 2**64 - 1))))
def test_numbers_come_back(pairs: list[tuple[int, int]]) -> None:
    data = b"".join(messages.number(field, value) for field, value in pairs)
    assert [(field, value) for field, _, value in wire.fields(data)] == pairs
