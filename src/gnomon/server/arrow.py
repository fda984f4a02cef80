"""Tables as Arrow streams, batch by batch: a batch of numpy columns is bytes before the next one is made."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import nanoarrow as na
import numpy as np
from nanoarrow import ipc
from numpy.typing import NDArray

ARROW = "application/vnd.apache.arrow.stream"

Kind = Literal["float", "int", "bool", "string", "json", "timestamp", "strings"]
"""`timestamp` is in microseconds, UTC, without a zone in its type; `strings` is a list of strings."""

_JSON = {"ARROW:extension:name": "arrow.json", "ARROW:extension:metadata": ""}


class Field(NamedTuple):
    """A column of a table."""

    name: str
    kind: Kind


class Values(NamedTuple):
    """Numbers, bools, or strings in an array of objects (where there is none, anything), and which rows have one."""

    values: NDArray[Any]
    valid: NDArray[np.bool_] | None = None


class Repeated(NamedTuple):
    """Texts that each come many times in a row."""

    texts: Sequence[str]
    counts: Sequence[int]


class Lists(NamedTuple):
    """A list of strings a row."""

    lists: Sequence[Sequence[str]]


Column = Values | Repeated | Lists


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, and their rows, some at a time. Whoever reads `batches` closes it."""

    fields: tuple[Field, ...]
    batches: AsyncGenerator[tuple[Sequence[Column], int], None]


async def as_arrow(table: Table) -> AsyncGenerator[bytes, None]:
    """The table as one Arrow IPC stream."""
    writer = ArrowWriter(table.fields)
    async with aclosing(table.batches) as batches:
        async for columns, rows in batches:
            yield await asyncio.to_thread(writer.write, columns, rows)
    yield writer.end()


class ArrowWriter:
    """Writes one stream; the bytes of all calls together are it."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = fields
        self._schema = na.c_schema(
            na.struct([na.Schema(_type(field.kind), name=field.name, nullable=True) for field in fields])
        )
        self._out = io.BytesIO()
        self._writer = ipc.StreamWriter.from_writable(self._out)

    def write(self, columns: Sequence[Column], rows: int) -> bytes:
        """A batch; the first one comes with the schema."""
        children = [
            _array(field.kind, column, rows, self._schema.child(at))
            for at, (field, column) in enumerate(zip(self._fields, columns, strict=True))
        ]
        self._writer.write_array(na.c_array_from_buffers(self._schema, rows, [None], children=children))
        return self._taken()

    def end(self) -> bytes:
        """What ends the stream, after the schema where there was no batch."""
        if self._writer._iterator is None:
            self._writer.write_stream(na.c_array_stream(na.ArrayStream([], self._schema)))
        self._writer.close()
        return self._taken()

    def _taken(self) -> bytes:
        data = self._out.getvalue()
        self._out.seek(0)
        self._out.truncate()
        return data


def _type(kind: Kind) -> Any:
    if kind == "strings":
        return na.list_(na.string())
    if kind == "timestamp":
        return na.timestamp("us")
    if kind == "json":
        return na.Schema(na.string(), metadata=_JSON)
    return {"float": na.float64(), "int": na.int64(), "bool": na.bool_(), "string": na.string()}[kind]


def _array(kind: Kind, column: Column, rows: int, schema: Any) -> Any:
    if isinstance(column, Repeated):
        return na.c_array_from_buffers(schema, rows, [None, *_repeated(column)])
    if isinstance(column, Lists):
        inner = [text for texts in column.lists for text in texts]
        ends = np.cumsum([0, *map(len, column.lists)]).astype(np.int32)
        child = na.c_array_from_buffers(schema.child(0), len(inner), [None, *_texts(inner)])
        return na.c_array_from_buffers(schema, rows, [None, ends], children=[child])
    values, valid = column.values, column.valid
    bits = None if valid is None else np.packbits(valid, bitorder="little")
    if kind in ("string", "json"):
        texts: list[Any] = values.tolist()
        if valid is not None:
            texts = [text if there else "" for text, there in zip(texts, valid.tolist(), strict=True)]
        return na.c_array_from_buffers(schema, rows, [bits, *_texts(texts)])
    if kind == "bool":
        return na.c_array_from_buffers(schema, rows, [bits, np.packbits(values.astype(np.bool_), bitorder="little")])
    wanted = np.float64 if kind == "float" else np.int64
    return na.c_array_from_buffers(schema, rows, [bits, np.ascontiguousarray(values, wanted)])


def _texts(texts: Sequence[str]) -> tuple[NDArray[np.int32], bytes]:
    """Offsets and bytes. A lone surrogate, which UTF-8 has not, becomes `?`."""
    encoded = [text.encode("utf-8", "replace") for text in texts]
    return _offsets(map(len, encoded), len(encoded)), b"".join(encoded)


def _repeated(column: Repeated) -> tuple[NDArray[np.int32], bytes]:
    encoded = [text.encode("utf-8", "replace") for text in column.texts]
    sizes = np.repeat([len(text) for text in encoded], column.counts)
    return _offsets(sizes, len(sizes)), b"".join(t * count for t, count in zip(encoded, column.counts, strict=True))


def _offsets(sizes: Iterable[int] | NDArray[Any], count: int) -> NDArray[np.int32]:
    offsets = np.zeros(count + 1, np.int64)
    each = sizes if isinstance(sizes, np.ndarray) else np.fromiter(sizes, np.int64, count)
    np.cumsum(each, out=offsets[1:])
    if offsets[-1] >= 2**31:
        raise ValueError("a batch holds more than 2 GB of text")
    return offsets.astype(np.int32)


def timestamps(secs: NDArray[np.float64]) -> Values:
    """Unix seconds as timestamps; what is no time a timestamp can say has none."""
    good = np.abs(secs) < 2**53 / 1e3  # NaN is not good
    whole = np.zeros(len(secs), np.int64)
    whole[good] = np.round(secs[good] * 1e6).astype(np.int64)
    return Values(whole, None if bool(good.all()) else good)
