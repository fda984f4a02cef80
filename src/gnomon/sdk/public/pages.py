"""Lists that are fetched as far as they are read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class Pages(ABC, Generic[T], Iterator[T]):
    """Things of a server in its order; each page of `per_page` is fetched when it is first needed."""

    def __init__(self, per_page: int = 50) -> None:
        self.per_page = per_page
        self.objects: list[T] = []
        self.index = -1
        self.more = True
        self._total: int | None = None

    @abstractmethod
    def _fetch(self) -> list[T]:
        """The next page. Sets `more` to False with the last one, and `_total` where it is told."""

    def __iter__(self) -> Iterator[T]:
        self.index = -1
        return self

    def __next__(self) -> T:
        self.index += 1
        while len(self.objects) <= self.index:
            if not self._load_page():
                raise StopIteration
        return self.objects[self.index]

    next = __next__

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: Any) -> Any:
        """By place, or a slice; a negative place, or an open end, loads everything."""
        places = (index.start, index.stop) if isinstance(index, slice) else (index,)
        open_end = isinstance(index, slice) and index.stop is None
        whole = open_end or any(place is not None and place < 0 for place in places)
        wanted = max((place for place in places if place is not None), default=0) + 1
        while (whole or len(self.objects) < wanted) and self._load_page():
            pass
        return self.objects[index]

    def __len__(self) -> int:
        if self._total is None:
            self._load_page()
        while self._total is None and self._load_page():
            pass
        return len(self.objects) if self._total is None else self._total

    @property
    def length(self) -> int:
        """How many there are."""
        return len(self)

    def _load_page(self) -> bool:
        if not self.more:
            return False
        self.objects.extend(self._fetch())
        return True


class Listed(Pages[T]):
    """Things that come in one answer."""

    def __init__(self, found: list[T], per_page: int = 50) -> None:
        super().__init__(per_page)
        self._found = found

    def _fetch(self) -> list[T]:
        start = len(self.objects)
        page = self._found[start : start + self.per_page]
        self._total, self.more = len(self._found), start + self.per_page < len(self._found)
        return page
