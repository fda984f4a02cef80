"""What was read from disk lately, up to so many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Cache:
    """The least recently used goes first. Safe to share between threads; a value may be made twice at the same time."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        return self._size

    def get(self, name: Hashable, make: Callable[[], T], size_bytes: Callable[[T], int]) -> T:
        """The value of this name, made where it is not there."""
        with self._lock:
            held = self._held.get(name)
            if held is not None:
                self._held.move_to_end(name)
                value: T = held[0]
                return value
        value = make()
        self.put(name, value, size_bytes(value))
        return value

    def peek(self, name: Hashable) -> Any:
        """The value of this name, or None."""
        with self._lock:
            held = self._held.get(name)
            if held is None:
                return None
            self._held.move_to_end(name)
            return held[0]

    def put(self, name: Hashable, value: Any, size_bytes: int) -> None:
        """Holds a value, in the place of an older one of the same name."""
        if size_bytes > self._limit // 2:
            return
        with self._lock:
            before = self._held.pop(name, None)
            self._size += size_bytes - (before[1] if before else 0)
            self._held[name] = (value, size_bytes)
            while self._size > self._limit:
                _, (_, size) = self._held.popitem(last=False)
                self._size -= size

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._size = 0
