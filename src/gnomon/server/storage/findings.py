"""What a check of the stores finds: one value for everything that is not as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Store = Literal["tables", "metrics", "log", "blobs"]

Remedy = Literal["rebuilt", "lost", "by hand"]
"""What a repair makes of it: `rebuilt` exactly from what is right; `lost`: the damaged bytes are put aside, and what
they held is not there any more; `by hand`: a repair does not touch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it was written: which thing it is, where it lies, and what it means."""

    store: Store
    says: str
    remedy: Remedy
    run: int | None = None
    """The internal number of the run."""
    stream: str | None = None
    key: str | None = None
    first_step: int | None = None
    last_step: int | None = None
    path: str | None = None
    """Of the file, from the data folder."""
    byte: int | None = None


def merged(findings: list[Finding]) -> list[Finding]:
    """Neighbours that say the same of one key and one file, as one finding over all their steps."""
    out: list[Finding] = []
    for one in findings:
        before = out[-1] if out else None
        if before is not None and one.first_step is not None and _alike(before) == _alike(one):
            assert before.first_step is not None and before.last_step is not None and one.last_step is not None
            out[-1] = Finding(
                store=one.store, says=one.says, remedy=one.remedy, run=one.run, stream=one.stream, key=one.key,
                first_step=min(before.first_step, one.first_step), last_step=max(before.last_step, one.last_step),
                path=one.path, byte=before.byte if before.byte is None else min(before.byte, one.byte or 0),
            )  # fmt: skip
        else:
            out.append(one)
    return out


def _alike(one: Finding) -> tuple[object, ...]:
    return one.store, one.says, one.remedy, one.run, one.stream, one.key, one.path, one.first_step is None


def described(finding: Finding, run: str | None) -> str:
    """The finding as one line for a person; `run` is the run by its names."""
    thing = [run if run is not None else f"run number {finding.run}"] if finding.run is not None else []
    if finding.key is not None:
        thing.append(f"{finding.key!r}" + (f" of {finding.stream}" if finding.stream not in (None, "history") else ""))
    elif finding.stream is not None:
        thing.append(finding.stream)
    if finding.first_step is not None:
        last = "" if finding.last_step == finding.first_step else f"–{finding.last_step}"
        thing.append(f"step{'s' if last else ''} {finding.first_step}{last}")
    place = "" if finding.path is None else finding.path + ("" if finding.byte is None else f" at byte {finding.byte}")
    return ": ".join(part for part in (place, ", ".join(thing), finding.says) if part)
