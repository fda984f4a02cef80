"""The run folder as `init()` makes it: `gnomon-runs/run-<time>-<id>/`, and finding earlier ones of the same run."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from gnomon.protocol import journal
from gnomon.protocol.journal import Kind
from gnomon.sdk import guard

PARENT = "gnomon-runs"
JOURNAL = "run.journal"
HEAD_BYTES, TAIL_BYTES = 8 << 20, 16 << 20
"""How much of a journal `init()` takes the time to read."""


def make(root: str | None, run_id: str, now: float) -> str:
    """Make the folder of a run that begins now, in `root`, or where that cannot be written in a temporary folder.

    Raises OSError where neither is possible.
    """
    name = f"run-{time.strftime('%Y%m%d_%H%M%S', time.localtime(now))}-{run_id}"
    wanted = os.path.join(os.path.abspath(root or "."), PARENT)
    for parent in (wanted, None):
        if parent is None:
            import tempfile

            parent = os.path.join(tempfile.gettempdir(), PARENT)
        try:
            os.makedirs(parent, exist_ok=True)
            folder = _fresh(parent, name)
        except OSError as error:
            trouble = error
            continue
        if parent != wanted:
            guard.warn(f"{wanted} cannot be written; the run is kept in {folder}")
        _ignore(parent)
        return folder
    raise trouble


def _fresh(parent: str, name: str) -> str:
    for number in range(1000):
        folder = os.path.join(parent, name if number == 0 else f"{name}.{number}")
        try:
            os.mkdir(folder)
        except FileExistsError:
            continue
        os.mkdir(os.path.join(folder, "files"))
        os.mkdir(os.path.join(folder, "raw"))
        return folder
    raise FileExistsError(f"a thousand runs of this name began in the same second: {name}")


def _ignore(parent: str) -> None:
    """Keep run folders out of git, unless somebody decided otherwise."""
    place = os.path.join(parent, ".gitignore")
    try:
        with open(place, "x") as file:
            file.write("*\n")
    except OSError:
        pass


def remove(folder: str) -> None:
    """Remove a folder nothing was logged to."""
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)


def write_ship_settings(folder: str, settings: Mapping[str, Any]) -> None:
    """Leave what the shipper needs to know. Raises OSError."""
    descriptor = os.open(os.path.join(folder, "ship.json"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, msgspec.json.encode(settings))
    finally:
        os.close(descriptor)


class Earlier(NamedTuple):
    """What run folders of this machine say of a run that is begun again."""

    last_step: int | None
    config: dict[str, Any]
    summary: dict[str, Any]
    name: str


def find_earlier(root: str | None, run_id: str) -> Earlier | None:
    """What earlier attempts of the run left in `root`; None where there is no folder of it.

    Of a large journal the beginning and the end are read: what is said of a run is said early, and its last rows late.
    """
    found: Earlier | None = None
    for folder in _attempts(root, run_id):
        try:
            pieces = _ends_of(os.path.join(folder, JOURNAL))
        except OSError:
            continue
        found = _read_back(pieces, found)
    return found


def is_sent(root: str | None, run_id: str) -> bool:
    """Whether the server has acknowledged all that earlier attempts of the run left in `root`."""
    return all(_is_sent(folder) for folder in _attempts(root, run_id))


def _attempts(root: str | None, run_id: str) -> list[str]:
    parent = os.path.join(os.path.abspath(root or "."), PARENT)
    try:
        return sorted(os.path.join(parent, name) for name in os.listdir(parent) if _is_folder_of(name, run_id))
    except OSError:
        return []


def _ends_of(path: str) -> list[tuple[int, bytes]]:
    """The beginning of a file, and its end where that is far from it, each with its offset."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size <= HEAD_BYTES + TAIL_BYTES:
            return [(0, file.read())]
        head = file.read(HEAD_BYTES)
        file.seek(size - TAIL_BYTES)
        return [(0, head), (size - TAIL_BYTES, file.read())]


def _is_sent(folder: str) -> bool:
    """Whether every row of a run folder is on its server, as far as its shipper has noted."""
    try:
        sizes = {
            name: os.path.getsize(os.path.join(folder, name))
            for name in os.listdir(folder)
            if name.endswith(".journal") and name != "shipper.journal"
        }
        if not sizes:  # that of the attempt which begins now
            return True
        with open(os.path.join(folder, "shipped.json"), "rb") as file:
            marks = msgspec.json.decode(file.read(), type=dict[str, Any]).get("journals") or {}
        return all(marks.get(name, {}).get("acked", 0) >= size for name, size in sizes.items())
    except (OSError, msgspec.MsgspecError, AttributeError, TypeError):
        return False


def _is_folder_of(name: str, run_id: str) -> bool:
    """`run-<8 digits>_<6 digits>-<id>`, perhaps with `.1` where two began in one second."""
    if not name.startswith("run-") or name[19:20] != "-":
        return False
    rest = name[20:]
    return rest == run_id or (rest.startswith(run_id + ".") and rest[len(run_id) + 1 :].isdigit())


def _read_back(pieces: Sequence[tuple[int, bytes]], before: Earlier | None) -> Earlier:
    last_step = before.last_step if before else None
    config = dict(before.config) if before else {}
    summary = dict(before.summary) if before else {}
    name = before.name if before else ""
    schemas: dict[int, list[str]] = {}
    for frame in (frame for at, data in pieces for frame in journal.frames(data, at)):
        try:
            record = journal.decode(frame.payload)
            kind = record[0]
            if kind == Kind.ROW:
                _, schema, step, _, *values = record
                last_step = step if last_step is None else max(step, last_step)
                summary.update(zip(schemas[schema], values, strict=True))
            elif kind == Kind.SCHEMA:
                schemas[record[1]] = record[2]
            elif kind == Kind.CONFIG:
                config.update(record[1])
            elif kind == Kind.SUMMARY:
                for gone in record[2]:
                    summary.pop(gone, None)
                summary.update(record[1])
            elif kind == Kind.RUN:
                name = record[1].get("name", name)
        except (ValueError, LookupError, TypeError):
            continue  # damaged, or written by a later version
    return Earlier(last_step, config, summary, name)
