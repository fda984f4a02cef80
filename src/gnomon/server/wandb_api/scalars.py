"""Scalars of the schema, and the JSON texts that carry numbers JSON has no word for."""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone
from typing import Any

import msgspec
from ariadne import ScalarType

from gnomon.model.errors import Rejected

_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


def from_json(text: str, *, field: str = "json") -> Any:
    """The value of a JSON text; `NaN`, `Infinity` and `-Infinity` are numbers in it. Raises Rejected."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        pass
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Rejected(f"{field} is not JSON: {error}", field=field) from None


def to_json(value: Any) -> str:
    """A value as JSON text in which NaN and the infinities are bare words, as the client writes and reads them."""
    if _all_finite(value):
        return _encoder.encode(value).decode()
    return json.dumps(value, separators=(",", ":"))


def iso(time: float | None) -> str | None:
    """Unix seconds as the client reads times: ISO 8601 in UTC.

    >>> iso(0)
    '1970-01-01T00:00:00Z'
    """
    if time is None:
        return None
    return datetime.fromtimestamp(time, timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def _all_finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(_all_finite, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_all_finite, value))
    return True


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"{value!r} is not a whole number")
    return int(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text that holds JSON is expected, not {value!r:.80}")
    return value


json_string = ScalarType("JSONString", value_parser=_text)
json_value = ScalarType("JSON")
date_time = ScalarType("DateTime")
int64 = ScalarType("Int64", serializer=_whole, value_parser=_whole)
duration = ScalarType("Duration", serializer=_whole, value_parser=_whole)

bindables = [json_string, json_value, date_time, int64, duration]
