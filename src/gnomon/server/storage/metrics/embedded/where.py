"""At which steps the least and the greatest values of blocks are: what levels say of it, made into steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.buckets import Blocks, Ints, extremes
from gnomon.server.storage.metrics.embedded.catalogue import AT_STEPS, EVEN_STEPS, MIXED, Chunk
from gnomon.server.storage.metrics.embedded.lod import FINE, Fine
from gnomon.server.storage.metrics.embedded.reader import ChunkReader, SealedKey, stride


class Where(NamedTuple):
    """Of blocks: the steps of their extremes. Some may be left to `settle`, which looks only at those that matter."""

    low: Ints
    high: Ints
    chunk: Ints | None = None
    """Of a block whose `low` and `high` are places among the numbers of a chunk: which chunk of the key, else -1."""


def of_stats(sealed: SealedKey, stats: NDArray[np.void], chunks: Ints) -> Where:
    """Of rows of the two upper levels, given which chunk of the key each belongs to."""
    low, high = stats["low_at"].astype(np.int64), stats["high_at"].astype(np.int64)
    first, flags = sealed.step_first[chunks], sealed.flags[chunks]
    steps = flags & AT_STEPS != 0
    if bool(steps.all()):
        return Where(first + low, first + high)
    reach = sealed.step_last[chunks] - first  # less than 0 where it does not fit
    even = (flags & (EVEN_STEPS | MIXED) == EVEN_STEPS) & (reach >= 0)
    apart = np.where(steps, 1, reach // np.maximum(1, sealed.table["points"][chunks].astype(np.int64) - 1))
    none = stats["count"] == 0
    low, high = (
        np.where(none, stats["step_first"], np.where(steps | even, first + at * apart, at)) for at in (low, high)
    )
    return Where(low, high, np.where(steps | even | none, -1, chunks))


def of_fine(reader: ChunkReader, chunks: Sequence[Chunk], fine: Fine, first: Ints) -> tuple[Ints, Ints]:
    """Of the finest levels of chunks without text, one after another, whose blocks begin at these steps."""
    sizes = [-(-chunk.kept // FINE) for chunk in chunks]
    apart = np.repeat([stride(chunk) if chunk.flags & EVEN_STEPS else 0 for chunk in chunks], sizes)
    low, high = first + fine.low_at * apart, first + fine.high_at * apart
    end = 0
    for chunk, size in zip(chunks, sizes, strict=True):
        start, end = end, end + size
        if not chunk.flags & EVEN_STEPS:
            rows = reader.rows(chunk)
            steps = rows.steps if rows.last is None else rows.steps[rows.last]
            blocks = np.arange(0, len(steps), FINE)
            low[start:end] = steps[blocks + fine.low_at[start:end]]
            high[start:end] = steps[blocks + fine.high_at[start:end]]
    return low, high


def settle(reader: ChunkReader, sealed: SealedKey, blocks: Blocks, chunks: Ints, starts: NDArray[np.intp]) -> None:
    """Makes steps of the places of those blocks that have the extremes of the groups which begin at `starts`."""
    for column, places in zip((blocks.step_low, blocks.step_high), extremes(blocks, starts), strict=True):
        for place in places[chunks[places] >= 0].tolist():
            steps, _, _ = reader.numbers(sealed.chunks[int(chunks[place])])
            column[place] = steps[column[place]]
