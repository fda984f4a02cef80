"""What lies where: runs and how far they are sealed, their keys, their chunks. SQLite, one writer, many readers."""

from __future__ import annotations

from gnomon.server.storage.metrics.embedded.catalogue.checksums import checked, is_right, signed
from gnomon.server.storage.metrics.embedded.catalogue.chunks import (
    AT_STEPS,
    BOOLS,
    EVEN_STEPS,
    FLOATS,
    INTS,
    JSONS,
    MIXED,
    RISES,
    STRINGS,
    TIMES_FALL,
    Chunk,
    chunks_between,
    chunks_from,
    chunks_in,
    chunks_of,
    chunks_of_many,
    count_between,
    count_dead,
    hand_over,
    middles_between,
    middles_of_many,
    move_chunks,
    replace_chunks,
    share,
)
from gnomon.server.storage.metrics.embedded.catalogue.database import FORMAT, Catalogue
from gnomon.server.storage.metrics.embedded.catalogue.files import dead_bytes, end_of_files, forget_file, is_in_use
from gnomon.server.storage.metrics.embedded.catalogue.keys import (
    Totals,
    drop_series,
    find_series,
    forget_series,
    keys_of,
    pack_totals,
    put_series,
    relabel_series,
    series_of,
    streams_of,
    totals_of_key,
    unpack_totals,
)
from gnomon.server.storage.metrics.embedded.catalogue.runs import (
    NEVER_SEALED,
    TOGETHER_RUNS,
    SealedRun,
    count_edit,
    forget_run,
    last_lsn,
    put_last_lsn,
    put_run,
    sealed_run,
    versions_of,
)

__all__ = [
    "AT_STEPS", "BOOLS", "EVEN_STEPS", "FLOATS", "FORMAT", "INTS", "JSONS", "MIXED", "NEVER_SEALED", "RISES",
    "STRINGS", "TIMES_FALL", "TOGETHER_RUNS", "Catalogue", "Chunk", "SealedRun", "Totals", "checked",
    "chunks_between", "chunks_from", "chunks_in", "chunks_of", "chunks_of_many", "count_between", "count_dead",
    "count_edit", "dead_bytes", "drop_series", "end_of_files", "find_series", "forget_file", "forget_run",
    "forget_series", "hand_over", "is_in_use", "is_right", "keys_of", "last_lsn", "middles_between",
    "middles_of_many", "move_chunks", "pack_totals", "put_last_lsn", "put_run", "put_series", "relabel_series",
    "replace_chunks", "sealed_run", "series_of", "share", "signed", "streams_of", "totals_of_key", "unpack_totals",
    "versions_of",
]  # fmt: skip
