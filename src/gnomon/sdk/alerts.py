"""`alert()`: a run says something aloud."""

from __future__ import annotations

import time
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from gnomon.protocol.journal import Kind
from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

WAIT_SECS = 60.0
MAX_TITLE, MAX_TEXT = 500, 65_536


class AlertLevel(Enum):
    """How serious it is."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


def alert(run: Run, title: str, text: str, level: Any, wait_duration: int | float | timedelta | None) -> None:
    """See `Run.alert`."""
    about = said(title, text, level, wait_duration)
    with guard.guarded("say something aloud"):
        run._record(Kind.ALERT, {**about, "time": time.time()})


def said(title: Any, text: Any, level: Any, wait_duration: Any) -> dict[str, Any]:
    """What the ALERT record holds. Raises UsageError for a level or a time that is none."""
    named = AlertLevel.INFO if level is None else level
    word = named.value if isinstance(named, AlertLevel) else str(named).upper()
    if word not in AlertLevel.__members__:
        raise UsageError(f"level is one of INFO, WARN, ERROR, not {level!r}")
    title, text = str(title).strip(), str(text)
    if not title:
        raise UsageError("An alert has a title")
    if len(title) > MAX_TITLE or len(text) > MAX_TEXT:
        guard.warn_once(f"alert {title[:100]}", f"an alert has at most {MAX_TITLE} and {MAX_TEXT} letters; it is cut")
    return {
        "title": title[:MAX_TITLE],
        "text": text[:MAX_TEXT],
        "severity": word.lower(),
        "wait_secs": _seconds(wait_duration),
    }


def _seconds(wait: Any) -> float:
    if wait is None:
        return WAIT_SECS
    if isinstance(wait, timedelta):
        return max(0.0, wait.total_seconds())
    if isinstance(wait, (int, float)) and not isinstance(wait, bool) and wait >= 0:
        return float(wait)
    raise UsageError(f"wait_duration is a number of seconds or a timedelta, not {wait!r}")
