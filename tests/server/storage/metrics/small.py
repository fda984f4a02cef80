"""The embedded store with small chunks and blocks, so that few points reach every level."""

from __future__ import annotations

import pytest

from gnomon.server.storage.metrics.embedded import (
    chores,
    codec,
    compaction,
    curves,
    lanes,
    lod,
    packs,
    reader,
    rows,
    seal,
    segments,
    tail,
    where,
)

FINE, MIDDLE, CHUNK = 4, 16, 50


def make_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the patch is undone."""
    for module in (lod, reader, rows, curves, where):
        monkeypatch.setattr(module, "FINE", FINE)
    for module in (lod, reader, curves):
        monkeypatch.setattr(module, "MIDDLE", MIDDLE)
    monkeypatch.setattr(seal, "CHUNK_POINTS", CHUNK)
    monkeypatch.setattr(packs, "PACK", 3)
    for module in (packs, reader):
        monkeypatch.setattr(module, "LONG", 200)
    monkeypatch.setattr(codec, "FEW", 5)
    monkeypatch.setattr(codec, "MANY", 20)
    monkeypatch.setattr(lanes, "CELLS_TOGETHER", 100)
    monkeypatch.setattr(seal, "CHUNK_TEXT_BYTES", 200)
    monkeypatch.setattr(compaction, "CHUNKS_TOGETHER", 5)
    monkeypatch.setattr(segments, "WRITE_BYTES", 1000)
    monkeypatch.setattr(segments, "SYNC_BYTES", 3000)
    for module in (tail, chores):
        monkeypatch.setattr(module, "SLICE_BYTES", 4000)
