"""Whether the commit log is whole: every record, and whether each goes on where its run's journal stood.

What a repair keeps of a damaged log is decided here too, by the same rule that the committer has: an append that does
not begin at the journal's offset is not taken, since its sender will send again from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gnomon.server.storage.findings import Finding
from gnomon.server.storage.metrics.embedded import records as rec
from gnomon.server.storage.metrics.embedded.catalogue import SealedRun
from gnomon.server.storage.metrics.embedded.records import Kind, Record
from gnomon.server.storage.metrics.store import RunKey, Source

MOST_LOOKS = 10
TORN_LOOKS = 20
TORN_SECS = 0.05
"""An end that is no whole record is looked at so often, so far apart, until it stays: a server may be writing it."""


class Entry(NamedTuple):
    """A whole record, without its points."""

    part: str
    start: int
    end: int
    lsn: int
    run: RunKey
    seq: int
    kind: Kind
    source: Source | None
    rows: int


class Hole(NamedTuple):
    """Bytes that are no record."""

    part: str
    start: int
    end: int
    run: RunKey | None
    """Whose record it was, as far as its head can be believed."""
    at_end: bool
    """Nothing comes after it: it may have been torn off by a crash."""


@dataclass(frozen=True)
class LogSeen:
    """All of the log, in order."""

    parts: tuple[str, ...]
    items: tuple[Entry | Hole, ...]


def look(folder: Path) -> LogSeen:
    """The log as it is; a part that is retired in the meantime is not needed any more. Raises OSError."""
    for _ in range(MOST_LOOKS):
        parts = sorted(path.name for path in folder.glob("*.log"))
        try:
            items = [item for at, part in enumerate(parts) for item in _items(folder / part, at == len(parts) - 1)]
        except FileNotFoundError:
            continue
        return LogSeen(tuple(parts), tuple(items))
    raise TimeoutError(f"parts of the log go away faster than they are read: {folder}")


def _items(path: Path, last: bool) -> Iterator[Entry | Hole]:
    data = path.read_bytes()
    stable = 0 if last else TORN_LOOKS
    while stable < TORN_LOOKS and max((end for _, end, _ in rec.records(data)), default=0) < len(data):
        time.sleep(TORN_SECS)
        before, data = len(data), path.read_bytes()
        stable = stable + 1 if len(data) == before else 0
    at = 0
    for start, end, record in rec.records(data):
        if start > at:
            yield Hole(path.name, at, start, _whose(data, at, start), False)
        source, rows = _told(record)
        yield Entry(path.name, start, end, record.lsn, record.run, record.seq, record.kind, source, rows)
        at = end
    if at < len(data):
        yield Hole(path.name, at, len(data), _whose(data, at, len(data)), last)


def _whose(data: bytes, start: int, end: int) -> RunKey | None:
    head = data[start : start + rec.HEADER_BYTES]
    if len(head) < rec.HEADER_BYTES:
        return None
    magic, size, _, run, _, kind, _ = rec.unpacked_header(head)
    fits = start + rec.HEADER_BYTES + size
    return RunKey(run) if magic == rec.MAGIC and kind in set(Kind) and fits >= end else None


def _told(record: Record) -> tuple[Source | None, int]:
    if record.kind is not Kind.APPEND:
        return None, 0
    source, rows, _ = rec.decode_append(record)
    return source, rows


class Judged(NamedTuple):
    """What becomes of the log."""

    kept: list[Entry]
    """Records that are not in segments yet and go on where their run stood."""
    findings: list[Finding]


def judge(log: LogSeen, last_lsn: int, mark_of: Callable[[RunKey], SealedRun | None]) -> Judged:
    """What is wrong with the log, and what of it can be kept.

    `mark_of` says how far a run is in segments, None where that is not known; `last_lsn`, how far any run is.
    """
    findings: list[Finding] = []
    kept: list[Entry] = []
    runs: dict[RunKey, SealedRun | None] = {}
    deleted = {item.run: item.lsn for item in log.items if isinstance(item, Entry) and item.kind is Kind.DELETE}
    lsn, whole = last_lsn, True
    for before, part in zip(log.parts, log.parts[1:], strict=False):
        if int(part.split(".")[0]) != int(before.split(".")[0]) + 1:
            findings.append(_finding(part, 0, f"parts of the log between {before} and {part} are missing"))
    for item in log.items:
        if isinstance(item, Hole):
            findings.append(_of_hole(item))
            whole = False
            continue
        if whole and item.lsn > lsn + 1:
            says = f"records {lsn + 1} to {item.lsn - 1} of the log are missing before this one"
            findings.append(_finding(item.part, item.start, says))
        lsn, whole = max(lsn, item.lsn), True
        if item.lsn < deleted.get(item.run, 0):
            continue  # the catalogue may have forgotten the run already, and how far it was with it
        mark = runs[item.run] if item.run in runs else mark_of(item.run)
        runs[item.run] = mark
        if mark is None:
            findings.append(_finding(item.part, item.start, "how far the run was sealed is lost", run=item.run))
        elif item.lsn > mark.lsn:
            after, why = _applied(item, mark)
            runs[item.run] = after
            if why is None:
                kept.append(item)
            else:
                findings.append(_finding(item.part, item.start, why, run=item.run))
    return Judged(kept, findings)


def _applied(item: Entry, mark: SealedRun) -> tuple[SealedRun, str | None]:
    """The run after a record, or why the record is not taken."""
    if item.kind is Kind.DELETE:
        return SealedRun(mark.lsn, 0, {}), None
    if item.source is None:
        return mark, None
    taken = mark.offsets.get(item.source.journal, 0)
    if item.source.start != taken:
        says = (
            f"an append of journal {item.source.journal} begins at {item.source.start}, and the journal was taken up "
            f"to {taken}: rows before it are missing, and a sender that still has them sends again from there"
        )
        return mark, says
    offsets = {**mark.offsets, item.source.journal: item.source.end}
    return SealedRun(mark.lsn, max(mark.rows, item.seq + item.rows), offsets), None


def _of_hole(hole: Hole) -> Finding:
    """Nobody can tell for certain whose rows these were, nor what came after an end that was cut off."""
    size = hole.end - hole.start
    whose = "" if hole.run is None else f" (of run number {hole.run}, by a head that may be damaged itself)"
    if hole.at_end:
        says = f"the last {size} bytes of the log are no whole record{whose}: torn off by a crash, or damaged"
    else:
        says = f"{size} bytes of the log are damaged{whose}; what they held is lost unless its sender still has it"
    return _finding(hole.part, hole.start, says)


def _finding(part: str, byte: int, says: str, *, run: RunKey | None = None) -> Finding:
    return Finding(store="log", says=says, remedy="lost", run=run, path=f"metrics/log/{part}", byte=byte)
