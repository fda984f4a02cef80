"""Which numbered lines were taken: what makes a line that is sent again harmless, and loses none that is another's.

A sender numbers its lines, so one below the next number was taken before. But two processes may number theirs alike: a
script that was killed and its successor, or several that write into one run without saying so. Then a line has a number
that another line has, or that nobody has sent; it comes out of turn, and is kept all the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from gnomon.protocol.filestream import NONE, Lines

MOST_REMEMBERED = 4_000
"""Lines whose content is remembered, so that a line of the same number can be told from the same line."""
MOST_GAPS = 100


class Turn(NamedTuple):
    """The lines of a request that have to be kept."""

    due: Lines = NONE
    """Those not taken yet, from the next number on."""
    odd: Lines = NONE
    """Those out of turn, numbered from the first of them."""


class Turns:
    """The lines of one file that were taken, as far as a sender may send them again."""

    def __init__(self, next: int = 0) -> None:
        self.next = next
        self._known: OrderedDict[int, tuple[int, ...]] = OrderedDict()
        """The hashes of the lines that had a number."""
        self._gaps: list[tuple[int, int]] = []

    def sort(self, given: Lines) -> Turn:
        """What of the lines has to be kept; nothing is taken by asking."""
        content = given.content
        if not content:
            return Turn()
        cut = max(0, self.next - given.offset)
        due = Lines(max(given.offset, self.next), content[cut:] if cut else content)
        earlier = [(given.offset + at, line) for at, line in enumerate(content[:cut])]
        odd = [(number, line) for number, line in earlier if self._is_anothers(number, line)]
        if not odd:
            return Turn(due)
        return Turn(due, Lines(odd[0][0], [line for _, line in odd]))

    def take(self, given: Lines) -> None:
        """Note that these lines are kept; those that were sorted out as `odd` come with the others of their request."""
        if given.offset > self.next and given.content:
            self._gaps = [*self._gaps, (self.next, given.offset)][-MOST_GAPS:]
        self.next = max(self.next, given.end)
        self._remember(given.offset, given.content)

    def _is_anothers(self, number: int, line: str) -> bool:
        known = self._known.get(number)
        if known is not None:
            return hash(line) not in known
        return any(first <= number < end for first, end in self._gaps)

    def _remember(self, first: int, content: Sequence[str]) -> None:
        skipped = max(0, len(content) - MOST_REMEMBERED)
        for number, line in enumerate(content[skipped:], first + skipped):
            known, one = self._known.get(number, ()), hash(line)
            if one not in known:
                self._known[number] = (*known, one)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
