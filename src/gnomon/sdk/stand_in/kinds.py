"""Classes of wandb that integrations ask `isinstance` with."""

from __future__ import annotations

from typing import Any


class RunDisabled:
    """What wandb once gave for `mode="disabled"`. Here a disabled run is a `Run`; nothing is one of these."""


class SummaryDisabled(dict[str, Any]):
    """The summary of such a run."""


class _ValueType(type):
    def __instancecheck__(cls, value: object) -> bool:
        return callable(getattr(value, "bound", None)) or callable(getattr(value, "stored", None))


class WBValue(metaclass=_ValueType):
    """Whatever is more than a number or a text in a row: media, tables, charts."""
