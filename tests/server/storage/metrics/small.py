"""The embedded store with small chunks and blocks, so that few points reach every level."""

from __future__ import annotations

import pytest

from gnomon.server.storage.metrics.embedded import codec, curves, lanes, lod, reader, rows, seal, where

FINE, MIDDLE, CHUNK = 4, 16, 50


def make_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the patch is undone."""
    for module in (lod, reader, rows, curves, where):
        monkeypatch.setattr(module, "FINE", FINE)
    for module in (lod, reader, curves):
        monkeypatch.setattr(module, "MIDDLE", MIDDLE)
    monkeypatch.setattr(seal, "CHUNK_POINTS", CHUNK)
    monkeypatch.setattr(codec, "FEW", 5)
    monkeypatch.setattr(codec, "MANY", 20)
    monkeypatch.setattr(lanes, "CELLS_TOGETHER", 100)
    monkeypatch.setattr(seal, "CHUNK_TEXT_BYTES", 200)
