"""The one active run, and the module-level `gnomon.log`, `gnomon.config`, … that mean it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gnomon.sdk.errors import Error

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

    active: Run
    """What type checkers read the mirrors from."""

_run: Run | None = None


def get() -> Run | None:
    """The active run, or None."""
    return _run


MIRRORED = (
    *("log", "save", "restore", "define_metric", "watch", "unwatch", "alert", "log_code", "mark_preempting"),
    *("log_artifact", "use_artifact", "upsert_artifact", "finish_artifact", "link_artifact"),
    *("log_model", "use_model", "link_model", "pin_config_keys", "display", "to_html", "status", "write_logs"),
)
"""Methods of a run that are functions of `gnomon` too: those of the active run."""


def use(run: Run | None) -> None:
    """Make this run the active one: `gnomon.run` and its mirrors mean it."""
    global _run
    _run = run
    front = sys.modules["gnomon"].__dict__
    front["run"] = run
    for name in ("config", "summary"):
        front[name] = globals()[name] if run is None else getattr(run, name)
    if run is None:
        front.pop("log", None)
    else:
        front["log"] = run.log  # at once: every call looks it up


def mirror(name: str) -> Callable[..., Any]:
    """The function that calls this method of whichever run is active then."""
    from functools import wraps
    from inspect import signature

    from gnomon.sdk.run import Run

    method = getattr(Run, name)

    @wraps(method)
    def call(*arguments: Any, **named: Any) -> Any:
        if _run is None and name == "restore":  # the one that can do without: it may name its run
            from gnomon.sdk.files import restore_anywhere

            return restore_anywhere(*arguments, **named)
        return getattr(needed(f"{name}()"), name)(*arguments, **named)

    shape = signature(method)
    call.__signature__ = shape.replace(parameters=list(shape.parameters.values())[1:])  # type: ignore[attr-defined]
    return call


def needed(call: str) -> Run:
    """The active run. Raises Error where there is none."""
    if _run is None:
        raise Error(f"You must call gnomon.init() before gnomon.{call}")
    return _run


def finish(exit_code: int | None = None, quiet: bool | None = None) -> None:
    """End the active run; without one, nothing happens. See `Run.finish`."""
    if _run is not None:
        _run.finish(exit_code, quiet)


class _Forward:
    """Stands for `gnomon.config` or `gnomon.summary` where it was taken before `init()`."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def _real(self, part: str) -> Any:
        return getattr(needed(f"{self._name}{part}"), self._name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._real(f".{name}"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._real(f".{name}"), name, value)

    def __getitem__(self, key: str) -> Any:
        return self._real(f"[{key!r}]")[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._real(f"[{key!r}]")[key] = value

    def __delitem__(self, key: str) -> None:
        del self._real(f"[{key!r}]")[key]

    def __contains__(self, key: object) -> bool:
        return key in self._real("")

    def __iter__(self) -> Any:
        return iter(self._real(""))

    def __len__(self) -> int:
        return len(self._real(""))

    def __repr__(self) -> str:
        return repr(self._real("")) if _run is not None else f"<gnomon.{self._name}, before gnomon.init()>"

    _name: str


config = _Forward("config")
summary = _Forward("summary")
