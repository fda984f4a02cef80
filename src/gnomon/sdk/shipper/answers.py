"""What an answer of the server means for what is owed. Pure: no clock, no network, no chance of its own."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from random import Random
from typing import Any, NamedTuple

import msgspec

MAX_WAIT_SECS = 60.0
MAX_TOLD_WAIT_SECS = 300.0


class Taken(NamedTuple):
    """Acknowledged: everything before `next_offset` is safe on the server."""

    next_offset: int
    stop: bool = False
    url: str = ""


class Rewind(NamedTuple):
    """The server has less than we thought: send again from `next_offset`."""

    next_offset: int


class TooLarge(NamedTuple):
    """The same bytes may be taken in smaller pieces."""

    message: str


class Refused(NamedTuple):
    """These bytes will not be taken; sending them again changes nothing."""

    message: str


class Gone(NamedTuple):
    """The run is not there, or not any more."""

    message: str
    deleted: bool = False
    """Certainly not any more: offering it again would bring back what somebody removed."""


class SignIn(NamedTuple):
    """The key is missing, wrong, or may not write here."""

    message: str


class Later(NamedTuple):
    """Try the same again; `told_secs` is what the server asked for."""

    message: str
    told_secs: float | None = None


Answer = Taken | Rewind | TooLarge | Refused | Gone | SignIn | Later


def read(status: int, headers: dict[str, str], body: bytes, *, now: float, asked: str) -> Answer:
    """What the answer to a journal request means. Header names are in lower case; `asked` is the address, for messages.

    Only our own JSON is an acknowledgement or a refusal: a captive portal or a wrong proxy answers 200, too.
    """
    said = _json(body)
    error = said.get("error") if said else None
    ours = isinstance(error, dict) and isinstance(error.get("kind"), str)
    message = str(error.get("message") or "") if isinstance(error, dict) else ""
    told = retry_after_secs(headers.get("retry-after"), now=now)
    if status == 200 and said is not None and _is_offset(said.get("next")):
        url = said.get("url")
        return Taken(said["next"], stop=said.get("stop") is True, url=url if isinstance(url, str) else "")
    if 300 <= status < 400:
        return Later(
            f"{asked} redirects to {headers.get('location', 'somewhere else')}; set the base URL to the server itself"
        )
    if status == 401:
        return SignIn(message or f"{asked} does not know this API key")
    if status == 403:
        return SignIn(message or f"this API key may not write there ({asked})")
    if status == 413:
        return TooLarge(message or "the request was too large")
    if ours and isinstance(error, dict):
        if status == 409:
            if _is_offset(error.get("next_offset")):
                return Rewind(error["next_offset"])
            return Refused(message)
        if status in (404, 410):
            return Gone(message, deleted=status == 410)
        if 400 <= status < 500 and status not in (408, 425, 429):
            return Refused(message)
    if status in (200, 400, 404, 405):
        return Later(f"{asked} answered {status}, but it does not look like a Gnomon server", told)
    return Later(message or f"{asked} answered {status}", told)


def retry_after_secs(value: str | None, *, now: float) -> float | None:
    """Seconds to wait by a Retry-After header, at most five minutes; None where it is missing or rubbish."""
    if not value:
        return None
    try:
        secs = float(value)
    except ValueError:
        try:
            secs = parsedate_to_datetime(value).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            return None
    if secs != secs:
        return None
    return min(max(secs, 0.0), MAX_TOLD_WAIT_SECS)


def wait_secs(
    failures: int, chance: Random, told_secs: float | None = None, longest_secs: float = MAX_WAIT_SECS
) -> float:
    """How long to wait after so many failures in a row: random, growing, at most `longest_secs` unless told longer.

    The lower end of the range is a quarter of its limit, so that a hundred runs in a long outage stay quiet.
    """
    limit = min(longest_secs, 0.5 * 2.0 ** min(failures, 12))
    wait = chance.uniform(limit / 4, limit)
    return max(wait, told_secs) if told_secs is not None else wait


def blanked(data: bytes) -> bytes:
    """As many zero bytes: what stands for a refused frame, so that later frames keep their offsets.

    No frame begins with zeros, so the server steps over them and counts them as damage.
    """
    return bytes(len(data))


def _is_offset(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        said = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
