"""The run's page inside a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gnomon.sdk.run import Run


def display(run: Run, height: int, hidden: bool) -> bool:
    """See `Run.display`."""
    raise NotImplementedError


def to_html(run: Run, height: int, hidden: bool) -> str:
    """See `Run.to_html`."""
    raise NotImplementedError
