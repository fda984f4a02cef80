"""Calls of a library that are logged by themselves: `autolog()` begins a run, `autolog.disable()` ends it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

from gnomon.sdk import current, guard

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

Log = Callable[["Run", Any, tuple[Any, ...], Mapping[str, Any], Any, float], None]
"""Logs a call: the run, whose method it was, its arguments, what it answered, and how many seconds it took."""


class Autolog:
    """Logs calls of a library once it is called: `autolog(init={"project": "pipelines"})`.

    `init` is what `gnomon.init` takes; without it the active run is logged to, or a new one. `patch` puts what is
    given to it around the library's methods, and returns what undoes that.
    """

    def __init__(self, name: str, patch: Callable[[Callable[[Any], Any]], Callable[[], None]], log: Log) -> None:
        self.name = name
        self._patch = patch
        self._log = log
        self._undo: Callable[[], None] | None = None
        self._run: Run | None = None
        self._inside = False

    def __call__(self, init: Mapping[str, Any] | None = None) -> None:
        """Log calls from here on."""
        self.enable(init)

    def enable(self, init: Mapping[str, Any] | None = None) -> None:
        """The same. Where calls are logged already, that is ended first."""
        self.disable()
        if init or current.get() is None:
            from gnomon.sdk.init import init as begin

            self._run = begin(**(init or {}))
        self._undo = self._patch(self._around)

    def disable(self) -> None:
        """Log no more calls, and finish the run where `enable` began it."""
        if self._undo is not None:
            self._undo()
            self._undo = None
        if self._run is not None:
            self._run.finish()
            self._run = None

    def _around(self, own: Callable[..., Any]) -> Callable[..., Any]:
        """The method, and after it the logging of it; calls that it makes itself are part of it."""

        @wraps(own)
        def call(it: Any, *arguments: Any, **named: Any) -> Any:
            if self._inside:
                return own(it, *arguments, **named)
            self._inside, began = True, time.perf_counter()
            try:
                answer = own(it, *arguments, **named)
            finally:
                self._inside = False
            run = current.get()
            if run is not None:
                with guard.guarded(f"log a call of {self.name}"):
                    self._log(run, it, arguments, named, answer, time.perf_counter() - began)
            return answer

        call.logged = True  # type: ignore[attr-defined]
        return call
