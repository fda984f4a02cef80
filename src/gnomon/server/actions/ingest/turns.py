"""Which numbered lines were taken: what makes a line that is sent again harmless, and loses none that is another's.

A sender numbers its lines, so one below the next number was taken before. But two processes may number theirs alike: a
script that was killed and its successor, or several that write into one run without saying so. Then a line has a number
that another line has, or that nobody has sent; it comes out of turn, and is kept all the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from gnomon.protocol.filestream import NONE, Lines, rows

MOST_REMEMBERED = 4_000
"""Lines that are remembered, so that a line of the same number can be told from the same line."""
MOST_GAPS = 100

Row = Mapping[str, Any] | None
"""What a line holds; None is a line that holds no row."""


class Turn(NamedTuple):
    """The lines of a request that have to be kept."""

    due: Lines = NONE
    """Those not taken yet, from the next number on."""
    odd: Lines = NONE
    """Those out of turn, numbered from the first of them."""
    numbers: tuple[int, ...] = ()
    """The numbers of `odd`."""


class Turns:
    """The lines of one file that were taken, as far as a sender may send them again."""

    def __init__(self, next: int = 0) -> None:
        self.next = next
        self._known: OrderedDict[int, tuple[int, ...]] = OrderedDict()
        """The marks of the lines that had a number."""
        self._gaps: list[tuple[int, int]] = []

    def sort(self, given: Lines) -> Turn:
        """What of the lines has to be kept; nothing is taken by asking."""
        cut = min(max(0, self.next - given.offset), len(given.content))
        due = Lines(given.offset + cut, given.content[cut:]) if cut else given
        if not cut:
            return Turn(due)
        earlier = given.content[:cut]
        odd = [
            (number, line)
            for number, line, row in zip(
                range(given.offset, given.offset + cut), earlier, rows(earlier)[0], strict=True
            )
            if self._is_anothers(number, mark(line, row))
        ]
        if not odd:
            return Turn(due)
        return Turn(due, Lines(odd[0][0], [line for _, line in odd]), tuple(number for number, _ in odd))

    def take(self, turn: Turn, due: Sequence[Row], odd: Sequence[Row]) -> None:
        """Note that the lines of a turn, which hold these rows, are kept."""
        first, content = turn.due
        if content:
            if first > self.next:
                self._gaps = [*self._gaps, (self.next, first)][-MOST_GAPS:]
            self.next = max(self.next, turn.due.end)
        skipped = max(0, len(content) - MOST_REMEMBERED)
        latest = zip(range(first + skipped, turn.due.end), content[skipped:], due[skipped:], strict=True)
        for number, line, row in chain(latest, zip(turn.numbers, turn.odd.content, odd, strict=True)):
            known, one = self._known.get(number, ()), mark(line, row)
            if one not in known:
                self._known[number] = (*known, one)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)

    def _is_anothers(self, number: int, one: int) -> bool:
        known = self._known.get(number)
        if known is not None:
            return one not in known
        return any(first <= number < end for first, end in self._gaps)


def mark(line: str, row: Row) -> int:
    """What tells a line from another of the same number: when its row was logged, however that is spelled."""
    if row is not None:
        time, step = row.get("_timestamp"), row.get("_step")
        if type(time) in (int, float):
            return hash((time, step if type(step) in (int, float) else None))
    return hash(line)
