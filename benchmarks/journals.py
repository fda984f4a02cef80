"""Journals by the million rows, made with numpy: what the server's benchmarks feed to it.

The bytes are those that the SDK writes (`docs/formats/journal.md`); a loop in Python over ten million rows would take
longer than the server needs to take them in.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Server
from gnomon.protocol.journal import FRAME_MARK, HEADER_BYTES, MAGIC, Kind, frame

SCHEMA = 0
STARTED_AT = 1_700_000_000.0


def record(kind: Kind, *parts: object) -> bytes:
    return frame(msgspec.msgpack.encode((kind.value, *parts)))


def rows(first_step: int, values: NDArray[np.float64]) -> bytes:
    """The frames of rows with the given values (row by row), one second apart."""
    count, width = values.shape
    head = bytes([0x90 | (4 + width)]) if width <= 11 else b"\xdc" + (4 + width).to_bytes(2, "big")
    head += bytes([Kind.ROW, SCHEMA])
    at = HEADER_BYTES + len(head)
    size = at + 5 + 9 + 9 * width
    frames = np.zeros((count, size), np.uint8)
    frames[:, HEADER_BYTES:at] = np.frombuffer(head, np.uint8)
    steps = np.arange(first_step, first_step + count)
    frames[:, at] = 0xCE
    frames[:, at + 1 : at + 5] = steps.astype(">u4").view(np.uint8).reshape(count, 4)
    at += 5
    for column in (STARTED_AT + steps, *values.T):
        frames[:, at] = 0xCB
        frames[:, at + 1 : at + 9] = np.ascontiguousarray(column).astype(">f8").view(np.uint8).reshape(count, 8)
        at += 9
    frames[:, :4] = np.frombuffer(((size - HEADER_BYTES) << 8 | FRAME_MARK).to_bytes(4, "little"), np.uint8)
    whole = memoryview(frames.tobytes())
    checks = np.fromiter(
        (crc32(whole[start + HEADER_BYTES : start + size]) for start in range(0, count * size, size)), "<u4", count
    )
    frames[:, 4:8] = checks.view(np.uint8).reshape(count, 4)
    return frames.tobytes()


@dataclass
class Feed:
    """The journal of one run on its way to the server."""

    running: Server
    project: str
    run: str
    keys: Sequence[str]

    def __post_init__(self) -> None:
        self.journal = uuid.uuid4().hex
        self.offset = 0
        self.connection = self.running.connect()
        begin = {
            "format": 1, "journal": self.journal, "writer": "main", "entity": "", "project": self.project,
            "run": self.run, "host": "bench", "pid": 1, "boot_id": "", "started_at": time.time(), "sdk": "0",
            "resume": None, "starting_step": 0, "attempt": self.journal,
        }  # fmt: skip
        self.first = MAGIC + record(Kind.BEGIN, begin) + record(Kind.SCHEMA, SCHEMA, list(self.keys))

    def send(self, data: bytes) -> None:
        """The next bytes, acknowledged when this returns."""
        path = f"/api/runs/-/{self.project}/{self.run}/journal?journal={self.journal}&offset={self.offset}"
        status, answer = self.running.ask_raw("POST", path, data, connection=self.connection)
        if status != 200:
            raise RuntimeError(f"the journal was answered {status}: {answer[:500]!r}")
        self.offset += len(data)
        taken = msgspec.json.decode(answer)["next"]
        if taken != self.offset:
            raise RuntimeError(f"the server took the journal up to {taken} of {self.offset} bytes")

    def finish(self) -> None:
        self.send(record(Kind.EXIT, {"state": "finished", "exit_code": 0, "time": time.time()}))
        self.connection.close()
