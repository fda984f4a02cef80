"""What a run does with artifacts: log, use, link.

Logging waits for nobody: what the artifact holds is in the run folder when it returns, and the shipper does the rest.
What is used is asked of the server at once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gnomon.sdk import guard
from gnomon.sdk.artifacts import facts, incoming, record
from gnomon.sdk.artifacts.artifact import Artifact, service_of
from gnomon.sdk.artifacts.errors import ArtifactError
from gnomon.sdk.artifacts.record import Wanted

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

Words = Sequence[str] | None


def log_artifact(
    run: Run, artifact_or_path: Any, name: str | None, type: str | None, aliases: Words, tags: Words
) -> Artifact:
    """See `Run.log_artifact`."""
    return _log(run, artifact_or_path, name, type, aliases, tags)


def use_artifact(run: Run, artifact_or_name: Any, type: str | None, aliases: Words, use_as: str | None) -> Artifact:
    """See `Run.use_artifact`."""
    if isinstance(artifact_or_name, Artifact):
        artifact = artifact_or_name
        if artifact.is_draft():
            if artifact._wanted_id is None:
                _log(run, artifact, None, None, aliases, None, uses=True, use_as=use_as, logs=False)
                return artifact if run.offline else artifact.wait()
            artifact.wait()
    elif isinstance(artifact_or_name, str):
        if run.disabled:  # nothing is asked, and the script goes on
            return _unknown(run, artifact_or_name, type)
        if run.offline:
            raise ArtifactError(f"{artifact_or_name!r} cannot be used offline: it is on the server")
        entity, project = run.entity or None, run.project
        artifact = incoming.find(service_of(run), artifact_or_name, entity=entity, project=project, type=type)
    else:
        raise ArtifactError(
            "use_artifact() takes a name such as 'dataset:v1', or an Artifact, "
            f"not {artifact_or_name.__class__.__name__}"
        )
    artifact._use_as = use_as
    if aliases:
        artifact.aliases = [*artifact.aliases, *facts.checked_aliases(aliases)]
        artifact.save()
    if artifact.id is not None:
        run._append(record.use_frame(artifact.id, use_as))
    return artifact


def upsert_artifact(
    run: Run, artifact_or_path: Any, name: str | None, type: str | None, aliases: Words, distributed_id: str | None
) -> Artifact:
    """See `Run.upsert_artifact`."""
    shared = _shared_id(run, distributed_id, "upsert")
    return _log(run, artifact_or_path, name, type, aliases, None, distributed_id=shared, finalize=False)


def finish_artifact(
    run: Run, artifact_or_path: Any, name: str | None, type: str | None, aliases: Words, distributed_id: str | None
) -> Artifact:
    """See `Run.finish_artifact`."""
    shared = _shared_id(run, distributed_id, "finish")
    return _log(run, artifact_or_path, name, type, aliases, None, distributed_id=shared)


def link_artifact(run: Run, artifact: Artifact, target_path: str, aliases: Words) -> Artifact:
    """See `Run.link_artifact`."""
    place = incoming.named(target_path, entity=run.entity or incoming.OWN, project=run.project)
    given = facts.checked_aliases(aliases)
    if artifact.is_draft() and artifact._wanted_id is None:
        _log(run, artifact, None, None, None, None, links=((_target(place), tuple(given)),))
        return artifact
    if artifact.is_draft():
        if run.offline or artifact._run is not run:
            _again(run, artifact, links=((_target(place), tuple(given)),))
            return artifact
        artifact.wait()
    return artifact.link(_target(place), given)


def log_model(run: Run, path: str, name: str | None, aliases: Words) -> None:
    """See `Run.log_model`."""
    _log(run, path, name, "model", aliases, None)


def use_model(run: Run, name: str) -> str:
    """See `Run.use_model`."""
    artifact = use_artifact(run, name, None, None, None)
    if "model" not in artifact.type.lower():
        raise ArtifactError(f"{artifact.name!r} is a {artifact.type!r}; use_model() is for artifacts of type 'model'")
    folder = artifact.download()
    entries = list(artifact.manifest)
    return os.path.join(folder, *entries[0].path.split("/")) if len(entries) == 1 else folder


def link_model(run: Run, path: str, registered_model_name: str, name: str | None, aliases: Words) -> Artifact | None:
    """See `Run.link_model`."""
    if "/" in registered_model_name or ":" in registered_model_name:
        raise ArtifactError(f"The name of a registered model has no / and no :, and {registered_model_name!r} has one")
    entity = run.entity or incoming.OWN
    target = f"{entity}/model-registry/{registered_model_name}"
    given = tuple(facts.checked_aliases(aliases))
    return _log(run, path, name, "model", None, None, links=((target, given),))


def _log(
    run: Run, artifact_or_path: Any, name: str | None, type: str | None, aliases: Words, tags: Words, **more: Any
) -> Artifact:
    """Hand an artifact to the shipper. `more` are fields of `Wanted`."""
    given, words = facts.checked_aliases(aliases), facts.checked_tags(tags)
    artifact = _prepared(run, artifact_or_path, name, type)
    if artifact._version is not None:
        raise ArtifactError(
            f"{artifact.name!r} is logged; new_draft() makes one that may be logged as the next version"
        )
    _check_place(run, artifact)
    artifact.finalize()
    folder = run._about.folder
    if folder is None or run._finished:
        if run._finished:
            run._log_after_end()
        artifact._logged(run, artifact._client_id)
        return artifact
    if artifact._wanted_id is not None:
        _again(run, artifact, aliases=tuple(given or ["latest"]), tags=tuple(words), **more)
        return artifact
    with guard.guarded("log an artifact"):
        entries = {path: entry.as_item() for path, entry in artifact._draft.entries.items()}
        distributed = more.pop("distributed_id", None)
        artifact._distributed_id = distributed or artifact._distributed_id
        wanted = Wanted(
            client_id=artifact._client_id,
            sequence_client_id=artifact._sequence_client_id,
            name=artifact._name,
            type=artifact._type,
            entries=artifact._staging.hand_over(folder, entries),
            description=artifact._description,
            metadata=artifact._metadata or None,
            aliases=tuple(given or ["latest"]),
            tags=tuple(words),
            ttl_secs=artifact._ttl_secs(),
            history_step=run.step,
            distributed_id=distributed,
            incremental=artifact._incremental,
            base_id=artifact._base_id,
            **{"use_as": artifact._use_as, **more},
        )
        run._append(record.wanted_frame(folder, wanted))
        artifact._logged(run, wanted.client_id)
    return artifact


def _again(run: Run, artifact: Artifact, **more: Any) -> None:
    """Say more of a version that is on its way: other aliases, links, or that it is whole."""
    folder = run._about.folder
    if folder is None or artifact._wanted_id is None:
        return
    with guard.guarded("log an artifact again"):
        wanted = Wanted(
            client_id=record.new_id(), sequence_client_id=artifact._sequence_client_id, name=artifact._name,
            type=artifact._type, entries={}, again=artifact._wanted_id, **more,
        )  # fmt: skip
        run._append(record.wanted_frame(folder, wanted))
        artifact._logged(run, wanted.client_id)


def _prepared(run: Run, artifact_or_path: Any, name: str | None, type: str | None) -> Artifact:
    if isinstance(artifact_or_path, Artifact):
        return artifact_or_path
    if not isinstance(artifact_or_path, (str, os.PathLike)):
        raise ArtifactError(f"An Artifact or a path is logged, not {artifact_or_path.__class__.__name__}")
    path = os.fspath(artifact_or_path)
    artifact = Artifact(name or f"run-{run.id}-{os.path.basename(path.rstrip('/'))}", type or "unspecified")
    if os.path.isfile(path):
        artifact.add_file(path)
    elif os.path.isdir(path):
        artifact.add_dir(path)
    elif "://" in path:
        artifact.add_reference(path)
    else:
        raise ArtifactError(f"{path!r} is neither a file nor a folder nor an address such as s3://bucket/path")
    return artifact


def _check_place(run: Run, artifact: Artifact) -> None:
    """A draft of a version is logged to the project that has it."""
    if artifact._place is None:
        return
    entity, project = artifact._place
    if project != run.project or (run.entity and entity != run.entity):
        raise ArtifactError(
            f"{artifact._name!r} is a draft of a version in {entity}/{project}; it cannot be logged to {run.path}"
        )


def _shared_id(run: Run, given: str | None, what: str) -> str:
    found = given or run.group
    if not found:
        raise ArtifactError(f"To {what} an artifact with others, say distributed_id=, or give the run a group")
    return found


def _unknown(run: Run, name: str, type: str | None) -> Artifact:
    """What stands for a version of a server that is not asked."""
    meant = incoming.named(name, project=run.project or "-")
    artifact = Artifact(meant.collection, type or "unspecified")
    artifact.finalize()
    artifact._logged(run, artifact._client_id)
    return artifact


def _target(place: incoming.Name) -> str:
    return f"{place.entity}/{place.project}/{place.collection}"
