"""`alert()`: a run says something aloud."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gnomon.sdk.run import Run


class AlertLevel(Enum):
    """How serious it is."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


def alert(run: Run, title: str, text: str, level: Any, wait_duration: int | float | timedelta | None) -> None:
    """See `Run.alert`."""
    raise NotImplementedError
