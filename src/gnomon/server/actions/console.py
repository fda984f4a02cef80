"""What a run has printed, read back: lines numbered over all its attempts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal

from gnomon.model.errors import Rejected
from gnomon.model.history import ConsoleFound, ConsoleLine, ConsolePage
from gnomon.server.actions.summaries import console_lines
from gnomon.server.storage.metrics.store import MetricStore, RunKey
from gnomon.server.storage.tables import journals, runs
from gnomon.server.storage.tables.database import Database

MOST_LINES = 10_000
MOST_SEARCHED = 200_000
"""Lines one request may look through."""
MOST_FOUND = 10_000
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines of one attempt: `[base, base + lines)` of the run."""

    attempt: int
    base: int
    lines: int
    label: str
    """Which of several writers of the run it is, where it says so of itself and not of each line."""


async def page(tables: Database, metrics: MetricStore, run: int, *, first: int = 0, limit: int = 1000) -> ConsolePage:
    """At most `limit` lines from `first` on; a negative `first` counts from the end."""
    if not 1 <= limit <= MOST_LINES:
        raise Rejected(f"limit is {limit}; it must be 1 to {MOST_LINES}", field="limit")
    parts = await _parts(tables, metrics, run)
    total = _total(parts)
    begin = max(0, total + first) if first < 0 else min(first, total)
    return ConsolePage(lines=tuple(await _lines(metrics, run, parts, begin, min(begin + limit, total))), total=total)


async def find(
    tables: Database, metrics: MetricStore, run: int, text: str, *, first: int = 0, limit: int = 1000
) -> ConsoleFound:
    """The numbers of lines that hold `text`, whatever the case of its letters, from `first` on.

    Looks through a bounded part; `next` is where to go on.
    """
    if not text or len(text) > 1000:
        raise Rejected("find needs 1 to 1000 letters", field="find")
    if not 1 <= limit <= MOST_FOUND:
        raise Rejected(f"limit is {limit}; it must be 1 to {MOST_FOUND}", field="limit")
    parts = await _parts(tables, metrics, run)
    total = _total(parts)
    at = max(0, total + first) if first < 0 else min(first, total)
    end = min(total, at + MOST_SEARCHED)
    wanted = text.casefold()
    found: list[int] = []
    while at < end:
        for line in await _lines(metrics, run, parts, at, min(at + PAGE, end)):
            if wanted in line.text.casefold():
                found.append(line.line)
                if len(found) == limit:
                    following = line.line + 1
                    return ConsoleFound(lines=tuple(found), total=total, next=following if following < total else None)
        at = min(at + PAGE, end)
    return ConsoleFound(lines=tuple(found), total=total, next=end if end < total else None)


async def text(tables: Database, metrics: MetricStore, run: int) -> AsyncIterator[bytes]:
    """Everything the run has printed, as plain text, in pieces."""
    parts = await _parts(tables, metrics, run)
    for at in range(0, _total(parts), PAGE):
        lines = await _lines(metrics, run, parts, at, at + PAGE)
        yield "".join(line.text + "\n" for line in lines).encode("utf-8", "replace")


async def _parts(tables: Database, metrics: MetricStore, run: int) -> list[_Part]:
    rows, known = await tables.read(lambda conn: (journals.of_run(conn, run), runs.by_key(conn, run)))
    labels = (known.metadata if known is not None else {}).get("labels") or {}
    parts, base = [], 0
    for number in sorted({row.number for row in rows}):
        lines = await console_lines(metrics, run, number)
        parts.append(_Part(number, base, lines, str(labels.get(str(number), ""))))
        base += lines
    return parts


async def _lines(metrics: MetricStore, run: int, parts: list[_Part], begin: int, end: int) -> list[ConsoleLine]:
    """The lines `[begin, end)`; a number that was never written is an empty line, so that numbers stay places."""
    found: list[ConsoleLine] = []
    for part in parts:
        first, last = max(begin - part.base, 0), min(end - part.base, part.lines) - 1
        if last < first:
            continue
        rows: dict[int, dict[str, Any]] = {}
        step: int | None = first
        while step is not None and step <= last:
            got = await metrics.rows(
                RunKey(run), stream=f"console/{part.attempt}", first_step=step, last_step=last, limit=last - step + 1
            )
            rows.update((row["_step"], row) for row in got.rows)
            step = got.next_step
        time = 0.0
        for number in range(first, last + 1):
            row = rows.get(number, {})
            time = row.get("_time", time)
            stream: Literal["stdout", "stderr"] = "stderr" if "stderr" in row else "stdout"
            words = row.get(stream, "")
            found.append(
                ConsoleLine(
                    line=part.base + number, time=time, stream=stream, attempt=part.attempt,
                    text=words if isinstance(words, str) else str(words), label=str(row.get("label", part.label)),
                )
            )  # fmt: skip
    return found


def _total(parts: list[_Part]) -> int:
    return sum(part.lines for part in parts)
