"""The source of a script as an artifact."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact
    from gnomon.sdk.run import Run


def log_code(
    run: Run,
    root: str | None,
    name: str | None,
    include_fn: Callable[..., bool] | None,
    exclude_fn: Callable[..., bool] | None,
) -> Artifact | None:
    """See `Run.log_code`."""
    raise NotImplementedError
