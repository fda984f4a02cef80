"""The one active run, and the module-level `gnomon.log`, `gnomon.config`, … that mean it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gnomon.sdk.errors import Error

if TYPE_CHECKING:
    from gnomon.sdk.metrics import Metric
    from gnomon.sdk.run import Run

_run: Run | None = None


def get() -> Run | None:
    """The active run, or None."""
    return _run


def use(run: Run | None) -> None:
    """Make this run the active one: `gnomon.run` and its mirrors mean it."""
    global _run
    _run = run
    front = sys.modules["gnomon"].__dict__
    front["run"] = run
    if run is None:
        front["log"], front["config"], front["summary"] = log, config, summary
    else:
        front["log"], front["config"], front["summary"] = run.log, run.config, run.summary


def needed(call: str) -> Run:
    """The active run. Raises Error where there is none."""
    if _run is None:
        raise Error(f"You must call gnomon.init() before gnomon.{call}")
    return _run


def log(data: Mapping[str, Any], step: int | None = None, commit: bool | None = None, sync: bool | None = None) -> None:
    """Log one row to the active run; see `Run.log`."""
    needed("log()").log(data, step, commit, sync)


def finish(exit_code: int | None = None, quiet: bool | None = None) -> None:
    """End the active run; without one, nothing happens. See `Run.finish`."""
    if _run is not None:
        _run.finish(exit_code, quiet)


def define_metric(
    name: str,
    step_metric: Any = None,
    step_sync: bool | None = None,
    hidden: bool | None = None,
    summary: str | None = None,
    goal: str | None = None,
    overwrite: bool | None = None,
) -> Metric:
    """Say how a metric of the active run is drawn and summed up; see `Run.define_metric`."""
    return needed("define_metric()").define_metric(name, step_metric, step_sync, hidden, summary, goal, overwrite)


def save(glob_str: str, base_path: str | None = None, policy: str = "live", glob: bool = True) -> list[str]:
    """Keep files with the active run; see `Run.save`."""
    return needed("save()").save(glob_str, base_path, policy, glob)


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
