"""Room for what is needed: segment files of which most was replaced or deleted are written anew."""

from __future__ import annotations

from collections.abc import Callable

from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.catalogue import Catalogue, Chunk
from gnomon.server.storage.metrics.embedded.segments import Place, Segments


class Compactor:
    """Works in the thread that seals. `moved` is called when chunks have moved, before their old file goes."""

    def __init__(self, catalogue: Catalogue, segments: Segments, moved: Callable[[], None]) -> None:
        self._catalogue = catalogue
        self._segments = segments
        self._moved = moved
        self._swept = False

    def compact(self) -> None:
        """Takes away files of which nothing is needed, and rewrites those of which most is not."""
        dead = cat.dead_bytes(self._catalogue.connection)
        if self._swept and not dead:
            return
        used = cat.files_in_use(self._catalogue.connection)
        for number in self._segments.numbers():
            if number == self._segments.newest:
                continue
            if number not in used:
                self._remove(number)
            elif 2 * dead.get(number, 0) > self._segments.size_bytes(number):
                self._rewrite(number)
                self._moved()
                self._remove(number)
        self._swept = True

    def _remove(self, number: int) -> None:
        self._segments.remove(number)
        with self._catalogue.writing() as connection:
            cat.forget_file(connection, number)

    def _rewrite(self, number: int) -> None:
        """Copies what is needed of a file to the newest. The file itself stays."""
        places: dict[Place, Place] = {}
        copies: list[tuple[int, Chunk]] = []
        for series, chunk in cat.chunks_in(self._catalogue.connection, number):
            if chunk.rows not in places:
                self._segments.turn()  # all bytes of a chunk are in one file, and so are the chunks that share rows
                (places[chunk.rows],) = self._segments.put([self._segments.get(chunk.rows)])
            if chunk.values not in places:  # else a run and its fork have the same chunk
                payloads = [self._segments.get(chunk.fine), self._segments.get(chunk.values)]
                places[chunk.fine], places[chunk.values] = self._segments.put(payloads)
            rows, fine, values = (places[place] for place in (chunk.rows, chunk.fine, chunk.values))
            moved = chunk._replace(file=rows.file, rows_at=rows.at, fine_at=fine.at, values_at=values.at)
            copies.append((series, moved))
        self._segments.sync()
        with self._catalogue.writing() as connection:
            cat.move_chunks(connection, copies)
