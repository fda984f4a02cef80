"""How far the sending of runs is, drawn while it goes on where somebody looks."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from gnomon.sdk.shipper import mark

LOOK_SECS = 0.2


@contextlib.contextmanager
def shown(folders: Sequence[Path], what: str) -> Iterator[None]:
    """A bar on standard error for as long as the block lasts; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    size = max(1, sum(bytes_of(folder) for folder in folders))
    with click.progressbar(length=size, label=what, file=sys.stderr, show_pos=False) as bar:

        def draw() -> None:
            while not done.wait(LOOK_SECS):
                bar.update(max(0, min(size, sum(acked(folder) for folder in folders)) - bar.pos))

        thread = threading.Thread(target=draw, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            bar.update(max(0, min(size, sum(acked(folder) for folder in folders)) - bar.pos))


def bytes_of(folder: Path) -> int:
    """How many bytes of journals lie in a run folder."""
    total = 0
    for path in folder.glob("*.journal"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def acked(folder: Path) -> int:
    """How many of them the server has, as the run's mark says."""
    return sum(journal.acked for journal in mark.read(folder).journals.values())
