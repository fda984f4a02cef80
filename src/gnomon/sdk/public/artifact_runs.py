"""What runs that are not going on here did with versions, and what is said of that later."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from gnomon.sdk.artifacts import facts, incoming
from gnomon.sdk.artifacts.artifact import Artifact
from gnomon.sdk.artifacts.errors import ArtifactError
from gnomon.sdk.public.pages import Listed
from gnomon.sdk.service import Service, path

if TYPE_CHECKING:
    from gnomon.sdk.public.run import Run


class RunArtifacts(Listed[Artifact]):
    """What a run `logged`, or `used`."""

    def __init__(self, service: Service, run: Run, mode: str = "logged", per_page: int = 50) -> None:
        if mode not in ("logged", "used"):
            raise ArtifactError(f"A run logged or used artifacts; mode is one of these, not {mode!r}")
        found = incoming.of_run(service, run.entity, run.project, run.id, mode)
        super().__init__([Artifact.found(service, one) for one in found], per_page)


def use_in_run(service: Service, run: Run, artifact: Artifact, use_as: str | None = None) -> Artifact:
    """Say that a run used a version. Raises NotThere, CommError, and ArtifactError for a draft."""
    if not isinstance(artifact, Artifact) or artifact.id is None:
        raise ArtifactError("A run uses a version that was logged, as api.artifact(name) gives it")
    said = {"id": artifact.id, **({"used_as": use_as} if use_as else {})}
    service.post(path("runs", run.entity, run.project, run.id) + "/artifacts", said, repeatable=True)
    artifact._use_as = use_as
    return artifact


def log_from_run(
    service: Service, run: Run, artifact: Artifact, aliases: Collection[str] | None = None,
    tags: Collection[str] | None = None,
) -> Artifact:  # fmt: skip
    """Say that a run made a version of its own project, under more aliases and tags. Raises as `use_in_run`."""
    if not isinstance(artifact, Artifact) or artifact.id is None:
        raise ArtifactError("A run that is not going on logs versions that are there, as api.artifact(name) gives them")
    entity, project, collection, _ = artifact._source("log_artifact()")
    if (entity, project) != (run.entity, run.project):
        raise ArtifactError(f"The artifact is in {entity}/{project}; it cannot be logged to {run.entity}/{run.project}")
    said = {
        "type": artifact.type, "collection": collection, "digest": artifact.digest, "run": run.id,
        "aliases": [one for one in facts.checked_aliases(list(aliases or ())) if one != "latest"],
        "tags": facts.checked_tags(list(tags or ())),
    }  # fmt: skip
    drafted = service.post(path("artifacts", entity, project) + "/drafts", said, repeatable=True)
    if drafted["state"] != "COMMITTED":
        raise ArtifactError(f"The artifact {artifact.name!r} is not there any more")
    return Artifact.found(
        service, incoming.version(service, incoming.Name(entity, project, collection, drafted["version"]))
    )


def public_run(service: Service, entity: str, project: str, id: str) -> Run:
    """A run as the public API shows it."""
    from gnomon.sdk.public.remote import Remote
    from gnomon.sdk.public.run import Run

    source = Remote(service)
    return Run(source, source.record(entity, project, id), lazy=False)
