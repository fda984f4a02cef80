"""The one moment of a repair that must not be half done: what was repaired takes the place of what was damaged.

Everything is made beside what is there (`catalogue.repaired`, `log.repaired`). Then a file `repairing` names the folder
that what is damaged moves to; while it is there, no store opens. Whoever repairs next goes on where the last one ended.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded.log import sync_folder

_MARK = "repairing"
_CATALOGUE = ("catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm")


def refuse_half_repaired(folder: Path) -> None:
    """Raises Unavailable where a repair was interrupted, or where one is needed since there is no catalogue."""
    if is_half_repaired(folder):
        raise Unavailable(f"a repair of the metric store was interrupted; run it again: {folder}")
    if is_headless(folder):
        raise Unavailable(f"the metric store has segments and no catalogue: {folder}")


def is_half_repaired(folder: Path) -> bool:
    """Whether a repair was interrupted while what it had made took its place."""
    return (folder / _MARK).exists()


def is_headless(folder: Path) -> bool:
    """Whether there are segments and nothing that says what is in them."""
    return not (folder / _CATALOGUE[0]).exists() and any((folder / "segments").glob("*.seg"))


def catalogue_for_repair(folder: Path) -> Path:
    """Where the new catalogue is made."""
    return folder / "catalogue.repaired"


def log_for_repair(folder: Path) -> Path:
    """Where the new log is made."""
    return folder / "log.repaired"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The metric store for this process alone. Raises Unavailable where another process has it."""
    file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Unavailable(f"another process uses the metric store: {folder}") from None
        yield
    finally:
        os.close(file)


def begin(folder: Path) -> Path | None:
    """Ends what an earlier repair left: a swap that had begun is done, and what was only prepared goes away.

    Answers where the earlier repair put what was damaged, None where there was nothing to end.
    """
    mark = folder / _MARK
    aside = Path(os.path.normpath(folder / mark.read_text())) if mark.exists() else None
    if aside is not None:
        _swap(folder, aside)
    for left in (catalogue_for_repair(folder), log_for_repair(folder)):
        for path in (left, left.with_name(left.name + "-wal"), left.with_name(left.name + "-shm")):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    return aside


def swap(folder: Path, aside: Path) -> None:
    """Puts what was made in its place, and what was there into the folder `aside`, on the same disk."""
    aside.mkdir(parents=True, exist_ok=True, mode=0o700)
    sync_folder(aside.parent)
    part = folder / (_MARK + ".part")
    with open(part, "w") as file:
        file.write(os.path.relpath(aside, folder))  # whoever moves the folder moves both
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / _MARK)
    sync_folder(folder)
    _swap(folder, aside)


def _swap(folder: Path, aside: Path) -> None:
    made = catalogue_for_repair(folder)
    if made.exists():
        for name in _CATALOGUE:
            if (folder / name).exists():
                (folder / name).replace(aside / name)
        made.replace(folder / _CATALOGUE[0])
    made = log_for_repair(folder)
    if made.exists():
        if (folder / "log").exists():
            (folder / "log").replace(aside / "log")
        made.replace(folder / "log")
    sync_folder(aside)
    sync_folder(folder)
    (folder / _MARK).unlink()
    sync_folder(folder)
