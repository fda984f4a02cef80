"""`wandb.sdk.lib.telemetry`: integrations say which of their features are used. Gnomon gathers no such thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class TelemetryRecord:
    """Takes whatever is set on it, at any depth, and keeps none of it."""

    def __getattr__(self, name: str) -> TelemetryRecord:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        """Nothing is kept."""


@contextmanager
def context(run: Any = None, obj: Any = None) -> Iterator[TelemetryRecord]:
    """A record to set features on."""
    yield TelemetryRecord()
