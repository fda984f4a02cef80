"""Publish and subscribe, within one process: which runs of a project have something new.

Events say that something changed and where, never what: whoever hears one asks. So two events of one kind for one run
are as good as the later one, and a slow listener is owed at most one of each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

Kind = Literal["rows", "run", "console", "files", "sweep", "artifact", "alert"]

MOST_PENDING = 10_000
"""Events a listener may be behind; one that is further behind is told to read everything anew."""


class Event(NamedTuple):
    """Something is new. `run` is the run's id, or what else is of the kind: a sweep's id, an artifact's name. `data` is
    what a listener may want to know besides."""

    kind: Kind | Literal["everything"]
    run: str
    data: dict[str, Any]


class Listener:
    """What one subscriber has not heard yet."""

    def __init__(self) -> None:
        self._pending: dict[tuple[str, str], Event] = {}
        self._news = asyncio.Event()
        self.closed = False

    def tell(self, event: Event) -> None:
        """Remember an event, in place of an earlier one of its kind and run."""
        if len(self._pending) >= MOST_PENDING:
            self._pending.clear()
            event = Event("everything", "", {})
        self._pending[event.kind, event.run] = event
        self._news.set()

    def close(self) -> None:
        """There will be no more events."""
        self.closed = True
        self._news.set()

    async def events(self, *, timeout_secs: float) -> list[Event]:
        """What is new, once something is; nothing after `timeout_secs` or when the hub closes."""
        try:
            await asyncio.wait_for(self._news.wait(), timeout_secs)
        except (TimeoutError, asyncio.TimeoutError):
            return []
        if not self.closed:
            self._news.clear()
        events = list(self._pending.values())
        self._pending.clear()
        return events

    async def pause(self, secs: float) -> None:
        """Wait, but not beyond the closing of the hub."""
        until = asyncio.get_running_loop().time() + secs
        while not self.closed:
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                return
            await asyncio.sleep(min(left, 0.1))


class Live:
    """The hub. To be used on the event loop's thread."""

    def __init__(self) -> None:
        self._listeners: dict[int, set[Listener]] = {}
        self.closed = False

    def publish(self, project: int, kind: Kind, run: str, **data: Any) -> None:
        """Tell whoever listens to the project; costs nothing where nobody does."""
        listeners = self._listeners.get(project)
        if listeners:
            event = Event(kind, run, data)
            for listener in listeners:
                listener.tell(event)

    def heard(self, project: int) -> bool:
        """Whether anybody listens to the project."""
        return project in self._listeners

    @property
    def listeners(self) -> int:
        """How many listen."""
        return sum(map(len, self._listeners.values()))

    @contextmanager
    def subscribe(self, project: int) -> Iterator[Listener]:
        """A listener to one project, for as long as the block lasts."""
        listener = Listener()
        if self.closed:
            listener.close()
        self._listeners.setdefault(project, set()).add(listener)
        try:
            yield listener
        finally:
            left = self._listeners[project]
            left.discard(listener)
            if not left:
                del self._listeners[project]

    def close(self) -> None:
        """The server stops: every listener is let go at once."""
        self.closed = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.close()
