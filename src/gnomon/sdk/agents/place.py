"""Where a sweep is: `SWEEP`, `PROJECT/SWEEP` or `ENTITY/PROJECT/SWEEP`."""

from __future__ import annotations

from typing import NamedTuple

from gnomon.sdk.errors import UsageError
from gnomon.sdk.settings import Settings

DEFAULT_PROJECT = "uncategorized"

_made: dict[str, SweepPath] = {}


class SweepPath(NamedTuple):
    """A sweep; the entity is empty where it is the key's own user."""

    entity: str
    project: str
    sweep: str

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


def remember(place: SweepPath) -> None:
    """A sweep made by this process: its id alone is enough from now on."""
    _made[place.sweep] = place


def read(said: str, entity: str | None, project: str | None, held: Settings) -> SweepPath:
    """The sweep that is meant. What the path says wins, then what was given, then where this process made it.

    Raises UsageError for what is no path of a sweep.

    >>> read("lab/p/abc", None, "q", Settings())
    SweepPath(entity='lab', project='p', sweep='abc')
    """
    parts = said.strip("/").split("/") if isinstance(said, str) else []
    if not 1 <= len(parts) <= 3 or not all(parts):
        raise UsageError(f"A sweep is named by SWEEP, PROJECT/SWEEP or ENTITY/PROJECT/SWEEP, and not by {said!r}")
    known = _made.get(parts[-1]) if len(parts) == 1 and not project else None
    if known is not None:
        return known._replace(entity=entity or known.entity)
    *before, sweep = parts
    owner = (before[-2] if len(before) == 2 else None) or entity or held.entity or ""
    return SweepPath(owner, (before[-1] if before else None) or project or held.project or DEFAULT_PROJECT, sweep)
