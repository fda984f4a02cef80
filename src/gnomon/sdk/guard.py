"""Training goes on: faults of ours stop here, and what goes wrong is said once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

MAX_REMEMBERED = 10_000

_said: set[str] = set()
quiet = False
"""Set by the settings `silent`: nothing is printed."""
no_warnings = False
"""Set by the setting `show_warnings`."""


@contextmanager
def guarded(doing: str) -> Iterator[None]:
    """Our own faults stop here: they are reported, and training goes on."""
    try:
        yield
    except Exception as error:
        report(doing, error)


def report(doing: str, error: Exception) -> None:
    """Say once that a fault of Gnomon's own happened, and where. Never raises."""
    try:
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        place = f"{os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}" if at is not None else "?"
        warn_once(
            f"fault {type(error).__name__} {place}",
            f"could not {doing}: {type(error).__name__}: {error} ({place}). Training goes on; please report this.",
        )
    except Exception:
        pass  # there is nobody left to tell


def warn_once(topic: str, message: str) -> None:
    """Say `message` the first time something happens under this topic. Never raises."""
    if topic in _said or len(_said) > MAX_REMEMBERED:
        return
    _said.add(topic)
    warn(message)


def forget() -> None:
    """A new run: what was said may be said again."""
    _said.clear()


def warn(message: str) -> None:
    """One line for the person at the terminal."""
    if no_warnings:
        return
    say("WARNING " + message)


def say(message: str) -> None:
    """Print lines to stderr as `gnomon: ...`, unless silent. Never raises, whatever became of stderr."""
    if quiet:
        return
    try:
        stream = sys.stderr
        if stream is not None:
            stream.write("".join(f"gnomon: {line}".rstrip() + "\n" for line in message.split("\n")))
            stream.flush()
    except Exception:
        pass  # a closed or broken stderr is no reason to stop training
