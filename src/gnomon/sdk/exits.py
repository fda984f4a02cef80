"""How the process ends: what `atexit` needs to know to say finished, failed or killed, and with which code."""

from __future__ import annotations

import sys
from typing import Any

FAILED_CODE = 1
KILLED_CODE = 255

_watching = False
_code: int | None = None
_killed = False


def watch() -> None:
    """From now on, notice uncaught exceptions and the code given to `sys.exit`."""
    global _watching
    if _watching:
        return
    _watching = True
    original_exit, original_hook = sys.exit, sys.excepthook

    def exit(status: Any = None, /) -> Any:
        note_exit(status)
        return original_exit(status)

    def hook(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        note_exception(kind)
        original_hook(kind, error, trace)

    sys.exit = exit
    sys.excepthook = hook


def note_exit(status: Any) -> None:
    """`sys.exit(status)` was called; what it means as an exit code."""
    global _code, _killed
    _killed = False
    if status is None:
        _code = 0
    elif isinstance(status, int):
        _code = int(status)
    else:
        _code = FAILED_CODE


def note_exception(kind: type[BaseException]) -> None:
    """An exception of this type left the script."""
    global _code, _killed
    _killed = issubclass(kind, KeyboardInterrupt)
    _code = KILLED_CODE if _killed else FAILED_CODE


def outcome() -> tuple[str, int]:
    """State and exit code, as far as they are known now."""
    return state_of(_code, killed=_killed)


def forget() -> None:
    """What was noted belonged to something that went on after all."""
    global _code, _killed
    _code, _killed = None, False


def state_of(exit_code: Any, *, killed: bool = False) -> tuple[str, int]:
    """`finished` for 0 and None, else `failed`, or `killed` where the user stopped it.

    What is no number means what it means to `sys.exit`: a failure.
    """
    code = int(exit_code or 0) if exit_code is None or isinstance(exit_code, int) else FAILED_CODE
    if killed:
        return "killed", code
    return ("finished", 0) if code == 0 else ("failed", code)
