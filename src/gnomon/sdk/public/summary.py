"""A run's summary as a tree that can be changed; `update()` sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any


class SummarySubDict:
    """A dict within a summary; what is set in it is set in the summary, and stays here until `update()`."""

    def __init__(self, root: HTTPSummary | None = None, values: dict[str, Any] | None = None) -> None:
        self._root = root
        self._json_dict: dict[str, Any] = {} if values is None else values

    def keys(self) -> Any:
        """The names in it."""
        return self._json_dict.keys()

    def items(self) -> Iterator[tuple[str, Any]]:
        """Names with values."""
        for key in self._json_dict:
            yield key, self[key]

    def get(self, k: str, default: Any = None) -> Any:
        """The value of a name, or `default`."""
        try:
            return self[k]
        except KeyError:
            return default

    def update(self, key_vals: Mapping[str, Any] | None = None, overwrite: bool = True) -> None:
        """Set some values, and send the whole summary; without `overwrite` those that are there stay."""
        for key, value in (key_vals or {}).items():
            if overwrite or key not in self:
                self._json_dict[key.strip()] = _plain(value)
        self._send()

    def _send(self) -> None:
        if self._root is not None:
            self._root._send()

    def __getitem__(self, k: str) -> Any:
        value = self._json_dict[k.strip() if isinstance(k, str) and k not in self._json_dict else k]
        if isinstance(value, dict) and "_type" not in value:
            return SummarySubDict(self._root, value)
        return value

    def __setitem__(self, k: str, v: Any) -> None:
        self._json_dict[k.strip()] = _plain(v)

    def __delitem__(self, k: str) -> None:
        del self._json_dict[k]

    def __contains__(self, k: object) -> bool:
        return k in self._json_dict or (isinstance(k, str) and k.strip() in self._json_dict)

    def __iter__(self) -> Iterator[str]:
        return iter(self._json_dict)

    def __len__(self) -> int:
        return len(self._json_dict)

    def __eq__(self, other: object) -> bool:
        return self._json_dict == (other._json_dict if isinstance(other, SummarySubDict) else other)

    __hash__ = None  # type: ignore[assignment]  # as a dict

    def __getattr__(self, k: str) -> Any:
        if k.startswith("_"):
            raise AttributeError(k)
        try:
            return self[k]
        except KeyError:
            raise AttributeError(f"the summary has no {k!r}") from None

    def __setattr__(self, k: str, v: Any) -> None:
        if k.startswith("_"):
            object.__setattr__(self, k, v)
        else:
            self[k] = v

    def __repr__(self) -> str:
        return repr(self._json_dict)


class HTTPSummary(SummarySubDict):
    """The summary of a run; `send` gives all of it to the server."""

    def __init__(self, send: Callable[[dict[str, Any]], None], summary: dict[str, Any]) -> None:
        super().__init__(None, summary)
        self._root = self
        self._give = send

    def _send(self) -> None:
        self._give(self._json_dict)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: what numpy and torch made becomes numbers and lists."""
    if isinstance(value, Mapping):
        return {str(key).strip(): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, SummarySubDict):
        return value._json_dict
    if type(value) in (str, bool, int, float, type(None)):
        return value
    for name in ("tolist", "item"):  # numpy, torch
        if hasattr(value, name):
            return getattr(value, name)()
    return str(value)
