"""An even choice of things that come one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_KEPT = 10_000


class Even(Generic[T]):
    """An even sample of things that come one after another, nobody knows how many: first and last are in it.

    Every n-th is kept, and n is doubled whenever there are many more than wanted.
    """

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._most = max(2 * wanted, min(16 * wanted, MOST_KEPT))
        self._every = 1
        self._kept: list[T] = []
        self._count = 0
        self._last: tuple[int, T] | None = None

    def offer(self, count: int, take: Callable[[int], T]) -> None:
        """So many things come; `take` makes the ones that are kept."""
        at = -self._count % self._every
        while at < count:
            self._kept.append(take(at))
            if len(self._kept) > self._most:
                self._kept = self._kept[::2]
                self._every *= 2
            at = ((self._count + at) // self._every + 1) * self._every - self._count
        self._count += count
        if count:
            self._last = (self._count - 1, take(count - 1))

    def sample(self) -> list[T]:
        """At most as many as wanted, in order."""
        if self._last is None:
            return []
        last, thing = self._last
        places = dict.fromkeys(at // self._every for at in evenly(last + 1, self._wanted)[:-1])
        return [*(self._kept[at] for at in places), thing]


def evenly(count: int, wanted: int) -> list[int]:
    """Which of `count` things are an even sample of `wanted`; the first and the last are in it.

    >>> evenly(5, 3), evenly(2, 3), evenly(9, 1)
    ([0, 2, 4], [0, 1], [8])
    """
    if count <= wanted:
        return list(range(count))
    if wanted == 1:
        return [count - 1]
    return [round(at * (count - 1) / (wanted - 1)) for at in range(wanted)]
