"""Many keys with the same few rows: a run that was short, or that has just begun. They are looked at all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.buckets import Floats, Ints
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded import codec, lod
from gnomon.server.storage.metrics.embedded.catalogue import Chunk
from gnomon.server.storage.metrics.embedded.records import Piece
from gnomon.server.storage.metrics.embedded.rows import encode_rows, part_of
from gnomon.server.storage.metrics.embedded.segments import Segments


def few_floats(
    rows: tuple[Ints, Floats, Ints], group: Sequence[tuple[str, list[Chunk]]],
    lanes: Sequence[tuple[dict[str, int], list[Piece]]],
) -> Floats | None:  # fmt: skip
    """The values of keys in the order of logging, a row a key, where `write_few` can write them; else None."""
    steps = rows[0]
    if (
        len(group) < 2
        or group[0][1]
        or len(steps) > min(codec.FEW, lod.FINE)
        or not bool(np.all(steps[1:] > steps[:-1]))
    ):
        return None
    parts = []
    for columns, pieces in lanes:
        which = [columns[key] for key, _ in group]
        for piece in pieces:
            kinds = piece.part.kinds
            if kinds != "f" * len(kinds):
                return None
            parts.append(piece.columns(0, len(kinds))[which])
    values = np.concatenate(parts, axis=1)
    return values if np.isfinite(values).all() else None


def write_few(segments: Segments, rows: tuple[Ints, Floats, Ints], values: Floats) -> Iterator[Chunk]:
    """Writes a chunk a key, all at once: for a few values, looking at each key by itself takes longer than they do."""
    steps, times, _ = rows
    part = part_of(*rows)
    stats = lod.levels_of_few(steps, times, values, int(steps[0]) if part.flags & cat.AT_STEPS else None)
    rising: NDArray[np.bool_] = np.all(values[:, 1:] >= values[:, :-1], axis=1)
    payloads = [encode_rows(*rows)]
    for encoded in codec.encode_few(values):
        payloads += (b"", encoded)
    place, *places = segments.put(payloads)
    flags = part.flags | cat.FLOATS
    first, last, size = int(steps[0]), int(steps[-1]), len(steps)
    for at, stat in enumerate(stats):
        fine, packed = places[2 * at : 2 * at + 2]
        yield Chunk(
            first, last, size, part.kept, *part.seqs, flags | cat.RISES if rising[at] else flags, place.file,
            place.at, place.size, fine.at, fine.size, packed.at, packed.size, stat,
        )  # fmt: skip
