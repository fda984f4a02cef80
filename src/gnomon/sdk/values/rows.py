"""A row as the user gave it, to flat keys and plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import NoneType
from typing import Any

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values.foreign import media_of
from gnomon.sdk.values.media import Media, Place, told
from gnomon.sdk.values.plain import MAX_DEPTH, PLAIN, Unloggable, pairs, plain

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
        try:
            key: str = prefix + plain(name if isinstance(name, str) else str(name))
        except Exception as error:  # foreign code of any kind ran
            refuse(prefix, f"looking at one of its keys raised {type(error).__name__}")
            continue
        try:
            if isinstance(value, Mapping) and value and "_type" not in value:
                if depth >= MAX_DEPTH:
                    raise Unloggable(f"it is nested more than {MAX_DEPTH} deep, or contains itself")
                _flatten(value, key + ".", flat, place, step, refuse, depth + 1)
                continue
            if hasattr(type(value), "charted"):  # a chart is a table under a key of its own, and how it is drawn
                key, value = value.charted(place, key)
            found = _value(value, key, place, step)
            if isinstance(found, dict) and found and "_type" not in found:
                _flatten(found, key + ".", flat, place, step, refuse, depth + 1)  # a dataclass
            else:
                flat[key] = found
        except Unloggable as error:
            refuse(key, str(error))
        except BadRow:
            raise
        except Exception as error:  # foreign code of any kind ran
            refuse(key, f"looking at it raised {type(error).__name__}")


def _value(value: Any, key: str, place: Place, step: int) -> Any:
    if isinstance(value, (list, tuple)):
        if PLAIN.issuperset(map(type, value)):
            return plain(value)
        return _listed(value, key, place, step)
    found = _media(value)
    if found is None:
        return plain(value)
    return _bound(lambda: found.bound(place, key, step))


def _listed(values: Sequence[Any], key: str, place: Place, step: int) -> Any:
    """A list: media of one kind have one value together, others one each."""
    found = [_media(value) for value in values]
    kind = type(found[0])
    if kind is not NoneType and all(type(one) is kind for one in found):
        return _bound(lambda: kind.bound_list(found, place, key, step))
    if all(one is None for one in found):
        return plain(values)
    return [_value(value, key, place, step) for value in values]


def _media(value: Any) -> Any:
    """The value itself where it is media, the media that an object of another library means, or None."""
    kind: Any = type(value)
    return value if _is_media(kind) else media_of(value)


@lru_cache(maxsize=1024)
def _is_media(kind: type) -> bool:
    return issubclass(kind, Media)


def _bound(bind: Callable[[], Any]) -> Any:
    """What a value becomes. Whatever goes wrong costs this value alone."""
    try:
        return bind()
    except (Unloggable, BadRow):
        raise
    except OSError as error:
        raise Unloggable(f"its bytes could not be written: {error.strerror or error}") from None
    except UsageError as error:
        raise Unloggable(str(error)) from None
    except Exception as error:
        raise Unloggable(f"{type(error).__name__} while its bytes were taken: {told(error)}") from None
