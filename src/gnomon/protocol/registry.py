"""The list of local runs that may still owe something to a server.

`init()` writes one small file per online run; the shipper removes it when everything is acknowledged and the
run has ended. Whoever starts later on the same machine (a server, `gnomon sync --all`) finds the rest here:

    <state>/runs/<journal id>      first line: the absolute run folder, second line: the server's address

`<state>` is `$GNOMON_STATE_DIR`, else `$XDG_STATE_HOME/gnomon`, else `~/.local/state/gnomon`. The registry is a
convenience: a missing entry only means that a run is not picked up by itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # `init()` loads this module and needs no pathlib
    from pathlib import Path


class Entry(NamedTuple):
    """A run that was online and is not known to be complete on its server."""

    journal: str
    folder: Path
    base_url: str


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where Gnomon keeps what is about this user on this machine."""
    from pathlib import Path

    return Path(_state_dir(environ))


def _state_dir(environ: Mapping[str, str]) -> str:
    given = environ.get("GNOMON_STATE_DIR")
    if given:
        return os.path.expanduser(given)
    xdg = environ.get("XDG_STATE_HOME")
    if xdg:
        return os.path.join(xdg, "gnomon")
    return os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".local", "state", "gnomon")


def add(entry: Entry, environ: Mapping[str, str] = os.environ) -> None:
    """Remember the run. Raises OSError where the state folder cannot be written."""
    runs = os.path.join(_state_dir(environ), "runs")
    os.makedirs(runs, exist_ok=True, mode=0o700)
    draft = os.path.join(runs, f".{entry.journal}.{os.getpid()}")
    with open(draft, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(f"{entry.folder}\n{entry.base_url}\n")
    os.replace(draft, os.path.join(runs, entry.journal))


def remove(journal: str, environ: Mapping[str, str] = os.environ) -> None:
    """Forget the run. Forgetting an unknown one is not an error."""
    try:
        (state_dir(environ) / "runs" / journal).unlink()
    except OSError:
        pass


def entries(environ: Mapping[str, str] = os.environ) -> list[Entry]:
    """What is remembered, sorted by folder; entries whose folder is gone are left out and forgotten."""
    from pathlib import Path

    found: list[Entry] = []
    try:
        names = sorted(os.listdir(state_dir(environ) / "runs"))
    except OSError:
        return []
    for name in names:
        if name.startswith("."):
            continue
        try:
            content = (state_dir(environ) / "runs" / name).read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            continue
        folder, base_url, *_ = [*content.split("\n"), ""]
        if os.path.isdir(folder):
            found.append(Entry(name, Path(folder), base_url))
        elif os.path.isdir(os.path.dirname(os.path.dirname(folder))):  # not merely a disk that is not mounted now
            remove(name, environ)
    return sorted(found, key=lambda entry: str(entry.folder))
