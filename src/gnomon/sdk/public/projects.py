"""Projects of an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from gnomon.model.project import Project as ProjectFacts
from gnomon.sdk.errors import CommError
from gnomon.sdk.public.attrs import Attrs, frame, iso
from gnomon.sdk.public.facts import storage_id
from gnomon.sdk.public.pages import Pages
from gnomon.sdk.public.source import Source
from gnomon.sdk.public.users import User
from gnomon.sdk.service import path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gnomon.sdk.public.artifacts import ArtifactTypes, ProjectArtifactCollections
    from gnomon.sdk.public.sweeps import Sweeps


class Projects(Pages["Project"]):
    """The projects of an entity, the newest first."""

    def __init__(self, source: Source, entity: str, per_page: int = 50) -> None:
        super().__init__(per_page)
        self._source, self.entity = source, entity
        self._found: list[ProjectFacts] | None = None

    def _fetch(self) -> list[Project]:
        if self._found is None:
            said = msgspec.convert(self._source.service.get("/projects"), list[ProjectFacts])
            self._found = sorted(
                (one for one in said if one.entity == self.entity), key=lambda one: (-one.created_at, -one.key)
            )
            self._total = len(self._found)
        start = len(self.objects)
        page = self._found[start : start + self.per_page]
        self.more = start + len(page) < len(self._found)
        return [Project(self._source, self.entity, one.name, one) for one in page]

    def __repr__(self) -> str:
        return f"<Projects {self.entity}>"


class Project(Attrs):
    """A project: `name`, `entity`, `id`, `created_at`, `description`, `url`."""

    def __init__(self, source: Source, entity: str, name: str, known: ProjectFacts | None = None) -> None:
        super().__init__(_attrs(known) if known is not None else {})
        self._source, self.entity, self.name = source, entity, name

    def _load(self) -> dict[str, Any]:
        if not self._attrs:
            said = self._source.service.get(path("projects", self.entity, self.name))
            self._attrs = _attrs(msgspec.convert(said, ProjectFacts))
        return self._attrs

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and not self._attrs:
            self._load()
        return super().__getattr__(name)

    @property
    def id(self) -> str:
        """What the server calls it by itself. Raises ValueError where there is none of this name."""
        try:
            return str(self._load()["id"])
        except CommError as error:
            raise ValueError(f"Project {self.name} not found: {error}") from None

    @property
    def owner(self) -> User:
        """Whose it is."""
        name = self.entity
        return User(self._source.service, {"id": name, "name": name, "username": name, "email": "", "entity": name})

    @property
    def path(self) -> list[str]:
        """Entity and name."""
        return [self.entity, self.name]

    @property
    def url(self) -> str:
        """The address of its page."""
        parts = (quote(self.entity, safe=""), quote(self.name, safe=""), "workspace")
        return "/".join((self._source.base_url, *parts))

    def sweeps(self, per_page: int = 50, filters: dict[str, Any] | None = None, order: str | None = None) -> Sweeps:
        """Its sweeps, the newest first, or in `order` (`+created_at`, `-name`); those that match `filters`."""
        from gnomon.sdk.public.sweeps import Sweeps

        return Sweeps(self._source, self.entity, self.name, per_page, filters, order)

    def artifacts_types(self, per_page: int = 50) -> ArtifactTypes:
        """The types of its artifacts."""
        from gnomon.sdk.public.artifacts import ArtifactTypes

        return ArtifactTypes(self._source.service, self.entity, self.name, per_page=per_page)

    def collections(
        self, filters: Mapping[str, Any] | None = None, order: str | None = None, per_page: int = 50
    ) -> ProjectArtifactCollections:
        """Its collections of artifacts."""
        from gnomon.sdk.public.artifacts import ProjectArtifactCollections

        return ProjectArtifactCollections(
            self._source.service, self.entity, self.name, filters=filters, order=order, per_page=per_page
        )

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """HTML that shows its page."""
        return frame(self.url, height, hidden, "project")

    _repr_html_ = to_html

    def __repr__(self) -> str:
        return f"<Project {'/'.join(self.path)}>"


def _attrs(known: ProjectFacts) -> dict[str, Any]:
    return {
        "id": storage_id("Project", known.key), "name": known.name, "entityName": known.entity,
        "createdAt": iso(known.created_at), "updatedAt": iso(known.updated_at), "isBenchmark": False,
        "description": known.description,
    }  # fmt: skip
