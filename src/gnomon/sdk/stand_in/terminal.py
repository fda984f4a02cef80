"""Lines that integrations show: `wandb.termlog`, `termwarn`, `termerror`. They go to stderr, as ours do."""

from __future__ import annotations

import sys
from typing import Any

from gnomon.sdk import guard

_shown: set[str] = set()


def termlog(string: str = "", newline: bool = True, repeat: bool = True, prefix: bool = True) -> None:
    """Show a line. With `repeat=False` one that was shown before is left out; with `prefix=False` it stands alone."""
    _show("", string, newline, repeat, prefix)


def termwarn(string: str, newline: bool = True, repeat: bool = True, prefix: bool = True) -> None:
    """Show a warning."""
    _show("WARNING ", string, newline, repeat, prefix)


def termerror(string: str, newline: bool = True, repeat: bool = True, prefix: bool = True) -> None:
    """Show an error."""
    _show("ERROR ", string, newline, repeat, prefix)


def termsetup(settings: Any, logger: Any = None) -> None:
    """Show nothing from here on where these settings say `silent`."""
    guard.quiet = bool(settings.silent)


def _show(kind: str, string: str, newline: bool, repeat: bool, prefix: bool) -> None:
    if not repeat:
        if string in _shown:
            return
        _shown.add(string)
    if prefix and newline:
        guard.say(kind + string)
        return
    if guard.quiet or sys.stderr is None:
        return
    text = "".join(f"{'gnomon: ' if prefix else ''}{kind}{line}\n" for line in string.split("\n"))
    try:
        sys.stderr.write(text if newline else text[:-1])
        sys.stderr.flush()
    except (OSError, ValueError):
        pass  # a closed stderr is no reason to stop training
