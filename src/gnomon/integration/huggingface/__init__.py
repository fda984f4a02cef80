"""Pipelines of transformers: `autolog()`, and each call is a row of a table `<task>`.

The Trainer logs by itself, with `report_to="wandb"` and `gnomon run`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gnomon.integration.autolog import Autolog

if TYPE_CHECKING:
    from gnomon.sdk.run import Run


def _patch(around: Callable[[Any], Any]) -> Callable[[], None]:
    kind: Any = import_module("transformers").Pipeline
    own = kind.__call__
    kind.__call__ = around(own)
    return lambda: setattr(kind, "__call__", own)


def _log(run: Run, it: Any, arguments: tuple[Any, ...], named: Mapping[str, Any], answer: Any, seconds: float) -> None:
    """One row for each input."""
    from gnomon.sdk.tables.table import Table

    asked = arguments[0] if arguments else named.get("inputs")
    inputs, outputs = (asked, answer) if isinstance(asked, list) and isinstance(answer, list) else ([asked], [answer])
    model = getattr(it.model.config, "_name_or_path", "") or type(it.model).__name__
    how = {key: _plain(value) for key, value in named.items() if key != "inputs"}
    rows = [[_plain(one), _plain(said), model, how, seconds] for one, said in zip(inputs, outputs, strict=False)]
    table = Table(columns=["input", "output", "model", "arguments", "seconds"], data=rows, allow_mixed_types=True)
    run.log({it.task or "pipeline": table})


def _plain(value: Any) -> Any:
    """Pictures are pictures; what is no number, text, list or dict of them is its repr."""
    if isinstance(value, (str, int, float, type(None))):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if hasattr(value, "convert") and hasattr(value, "mode"):
        from gnomon.sdk.values.image import Image

        return Image(value)
    return value.tolist() if hasattr(value, "tolist") else repr(value)


autolog = Autolog("transformers", _patch, _log)

__all__ = ["autolog"]
