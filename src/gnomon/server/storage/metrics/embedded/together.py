"""Keys of many runs together, in the time that it takes to read a few rows.

Runs that were made one after another are a block. What the runs of a block come to is kept in the catalogue, with the
version of each run it was made of: derived, and never the truth. Where one of these runs is another one now, or is not
asked for, the block is made anew; runs that came since are added to it. So neither the time of an answer nor the memory
grows with runs times keys, and a crash, an edit or a deletion can at worst make the next answer slow.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import msgspec
import numpy as np

from gnomon.server.storage.metrics.buckets import Ints
from gnomon.server.storage.metrics.embedded.cache import Cache
from gnomon.server.storage.metrics.embedded.catalogue import TOGETHER_RUNS, Catalogue, Totals
from gnomon.server.storage.metrics.points import parsed
from gnomon.server.storage.metrics.shared import merged
from gnomon.server.storage.metrics.store import RunKey, SharedKey

ANSWERS_BYTES = 8 << 20
"""What may be remembered of answers, for runs that did not change since."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[SharedKey]).decode


class Kept(NamedTuple):
    """What the catalogue has of a block: runs, ascending, with their versions, and their keys together."""

    runs: Ints
    versions: Ints
    keys: bytes


@dataclass(frozen=True, slots=True)
class Unknown:
    """A block of which something is not known."""

    stream: str
    kept: Kept | None
    """What of it is still right."""
    runs: Ints
    """Those that are to be added, with their versions; they are not expected to change."""
    versions: Ints
    live: Sequence[int]
    """Those that are asked each time."""
    stale: Sequence[int]
    """First runs of what the catalogue has and should not have."""


class Known(NamedTuple):
    """What is known of some runs at once."""

    name: tuple[str, bytes]
    """Of these runs as they are now, in a stream."""
    answer: list[SharedKey] | None
    """Where somebody asked before."""
    found: list[list[SharedKey]]
    unknown: list[Unknown]


class Together:
    """Reads and keeps what the runs of blocks come to. `totals_of` reads one run."""

    def __init__(
        self,
        catalogue: Catalogue,
        versions_of: Callable[[Ints], Ints],
        totals_of: Callable[[RunKey, str], Iterable[tuple[str, Totals]]],
    ) -> None:
        self._catalogue = catalogue
        self._versions_of = versions_of
        self._totals_of = totals_of
        self._answers = Cache(ANSWERS_BYTES)

    def known(self, runs: Ints, stream: str, live: Collection[int]) -> Known:
        """What is known at once of runs, which ascend, and the blocks of which there is more to find out."""
        found: list[list[SharedKey]] = []
        unknown: list[Unknown] = []
        versions = self._versions_of(runs)  # before what they are versions of: what is kept may be newer, never older
        cold = ~np.isin(runs, np.fromiter(live, np.int64, len(live)))
        name = stream, blake2b(runs.tobytes() + versions.tobytes() + cold.tobytes()).digest()
        answer = self._answers.peek(name)
        if answer is not None:
            return Known(name, answer, [], [])
        kept = _kept(self._catalogue.connection, stream, runs)
        blocks = runs // TOGETHER_RUNS
        bounds = [*np.flatnonzero(np.diff(blocks, prepend=-1)).tolist(), len(runs)]
        for low, high in pairwise(bounds):
            ours = runs[low:high]
            right, stale = _judged(kept.get(int(blocks[low]), ()), ours, versions[low:high])
            if right is not None and len(right.runs) == len(ours) and not stale:
                found.append(_decode(right.keys))
                continue
            new = cold[low:high] if right is None else cold[low:high] & ~np.isin(ours, right.runs)
            others = ~new if right is None else ~new & ~np.isin(ours, right.runs)
            if right is not None and not new.any() and not others.any() and not stale:
                found.append(_decode(right.keys))
            else:
                block = Unknown(stream, right, ours[new], versions[low:high][new], ours[others].tolist(), stale)
                unknown.append(block)
        return Known(name, None, found, unknown)

    def find_out(self, block: Unknown) -> list[SharedKey]:
        """The keys of a block; what is not expected to change is kept."""
        keys = [] if block.kept is None else _decode(block.kept.keys)
        if len(block.runs) or block.stale:
            keys = merged([keys, *(self._of(RunKey(run), block.stream) for run in block.runs.tolist())])
            gone, runs, versions = block.stale, block.runs, block.versions
            if block.kept is not None:
                gone = [*gone, int(block.kept.runs[0])]
                runs, versions = np.concatenate([[block.kept.runs, block.kept.versions], [runs, versions]], axis=1)
            order = np.argsort(runs)
            # A full disk keeps nobody from reading: what is not kept is found out again.
            with suppress(sqlite3.OperationalError), self._catalogue.writing() as connection:
                _forget(connection, block.stream, gone)
                _keep(connection, block.stream, Kept(runs[order], versions[order], _encode(keys)))
        return merged([keys, *(self._of(RunKey(run), block.stream) for run in block.live)])

    def answer(self, known: Known, found: Sequence[Sequence[SharedKey]]) -> list[SharedKey]:
        """The keys of all blocks as they are answered."""
        keys = merged([*known.found, *found])
        texts = sum(len(one.last) for one in keys if isinstance(one.last, str))
        keys = [
            msgspec.structs.replace(one, last=parsed(one.last)) if isinstance(one.last, str) else one for one in keys
        ]
        self._answers.put(known.name, keys, 1000 + 500 * len(keys) + 5 * texts)
        return keys

    def _of(self, run: RunKey, stream: str) -> list[SharedKey]:
        return [
            SharedKey(
                key, 1, run, known.numeric, known.last, known.points, known.first_step, known.last_step, known.finite,
                known.low, known.high, known.total,
            )
            for key, known in self._totals_of(run, stream)
        ]  # fmt: skip


def _judged(kept: Sequence[Kept], runs: Ints, versions: Ints) -> tuple[Kept | None, list[int]]:
    """What is kept of these runs as they are now; and the first runs of what is kept of them as they were."""
    right, stale = None, []
    for one in kept:
        at = np.searchsorted(runs, one.runs)
        there = runs[np.minimum(at, len(runs) - 1)] == one.runs
        if right is None and there.all() and (versions[at] == one.versions).all():
            right = one
        elif there.any():  # without, it is of runs of another project
            stale.append(int(one.runs[0]))
    return right, stale


def _kept(connection: sqlite3.Connection, stream: str, runs: Ints) -> dict[int, list[Kept]]:
    """What the catalogue has within the bounds of these runs, by block. A row with a flipped bit is not there."""
    if not len(runs):
        return {}
    bounds = int(runs[0]) // TOGETHER_RUNS * TOGETHER_RUNS, int(runs[-1])
    found: dict[int, list[Kept]] = {}
    query = "select first, runs, keys, sum from together where first between ? and ? and stream = ?"
    for first, members, keys, sum in connection.execute(query, (*bounds, stream)):
        if sum == _sum(stream, first, members, keys):
            both = np.frombuffer(members, np.int64).reshape(2, -1)
            found.setdefault(first // TOGETHER_RUNS, []).append(Kept(both[0], both[1], keys))
    return found


def _keep(connection: sqlite3.Connection, stream: str, kept: Kept) -> None:
    if not len(kept.runs):
        return
    first, members = int(kept.runs[0]), np.concatenate([kept.runs, kept.versions]).tobytes()
    connection.execute(
        "insert or replace into together values (?, ?, ?, ?, ?)",
        (first, stream, members, kept.keys, _sum(stream, first, members, kept.keys)),
    )


def _forget(connection: sqlite3.Connection, stream: str, first: Sequence[int]) -> None:
    connection.executemany("delete from together where stream = ? and first = ?", [(stream, one) for one in first])


def _sum(stream: str, first: int, members: bytes, keys: bytes) -> int:
    return crc32(keys, crc32(members, crc32(f"{stream}/{first}".encode())))
