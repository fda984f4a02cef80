"""Versions that a server has, as scripts name them: `name:alias`, `project/name:v3`, `entity/project/name`.

What is asked here waits for the server, and raises CommError (NotThere) where it has no answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from gnomon.model.artifact import ArtifactCollection, ArtifactTypeInfo, ArtifactVersion, ArtifactVersionPage
from gnomon.sdk.artifacts.errors import ArtifactError
from gnomon.sdk.service import Service, path

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact

OWN = "-"
"""Stands for the entity of the key's own user."""


class Name(NamedTuple):
    """What a version is called, with everything said."""

    entity: str
    project: str
    collection: str
    version: str

    @property
    def address(self) -> str:
        """Its path below `/api`."""
        return collection_path(self.entity, self.project, self.collection) + path("versions", self.version)


def named(name: str, *, entity: str | None = None, project: str | None = None) -> Name:
    """What a name means; what it does not say is as given. Raises ArtifactError.

    >>> named("team/p/ds:best")
    Name(entity='team', project='p', collection='ds', version='best')
    >>> named("ds", project="p")
    Name(entity='-', project='p', collection='ds', version='latest')
    """
    place, _, version = name.partition(":")
    parts = place.split("/")
    if len(parts) > 3 or not all(parts):
        raise ArtifactError(
            f"{name!r} is not the name of an artifact; it is entity/project/name:alias, or a part of that"
        )
    found_entity = parts[-3] if len(parts) == 3 else entity or OWN
    found_project = parts[-2] if len(parts) > 1 else project
    if not found_project:
        raise ArtifactError(f"{name!r} does not say in which project it is; say project/name")
    return Name(found_entity, found_project, parts[-1], version or "latest")


def find(
    service: Service, name: str, *, entity: str | None = None, project: str | None = None, type: str | None = None
) -> Artifact:
    """The version of this name. Raises NotThere, CommError, and ArtifactError where it has another type."""
    from gnomon.sdk.artifacts.artifact import Artifact

    meant = named(name, entity=entity, project=project)
    found = Artifact.found(service, version(service, meant))
    if type is not None and found.type != type:
        raise ArtifactError(f"The artifact {found.name!r} has the type {found.type!r}, not {type!r}")
    return found


def version(service: Service, name: Name) -> ArtifactVersion:
    """What the server says of a version. Raises NotThere, CommError."""
    return as_version(service.get(name.address))


def versions(
    service: Service, entity: str, project: str, collection: str, *, per_page: int = 100
) -> Iterator[ArtifactVersion]:
    """The versions of a collection, newest first."""
    cursor: str | None = None
    while True:
        said = service.get(collection_path(entity, project, collection) + "/versions", limit=per_page, cursor=cursor)
        page = msgspec.convert(said, ArtifactVersionPage)
        yield from page.versions
        cursor = page.cursor
        if cursor is None:
            return


def collection(service: Service, entity: str, project: str, name: str) -> ArtifactCollection:
    """A collection. Raises NotThere, CommError."""
    return msgspec.convert(service.get(collection_path(entity, project, name)), ArtifactCollection)


def collections(service: Service, entity: str, project: str, type: str | None = None) -> list[ArtifactCollection]:
    """The collections of a project, those of one type with `type`."""
    said = service.get(path("artifacts", entity, project) + "/collections", type=type)
    return msgspec.convert(said, list[ArtifactCollection])


def types(service: Service, entity: str, project: str) -> list[ArtifactTypeInfo]:
    """The types of artifacts in a project."""
    return msgspec.convert(service.get(path("artifacts", entity, project) + "/types"), list[ArtifactTypeInfo])


def of_run(service: Service, entity: str, project: str, run: str, edge: str) -> list[ArtifactVersion]:
    """The versions that a run `used`, or `logged`."""
    said = service.get(path("runs", entity, project, run) + "/artifacts")
    return [as_version(one) for one in said[edge]]


def referred(service: Service, entity: str, project: str, uri: str) -> tuple[Artifact, str]:
    """The version that an address of an entry means, and the entry's path. Raises NotThere, CommError."""
    from gnomon.sdk.artifacts.artifact import Artifact

    said = service.get(path("artifacts", entity, project) + "/place", uri=uri)
    place = said["artifact"]
    name = Name(place["entity"], place["project"], place["collection"], place["version"])
    return Artifact.found(service, version(service, name)), str(said["path"])


def as_version(said: Any) -> ArtifactVersion:
    """What the server says of a version, as a value."""
    return msgspec.convert(said, ArtifactVersion)


def collection_path(entity: str, project: str, name: str) -> str:
    """The path of a collection below `/api`."""
    return path("artifacts", entity, project, "collections", name)
