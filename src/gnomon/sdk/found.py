"""What stands in a run's summary now: values that were logged, and values that were set; the later one wins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gnomon.protocol.journal import Kind
from gnomon.sdk import guard
from gnomon.sdk.history import History, flattened
from gnomon.sdk.journal import record
from gnomon.sdk.values.media import Place


class Found:
    """The flat summary of one run: read it, and set or remove keys of it."""

    def __init__(
        self, history: History, folder: str | None, start_time: float, append: Callable[[bytes], None]
    ) -> None:
        self._history, self._folder, self._start_time, self._append = history, folder, start_time, append
        self._given: dict[str, tuple[int, Any]] = {}
        """What the user set, and how many rows had been logged then."""
        self._gone: dict[str, int] = {}
        """What the user removed, likewise."""

    def read(self) -> dict[str, Any]:
        """All of it, by flat names."""
        latest = self._history.latest()
        for key, rows in self._gone.items():
            if key in latest and latest[key][0] <= rows:
                del latest[key]
        for key, (rows, value) in self._given.items():
            if key not in latest or latest[key][0] <= rows:
                latest[key] = (rows, value)
        found = {key: value for key, (_, value) in latest.items()}
        if self._history.last_step is not None:
            found["_step"] = self._history.last_step
            found["_timestamp"] = self._history.last_time
            found["_runtime"] = max(0.0, self._history.last_time - self._start_time)
        return found

    def write(self, values: Mapping[str, Any], removed: Sequence[str]) -> None:
        """Set some keys, remove others."""
        place = Place(self._folder)
        flat = flattened(values, place, self._history.step, _refuse)
        rows = self._history.rows
        for key in removed:
            self._given.pop(key, None)
            self._gone[key] = rows
        for key, value in flat.items():
            self._given[key] = (rows, value)
            self._gone.pop(key, None)
        gone = [key for key in removed if key not in flat]
        if flat or gone:
            self._append(b"".join([*place.frames, record(Kind.SUMMARY, flat, gone)]))


def _refuse(key: str, why: str) -> None:
    guard.warn_once(f"summary {key}", f"the summary value {key!r} is not kept: {why}")
