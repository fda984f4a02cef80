"""What a run does with artifacts: log, use, link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gnomon.sdk.artifacts.artifact import Artifact

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

Words = Sequence[str] | None


def log_artifact(
    run: Run, artifact_or_path: Any, name: str | None, type: str | None, aliases: Words, tags: Words
) -> Artifact:
    """See `Run.log_artifact`."""
    raise NotImplementedError


def use_artifact(run: Run, artifact_or_name: Any, type: str | None, aliases: Words, use_as: str | None) -> Artifact:
    """See `Run.use_artifact`."""
    raise NotImplementedError


def upsert_artifact(
    run: Run, artifact_or_path: Any, name: str | None, type: str | None, aliases: Words, distributed_id: str | None
) -> Artifact:
    """See `Run.upsert_artifact`."""
    raise NotImplementedError


def finish_artifact(
    run: Run, artifact_or_path: Any, name: str | None, type: str | None, aliases: Words, distributed_id: str | None
) -> Artifact:
    """See `Run.finish_artifact`."""
    raise NotImplementedError


def link_artifact(run: Run, artifact: Artifact, target_path: str, aliases: Words) -> Artifact:
    """See `Run.link_artifact`."""
    raise NotImplementedError


def log_model(run: Run, path: str, name: str | None, aliases: Words) -> None:
    """See `Run.log_model`."""
    raise NotImplementedError


def use_model(run: Run, name: str) -> str:
    """See `Run.use_model`."""
    raise NotImplementedError


def link_model(run: Run, path: str, registered_model_name: str, name: str | None, aliases: Words) -> Artifact | None:
    """See `Run.link_model`."""
    raise NotImplementedError
