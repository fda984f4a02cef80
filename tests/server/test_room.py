from __future__ import annotations

import os
from pathlib import Path

import pytest

from gnomon.model.errors import Unavailable
from gnomon.server.room import EVERY_SECS, BodyRoom, DiskRoom


def test_bodies_share_the_memory_and_one_alone_is_never_refused() -> None:
    room = BodyRoom(100)
    with room.share() as first:
        first(150)
        with room.share() as second, pytest.raises(Unavailable):
            second(1)
        first(150)
        assert room.held_bytes == 300
    assert room.held_bytes == 0
    with room.share() as one, room.share() as other:
        one(40)
        other(60)
        with pytest.raises(Unavailable):
            one(1)
    assert room.held_bytes == 0


def test_writing_ends_before_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, free = 0.0, 1000
    block = 1024

    class Disk:
        f_frsize = block
        f_blocks = 2000

        @property
        def f_bavail(self) -> int:
            return free

    monkeypatch.setattr(os, "statvfs", lambda _: Disk())
    room = DiskRoom(tmp_path, floor_bytes=1 << 30, clock=lambda: now)
    assert room.take(700 * block)
    assert not room.take(101 * block), "the floor is a tenth of the disk, and what was taken counts"
    assert room.take(100 * block)
    free = 100
    now += EVERY_SECS
    assert not room.take(1)
    free = 1000
    assert not room.take(1), "an answer of the file system is used for a moment"
    now += EVERY_SECS
    assert room.take(1)
    assert DiskRoom(tmp_path, floor_bytes=0, clock=lambda: now).take(1000 * block)
