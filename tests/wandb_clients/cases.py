"""The cases of the conformance suite: a script for the official client, and what Gnomon has when it has run.

A case is a folder of `tests/recorded/` with `script.py`, `case.json` and a conversation for each version of the client.
`case.json` says:

    group, place    where the guide tells of it
    says            its sentence there
    since           the first version of the client that has the feature, of those in the suite
    otherwise       what is on the server instead, by version, where that differs
    env             variables that the script needs beside the usual ones
    stored          what is on the server afterwards; see `tests/server/wandb_api/stored.py`
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
RESULTS = RECORDED / "results.json"


@dataclass(frozen=True)
class Case:
    name: str
    group: str
    place: int
    says: str
    since: str
    stored: dict[str, Any]
    otherwise: dict[str, dict[str, Any]] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    """What the guide says of a version that does not do it, by version."""

    @property
    def script(self) -> Path:
        return RECORDED / self.name / "script.py"

    def stored_by(self, version: str) -> dict[str, Any]:
        """What is on the server when this version has run the script."""
        return self.otherwise.get(version, self.stored)

    def is_in(self, version: str) -> bool:
        """Whether this version of the client has the feature."""
        return _order(version) >= _order(self.since)


@dataclass(frozen=True)
class Outcome:
    """What came of a script with a version of the client: it `works` or it `fails`."""

    how: str


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@cache
def cases() -> tuple[Case, ...]:
    """Every case, as the guide has them."""
    found = RECORDED.glob("*/case.json")
    known = [Case(path.parent.name, **json.loads(path.read_text(encoding="utf-8"))) for path in found]
    return tuple(sorted(known, key=lambda case: (case.place, case.name)))


def case_named(name: str) -> Case:
    return next(case for case in cases() if case.name == name)


def outcomes() -> dict[str, dict[str, Outcome]]:
    """What came of each case, by its name and the version of the client."""
    if not RESULTS.exists():
        return {}
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {name: {version: Outcome(**told) for version, told in by.items()} for name, by in kept.items()}


def keep_outcome(name: str, version: str, outcome: Outcome) -> None:
    """Remember what came of a case; others stay as they are."""
    known = outcomes()
    known.setdefault(name, {})[version] = outcome
    kept = {case: {one: asdict(by[one]) for one in sorted(by, key=_order)} for case, by in sorted(known.items()) if by}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
