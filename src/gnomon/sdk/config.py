"""What a run was told: `run.config`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gnomon.sdk import guard
from gnomon.sdk.errors import ConfigError, UsageError
from gnomon.sdk.values.plain import MAX_DEPTH, Unloggable, array_of, is_array, pairs, plain

MAX_ARRAY = 10_000

Write = Callable[[Mapping[str, Any], Sequence[str]], None]
"""Called with top-level keys that changed, each with its whole value, and keys that are gone."""

_encode = msgspec.msgpack.Encoder().encode


class Config:
    """Hyperparameters by item or attribute: `config["lr"]`, `config.lr`, `config.update({...})`.

    A value that is set can be set again only to the same value; to mean a change, pass `allow_val_change=True` to
    `update` or `init`.
    """

    _items: dict[str, Any]

    def __init__(self, write: Write | None = None, *, allow_val_change: bool = False) -> None:
        own = self.__dict__
        own["_items"] = {}
        own["_write"] = write or (lambda changed, removed: None)
        own["_written"] = {}
        own["_allow"] = allow_val_change
        own["_held"] = frozenset()

    def update(self, d: Any = None, allow_val_change: bool | None = None, **more: Any) -> None:
        """Set several values: from a dict, a Namespace, absl flags, or the path of a YAML or JSON file.

        Raises ConfigError, and sets nothing, where a value would change without `allow_val_change`.
        """
        given = {**read(d), **more} if d is not None else more
        self._set({name: value_of(value) for name, value in given.items()}, allow_val_change)

    def setdefaults(self, d: Any) -> dict[str, Any]:
        """Set those values that are not set yet; what holds afterwards for all of them."""
        given = read(d)
        self._set({name: value_of(value) for name, value in given.items() if name not in self._items}, None)
        return {name: self._items[name] for name in given}

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or `default` where none is set."""
        return self._items.get(key, default)

    def keys(self) -> Any:
        """The names of what is set."""
        return self._items.keys()

    def values(self) -> Any:
        """The values that are set."""
        return self._items.values()

    def items(self) -> Any:
        """Names and values."""
        return self._items.items()

    def as_dict(self) -> dict[str, Any]:
        """A copy as a plain dict."""
        return dict(self._items)

    def persist(self) -> None:
        """Write what was changed inside nested values since they were set."""
        changed = {
            name: value for name, value in self._items.items() if self._encoded(value) != self._written.get(name)
        }
        self._record(changed)

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._set({_name(key): value_of(value)}, None)

    def __delitem__(self, key: str) -> None:
        del self._items[key]
        self._written.pop(key, None)
        self._write({}, [key])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self.__dict__["_items"][name]
        except KeyError:
            raise AttributeError(f"{name!r} is not set in the run's config") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self._items:
            raise AttributeError(f"{name!r} is not set in the run's config")
        del self[name]

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return repr(self._items)

    __str__ = __repr__

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._items]

    _write: Write
    _written: dict[str, bytes]
    _allow: bool
    _held: frozenset[str]

    def _hold(self, given: Mapping[str, Any]) -> None:
        """Set values that stay as they are: what the script says of them is not used."""
        self._set({name: value_of(value) for name, value in given.items()}, True)
        self.__dict__["_held"] = frozenset(given)

    def _free(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Those that may be set."""
        for name in self._held & values.keys():
            if self._encoded(values[name]) != self._encoded(self._items[name]):
                guard.warn_once(
                    f"held {name}", f"config {name!r} stays {self._items[name]!r}, as the sweep chose it for this run"
                )
        return {name: value for name, value in values.items() if name not in self._held}

    def _set(self, values: Mapping[str, Any], allow_val_change: bool | None) -> None:
        if self._held:
            values = self._free(values)
        if not (self._allow if allow_val_change is None else allow_val_change):
            for name, value in values.items():
                if name in self._items and self._items[name] != value:
                    old = self._items[name]
                    if self._encoded(old) != self._encoded(value):
                        raise ConfigError(
                            f'Attempted to change value of key "{name}" from {old!r} to {value!r}\n'
                            "If you really want to do this, pass allow_val_change=True to config.update()"
                        )
        changed = {
            name: value
            for name, value in values.items()
            if name not in self._items or self._encoded(value) != self._written.get(name)
        }
        self._items.update(values)
        self._record(changed)

    def _record(self, changed: Mapping[str, Any]) -> None:
        if changed:
            self._written.update({name: self._encoded(value) for name, value in changed.items()})
            self._write(changed, [])

    def _start(self, values: Mapping[str, Any]) -> None:
        """What an earlier attempt of the run was told; it needs no writing."""
        for name, value in values.items():
            if name not in self._items:
                self._items[name] = value
                self._written[name] = self._encoded(value)

    @staticmethod
    def _encoded(value: Any) -> bytes:
        try:
            return _encode(value)
        except Exception:  # somebody put a foreign value into a nested dict
            return _encode(value_of(value))


def read(source: Any) -> dict[str, Any]:
    """Config in any accepted form as a dict with strings as keys. Raises UsageError for other forms."""
    if source is None:
        return {}
    if isinstance(source, (str, os.PathLike)):
        return from_file(os.fspath(source))
    if isinstance(source, Config):
        return source.as_dict()
    if isinstance(source, Mapping):
        found: Any = pairs(source)
    elif callable(getattr(source, "flag_values_dict", None)):  # absl
        found = pairs(source.flag_values_dict())
    elif callable(getattr(source, "model_dump", None)):  # pydantic
        found = pairs(source.model_dump())
    elif hasattr(type(source), "__dataclass_fields__"):
        found = [(name, getattr(source, name)) for name in type(source).__dataclass_fields__]
    elif hasattr(source, "__dict__") and not isinstance(source, type):
        found = pairs(vars(source))
    else:
        raise UsageError(f"config is a dict, a Namespace or a path, not {type(source).__name__}")
    return {_name(name): value for name, value in found}


def chosen(values: Mapping[str, Any], exclude: Sequence[str] | None, include: Sequence[str] | None) -> dict[str, Any]:
    """Only the keys in `include`, or those not in `exclude`. Raises UsageError where both are given."""
    if exclude and include:
        raise UsageError("Give config_exclude_keys or config_include_keys, not both")
    if include:
        return {name: value for name, value in values.items() if name in include}
    return {name: value for name, value in values.items() if name not in (exclude or ())}


def from_file(path: str) -> dict[str, Any]:
    """Config from a YAML or JSON file; an entry `{value: ..., desc: ...}` is its value. Raises UsageError."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise UsageError(f"The config file cannot be read: {error.strerror}. {path}") from None
    try:
        if path.endswith(".json"):
            found = msgspec.json.decode(content)
        else:
            found = _yaml(content, path)
    except UsageError:
        raise
    except Exception as error:
        raise UsageError(f"The config file cannot be understood: {error}. {path}") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise UsageError(f"A config file holds names and values, not a {type(found).__name__}. {path}")
    return {
        _name(name): value["value"] if isinstance(value, dict) and set(value) in _DESCRIBED else value
        for name, value in found.items()
        if name not in ("wandb_version", "_wandb")
    }


_DESCRIBED = ({"value"}, {"value", "desc"})


def _yaml(content: bytes, path: str) -> Any:
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]  # not a dependency
    except ImportError:
        try:
            return msgspec.json.decode(content)  # JSON is YAML
        except msgspec.DecodeError:
            raise UsageError(f"Reading a YAML file needs the package pyyaml (pip install pyyaml). {path}") from None
    return yaml.safe_load(content)


def value_of(value: Any, depth: int = 0) -> Any:
    """A config value as plain data. What has no plain form becomes its name or text; nothing is refused."""
    try:
        return _value_of(value, depth)
    except Exception:  # an object that cannot even be looked at
        return f"<{type(value).__name__}>"


def _value_of(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        return "..."
    if isinstance(value, Mapping):
        return {str(name): value_of(inner, depth + 1) for name, inner in pairs(value)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [value_of(inner, depth + 1) for inner in list(value)]
    try:
        if is_array(value) and 1 < _size(value) <= MAX_ARRAY:
            return plain(array_of(value).tolist())
        if is_array(value) and _size(value) > MAX_ARRAY:
            return f"array of shape {tuple(value.shape)}, {value.dtype}"
        return plain(value)
    except Unloggable:
        pass
    except Exception:
        return f"<{type(value).__name__}>"
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    try:
        return plain(str(value)[:10_000])
    except Exception:
        return f"<{type(value).__name__}>"


def _size(value: Any) -> int:
    size = 1
    for extent in value.shape:
        size *= int(extent)
    return size


def _name(name: Any) -> str:
    found = plain(name if isinstance(name, str) else str(name))
    assert isinstance(found, str)
    return found
