"""A thread that reads event files while a script writes them, and logs what they say to its run."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from gnomon.sdk import guard
from gnomon.sdk.tensorboard.reading import Into, Source, event_files

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

POLL_SECS = 1.0
FLUSH_SECS = 10.0
"""Writers hold events back for minutes; they are asked for them this often."""

PARTS = ("train", "validation")
"""Folders of these names are parts of a run, also where the first of them is alone yet."""


class Folder:
    """A folder that a writer writes to."""

    def __init__(self, path: str, root: str | None, save: bool, old: frozenset[str]) -> None:
        self.path = path
        self.root = root
        """Keys begin with the path below it; found out when the first file is read, where nobody said it."""
        self.save = save
        self.old = old
        """Files that were there before the writer: of an earlier run, and not read again."""
        self.sources: dict[str, Source] = {}

    def namespace(self, folders: list[str]) -> str:
        """What keys begin with, among these folders."""
        if self.root is None:
            self.root = _root(self.path, [folder for folder in folders if folder != self.path])
        inner = os.path.relpath(self.path, self.root).replace(os.sep, "/")
        return "" if inner == "." or inner.startswith("..") else inner


class Follower:
    """Reads the event files of one run until it ends."""

    def __init__(self, run: Run, *, poll_secs: float = POLL_SECS) -> None:
        self._run = run
        self._into = Into(run)
        self._poll_secs = poll_secs
        self._folders: dict[str, Folder] = {}
        self._writers: list[Any] = []
        """Held, since one that a script lost may still hold events back."""
        self._lock = threading.Lock()
        self._end = threading.Event()
        self.pid = os.getpid()
        self._thread: threading.Thread | None = None

    def add(self, path: str, *, root: str = "", save: bool = True, writer: Any = None) -> None:
        """Read what is written to this folder from now on. Keys begin with its path below `root`, or else below what
        folders that are written to have in common.
        """
        path = os.path.abspath(path)
        with self._lock:
            if writer is not None:
                self._writers.append(writer)
            if path not in self._folders:
                old = frozenset(event_files(path))
                self._folders[path] = Folder(path, os.path.abspath(root) if root else None, save, old)
            if self._thread is None and not self._end.is_set():
                self._thread = threading.Thread(target=self._follow, name="gnomon-tensorboard", daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Read what is left, before the run ends. The files are kept with the run where that was asked for."""
        if os.getpid() != self.pid:
            return
        self._end.set()
        if self._thread is not None:
            self._thread.join(30)
        with guard.guarded("read the last of TensorBoard's event files"):
            self._flush()
            self._look(last=True)
            self._keep()

    def _follow(self) -> None:
        waited = 0.0
        while not self._end.wait(self._poll_secs):
            waited += self._poll_secs
            with guard.guarded("read TensorBoard's event files"):
                if waited >= FLUSH_SECS:
                    waited = 0.0
                    self._flush()
                self._look(last=False)

    def _look(self, *, last: bool) -> None:
        with self._lock:
            folders = list(self._folders.values())
        for folder in folders:
            for path in event_files(folder.path):
                if path not in folder.old and path not in folder.sources:
                    folder.sources[path] = Source(path, folder.namespace([each.path for each in folders]))
            for source in folder.sources.values():
                self._into.log(source, last=last)
                if last and source.file.damaged:
                    guard.warn(f"an event file is damaged behind byte {source.file.at}: {source.file.path}")

    def _flush(self) -> None:
        for writer in list(self._writers):
            try:
                writer.flush()
            except Exception:
                pass  # closed already

    def _keep(self) -> None:
        for folder in self._folders.values():
            if folder.save:
                for path in folder.sources:
                    root = folder.root or folder.path
                    inside = os.path.commonpath([root, path]) == root
                    self._run.save(path, base_path=root if inside else folder.path, policy="now")


def _root(path: str, others: list[str]) -> str:
    """Where keys of this folder begin, if nobody says: what it has in common with others, or the folder itself.

    >>> _root("/logs/run", []), _root("/logs/train", []), _root("/logs/b", ["/logs/a"])
    ('/logs/run', '/logs', '/logs')
    """
    if others:
        return os.path.commonpath([path, *others])
    return os.path.dirname(path) if os.path.basename(path) in PARTS else path
