"""A row as the user gave it, to flat keys and plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values.media import Media, Place
from gnomon.sdk.values.plain import MAX_DEPTH, Unloggable, pairs, plain

RESERVED = frozenset({"_step", "_runtime", "_wandb", "_timestamp"})
"""Names that mean something in a row; `_timestamp` sets its time, the others are Gnomon's to say."""

Refuse = Callable[[str, str], None]
"""Called with a key and why its value is not kept."""


class BadRow(UsageError, TypeError, ValueError):
    """What was passed to `log` is no row: not a dict, or a key that is not a string. The mistake is the caller's."""


def checked(data: Any) -> dict[str, Any]:
    """A copy of the row, sure to have strings as keys. Raises BadRow."""
    if not isinstance(data, Mapping):
        raise BadRow(f"log() takes a dict of names and values, not {type(data).__name__}")
    row: dict[Any, Any] = data.copy() if type(data) is dict else dict(pairs(data))
    for key in row:
        if not isinstance(key, str):
            raise BadRow(f"The keys of a row must be strings; {key!r} is {type(key).__name__}")
    return row


def flat_row(row: Mapping[str, Any], place: Place, step: int, refuse: Refuse) -> dict[str, Any]:
    """Flat keys (nested dicts spelled with dots) and plain values; media brought to `place`. Bad values are refused."""
    flat: dict[str, Any] = {}
    _flatten(row, "", flat, place, step, refuse, 0)
    return flat


def _flatten(
    values: Mapping[Any, Any], prefix: str, flat: dict[str, Any], place: Place, step: int, refuse: Refuse, depth: int
) -> None:
    for name, value in pairs(values):
        key = prefix + (name if isinstance(name, str) else str(name))
        try:
            if isinstance(value, Mapping) and value and "_type" not in value:
                if depth >= MAX_DEPTH:
                    raise Unloggable(f"it is nested more than {MAX_DEPTH} deep, or contains itself")
                _flatten(value, key + ".", flat, place, step, refuse, depth + 1)
                continue
            found = _value(value, key, place, step)
            if isinstance(found, dict) and found and "_type" not in found:
                _flatten(found, key + ".", flat, place, step, refuse, depth + 1)  # a dataclass
            else:
                flat[plain(key)] = found
        except Unloggable as error:
            refuse(key, str(error))


def _value(value: Any, key: str, place: Place, step: int) -> Any:
    if isinstance(value, Media):
        return _bound(lambda: value.bound(place, key, step))
    if isinstance(value, (list, tuple)) and value:
        first = value[0]
        if isinstance(first, Media):
            kind = type(first)
            if not all(type(one) is kind for one in value):
                raise Unloggable("a list of media must hold one kind of it")
            return _bound(lambda: kind.bound_list(list(value), place, key, step))
        if _is_picture(first):
            return _value([_picture(one) for one in value], key, place, step)
    if _is_picture(value):
        return _value(_picture(value), key, place, step)
    return plain(value)


def _bound(bind: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return bind()
    except OSError as error:
        raise Unloggable(f"its bytes could not be written: {error.strerror}") from None


def _is_picture(value: Any) -> bool:
    """A PIL image or a matplotlib figure logged as it is."""
    module = type(value).__module__
    return (module.startswith("PIL.") and hasattr(value, "getbands")) or (
        module.startswith("matplotlib.") and hasattr(value, "savefig")
    )


def _picture(value: Any) -> Any:
    from gnomon.sdk.values.image import Image

    try:
        return Image(value)
    except Exception as error:
        raise Unloggable(str(error)) from None
