"""Where the files of an artifact lie between the call that adds them and the server: kept as they were then.

Small files go into one file together, so that ten thousand of them are not ten thousand files more; large ones are
shared with their originals where the file system can, else copied, once. What was logged moves into the run folder.
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import weakref
from collections.abc import Mapping

from gnomon.sdk.artifacts import cache, digests, snapshot
from gnomon.sdk.artifacts.errors import ArtifactError
from gnomon.sdk.artifacts.record import FOLDER, Item

SMALL_BYTES = 256 << 10
"""Up to this, files are kept in one."""
PACK = "small"
POLICIES = ("mutable", "immutable")


class Staging:
    """The files of one artifact that is not logged yet. Safe to share between threads."""

    def __init__(self, name: str) -> None:
        """`name` is that of its folder."""
        self._name = name
        self._folder: str | None = None
        self._lock = threading.Lock()
        self._pack = -1
        self._pack_bytes = 0
        self._pack_pid = os.getpid()
        self._end: weakref.finalize[..., Staging] | None = None

    @property
    def folder(self) -> str:
        """Where the files are; made when it is first asked for. Raises OSError."""
        with self._lock:
            if self._folder is None:
                self._folder = os.path.join(place(), self._name)
                os.makedirs(self._folder, exist_ok=True)
                self._end = weakref.finalize(self, _left, self._folder, os.getpid())
            return self._folder

    def file(self, path: str, policy: str) -> Item:
        """Keep a file as it is now: by a copy (`mutable`), or by its word that nobody changes it (`immutable`).

        Raises ArtifactError for another policy, FileChanged for a file that is being written to, OSError.
        """
        if policy not in POLICIES:
            raise ArtifactError(f"The policy is 'mutable' or 'immutable', not {policy!r}")
        if policy == "immutable":
            seen = snapshot.at_rest(path)
            return Item(source=os.path.abspath(path), size=seen[0], seen=seen)
        if os.path.getsize(path) <= SMALL_BYTES:
            return self.data(snapshot.read(path))
        target = os.path.join(self.folder, secrets.token_hex(8))
        size = snapshot.copy(path, target)
        return Item(source=target, size=size, own=True)

    def data(self, data: bytes) -> Item:
        """Keep bytes. Raises OSError."""
        digest = digests.of_bytes(data)
        if len(data) > SMALL_BYTES:
            target = os.path.join(self.folder, secrets.token_hex(8))
            with open(target, "wb") as file:
                file.write(data)
            return Item(source=target, size=len(data), digest=digest, own=True)
        source = os.path.join(self.folder, f"{PACK}-{os.getpid()}")
        with self._lock:
            if self._pack_pid != os.getpid():  # a forked child must not write into its parent's
                self._pack, self._pack_bytes, self._pack_pid = -1, 0, os.getpid()
            if self._pack < 0:
                self._pack = os.open(
                    source, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600
                )
            at = self._pack_bytes
            view = memoryview(data)
            while len(view):
                written = os.write(self._pack, view)
                self._pack_bytes += written
                view = view[written:]
        return Item(source=source, at=at, size=len(data), digest=digest, own=True)

    def hand_over(self, run_folder: str, items: Mapping[str, Item]) -> dict[str, Item]:
        """Move the files into a run folder, where that costs no copy; the items as the shipper finds them."""
        with self._lock:
            if self._end is not None:
                self._end.detach()
            if self._pack >= 0:
                os.close(self._pack)
                self._pack = -1
            if self._folder is None:
                return dict(items)
            old, self._folder = self._folder, None
        new = os.path.join(run_folder, FOLDER, self._name)
        if old != new:
            os.makedirs(os.path.dirname(new), exist_ok=True)
            try:
                os.rename(old, new)
            except OSError:  # another file system, or a version of this artifact was logged before
                return dict(items)
        relative = f"{FOLDER}/{self._name}"
        return {path: _moved(item, old, relative) for path, item in items.items()}


def place(environ: Mapping[str, str] = os.environ) -> str:
    """The folder for files of artifacts: in the folder of the active run, else `$WANDB_DATA_DIR`, else the cache's."""
    from gnomon.sdk import current

    run = current.get()
    if run is not None and run._about.folder is not None and not run._finished:
        return os.path.join(run._about.folder, FOLDER)
    given = environ.get("GNOMON_DATA_DIR") or environ.get("WANDB_DATA_DIR")
    base = os.path.abspath(os.path.expanduser(given)) if given else cache.root(environ)
    return os.path.join(base, "staging")


def _moved(item: Item, old: str, new: str) -> Item:
    if item.source is None or os.path.dirname(item.source) != old:
        return item
    from msgspec.structs import replace

    return replace(item, source=f"{new}/{os.path.basename(item.source)}")


def _left(folder: str, pid: int) -> None:
    """An artifact was forgotten that was never logged."""
    if os.getpid() == pid:
        shutil.rmtree(folder, ignore_errors=True)
