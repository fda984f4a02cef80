"""Memory of the metric store stays within its setting: senders are asked to wait, and lose nothing by it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gnomon.protocol.journal import MAGIC, frame
from gnomon.server.settings import Settings, load
from gnomon.server.storage.metrics.embedded.seal import Sealer

pytestmark = pytest.mark.anyio
NOW = 1_800_000_000.0
POSTS, ROWS = 40, 100
TEXT = "x" * 1000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"GNOMON_SERVER_METRIC_MEMORY_MB": "1"}, data=tmp_path / "data", blobs="memory")


@pytest.fixture
def sealing(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Nothing is sealed until it is set."""
    may = threading.Event()
    really = Sealer.seal

    def seal(self: Sealer, loads: Any) -> None:
        may.wait()
        really(self, loads)

    monkeypatch.setattr(Sealer, "seal", seal)
    yield may
    may.set()


def pieces() -> list[bytes]:
    """A journal of 4 MB, in posts."""
    journal = "a" * 32
    head = MAGIC + b"".join(
        frame(msgspec.msgpack.encode(record))
        for record in (
            [1, {"format": 1, "journal": journal, "attempt": journal, "writer": "main", "started_at": NOW}],
            [5, 0, ["loss", "text"]],
        )
    )
    rows = [
        b"".join(
            frame(msgspec.msgpack.encode([6, 0, step, NOW + step, step / 2, TEXT]))
            for step in range(post * ROWS, post * ROWS + ROWS)
        )
        for post in range(POSTS)
    ]
    return [head + rows[0], *rows[1:]]


async def test_appends_above_the_limit_are_503_and_go_through_after_sealing(
    server: Any, sealing: threading.Event
) -> None:
    ann = await server.user("ann")
    store = server.services.storage.metrics
    offset = refused = 0
    for piece in pieces():
        while True:
            path = f"/api/runs/-/p/r/journal?journal={'a' * 32}&offset={offset}"
            answer = await ann.post(path, content=piece)
            assert store._waiting_bytes < (1 << 20) + 2 * len(piece)
            if answer.status_code == 200:
                offset += len(piece)
                assert answer.json()["next"] == offset
                break
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) >= 1
            refused += 1
            told = (await ann.get("/api/runs/-/p/r/journal")).json()
            assert told["offsets"] == {"a" * 32: offset}
            sealing.set()
            await store.settle()
    assert refused
    rows = (await ann.get("/api/runs/ann/p/r/rows?limit=10000&keys=loss")).json()["rows"]
    assert [(row["_step"], row["loss"]) for row in rows] == [(step, step / 2) for step in range(POSTS * ROWS)]
    keys = (await ann.get("/api/runs/ann/p/r/keys")).json()
    assert {key["key"]: key["points"] for key in keys} == {"loss": POSTS * ROWS, "text": POSTS * ROWS}
