"""The terminal's output as lines of the run: `Lines` knows what a terminal would show, the captures feed it.

Nothing here ever raises into `print()`, waits for a lock, or changes what the terminal gets.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from gnomon.sdk import guard

STDOUT, STDERR = 1, 2
MAX_LINE = 32_768
"""A line longer than that goes on as the next one."""
REWRITE_SECS = 0.1
"""An unfinished line (a progress bar) is written again at most that often."""
SCREEN_LINES = 64
"""How far up a cursor movement can reach."""
MAX_PENDING = 100_000

_TOKEN = re.compile(
    r"\x1b\[([0-9;?]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\^_]|[\r\n\b\x1b]|[^\r\n\b\x1b]+"
)
_UNFINISHED_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*|\][^\x07\x1b]*)?$")
_PART = re.compile(r"(?:\x1b\[[0-9;]*m)*[^\x1b]|(?:\x1b\[[0-9;]*m)+$")


class Line(NamedTuple):
    """A line as it stands now; the same number again replaces it."""

    number: int
    stream: int
    text: str


class _Row:
    """One line on the screen: text as long as it only grew, cells (a character with its colours) after that."""

    __slots__ = ("cells", "number", "text")

    def __init__(self, number: int) -> None:
        self.number = number
        self.text = ""
        self.cells: list[str] | None = None

    def shown(self) -> str:
        return self.text if self.cells is None else "".join(self.cells).rstrip(" ")

    def to_cells(self) -> list[str]:
        if self.cells is None:
            self.cells = _PART.findall(self.text)
        return self.cells


class _Screen:
    """What one stream has written, as a terminal shows it: the last lines, and where the cursor is."""

    def __init__(self) -> None:
        self.rows: list[_Row] = []
        self.at = 0
        self.column = 0
        """Only meaningful in a row with cells; otherwise the cursor is at its end."""
        self.escape = ""
        self.changed: dict[int, _Row] = {}
        self.written_at = float("-inf")


class Lines:
    """Text in pieces to numbered lines. Pure: time is an argument. Numbers are dense over both streams.

    `feed` returns the lines to be written now: finished ones, and an unfinished one where it was not written within
    `REWRITE_SECS`. Carriage returns, backspaces, cursor up and down and line erasing do what they do on a terminal;
    colours are kept. `flush` returns what was not written yet.
    """

    def __init__(self, first: int = 0) -> None:
        self.next = first
        self._screens = {STDOUT: _Screen(), STDERR: _Screen()}

    def feed(self, stream: int, text: str, now: float) -> list[Line]:
        """Take what was written to a stream."""
        screen = self._screens[stream]
        text = screen.escape + text
        screen.escape = ""
        found = _UNFINISHED_ESCAPE.search(text[-256:])
        if found:
            cut = len(text) - len(found.group())
            text, screen.escape = text[:cut], text[cut:]
        finished = False
        for token in _TOKEN.finditer(text):
            piece = token.group()
            if piece == "\n":
                self._row(screen)
                screen.at += 1
                screen.column = 0
                finished = True
                if screen.at >= len(screen.rows):
                    del screen.rows[: max(0, len(screen.rows) - SCREEN_LINES)]
                    screen.at = len(screen.rows)
                else:
                    screen.rows[screen.at].to_cells()
            elif piece == "\r":
                if screen.at < len(screen.rows):
                    screen.rows[screen.at].to_cells()
                    screen.column = 0
            elif piece == "\b":
                if screen.at < len(screen.rows):
                    row = screen.rows[screen.at]
                    if row.cells is None:
                        screen.column = len(row.to_cells())
                    screen.column = max(0, screen.column - 1)
            elif piece.startswith("\x1b"):
                self._escape(screen, piece, token.group(1) or "", token.group(2) or "")
            else:
                self._put(screen, piece)
        if screen.changed and (finished or now - screen.written_at >= REWRITE_SECS):
            return self._take(stream, screen, now)
        return []

    def flush(self, now: float) -> list[Line]:
        """All that changed since it was written."""
        return [line for stream, screen in self._screens.items() for line in self._take(stream, screen, now)]

    def _row(self, screen: _Screen) -> _Row:
        """The row the cursor is in; a new one gets its number, and counts as changed, at once."""
        if screen.at >= len(screen.rows):
            row = _Row(self.next)
            self.next += 1
            screen.rows.append(row)
            screen.at = len(screen.rows) - 1
            screen.changed[row.number] = row
        return screen.rows[screen.at]

    def _put(self, screen: _Screen, text: str) -> None:
        while text:
            row = self._row(screen)
            if row.cells is None:
                room = MAX_LINE - len(row.text)
                row.text += text[:room]
            else:
                room = MAX_LINE - screen.column
                self._overwrite(screen, row, text[:room])
            screen.changed[row.number] = row
            text = text[max(room, 0) :]
            if text:  # the line is full: go on below
                screen.at = len(screen.rows)
                screen.column = 0

    def _overwrite(self, screen: _Screen, row: _Row, text: str) -> None:
        cells = row.to_cells()
        if screen.column > len(cells):
            cells.extend(" " * (screen.column - len(cells)))
        end = screen.column + len(text)
        before = cells[screen.column : end]
        colours = (cell if _is_colour(cell) else "" for cell in before)
        cells[screen.column : end] = [*map(str.__add__, colours, text), *text[len(before) :]]
        screen.column = end

    def _escape(self, screen: _Screen, piece: str, numbers: str, final: str) -> None:
        amount = int(numbers) if numbers.isdigit() else 0
        if final == "m":
            row = self._row(screen)
            if row.cells is None:
                row.text += piece
            elif screen.column >= len(row.cells):
                row.cells.extend(" " * (screen.column - len(row.cells)))
                row.cells.append(piece)
            elif _is_colour(row.cells[screen.column]) and numbers not in ("", "0"):
                row.cells[screen.column] += piece
            else:
                row.cells[screen.column] = piece
            screen.changed[row.number] = row
        elif final == "K" and screen.at < len(screen.rows):
            row = screen.rows[screen.at]
            cells = row.to_cells()
            if amount == 2:
                cells[:] = []
            elif amount == 1:
                cells[: screen.column] = " " * min(screen.column, len(cells))
            else:
                del cells[screen.column :]
            screen.changed[row.number] = row
        elif final in "AF" and final:
            screen.at = max(0, screen.at - max(amount, 1))
            self._land(screen, keep_column=final == "A")
        elif final in "BE" and final:
            screen.at = min(len(screen.rows), screen.at + max(amount, 1))
            self._land(screen, keep_column=final == "B")
        elif final in "CDG" and final and screen.at < len(screen.rows):
            row = screen.rows[screen.at]
            if row.cells is None:
                screen.column = len(row.to_cells())
            amount = max(amount, 1)
            screen.column = {"C": screen.column + amount, "D": screen.column - amount, "G": amount - 1}[final]
            screen.column = min(max(screen.column, 0), MAX_LINE - 1)

    def _land(self, screen: _Screen, keep_column: bool) -> None:
        if screen.at < len(screen.rows):
            cells = screen.rows[screen.at].to_cells()
            screen.column = min(screen.column, len(cells)) if keep_column else 0
        else:
            screen.column = 0

    def _take(self, stream: int, screen: _Screen, now: float) -> list[Line]:
        lines = [Line(row.number, stream, row.shown()) for row in screen.changed.values()]
        screen.changed = {}
        screen.written_at = now
        return lines


def _is_colour(cell: str) -> bool:
    """A colour that no character has followed yet."""
    return cell.startswith("\x1b") and cell.endswith("m")


class Console:
    """Takes what is written to stdout and stderr, assembles lines, and hands them to `write`.

    Pieces are queued without waiting; whoever finds the assembler free takes all that is queued. So a signal handler,
    a finaliser or another thread that prints in the middle never waits and is never lost.
    """

    def __init__(
        self, write: Callable[[list[Line]], None], first: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write = write
        self._clock = clock
        self._lines = Lines(first)
        self._pending: deque[tuple[int, str]] = deque()
        self._busy = threading.Lock()
        self._undo: list[Callable[[], None]] = []
        self._off = False

    def wrap(self) -> None:
        """Take what Python writes to `sys.stdout` and `sys.stderr`; where both are one stream, each line once."""
        if sys.stdout is not None:
            self._undo.append(_wrap("stdout", sys.stdout, partial(self.take, STDOUT)))
        if sys.stderr is not None and sys.stderr is not sys.stdout:
            self._undo.append(_wrap("stderr", sys.stderr, partial(self.take, STDERR)))

    def redirect(self) -> None:
        """Take all that the process writes to its descriptors 1 and 2, by way of pipes. Raises OSError."""
        for stream in (STDOUT, STDERR):
            self._undo.append(_redirect(stream, partial(self.take, stream)))

    def take(self, stream: int, text: str) -> None:
        """Something was written. Never raises, never waits."""
        if self._off or not text:
            return
        try:
            if len(self._pending) < MAX_PENDING:
                self._pending.append((stream, text))
            self._work()
        except Exception as error:
            guard.report("keep a line of output", error)

    def _work(self) -> None:
        while self._pending and self._busy.acquire(blocking=False):
            try:
                lines: list[Line] = []
                while self._pending:
                    lines += self._lines.feed(*self._pending.popleft(), self._clock())
                if lines:
                    self._write(lines)
            finally:
                self._busy.release()

    def restore(self) -> None:
        """Put the streams back as they were, and write what is unfinished."""
        while self._undo:
            with guard.guarded("restore the output streams"):
                self._undo.pop()()
        with guard.guarded("keep the last lines of output"):
            self._work()
            if self._busy.acquire(timeout=1.0):
                try:
                    lines = self._lines.flush(self._clock())
                    if lines:
                        self._write(lines)
                finally:
                    self._busy.release()
        self._off = True

    def forked(self) -> None:
        """In a child after `fork`: the output is the parent's to keep."""
        self._off = True
        self._pending.clear()
        self._busy = threading.Lock()


def _wrap(name: str, target: Any, take: Callable[[str], None]) -> Callable[[], None]:
    """Let `target.write` also call `take`; returns what undoes it."""
    original = target.write
    own = "write" in getattr(target, "__dict__", {})

    def write(text: Any, *rest: Any, **more: Any) -> Any:
        done = original(text, *rest, **more)
        if isinstance(text, str):
            take(text)
        return done

    try:
        target.write = write
    except (AttributeError, TypeError):
        proxy = _Proxy(target, write)
        setattr(sys, name, proxy)

        def put_back() -> None:
            if getattr(sys, name) is proxy:
                setattr(sys, name, target)

        return put_back

    def undo() -> None:
        if target.__dict__.get("write") is write:
            if own:
                target.write = original
            else:
                del target.write

    return undo


class _Proxy:
    """A stream whose `write` is ours; everything else is the real stream's."""

    def __init__(self, target: Any, write: Callable[..., Any]) -> None:
        self._target = target
        self.write = write

    def writelines(self, lines: Any) -> None:
        """As a stream does it."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)


def _redirect(descriptor: int, take: Callable[[str], None]) -> Callable[[], None]:
    """Put a pipe in the place of a descriptor and pass on what comes through it; returns what undoes it."""
    import codecs

    stream = sys.stdout if descriptor == STDOUT else sys.stderr
    _flush(stream)
    saved = os.dup(descriptor)
    reader, writer = os.pipe()
    os.dup2(writer, descriptor)
    os.close(writer)
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def pump() -> None:
        while True:
            try:
                data = os.read(reader, 65_536)
            except OSError:
                return
            if not data:
                return
            try:
                rest = memoryview(data)
                while len(rest):
                    rest = rest[os.write(saved, rest) :]
            except OSError:
                pass  # the terminal is gone; the run's log is not
            take(decode(data))

    thread = threading.Thread(target=pump, name="gnomon-console", daemon=True)
    thread.start()

    def undo() -> None:
        _flush(stream)
        os.dup2(saved, descriptor)
        thread.join(1.0)  # children that hold the pipe open may outlive it
        if not thread.is_alive():
            os.close(reader)
            os.close(saved)

    return undo


def _flush(stream: Any) -> None:
    try:
        stream.flush()
    except Exception:
        pass  # closed, or not a stream at all
