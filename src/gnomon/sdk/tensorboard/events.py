"""What an event file says: steps with scalars, pictures, histograms, sounds, texts and hyperparameters."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from gnomon.sdk.tensorboard import wire
from gnomon.sdk.tensorboard.wire import BadMessage

_LETTERS = {1: "f", 2: "d", 3: "i", 4: "B", 5: "h", 6: "b", 9: "q", 10: "?", 17: "H", 19: "e", 22: "I", 23: "Q"}
"""Types of tensors as `struct` letters; 7 is text, 14 a float whose second half is missing."""

TEXT, BFLOAT16 = 7, 14
_FIELDS = {1: (5, "f"), 2: (6, "d")}
_WHOLE_FIELDS = {3: 7, 4: 7, 5: 7, 6: 7, 9: 10, 10: 11, 17: 7, 22: 16, 23: 17}
_HALF_FIELD = 13


class Tensor(NamedTuple):
    """The values of a tensor in one line, and its shape."""

    shape: tuple[int, ...]
    values: list[Any]


class Picture(NamedTuple):
    """An encoded picture."""

    data: bytes


class Sound(NamedTuple):
    """An encoded sound."""

    data: bytes
    sample_rate: float


class Bins(NamedTuple):
    """A histogram: how many in each bin, and the edges between them."""

    counts: list[float]
    edges: list[float]


class Curve(NamedTuple):
    """Precision over recall."""

    recall: list[float]
    precision: list[float]


class Settings(NamedTuple):
    """Hyperparameters of a session."""

    values: dict[str, Any]


class Value(NamedTuple):
    """One tag's value: a number, a text, or one of the kinds above, or a list of pictures or sounds."""

    tag: str
    value: Any


class Event(NamedTuple):
    """What was written at a time, for a step."""

    time: float
    step: int
    values: list[Value]


def read(data: bytes) -> Event:
    """The event that a record is. What has no place in a run (graphs, meshes) is left out. Raises BadMessage."""
    time, step, values = 0.0, 0, []
    for number, kind, value in wire.fields(data):
        if number == 1 and kind == wire.FIXED64:
            time = wire.double(value)
        elif number == 2 and kind == wire.VARINT:
            step = wire.signed(value)
        elif number == 5 and kind == wire.BYTES:
            values = summary(value)
    return Event(time, step, values)


def summary(data: bytes) -> list[Value]:
    """The values of a summary. Raises BadMessage."""
    found = []
    for number, kind, value in wire.fields(data):
        if number == 1 and kind == wire.BYTES:
            one = _value(value)
            if one is not None:
                found.append(one)
    return found


def _value(data: bytes) -> Value | None:
    known = wire.message(data)
    tag = wire.text(known, 1)
    if 2 in known:
        return Value(tag, wire.float32(known[2][-1]))
    if 4 in known:
        return Value(tag, Picture(_bytes(wire.message(known[4][-1]), 4)))
    if 5 in known:
        bins = _old_histogram(wire.message(known[5][-1]))
        return None if bins is None else Value(tag, bins)
    if 6 in known:
        sound = wire.message(known[6][-1])
        return Value(tag, Sound(_bytes(sound, 4), wire.float32(sound[1][-1]) if 1 in sound else 0.0))
    plugin, content = _plugin(known)
    if plugin == "hparams":
        settings = _hyperparameters(content)
        return None if settings is None else Value(tag, settings)
    if 8 in known:
        made = _of_tensor(plugin, tensor(known[8][-1]))
        return None if made is None else Value(tag, made)
    return None


def _plugin(known: dict[int, list[Any]]) -> tuple[str, bytes]:
    metadata = wire.message(known[9][-1]) if 9 in known else {}
    plugin = wire.message(metadata[1][-1]) if 1 in metadata else {}
    return wire.text(plugin, 1), _bytes(plugin, 2)


def _of_tensor(plugin: str, found: Tensor) -> Any:
    """What a tensor means for a plugin; None where it means nothing here."""
    shape, values = found
    if plugin in ("scalars", ""):
        if len(values) != 1 or isinstance(values[0], bytes):
            return None
        return values[0]
    if plugin == "text":
        return "\n".join(value.decode("utf-8", "replace") for value in values if isinstance(value, bytes))
    if plugin == "images":
        return [Picture(value) for value in values[2:] if isinstance(value, bytes)]
    if plugin == "audio":
        sounds = values[::2] if len(shape) == 2 and shape[-1] == 2 else values
        return [Sound(value, 0.0) for value in sounds if isinstance(value, bytes)]
    if plugin == "histograms" and len(shape) == 2 and shape[1] == 3 and values:
        edges = [values[0], *values[1::3]]
        return Bins(values[2::3], edges)
    if plugin == "pr_curves" and len(shape) == 2 and shape[0] >= 2:
        width = shape[1]
        return Curve(values[-width:], values[-2 * width : -width])
    return None


def _old_histogram(known: dict[int, list[Any]]) -> Bins | None:
    """A histogram with the right edge of each bin. The outer edges are those of the values, not of the bins."""
    limits, counts = wire.numbers(known.get(6, []), "d"), wire.numbers(known.get(7, []), "d")
    if not limits or len(limits) != len(counts):
        return None
    least = wire.double(known[1][-1]) if 1 in known else 0.0
    greatest = wire.double(known[2][-1]) if 2 in known else limits[-1]
    first = next((at for at, count in enumerate(counts) if count), 0)
    last = next((at for at in range(len(counts) - 1, -1, -1) if counts[at]), len(counts) - 1)
    edges = [min(least, limits[first]), *limits[first:last], max(greatest, limits[last - 1] if last > first else least)]
    return Bins(counts[first : last + 1], edges)


def tensor(data: bytes) -> Tensor:
    """A tensor's values. Raises BadMessage for types that hold no numbers and no text."""
    known = wire.message(data)
    kind = known[1][-1] if 1 in known else 0
    shape = tuple(_size(dim) for dim in wire.message(known[2][-1]).get(2, [])) if 2 in known else ()
    count = 1
    for size in shape:
        count *= size
    return Tensor(shape, _tensor_values(known, kind, count))


def _tensor_values(known: dict[int, list[Any]], kind: int, count: int) -> list[Any]:
    if kind == TEXT:
        return list(known.get(8, []))
    content = _bytes(known, 4)
    if content:
        if kind == BFLOAT16:
            halves = wire.numbers([content], "H")
            return [struct.unpack("<f", struct.pack("<I", half << 16))[0] for half in halves]
        if kind not in _LETTERS:
            raise BadMessage(f"a tensor of the type {kind}")
        return wire.numbers([content], _LETTERS[kind])
    if kind in _FIELDS:
        number, letter = _FIELDS[kind]
        found: list[Any] = wire.numbers(known.get(number, []), letter)
    elif kind in (19, BFLOAT16):
        halves = wire.varints(known.get(_HALF_FIELD, []))
        found = [_half(half, kind) for half in halves]
    elif kind in _WHOLE_FIELDS:
        found = wire.varints(known.get(_WHOLE_FIELDS[kind], []))
    else:
        raise BadMessage(f"a tensor of the type {kind}")
    if not found:
        found = [0.0 if kind in _FIELDS else 0]  # what is left out is zero
    return found + [found[-1]] * (count - len(found)) if count <= 1 << 20 else found


def _half(bits: int, kind: int) -> float:
    if kind == BFLOAT16:
        return float(struct.unpack("<f", struct.pack("<I", (bits & 0xFFFF) << 16))[0])
    return float(struct.unpack("<e", struct.pack("<H", bits & 0xFFFF))[0])


def _size(dim: Any) -> int:
    return wire.signed(wire.message(dim).get(1, [0])[-1])


def _hyperparameters(content: bytes) -> Settings | None:
    """Those that a session begins with; None where it only ends."""
    started = wire.message(content).get(3)
    if not started:
        return None
    found: dict[str, Any] = {}
    for entry in wire.message(started[-1]).get(1, []):
        pair = wire.message(entry)
        value = wire.message(pair[2][-1]) if 2 in pair else {}
        found[wire.text(pair, 1)] = _plain_value(value)
    return Settings(found)


def _plain_value(known: dict[int, list[Any]]) -> Any:
    """A value of protobuf's own `Value` type."""
    if 2 in known:
        number = wire.double(known[2][-1])
        return int(number) if number.is_integer() and abs(number) < 1 << 53 else number
    if 3 in known:
        return wire.text(known, 3)
    if 4 in known:
        return bool(known[4][-1])
    return None


def _bytes(known: dict[int, list[Any]], number: int) -> bytes:
    found = known.get(number)
    return found[-1] if found and isinstance(found[-1], bytes) else b""
