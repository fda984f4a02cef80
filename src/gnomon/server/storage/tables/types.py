"""Column types that every engine behind the tables can hold."""

from __future__ import annotations

import math
from typing import Any

import msgspec
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


class JsonText(TypeDecorator[Any]):
    """A value kept as JSON text.

    NaN and the infinities, which JSON does not have, are kept as the texts `NaN`, `Infinity` and `-Infinity`.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else _decoder.decode(value)


def json_text(value: Any) -> str:
    """The JSON of a value, as `JsonText` keeps it."""
    return _encoder.encode(plain(value)).decode()


def plain(value: Any) -> Any:
    """The value with every number JSON cannot say replaced by its name; the same object where there is none."""
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, (float, dict, list, tuple)) and plain(item) is not item:
                return {key: plain(item) for key, item in value.items()}
        return value
    if isinstance(value, (list, tuple)):
        for item in value:
            if isinstance(item, (float, dict, list, tuple)) and plain(item) is not item:
                return [plain(item) for item in value]
        return value
    return value
