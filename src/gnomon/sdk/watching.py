"""`watch()`: what a torch model's gradients and parameters look like while it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gnomon.sdk.run import Run


def watch(
    run: Run, models: Any, criterion: Any, log: str | None, log_freq: int, idx: int | None, log_graph: bool
) -> None:
    """See `Run.watch`."""
    raise NotImplementedError


def unwatch(run: Run, models: Any) -> None:
    """See `Run.unwatch`."""
    raise NotImplementedError
