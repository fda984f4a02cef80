"""Columns as few bytes, exactly. The bytes are drawn in `docs/formats/segments.md`."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.points import Values
from gnomon.server.zstandard import compress, decompress

LEVEL = 1
SAMPLE = 2048
"""How many values are tried in every packing before the best one is chosen for the column."""

_word = struct.Struct("<q")
_pair = struct.Struct("<qq")
_size = struct.Struct("<I")
_sizes = struct.Struct("<II")

# What the first byte of a column says. Words are 64-bit integers, floats are kept as their bits.
CONSTANT, ARITHMETIC, OFFSETS, DELTAS, FLOAT32, FLOAT64, BOOLS, TEXTS, MIXED = b"carnfdbtm"

_NARROW = (np.dtype("<i1"), np.dtype("<i2"), np.dtype("<i4"), np.dtype("<i8"))


def encode(values: Values) -> bytes:
    """The bytes of a column of one of the four types of values; it is not empty."""
    kind = values.dtype.kind
    if kind == "f":
        return b"f" + _encode_floats(values)
    if kind == "i":
        return b"i" + encode_words(values)
    if kind == "b":
        return b"b" + compress(np.packbits(values).tobytes(), LEVEL)
    texts = values.tolist()
    if all(isinstance(text, str) for text in texts):
        return b"t" + _encode_texts(texts)
    return b"m" + _encode_mixed(texts)


def decode(data: bytes, count: int) -> Values:
    """The `count` values that became `data`. Raises ValueError where it was not made by `encode`."""
    kind, rest = data[:1], data[1:]
    if kind == b"f":
        return _decode_floats(rest, count)
    if kind == b"i":
        return decode_words(rest, count)
    if kind == b"b":
        return np.unpackbits(np.frombuffer(decompress(rest), np.uint8), count=count).astype(np.bool_)
    if kind == b"t":
        return _object(_decode_texts(rest, count))
    if kind == b"m":
        return _object(_decode_mixed(rest, count))
    raise ValueError(f"a column begins with {kind!r}, which is no kind of column")


def encode_words(words: NDArray[Any]) -> bytes:
    """64-bit integers, or floats by their bits where neighbours are alike (times)."""
    words = np.ascontiguousarray(words).view(np.int64)
    if len(words) == 1:
        return b"a" + _pair.pack(int(words[0]), 0)
    deltas = words[1:] - words[:-1]  # wraps around, and so does decoding
    if (deltas == deltas[0]).all():
        return b"a" + _pair.pack(int(words[0]), int(deltas[0]))
    base = int(words.min())
    by_delta = b"n" + _word.pack(int(words[0])) + _pack_narrow(deltas)
    if int(words.max()) - base >= 2**63:
        return by_delta
    by_offset = b"r" + _word.pack(base) + _pack_narrow(words - base)
    return min(by_delta, by_offset, key=len)


def decode_words(data: bytes, count: int) -> NDArray[np.int64]:
    """The words that became `data`."""
    kind = data[0]
    if kind == ARITHMETIC:
        start, stride = _pair.unpack(data[1:])
        if stride == 0:
            return np.full(count, start, np.int64)
        with np.errstate(over="ignore"):
            evenly: NDArray[np.int64] = np.int64(start) + np.arange(count, dtype=np.int64) * np.int64(stride)
            return evenly
    (base,) = _word.unpack_from(data, 1)
    if kind == DELTAS:
        out = np.empty(count, np.int64)
        out[0] = base
        out[1:] = _unpack_narrow(data[9:])
        np.cumsum(out, out=out)
        return out
    if kind == OFFSETS:
        words: NDArray[np.int64] = _unpack_narrow(data[9:]).astype(np.int64) + np.int64(base)
        return words
    raise ValueError(f"a column of words begins with {bytes([kind])!r}")


def _pack_narrow(words: NDArray[np.int64]) -> bytes:
    low, high = int(words.min()), int(words.max())
    width = next(at for at in range(4) if -(1 << (8 << at) - 1) <= low and high < 1 << (8 << at) - 1)
    return bytes([width]) + _shuffle(words.astype(_NARROW[width]))


def _unpack_narrow(data: bytes) -> NDArray[Any]:
    return _unshuffle(data[1:], _NARROW[data[0]])


def _encode_floats(values: NDArray[np.float64]) -> bytes:
    bits = values.view(np.int64)
    if (bits == bits[0]).all():
        return b"c" + _word.pack(int(bits[0]))
    with np.errstate(over="ignore", invalid="ignore"):
        small = values.astype(np.float32)
        exact = np.array_equal(small.astype(np.float64).view(np.int64), bits)
    lead = b"f" if exact else b"d"
    words: NDArray[Any] = small.view(np.int32) if exact else bits
    ways = _WAYS_OF_FEW if len(words) <= FEW else _WAYS if len(words) < MANY else _WAYS_OF_MANY
    sample = words[:SAMPLE]
    tried = {way: pack(sample) for way, pack in ways.items()}
    best = min(tried, key=lambda way: len(tried[way]))
    return lead + best + (tried[best] if len(sample) == len(words) else ways[best](words))


def encode_few(values: NDArray[np.float64]) -> list[bytes]:
    """What `encode` makes of each row of floats, of which there are no more than `FEW` in a row."""
    bits = values.view(np.int64)
    with np.errstate(over="ignore", invalid="ignore"):
        small = values.astype(np.float32)
        exact = (small.astype(np.float64).view(np.int64) == bits).all(axis=1).tolist()
    same = (bits == bits[:, :1]).all(axis=1).tolist()
    width = values.shape[1]
    wide, narrow = values.tobytes(), small.tobytes()
    out = []
    for at in range(len(values)):
        if same[at]:
            out.append(b"fc" + wide[8 * width * at : 8 * width * at + 8])
        elif exact[at]:
            out.append(b"ffr" + narrow[4 * width * at : 4 * width * (at + 1)])
        else:
            out.append(b"fdr" + wide[8 * width * at : 8 * width * (at + 1)])
    return out


def _decode_floats(data: bytes, count: int) -> NDArray[np.float64]:
    kind, way, rest = data[0], data[1:2], data[2:]
    if kind == CONSTANT:
        return np.full(count, _word.unpack(data[1:])[0], np.int64).view(np.float64)
    words = np.dtype("<i4") if kind == FLOAT32 else np.dtype("<i8")
    if way == b"p":
        bits: NDArray[Any] = np.frombuffer(decompress(rest), words)
    elif way == b"r":
        bits = np.frombuffer(rest, words)
    elif way == b"a":
        bits = _put_together(rest, count, words)
    else:
        bits = _unshuffle(rest, words)
        if way == b"x":
            bits = np.cumsum(bits, dtype=words)
    if len(bits) != count:
        raise ValueError(f"a column has {len(bits)} values and not {count}")
    return bits.view(np.float32).astype(np.float64) if kind == FLOAT32 else bits.view(np.float64)


def _plain(words: NDArray[Any]) -> bytes:
    return compress(words.tobytes(), LEVEL)


def _shuffle(words: NDArray[Any]) -> bytes:
    """All first bytes, then all second bytes, and so on: the bytes that are alike stand together."""
    width = words.dtype.itemsize
    if width == 1:
        return compress(words.tobytes(), LEVEL)
    return compress(np.ascontiguousarray(words.view(np.uint8).reshape(-1, width).T).tobytes(), LEVEL)


def _unshuffle(data: bytes, kind: np.dtype[Any]) -> NDArray[Any]:
    flat = np.frombuffer(decompress(data), np.uint8)
    if kind.itemsize == 1:
        return flat.view(kind)
    return np.ascontiguousarray(flat.reshape(kind.itemsize, -1).T).view(kind).ravel()


def _differences(words: NDArray[Any]) -> bytes:
    deltas = words.copy()
    deltas[1:] -= words[:-1]
    return _shuffle(deltas)


def _apart(words: NDArray[Any]) -> bytes:
    """Shuffled, and each part packed for itself where that makes it smaller: noise costs the others nothing."""
    head = b""
    parts = []
    for part in np.ascontiguousarray(words.view(np.uint8).reshape(-1, words.dtype.itemsize).T):
        plain = part.tobytes()
        packed = compress(plain, LEVEL)
        parts.append(packed if len(packed) < len(plain) else plain)
        head += _size.pack(len(parts[-1]))
    return head + b"".join(parts)


def _put_together(data: bytes, count: int, kind: np.dtype[Any]) -> NDArray[Any]:
    width = kind.itemsize
    parts = np.empty((width, count), np.uint8)
    at = 4 * width
    for number, (size,) in enumerate(_size.iter_unpack(data[:at])):
        part = data[at : at + size]
        parts[number] = np.frombuffer(part if size == count else decompress(part), np.uint8)
        at += size
    return np.ascontiguousarray(parts.T).view(kind).ravel()


def _bare(words: NDArray[Any]) -> bytes:
    return words.tobytes()


_WAYS = {b"s": _shuffle, b"p": _plain, b"x": _differences}
_WAYS_OF_MANY = _WAYS | {b"a": _apart}
_WAYS_OF_FEW = {b"r": _bare}
MANY = 512
FEW = 32
"""Columns of no more values than that are not packed: it would gain little and take long."""


def _encode_texts(texts: list[str]) -> bytes:
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    lengths = compress(np.array([len(text) for text in encoded], "<u4").tobytes(), LEVEL)
    body = compress(b"".join(encoded), LEVEL)
    return _sizes.pack(len(lengths), len(body)) + lengths + body


def _decode_texts(data: bytes, count: int) -> list[str]:
    size, _ = _sizes.unpack_from(data)
    lengths = np.frombuffer(decompress(data[8 : 8 + size]), "<u4").tolist()
    body = decompress(data[8 + size :])
    if len(lengths) != count or sum(lengths) != len(body):
        raise ValueError(f"a column of text has {len(lengths)} values and not {count}")
    return list(_sliced(body, lengths))


def _sliced(body: bytes, lengths: list[int]) -> Iterator[str]:
    at = 0
    for length in lengths:
        yield body[at : at + length].decode("utf-8", "surrogatepass")
        at += length


def _encode_mixed(values: list[Any]) -> bytes:
    """A byte for the type of each value, the bits of the numbers, the texts."""
    kinds = bytes(b"bift"[(bool, int, float, str).index(type(value))] for value in values)
    numbers = [
        _word.unpack(struct.pack("<d", value))[0] if isinstance(value, float) else int(value)
        for value in values
        if not isinstance(value, str)
    ]
    head = compress(kinds, LEVEL)
    bits = compress(np.array(numbers, "<i8").tobytes(), LEVEL)
    return _sizes.pack(len(head), len(bits)) + head + bits + _encode_texts([v for v in values if isinstance(v, str)])


def _decode_mixed(data: bytes, count: int) -> list[Any]:
    head, bits = _sizes.unpack_from(data)
    kinds = decompress(data[8 : 8 + head])
    if len(kinds) != count:
        raise ValueError(f"a mixed column has {len(kinds)} values and not {count}")
    numbers = np.frombuffer(decompress(data[8 + head : 8 + head + bits]), "<i8")
    ints, floats = iter(numbers.tolist()), iter(numbers.view("<f8").tolist())
    texts = iter(_decode_texts(data[8 + head + bits :], kinds.count(b"t")))
    out: list[Any] = []
    for kind in kinds:
        if kind == TEXTS:
            out.append(next(texts))
            continue
        whole, real = next(ints), next(floats)
        out.append(real if kind == FLOAT32 else whole if kind == ord("i") else bool(whole))
    return out


def _object(values: list[Any]) -> Values:
    out = np.empty(len(values), object)
    out[:] = values
    return out
