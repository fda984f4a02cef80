"""Runs that lie on this disk: finding them, choosing among them, and a line about each."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from gnomon.sdk.shipper import mark
from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.ship import is_local


class Local(NamedTuple):
    """A run folder and what it says of itself."""

    folder: Path
    entity: str
    project: str
    run: str
    online: bool
    """Whether its script sent as it went."""
    begun_at: float
    mark: mark.Mark

    @property
    def state(self) -> str:
        """`sent`, `never sent`, or `N rows left`."""
        if self.mark.complete:
            return "sent"
        return f"{self.mark.rows_left} rows left" if self.mark.journals else "never sent"

    @property
    def path(self) -> str:
        """`entity/project/run`, without an entity where the run names none."""
        return "/".join(part for part in (self.entity, self.project, self.run) if part)

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints of it."""
        return {
            "folder": str(self.folder),
            "entity": self.entity,
            "project": self.project,
            "run": self.run,
            "mode": "online" if self.online else "offline",
            "begun_at": self.begun_at,
            "sent": self.mark.complete,
            "rows": sum(journal.rows for journal in self.mark.journals.values()) if self.mark.journals else None,
            "rows_left": self.mark.rows_left if self.mark.journals else None,
            "url": self.mark.url,
            "error": self.mark.error,
        }


class Choice(NamedTuple):
    """Which runs are meant."""

    online: bool = True
    offline: bool = True
    sent: bool = True
    only: tuple[str, ...] = ()
    """Patterns; a run's folder name or id has to be like one of them."""
    never: tuple[str, ...] = ()


def local(folder: Path) -> Local:
    """What a run folder says of itself."""
    run = RunFolder(folder)
    settings, begin = run.settings(), run.begin() or {}
    begun_at = begin.get("started_at")
    return Local(
        folder,
        str(begin.get("entity") or settings.entity),
        str(begin.get("project") or settings.project or "uncategorized"),
        str(begin.get("run") or settings.run),
        settings.mode == "online",
        float(begun_at) if isinstance(begun_at, (int, float)) else _named_time(folder.name),
        mark.read(folder),
    )


def chosen(runs: Iterable[Local], choice: Choice) -> list[Local]:
    """Those that are meant, the earliest first."""

    def is_like(run: Local, patterns: Sequence[str]) -> bool:
        return any(fnmatchcase(run.folder.name, pattern) or fnmatchcase(run.run, pattern) for pattern in patterns)

    return sorted(
        (
            run
            for run in runs
            if (choice.online if run.online else choice.offline)
            and (choice.sent or not run.mark.complete)
            and (not choice.only or is_like(run, choice.only))
            and not is_like(run, choice.never)
        ),
        key=lambda run: (run.begun_at, run.folder),
    )


def find_folders(paths: Iterable[Path]) -> list[Path]:
    """The run folders at or in these places; in `./gnomon-runs` (or where GNOMON_DIR says) without any."""
    places = list(paths)
    if not places:
        places = [default_place()]
    found: set[Path] = set()
    for place in places:
        if is_local(place):
            found.add(place.absolute())
            continue
        for inner in (place, place / "gnomon-runs"):
            if inner.is_dir():
                found.update(each.absolute() for each in inner.iterdir() if each.is_dir() and is_local(each))
    return sorted(found)


def default_place() -> Path:
    """Where runs lie unless their script said otherwise."""
    return Path(os.environ.get("GNOMON_DIR") or os.environ.get("WANDB_DIR") or ".", "gnomon-runs")


def short(folder: Path) -> str:
    """A folder as people want to read it."""
    try:
        return str(folder.relative_to(Path.cwd()))
    except ValueError:
        return str(folder)


def is_live(folder: Path) -> bool:
    """Whether the run's own process still works, so that its own shipper is the one at work."""
    from gnomon.sdk.shipper.life import is_alive

    settings = RunFolder(folder).settings()
    return is_alive(settings.pid, settings.pid_started)


def line(run: Local) -> str:
    """A run, for people."""
    begun = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.begun_at)) if run.begun_at else "?"
    kind = "online " if run.online else "offline"
    return f"{begun}  {kind}  {run.path}  {run.state}  {short(run.folder)}"


def _named_time(name: str) -> float:
    """The time in a folder's name, 0 where there is none."""
    try:
        return time.mktime(time.strptime(name[4:19], "%Y%m%d_%H%M%S"))
    except ValueError:
        return 0.0
