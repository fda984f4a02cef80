"""Work that must not be done twice at one time: whoever asks for it meanwhile waits for the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Once:
    """Work under way, by what it is about. It goes on when the one who asked is gone: clients ask again."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, int], asyncio.Future[Any]] = {}

    async def do(self, what: str, key: int, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` says, or what work of this name says that is being done already."""
        running = self._running.get((what, key))
        if running is None:
            task = asyncio.ensure_future(work())
            running = self._running[what, key] = task
            running.add_done_callback(lambda done: self._done(what, key, done))
        said: T = await asyncio.shield(running)
        return said

    def _done(self, what: str, key: int, done: asyncio.Future[Any]) -> None:
        self._running.pop((what, key), None)
        if not done.cancelled():
            done.exception()  # it was told to whoever still waited
