"""When an agent had better stop: runs that keep failing say that the script is wrong, and not the parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gnomon.sdk.errors import UsageError

FLAPPING_SECS = 60.0
FLAPPING_FAILURES = 3
"""So many failures in the first minute."""
INITIAL_FAILURES = 5
"""So many with nothing but failures."""


@dataclass
class Failures:
    """Counts how runs end. `flapping` and `initial` are None where nothing is stopped by them."""

    started: float
    flapping: int | None = FLAPPING_FAILURES
    initial: int | None = INITIAL_FAILURES
    in_a_row: int | None = None
    runs: int = 0
    failed: int = 0
    _row: int = 0

    def note(self, failed: bool, now: float) -> str:
        """A run has ended; why to stop, or nothing."""
        self.runs += 1
        self.failed += failed
        self._row = self._row + 1 if failed else 0
        if not failed:
            return ""
        if self.in_a_row is not None and self._row >= self.in_a_row:
            return f"{self._row} runs failed one after the other"
        if self.flapping is not None and now - self.started < FLAPPING_SECS and self.failed >= self.flapping:
            return (
                f"{self.failed} runs failed in the first {FLAPPING_SECS:.0f} seconds "
                "(GNOMON_AGENT_DISABLE_FLAPPING=true goes on all the same)"
            )
        if self.initial is not None and self.failed == self.runs and self.failed >= self.initial:
            return f"all of the first {self.failed} runs failed (GNOMON_AGENT_MAX_INITIAL_FAILURES is how many may)"
        return ""


def limits(started: float, environ: Mapping[str, str], in_a_row: int | None = None) -> Failures:
    """The limits of this user. Raises UsageError where a variable makes no sense."""
    if in_a_row is not None and (isinstance(in_a_row, bool) or not isinstance(in_a_row, int) or in_a_row < 1):
        raise UsageError(f"max_consecutive_failed_runs is {in_a_row!r}; it must be a whole number over 0")
    given = number("AGENT_MAX_INITIAL_FAILURES", INITIAL_FAILURES, environ)
    disabled = _said("AGENT_DISABLE_FLAPPING", environ).lower() in ("true", "1", "yes")
    return Failures(started, None if disabled else FLAPPING_FAILURES, int(given) or None, in_a_row)


def number(name: str, default: float, environ: Mapping[str, str]) -> float:
    """What `GNOMON_<name>`, else `WANDB_<name>` says. Raises UsageError where it is no number from 0 on."""
    text = _said(name, environ)
    try:
        found = float(text) if text else default
    except ValueError:
        found = -1.0
    if not found >= 0:
        raise UsageError(f"{name} in the environment is {text!r}; it must be a number, 0 or more")
    return found


def _said(name: str, environ: Mapping[str, str]) -> str:
    return environ.get(f"GNOMON_{name}") or environ.get(f"WANDB_{name}") or ""
