"""A damaged data folder made whole, while no server has it.

What can be made anew exactly is; the rest is put aside in `damaged/<time>/` of the folder, with a report that names
what is lost. Nothing is erased.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gnomon.server.check import DataCheck
from gnomon.server.data_folder import DataFolder
from gnomon.server.storage.blobs.check import left_over
from gnomon.server.storage.findings import Finding
from gnomon.server.storage.metrics.embedded.checks import repairing
from gnomon.server.storage.metrics.embedded.checks.repair import repair as repair_metrics
from gnomon.server.storage.tables import check as tables
from gnomon.server.storage.tables import holders


@dataclass(frozen=True)
class Repaired:
    """What a repair did: what was rebuilt and what is lost, as lines; and what is still wrong afterwards."""

    findings: list[Finding]
    lines: list[str]
    left: list[Finding]
    left_lines: list[str]
    aside: Path | None
    """Where what was damaged is now, by this repair or by an interrupted one that it ended; None where nothing was."""


def repair(folder: Path, *, now: float | None = None) -> Repaired:
    """Repairs a data folder. Raises Conflict or Unavailable where a server has it, and NotFound where there is none."""
    moment = time.time() if now is None else now
    DataCheck(folder, deep=False)
    data = DataFolder(folder)
    data.hold("a repair")
    try:
        return _repair(folder, moment)
    finally:
        data.release()


def _repair(folder: Path, now: float) -> Repaired:
    metrics = folder / "metrics"
    metrics.mkdir(exist_ok=True, mode=0o700)
    with repairing.held(metrics):
        ended = repairing.begin(metrics)
        for path in left_over(folder / "blobs"):
            path.unlink()
        before = DataCheck(folder, deep=True, clock=lambda: now)
        found = list(before.findings())
        if not found:
            return Repaired([], [], [], [], None if ended is None else ended.parent)
        aside = _new_folder(folder / "damaged", now)
        _report(aside, before, found)
        if any(one.store in ("metrics", "log") and one.remedy != "by hand" for one in found):
            told = repair_metrics(metrics, aside / "metrics")
            found = [one for one in found if one.store not in ("metrics", "log")] + (
                told or [one for one in found if one.store in ("metrics", "log")]
            )
        _tables(folder, aside, found)
        _blobs(folder, aside, found)
        lines = _report(aside, before, found)
        after = DataCheck(folder, deep=True, clock=lambda: now)
        left = list(after.findings())
        return Repaired(found, lines, left, [after.describe(one) for one in left], aside)


def _new_folder(parent: Path, now: float) -> Path:
    name = time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime(now))
    for ending in ("", *(f".{number}" for number in range(2, 1000))):
        path = parent / (name + ending)
        if not path.exists():
            path.mkdir(parents=True, mode=0o700)
            return path
    raise FileExistsError(str(parent / name))


def _tables(folder: Path, aside: Path, found: Sequence[Finding]) -> None:
    if any(one.store == "tables" and one.remedy == "rebuilt" for one in found):
        for path in folder.glob(f"{tables.FILE}*"):
            shutil.copyfile(path, aside / path.name)
        tables.repair_indexes(folder / tables.FILE)


def _blobs(folder: Path, aside: Path, found: Sequence[Finding]) -> None:
    """Damaged bytes are put aside, and what named them knows that they are lost."""
    for one in found:
        if one.store != "blobs" or one.remedy != "lost" or one.path is None:
            continue
        if (folder / one.path).exists():
            target = aside / one.path
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / one.path).replace(target)
        try:
            holders.forget(folder / tables.FILE, one.path.rpartition("/")[2])
        except sqlite3.DatabaseError:
            continue  # the tables are to be put in order by hand first


def _report(aside: Path, check: DataCheck, found: Sequence[Finding]) -> list[str]:
    """Writes what was found beside what was put aside: lines to read, and the same as JSON."""
    lines = [f"{'lost' if one.remedy == 'lost' else one.remedy}: {check.describe(one)}" for one in found]
    for name, text in (
        ("report.txt", "".join(line + "\n" for line in lines)),
        ("report.jsonl", "".join(as_json(check, one) + "\n" for one in found)),
    ):
        file = os.open(aside / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
    return lines


def as_json(check: DataCheck, finding: Finding) -> str:
    """A finding as a line of JSON, with its run by the names it has."""
    line = check.describe(finding)
    told = {name: value for name, value in msgspec.to_builtins(finding).items() if value is not None}
    if finding.run is not None:
        told["run_number"] = told.pop("run")
        if (name := check.name_of(finding.run)) is not None:
            told["run"] = name
    return msgspec.json.encode({**told, "line": line}).decode()
