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
from pathlib import Path
from typing import NamedTuple


class Entry(NamedTuple):
    """A run that was online and is not known to be complete on its server."""

    journal: str
    folder: Path
    base_url: str


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where Gnomon keeps what is about this user on this machine."""
    given = environ.get("GNOMON_STATE_DIR")
    if given:
        return Path(given).expanduser()
    xdg = environ.get("XDG_STATE_HOME")
    if xdg:
        return Path(xdg) / "gnomon"
    return Path(environ.get("HOME") or os.path.expanduser("~")) / ".local" / "state" / "gnomon"


def add(entry: Entry, environ: Mapping[str, str] = os.environ) -> None:
    """Remember the run. Raises OSError where the state folder cannot be written."""
    place = state_dir(environ) / "runs" / entry.journal
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f".{entry.journal}.{os.getpid()}")
    draft.write_text(f"{entry.folder}\n{entry.base_url}\n")
    draft.replace(place)


def remove(journal: str, environ: Mapping[str, str] = os.environ) -> None:
    """Forget the run. Forgetting an unknown one is not an error."""
    try:
        (state_dir(environ) / "runs" / journal).unlink()
    except OSError:
        pass


def entries(environ: Mapping[str, str] = os.environ) -> list[Entry]:
    """What is remembered, sorted by folder; entries whose folder is gone are left out and forgotten."""
    found: list[Entry] = []
    try:
        names = sorted(os.listdir(state_dir(environ) / "runs"))
    except OSError:
        return []
    for name in names:
        if name.startswith("."):
            continue
        try:
            folder, base_url, *_ = [*(state_dir(environ) / "runs" / name).read_text().split("\n"), ""]
        except (OSError, UnicodeDecodeError):
            continue
        if os.path.isdir(folder):
            found.append(Entry(name, Path(folder), base_url))
        elif os.path.isdir(os.path.dirname(os.path.dirname(folder))):  # not merely a disk that is not mounted now
            remove(name, environ)
    return sorted(found, key=lambda entry: str(entry.folder))
