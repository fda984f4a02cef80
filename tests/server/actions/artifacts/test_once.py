from __future__ import annotations

import asyncio

import anyio
import pytest

from gnomon.model.errors import Rejected
from gnomon.server.actions.artifacts.once import Once

pytestmark = pytest.mark.anyio


async def test_who_asks_for_work_that_is_being_done_waits_for_it() -> None:
    once, begun, done = Once(), 0, asyncio.Event()

    async def work() -> int:
        nonlocal begun
        begun += 1
        await done.wait()
        return begun

    first = asyncio.ensure_future(once.do("commit", 1, work))
    second = asyncio.ensure_future(once.do("commit", 1, work))
    await anyio.sleep(0)
    done.set()
    assert (await first, await second, begun) == (1, 1, 1)
    assert await once.do("commit", 1, work) == 2  # what is done is done: this is asked for anew
    assert await once.do("commit", 2, work) == 3


async def test_work_goes_on_when_the_one_who_asked_has_left() -> None:
    once, done, finished = Once(), asyncio.Event(), asyncio.Event()

    async def work() -> str:
        await done.wait()
        finished.set()
        return "done"

    asked = asyncio.ensure_future(once.do("commit", 1, work))
    await anyio.sleep(0)
    asked.cancel()
    again = asyncio.ensure_future(once.do("commit", 1, work))
    await anyio.sleep(0)
    done.set()
    assert await again == "done"
    assert finished.is_set()


async def test_what_goes_wrong_is_told_to_everybody_who_waits() -> None:
    once = Once()

    async def work() -> None:
        await anyio.sleep(0)
        raise Rejected("no")

    results = await asyncio.gather(once.do("commit", 1, work), once.do("commit", 1, work), return_exceptions=True)
    assert [str(result) for result in results] == ["no", "no"]
