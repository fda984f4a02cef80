"""The calls of `Api` that are about artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gnomon.sdk.errors import UsageError
from gnomon.sdk.service import NotThere, Service

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact
    from gnomon.sdk.public.artifacts import (
        ArtifactCollection,
        ArtifactCollections,
        Artifacts,
        ArtifactType,
        ArtifactTypes,
    )


class ArtifactCalls:
    """Artifacts by the names `[entity/][project/]collection:version`, versions being numbers (`v3`) or aliases."""

    @property
    def _service(self) -> Service:
        raise NotImplementedError

    def _place(self, path: str | None) -> tuple[str, str]:
        """The entity and the project of `entity/project`, with what the Api was given for what is not said."""
        raise NotImplementedError

    def artifact_types(self, project: str | None = None, start: str | None = None) -> ArtifactTypes:
        """The types of a project's artifacts."""
        from gnomon.sdk.public.artifacts import ArtifactTypes

        return ArtifactTypes(self._service, *self._place(project), start=start)

    def artifact_type(self, type_name: str, project: str | None = None) -> ArtifactType:
        """A type of artifacts."""
        from gnomon.sdk.public.artifacts import ArtifactType

        return ArtifactType(self._service, *self._place(project), type_name)

    def artifact_collections(
        self, project_name: str, type_name: str, order: str | None = None, per_page: int = 50, start: str | None = None
    ) -> ArtifactCollections:
        """The collections of a type."""
        from gnomon.sdk.public.artifacts import ArtifactCollections

        entity, project = self._place(project_name)
        return ArtifactCollections(
            self._service, entity, project, type_name, order=order, per_page=per_page, start=start
        )

    def artifact_collection(self, type_name: str, name: str) -> ArtifactCollection:
        """A collection of a type."""
        from gnomon.sdk.public.artifacts import ArtifactCollection

        entity, project, collection = self._named(name)
        return ArtifactCollection(self._service, entity, project, collection, type_name)

    def artifacts(
        self, type_name: str, name: str, order: str | None = None, per_page: int = 50,
        tags: str | list[str] | None = None, start: str | None = None,
    ) -> Artifacts:  # fmt: skip
        """The versions in a collection, the newest first; with `tags` those that have all of them."""
        from gnomon.sdk.public.artifacts import Artifacts

        entity, project, collection = self._named(name)
        return Artifacts(
            self._service, entity, project, collection, type_name, order=order, per_page=per_page, tags=tags,
            start=start,
        )  # fmt: skip

    def artifact_versions(self, type_name: str, name: str, per_page: int = 50) -> Artifacts:
        """The old name of `artifacts`."""
        return self.artifacts(type_name, name, per_page=per_page)

    def artifact(self, name: str, type: str | None = None) -> Artifact:
        """One version. Raises CommError where there is none, ValueError where it is of another type."""
        from gnomon.sdk.artifacts.artifact import Artifact

        if not name:
            raise ValueError("You must specify name= to fetch an artifact.")
        entity, project, version = self._named(name)
        found = Artifact._from_name(self._service, entity, project, version)
        if type is not None and found.type != type:
            raise ValueError(f"type {type!r} specified but this artifact is of type {found.type!r}")
        return found

    def artifact_exists(self, name: str, type: str | None = None) -> bool:
        """Whether there is such a version. Raises CommError where the server cannot be asked."""
        try:
            self.artifact(name, type)
        except (NotThere, ValueError):
            return False
        return True

    def artifact_collection_exists(self, name: str, type: str) -> bool:
        """Whether there is such a collection of this type. Raises CommError where the server cannot be asked."""
        try:
            found = self.artifact_collection(type, name)
            return bool(found.type == type)
        except (NotThere, ValueError):
            return False

    def _named(self, name: str) -> tuple[str, str, str]:
        """Entity, project and the rest of `[entity/][project/]rest`."""
        place, _, rest = name.rpartition("/")
        if place.count("/") > 1 or not rest:
            raise UsageError(f"an artifact is named as [entity/][project/]name:version, not {name!r}")
        return *self._place(place or None), rest
