"""Answers are as short as whoever asks can unpack them."""

from __future__ import annotations

import gzip
import json

import pytest
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response, StreamingResponse

from gnomon.server.edge.packed import INLINE_BYTES, packed
from gnomon.server.zstandard import decompress

pytestmark = pytest.mark.anyio

LONG = [{"run": number, "loss": 0.5} for number in range(500)]
UNPACK = {"zstd": decompress, "gzip": gzip.decompress}


def asking(coding: str) -> Headers:
    return Headers({"accept-encoding": coding})


@pytest.mark.parametrize(
    ("asked", "coding"),
    [("gzip, deflate, br, zstd", "zstd"), ("gzip, deflate", "gzip"), ("zstd;q=0, gzip", "gzip"), ("GZIP", "gzip")],
)
@pytest.mark.parametrize("times", [1, 10])
async def test_a_long_answer_is_packed_as_it_was_asked_for(asked: str, coding: str, times: int) -> None:
    plain = JSONResponse(LONG * times)
    before = bytes(plain.body)
    assert (len(before) > INLINE_BYTES) == (times == 10)
    answer = await packed(plain, asking(asked))
    assert answer.headers["content-encoding"] == coding
    assert int(answer.headers["content-length"]) == len(answer.body) < len(before) / 4
    assert UNPACK[coding](bytes(answer.body)) == before
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("asked", ["", "br", "gzip;q=0, zstd; q=0"])
async def test_who_can_unpack_nothing_gets_it_plain_and_caches_know_why(asked: str) -> None:
    answer = await packed(JSONResponse(LONG), asking(asked))
    assert "content-encoding" not in answer.headers
    assert json.loads(answer.body) == LONG
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "answer",
    [
        Response(b"{}", media_type="application/json"),
        Response(b"x" * 9000, media_type="image/png"),
        Response(b"x" * 9000, headers={"content-range": "bytes 0-8999/9999"}, media_type="text/plain"),
        Response(b"x" * 9000, headers={"content-encoding": "gzip"}, media_type="text/plain"),
        StreamingResponse(iter(["x" * 9000]), media_type="text/plain"),
    ],
    ids=["short", "picture", "range", "packed before", "streamed"],
)
async def test_what_would_not_get_shorter_or_is_not_whole_is_left_alone(answer: Response) -> None:
    before = dict(answer.headers)
    assert await packed(answer, asking("gzip, zstd")) is answer
    assert dict(answer.headers) == before
