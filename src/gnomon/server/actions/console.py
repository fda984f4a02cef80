"""What a run has printed, read back: lines numbered over all its attempts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from gnomon.model.console_level import Levels, plain
from gnomon.model.errors import Rejected
from gnomon.model.history import ConsoleFound, ConsoleLine, ConsolePage
from gnomon.model.patterns import Pattern, pattern
from gnomon.server.actions.summaries import console_lines
from gnomon.server.storage.metrics.store import MetricStore, RunKey
from gnomon.server.storage.tables import journals, runs
from gnomon.server.storage.tables.database import Database

MOST_LINES = 10_000
MOST_SEARCHED = 200_000
"""Lines one request may look through."""
MOST_FOUND = 200_000
MOST_PICKED = 500
PAGE = 5_000
LINES_OF_TRACEBACK = 60
"""How far back a line is looked for that says how grave the following are."""
GAP = 16


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines of one attempt: `[base, base + lines)` of the run."""

    attempt: int
    base: int
    lines: int
    label: str
    """Which of several writers of the run it is, where it says so of itself and not of each line."""


async def page(
    tables: Database, metrics: MetricStore, run: int, *, first: int = 0, limit: int = 1000, time: float | None = None
) -> ConsolePage:
    """At most `limit` lines from `first` on; a negative `first` counts from the end.

    With `time`, `first` counts from the first line that was printed then or later, in Unix seconds.
    """
    if not 1 <= limit <= MOST_LINES:
        raise Rejected(f"limit is {limit}; it must be 1 to {MOST_LINES}", field="limit")
    parts = await _parts(tables, metrics, run)
    total = _total(parts)
    if time is not None:
        begin = max(0, min(await _at_time(metrics, run, parts, time) + first, total))
    else:
        begin = max(0, total + first) if first < 0 else min(first, total)
    return ConsolePage(lines=tuple(await _graded(metrics, run, parts, begin, min(begin + limit, total))), total=total)


async def picked(tables: Database, metrics: MetricStore, run: int, lines: Sequence[int]) -> ConsolePage:
    """The lines of these numbers, in order; numbers that there are no lines of are left out."""
    if len(lines) > MOST_PICKED:
        raise Rejected(f"lines names {len(lines)} lines; at most {MOST_PICKED} are given at once", field="lines")
    parts = await _parts(tables, metrics, run)
    total = _total(parts)
    found: list[ConsoleLine] = []
    for first, last in _stretches(sorted({line for line in lines if 0 <= line < total})):
        found += await _graded(metrics, run, parts, first, last + 1)
    return ConsolePage(lines=tuple(found), total=total)


@dataclass(frozen=True, slots=True)
class Search:
    """Which lines are looked for; all that is given must hold."""

    text: str | None = None
    """Whatever the case of its letters, and whatever colours are between them."""
    regex: bool = False
    """`text` is a pattern."""
    stream: Literal["stdout", "stderr"] | None = None
    levels: frozenset[str] = frozenset()
    attempt: int | None = None
    label: str | None = None
    """The one of several writers of the run that has printed it."""

    def matcher(self) -> Callable[[ConsoleLine], bool]:
        """What says of a line whether it is one of them. Raises Rejected for a pattern that is none."""
        if self.text is not None and not 1 <= len(self.text) <= 1000:
            raise Rejected("find needs 1 to 1000 letters", field="find")
        holds: Callable[[str], bool] | None = None
        if self.text is not None and self.regex:
            holds = _pattern(self.text).found_in
        elif self.text is not None:
            wanted = self.text.casefold()
            holds = lambda text: wanted in text.casefold()  # noqa: E731
        levels = Levels() if self.levels else None

        def matches(line: ConsoleLine) -> bool:
            if self.attempt is not None and line.attempt != self.attempt:
                return False
            if self.label is not None and line.label != self.label:
                return False
            if levels is not None and levels.of(_writer(line), line.text) not in self.levels:
                return False
            if self.stream is not None and line.stream != self.stream:
                return False
            return holds is None or holds(plain(line.text))

        return matches


def _pattern(source: str) -> Pattern:
    try:
        return pattern(f"(?i){source}")
    except Rejected as error:
        raise Rejected(str(error).replace("(?i)", "", 1), field="find") from None


async def find(
    tables: Database, metrics: MetricStore, run: int, search: Search, *, first: int = 0, limit: int = 1000
) -> ConsoleFound:
    """The numbers of the lines that are looked for, from `first` on.

    Looks through a bounded part; `next` is where to go on.
    """
    if not 1 <= limit <= MOST_FOUND:
        raise Rejected(f"limit is {limit}; it must be 1 to {MOST_FOUND}", field="limit")
    matches = search.matcher()
    parts = await _parts(tables, metrics, run)
    total = _total(parts)
    at = max(0, total + first) if first < 0 else min(first, total)
    end = min(total, at + MOST_SEARCHED)
    found: list[int] = []
    if search.levels:  # what goes before may say how grave the first lines are
        for line in await _lines(metrics, run, parts, max(0, at - LINES_OF_TRACEBACK), at):
            matches(line)
    while at < end:
        for line in await _lines(metrics, run, parts, at, min(at + PAGE, end)):
            if matches(line):
                found.append(line.line)
                if len(found) == limit:
                    following = line.line + 1
                    return ConsoleFound(lines=tuple(found), total=total, next=following if following < total else None)
        at = min(at + PAGE, end)
    return ConsoleFound(lines=tuple(found), total=total, next=end if end < total else None)


async def text(tables: Database, metrics: MetricStore, run: int, *, escapes: bool = True) -> AsyncIterator[bytes]:
    """Everything the run has printed, in pieces; without `escapes` there are no colours in it."""
    parts = await _parts(tables, metrics, run)
    for at in range(0, _total(parts), PAGE):
        lines = await _lines(metrics, run, parts, at, at + PAGE)
        said = (line.text if escapes else plain(line.text) for line in lines)
        yield "".join(f"{line}\n" for line in said).encode("utf-8", "replace")


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


async def _graded(metrics: MetricStore, run: int, parts: list[_Part], begin: int, end: int) -> list[ConsoleLine]:
    """The lines `[begin, end)` with their levels, which the lines before may decide."""
    levels, found = Levels(), []
    for line in await _lines(metrics, run, parts, max(0, begin - LINES_OF_TRACEBACK), end):
        level = levels.of(_writer(line), line.text)
        if line.line >= begin:
            found.append(msgspec.structs.replace(line, level=level) if level else line)
    return found


def _writer(line: ConsoleLine) -> str:
    return f"{line.attempt} {line.label} {line.stream}"


async def _at_time(metrics: MetricStore, run: int, parts: list[_Part], time: float) -> int:
    """The first line printed at `time` or later, times taken to grow with the numbers; the last where all are before.

    A line that was written anew has the later time, and writers side by side mix theirs: then it is one nearby.
    """
    low, high = 0, _total(parts)
    while low < high:
        middle = (low + high) // 2
        (line,) = await _lines(metrics, run, parts, middle, middle + 1)
        if line.time < time:
            low = middle + 1
        else:
            high = middle
    return min(low, max(0, _total(parts) - 1))


def _stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted numbers as first and last of each stretch; small gaps are read over."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number - found[-1][1] <= GAP:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _total(parts: list[_Part]) -> int:
    return sum(part.lines for part in parts)
