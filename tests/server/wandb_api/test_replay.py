"""A replayed conversation notices what is different, and only that."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.server.wandb_api.replay import Difference, Replay

pytestmark = pytest.mark.anyio


class Today:
    """A server that gives the answers it was told to, in order, and keeps what it was asked."""

    def __init__(self, *answers: Any, status: int = 200) -> None:
        self._answers = list(answers)
        self._status = status
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(self._status, json=self._answers.pop(0))


async def hold(today: Today, *lines: dict[str, Any]) -> None:
    whole = [{"signed_in": True, "headers": {}, "at": 1.0, "status": 200, **line} for line in lines]
    async with httpx.AsyncClient(transport=httpx.MockTransport(today), base_url="http://localhost:8585") as client:
        await Replay(client, "key", lambda now: None).hold(whole)


def asked(answer: Any, **said: Any) -> dict[str, Any]:
    return {"ask": "POST /files/ann/p/r/file_stream", "json": said, "answer": answer}


async def test_the_same_answers_and_more_are_no_difference() -> None:
    await hold(Today({"a": 1, "more": 2, "createdAt": "later"}), asked({"a": 1, "createdAt": "then"}))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {}),
        ({"a": "x"}, {"a": "y"}),
        ({"id": "x"}, {"id": None}),
        ({"a": [1]}, {"a": [1, 2]}),
        ({"config": '{"lr": 1}'}, {"config": '{"lr": 2}'}),
        ({"fields": [{"name": "a"}]}, {"fields": [{"name": "b"}]}),
        ({"_runtime": 1.0}, {"_runtime": 9.0}),
    ],
)
async def test_another_answer_is_a_difference(was: Any, now: Any) -> None:
    with pytest.raises(Difference):
        await hold(Today(now), asked(was))


async def test_another_status_is_a_difference() -> None:
    with pytest.raises(Difference, match="503, was 200"):
        await hold(Today({}, status=503), asked({}))


async def test_what_the_server_can_do_may_have_grown() -> None:
    await hold(Today({"fields": [{"name": "b"}, {"name": "a"}]}), asked({"fields": [{"name": "a"}]}))


async def test_what_the_server_made_up_is_said_back_as_it_is_today() -> None:
    today = Today({"run": {"id": "dG9kYXk="}, "uploadUrl": "http://localhost:8585/storage/abc.def/f"}, {}, {})
    await hold(
        today,
        asked({"run": {"id": "dGhlbg=="}, "uploadUrl": "http://server/storage/address-1/f"}),
        asked({}, id="dGhlbg==", state='{"dGhlbg==": true}', name="other"),
        {"ask": "PUT /storage/address-1/f", "text": "x", "answer": None},
    )
    assert json.loads(today.asked[1].content) == {"id": "dG9kYXk=", "state": '{"dG9kYXk=":true}', "name": "other"}
    assert str(today.asked[2].url) == "http://localhost:8585/storage/abc.def/f"
