"""What a run found: `run.summary`, last values by themselves and whatever the user sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gnomon.model.summary import nested

Read = Callable[[], dict[str, Any]]
Write = Callable[[Mapping[str, Any], Sequence[str]], None]


class Summary:
    """One value a key: the one logged last, or what `define_metric` asks for, or what was set here.

    `summary["best"] = 0.9`, `summary.best`, `summary.update({...})`, `del summary["best"]`; nested dicts can be read
    and set step by step: `summary["val"]["acc"] = 1`.
    """

    def __init__(self, read: Read, write: Write, prefix: str = "") -> None:
        own = self.__dict__
        own["_read"] = read
        own["_write"] = write
        own["_prefix"] = prefix

    def __getitem__(self, key: str) -> Any:
        flat = self._read()
        name = self._prefix + key
        if name in flat:
            value = flat[name]
            if isinstance(value, dict) and "_type" not in value:
                return Summary(self._read, self._write, name + ".") if _has_below(flat, name) else value
            return value
        if _has_below(flat, name):
            return Summary(self._read, self._write, name + ".")
        raise KeyError(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __delitem__(self, key: str) -> None:
        gone = self._names_of(key)
        if not gone:
            raise KeyError(key)
        self._write({}, gone)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"{name!r} is not in the run's summary") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise AttributeError(f"{name!r} is not in the run's summary") from None

    def update(self, d: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Set several values."""
        given = {**(d or {}), **more}
        gone: list[str] = []
        for key in given:
            gone += self._names_of(str(key))
        self._write({self._prefix + str(key): value for key, value in given.items()}, gone)

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or `default` where there is none."""
        try:
            return self[key]
        except KeyError:
            return default

    def keys(self) -> list[str]:
        """The names at this level."""
        return list(self._tree())

    def values(self) -> list[Any]:
        """The values at this level; nested ones as dicts."""
        return list(self._tree().values())

    def items(self) -> list[tuple[str, Any]]:
        """Names and values at this level."""
        return list(self._tree().items())

    def as_dict(self) -> dict[str, Any]:
        """A copy as nested dicts."""
        return self._tree()

    _as_dict = as_dict

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and bool(self._names_of(key))

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._tree())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Summary):
            return self._tree() == other._tree()
        return isinstance(other, Mapping) and self._tree() == dict(other)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return repr(self._tree())

    __str__ = __repr__

    _read: Read
    _write: Write
    _prefix: str

    def _tree(self) -> dict[str, Any]:
        start = len(self._prefix)
        return nested({name[start:]: value for name, value in self._read().items() if name.startswith(self._prefix)})

    def _names_of(self, key: str) -> list[str]:
        """The flat names that `key` stands for: itself, and what is nested under it."""
        name = self._prefix + key
        return [known for known in self._read() if known == name or known.startswith(name + ".")]


def _has_below(flat: Mapping[str, Any], name: str) -> bool:
    return any(known.startswith(name + ".") for known in flat)
