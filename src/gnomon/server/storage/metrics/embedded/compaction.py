"""Room for what is needed: segment files of which most was replaced or deleted are written anew."""

from __future__ import annotations

import logging
from collections.abc import Callable

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.catalogue import Catalogue, Chunk
from gnomon.server.storage.metrics.embedded.packs import pack
from gnomon.server.storage.metrics.embedded.segments import Place, Segments

log = logging.getLogger(__name__)

CHUNKS_TOGETHER = 2000
BYTES_TOGETHER = 8 << 20
"""How many chunks, or about how much of them, are moved at a time."""


class Compactor:
    """Works in the thread that seals. `moved` is called when chunks have moved, before their old file goes."""

    def __init__(self, catalogue: Catalogue, segments: Segments, moved: Callable[[], None]) -> None:
        self._catalogue = catalogue
        self._segments = segments
        self._moved = moved
        self._swept = False
        self._damaged: set[int] = set()

    def compact(self) -> bool:
        """Does a part of the work, a fraction of a second long; whether there is more.

        Files of which nothing is needed go away, and those of which most is not are written anew.
        """
        connection = self._catalogue.connection
        dead = cat.dead_bytes(connection)
        for number in sorted(dead) if self._swept else self._segments.numbers():
            if number == self._segments.newest or number in self._damaged:
                continue
            if not cat.is_in_use(connection, number):
                self._remove(number)
            elif 2 * dead.get(number, 0) > self._segments.size_bytes(number):
                try:
                    self._move_some(number)
                    return True
                except Unavailable as error:
                    log.warning("a segment file is not made smaller, since a part of it cannot be read: %s", error)
                    self._damaged.add(number)
        self._swept = True
        return False

    def _remove(self, number: int) -> None:
        self._segments.remove(number)
        with self._catalogue.writing() as connection:
            cat.forget_file(connection, number)

    def _move_some(self, number: int) -> None:
        """Copies some of what is needed of a file to the newest. The file itself stays as it is."""
        places: dict[Place, Place] = {}
        gone: list[Chunk] = []
        copies: list[tuple[int, Chunk]] = []
        size = 0
        self._segments.turn()  # not again meanwhile: all bytes of a chunk are in one file, those of shared rows too
        for series, chunk in cat.chunks_in(self._catalogue.connection, number, CHUNKS_TOGETHER):
            if size > BYTES_TOGETHER and chunk.values not in places:
                break
            if chunk.rows not in places:
                (places[chunk.rows],) = self._segments.put([self._segments.get(chunk.rows)])
            if chunk.values not in places:  # else a run and its fork have the same chunk
                payloads = [self._segments.get(chunk.fine), self._segments.get(chunk.values)]
                places[chunk.fine], places[chunk.values] = self._segments.put(payloads)
                size += chunk.fine_size + chunk.values_size
            rows, fine, values = (places[place] for place in (chunk.rows, chunk.fine, chunk.values))
            moved = chunk._replace(file=rows.file, rows_at=rows.at, fine_at=fine.at, values_at=values.at)
            copies.append((series, moved))
            gone.append(chunk)
        self._segments.sync()
        with self._catalogue.writing() as connection:
            cat.move_chunks(connection, copies)
            cat.count_dead(connection, gone)
            for series in {series for series, _ in copies}:
                pack(connection, series)
        self._moved()
