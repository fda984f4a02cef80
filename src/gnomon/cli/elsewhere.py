"""A run under another name: a copy of its folder whose journals say another project, owner, id, job type or tags.

The copy is a run folder like any other, beside the first one. Its journals have ids of their own, which follow from
where it goes: making it again gives the same bytes, so that sending it again sends nothing twice.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from gnomon.protocol import journal
from gnomon.protocol.journal import Kind
from gnomon.sdk.shipper import writer
from gnomon.sdk.shipper.folder import RunFolder

SAID = "elsewhere.json"
_encode = msgspec.msgpack.Encoder().encode


class Elsewhere(NamedTuple):
    """What is to be different; None leaves it as it is."""

    entity: str | None = None
    project: str | None = None
    run: str | None = None
    job_type: str | None = None
    tags: Mapping[str, str] = {}
    """New names of tags."""
    console: bool = True
    """Whether what was printed is sent too."""

    @property
    def is_any(self) -> bool:
        return self != Elsewhere()


def copied(folder: Path, wanted: Elsewhere, shift: int = 0) -> Path:
    """Make the copy, or bring it up to date; its folder. `shift` is added to every step the first time.

    Files are linked where the disk can do that. Raises OSError.
    """
    mark = hashlib.sha256(repr((*wanted[:4], sorted(wanted.tags.items()), wanted.console)).encode()).hexdigest()
    target = folder.with_name(f"{folder.name}.{mark[:8]}")
    target.mkdir(exist_ok=True)
    shift = _remembered(target, shift)
    source = RunFolder(folder)
    settings = msgspec.to_builtins(source.settings())
    said = {"entity": wanted.entity, "project": wanted.project, "run": wanted.run}
    settings.update({name: value for name, value in said.items() if value is not None})
    (target / "ship.json").write_bytes(msgspec.json.encode(settings))
    for inner in ("files", "raw"):
        _link_all(folder / inner, target / inner)
    renamed = _versions(folder, target, mark)
    for name in source.journals():
        if name == writer.NAME and (target / name).exists():
            continue  # the copy's own shipper went on in it
        data = rewritten((folder / name).read_bytes(), wanted, mark, shift, renamed)
        draft = target / f".{name}"
        draft.write_bytes(data)
        draft.replace(target / name)
    return target


def rewritten(
    data: bytes, wanted: Elsewhere, mark: str, shift: int = 0, renamed: Mapping[str, str] | None = None
) -> bytes:
    """The bytes of a journal, saying what is wanted.

    Records are as many as before, but for what was printed where that is not wanted, and versions of artifacts that
    are not in `renamed`: the names of versions and collections, old and new.
    """
    records = [journal.decode(frame.payload) for frame in journal.frames(data)]
    renamed = renamed or {}
    made = [journal.MAGIC]
    for record in records:
        kind = record[0]
        if kind == Kind.CONSOLE and not wanted.console:
            continue
        if kind == Kind.BEGIN:
            record[1] = _begin(record[1], wanted, mark, shift)
        elif kind == Kind.RUN:
            record[1] = _about(record[1], wanted)
        elif kind == Kind.ROW:
            record[2] += shift
            record[4:] = [_renamed(value, renamed) for value in record[4:]]
        elif kind == Kind.ARTIFACT:
            if record[1].get("client_id") not in renamed:
                continue
            record[1] = _renamed(record[1], renamed)
        made.append(journal.frame(_encode(record)))
    return b"".join(made)


def _begin(begin: dict[str, Any], wanted: Elsewhere, mark: str, shift: int) -> dict[str, Any]:
    said = {"entity": wanted.entity, "project": wanted.project, "run": wanted.run}
    changed = {**begin, **{name: value for name, value in said.items() if value is not None}}
    for name in ("journal", "attempt"):
        if isinstance(begin.get(name), str):
            changed[name] = _derived(begin[name], mark)
    changed["starting_step"] = int(begin.get("starting_step") or 0) + shift
    return changed


def _about(about: dict[str, Any], wanted: Elsewhere) -> dict[str, Any]:
    changed = dict(about)
    if wanted.job_type is not None:
        changed["job_type"] = wanted.job_type
    if isinstance(about.get("tags"), list):
        changed["tags"] = list(dict.fromkeys(wanted.tags.get(tag, tag) for tag in about["tags"]))
    return changed


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    if isinstance(value, dict):
        return {key: _renamed(one, names) for key, one in value.items()}
    return value


def _derived(name: str, mark: str) -> str:
    return hashlib.sha256(f"{name} {mark}".encode()).hexdigest()[:32]


def _remembered(target: Path, shift: int) -> int:
    """The shift that the copy was first made with."""
    place = target / SAID
    try:
        return int(msgspec.json.decode(place.read_bytes())["shift"])
    except (OSError, msgspec.MsgspecError, KeyError, TypeError, ValueError):
        place.write_bytes(msgspec.json.encode({"shift": shift}))
        return shift


def _versions(folder: Path, target: Path, mark: str) -> dict[str, str]:
    """Names of versions still to be made, and of their collections, with those they have in the copy.

    A version that was made stays where it is: its files may be gone from here.
    """
    renamed: dict[str, str] = {}
    waiting: list[tuple[str, bytes]] = []
    for path in sorted((folder / "artifacts").glob("*.wanted")):
        try:
            said = path.read_bytes()
            wanted = msgspec.json.decode(said, type=dict[str, Any])
            made = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=dict[str, Any])
        except OSError:
            made = {}
        if made.get("state") == "COMMITTED":
            continue
        waiting.append((path.stem, said))
        for old in (wanted.get("client_id"), wanted.get("sequence_client_id")):
            if isinstance(old, str) and old:
                renamed[old] = hashlib.sha256(f"{old} {mark}".encode()).hexdigest()
    for client_id, said in waiting:
        text = _renamed(said.decode(), renamed)
        _link_all(folder / "artifacts" / client_id, target / "artifacts" / renamed[client_id])
        (target / "artifacts").mkdir(exist_ok=True)
        (target / "artifacts" / f"{renamed[client_id]}.wanted").write_text(text, encoding="utf-8")
    return renamed


def _link_all(source: Path, target: Path) -> None:
    for path in source.rglob("*") if source.is_dir() else ():
        inner = target / path.relative_to(source)
        if path.is_file() and not inner.exists():
            inner.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, inner)
            except OSError:  # another disk, or one without links
                shutil.copyfile(path, inner)
