"""Column types that every engine behind the tables can hold."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from gnomon.model.floats import MARK, tagged, untagged

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


class JsonText(TypeDecorator[Any]):
    """A value kept as JSON text, and read back as it was: NaN, the infinities and texts of these names included."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else from_json_text(value)


def json_text(value: Any) -> str:
    """The JSON of a value, as `JsonText` keeps it."""
    return _encoder.encode(tagged(value)).decode()


def from_json_text(text: str) -> Any:
    """The value that `json_text` was given."""
    value = _decoder.decode(text)
    return untagged(value) if MARK in text else value
