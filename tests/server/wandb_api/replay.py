"""A recorded conversation, held again with a server: the same is asked, and the answers are compared.

What the server makes up (ids, signed addresses, times) differs each time. Where the recorded answer has such a thing
and today's answer has another, the two are remembered as the same, and what the client asks later is asked with
today's. Everything else has to be what it was.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httpx

from tests.wandb_clients.conversations import ORIGIN, change_json, document, parsed

MADE_UP = re.compile(
    r"(^|_|[a-z])(id|Id|ID|runid|[cC]ursor|url|Url)$|^(sweepName|displayName|storagePath|controllerRunName)$"
)
"""Keys whose texts the server makes up, and which clients send back as they are."""

MADE_UP_NAMES = ("sweep", "upsertSweep", "project.sweep")
"""Where `name` is of that kind too."""

TIMES = re.compile(r"(At|timestamp)$")
MEASURED = re.compile(r"^_?runtime$|^_?timestamp$|^duration$|Secs$")
"""Numbers that may differ by the second that a request was under way."""

GROWING = {"fields", "inputFields", "args", "enumValues", "features"}
"""Lists of what the server can do: today's may have more names."""

MISSING = object()


class Difference(AssertionError):
    """An answer is not what it was."""


class Replay:
    """One conversation, held again with the server behind `client`; `clock` is told what time it was."""

    def __init__(self, client: httpx.AsyncClient, key: str, clock: Callable[[float], None]) -> None:
        self._client = client
        self._clock = clock
        self._auth = "Basic " + base64.b64encode(f"api:{key}".encode()).decode()
        self._today: dict[str, str] = {}
        """What the recorded server had made up, and what today's server says instead."""

    async def hold(self, lines: list[dict[str, Any]]) -> None:
        """Ask everything again, in order. Raises Difference at the first answer that is not what it was."""
        for line in lines:
            self._clock(line["at"])
            method, _, path = line["ask"].partition(" ")
            headers = {**line["headers"], **({"authorization": self._auth} if line["signed_in"] else {})}
            answer = await self._client.request(method, self._path(path), headers=headers, content=self._body(line))
            what = f"{line['ask']} {line.get('operation', '')}".strip()
            if answer.status_code != line["status"]:
                raise Difference(f"{what}: {answer.status_code}, was {line['status']}: {answer.text[:500]}")
            self._compare(line["answer"], _read(answer, line["answer"]), what)

    def _path(self, path: str) -> str:
        if (whole := self._today.get(ORIGIN + path)) is not None:
            return whole
        names, mark, query = path.partition("?")
        return "/".join(self._today.get(unquote(name), name) for name in names.split("/")) + mark + query

    def _body(self, line: dict[str, Any]) -> bytes | None:
        if "document" in line:
            asked = {"query": document(line["document"]), "variables": self._as_today(line["variables"])}
            return json.dumps(asked | ({"operationName": line["operation"]} if line["operation"] else {})).encode()
        if "json" in line:
            return json.dumps(self._as_today(line["json"])).encode()
        if "base64" in line:
            return base64.b64decode(line["base64"])
        return str(line["text"]).encode() if "text" in line else None

    def _as_today(self, said: Any) -> Any:
        """What the client said, with what today's server has made up."""

        def change(part: Any) -> Any:
            if isinstance(part, str):
                return self._today.get(part, part)
            if isinstance(part, dict):
                return {self._today.get(key, key): value for key, value in part.items()}
            return part

        return change_json(said, change) if self._today else said

    def _compare(self, was: Any, now: Any, at: str) -> None:
        """Raises Difference where today's answer lacks something or has another value; more than there was is fine."""
        key, above = at.rpartition(".")[2], at.rpartition(".")[0].rpartition(".")[2]
        if isinstance(was, dict) and isinstance(now, dict):
            for name, part in was.items():
                self._compare(part, now.get(name, MISSING), f"{at}.{name}")
        elif isinstance(was, list) and isinstance(now, list):
            if key in GROWING:
                now = [next((one for one in now if one["name"] == part["name"]), MISSING) for part in was]
            if len(was) != len(now):
                raise Difference(f"{at}: {len(now)} elements, there were {len(was)}: {_shown(now)}, was {_shown(was)}")
            for number, (one, other) in enumerate(zip(was, now, strict=True)):
                self._compare(one, other, f"{at}[{number}]" if isinstance(one, str) else f"{at}[{number}].{key}")
        elif isinstance(was, str) and isinstance(now, str):
            self._compare_texts(was, now, key, above, at)
        elif MEASURED.search(key) and isinstance(was, (int, float)) and isinstance(now, (int, float)):
            if abs(was - now) > 1.0:
                raise Difference(f"{at}: {now}, was {was}")
        elif type(was) is not type(now) or was != now:
            raise Difference(f"{at}: {_shown(now)}, was {_shown(was)}")

    def _compare_texts(self, was: str, now: str, key: str, above: str, at: str) -> None:
        if was == now or self._today.get(was) == now or TIMES.search(key):
            return
        inner, inner_now = parsed(was), parsed(now)
        if inner is not None and inner_now is not None:
            self._compare(inner, inner_now, at)
        elif MADE_UP.search(key) or (key == "name" and above in MADE_UP_NAMES):
            self._today[was] = now
        else:
            raise Difference(f"{at}: {_shown(now)}, was {_shown(was)}")


def _read(answer: httpx.Response, was: Any) -> Any:
    if not answer.content or was is None:
        return None
    if answer.headers.get("content-type", "").startswith("application/json"):
        return answer.json()
    return {"sha256": hashlib.sha256(answer.content).hexdigest(), "size_bytes": len(answer.content)}


def _shown(value: Any) -> str:
    return "nothing" if value is MISSING else json.dumps(value)[:300]
