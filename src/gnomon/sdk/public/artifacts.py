"""Artifacts as the public API shows them: types, collections, versions, files, and what runs did with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import msgspec

from gnomon.model import artifact as model
from gnomon.sdk.artifacts import facts, incoming
from gnomon.sdk.artifacts.artifact import Artifact
from gnomon.sdk.artifacts.errors import ArtifactError
from gnomon.sdk.public.artifact_files import ArtifactFile, ArtifactFiles
from gnomon.sdk.public.artifact_runs import RunArtifacts, log_from_run, public_run, use_in_run
from gnomon.sdk.public.pages import Pages
from gnomon.sdk.service import Service

ORDERS = ("name", "created_at", "updated_at")


class ArtifactType:
    """A type of artifacts in a project."""

    def __init__(self, service: Service, entity: str, project: str, name: str) -> None:
        self._service, self.entity, self.project, self._name = service, entity, project, name
        self._info: model.ArtifactTypeInfo | None = None

    @property
    def id(self) -> str:
        """What tells it from others: where it is, and its name."""
        return f"{self.entity}/{self.project}/{self._name}"

    @property
    def name(self) -> str:
        """Such as `dataset`."""
        return self._name

    type = name

    @property
    def description(self) -> str:
        """A text for people."""
        return self._known().description

    def load(self) -> dict[str, Any]:
        """What the server says of it. Raises ArtifactError where the project has no such type."""
        self._info = None
        told: dict[str, Any] = msgspec.to_builtins(self._known())
        return told

    def collections(
        self, filters: Mapping[str, Any] | None = None, order: str | None = None, per_page: int = 50,
        start: str | None = None,
    ) -> ArtifactCollections:  # fmt: skip
        """Its collections; `filters` are by `name`, `order` is one of name, created_at, updated_at (`-` turns it)."""
        return ArtifactCollections(
            self._service, self.entity, self.project, self._name, filters=filters, order=order, per_page=per_page,
            start=start,
        )  # fmt: skip

    def collection(self, name: str) -> ArtifactCollection:
        """The collection of this name."""
        return ArtifactCollection(self._service, self.entity, self.project, name, self._name)

    def _known(self) -> model.ArtifactTypeInfo:
        if self._info is None:
            found = incoming.types(self._service, self.entity, self.project)
            self._info = next((one for one in found if one.name == self._name), None)
        if self._info is None:
            raise ArtifactError(f"There are no artifacts of the type {self._name!r} in {self.entity}/{self.project}")
        return self._info

    def __repr__(self) -> str:
        return f"<ArtifactType {self._name}>"


class ArtifactTypes(Pages[ArtifactType]):
    """The types of a project's artifacts, by name."""

    def __init__(
        self, service: Service, entity: str, project: str, per_page: int = 50, start: str | None = None
    ) -> None:
        super().__init__(per_page)
        self._service, self.entity, self.project = service, entity, project
        self._skipped = _start(start)
        self._found: list[ArtifactType] | None = None

    @property
    def cursor(self) -> str | None:
        """Where to go on from; None at the end."""
        return str(self._skipped + len(self.objects)) if self.more else None

    def _fetch(self) -> list[ArtifactType]:
        if self._found is None:
            found = incoming.types(self._service, self.entity, self.project)
            self._found = [ArtifactType(self._service, self.entity, self.project, one.name) for one in found]
        return _page(self, self._found, self._skipped)


class ArtifactCollection:
    """A collection: what was logged under one name (a sequence), or linked there (a portfolio)."""

    def __init__(self, service: Service, entity: str, project: str, name: str, type: str | None = None) -> None:
        """Asks the server. Raises NotThere, CommError, and ArtifactError where it has another type."""
        self._service = service
        self._take(incoming.collection(service, entity, project, name))
        if type is not None and self._said.type != type:
            raise ArtifactError(f"The collection {name!r} has the type {self._said.type!r}, not {type!r}")

    @classmethod
    def named(cls, service: Service, entity: str, project: str, name: str) -> ArtifactCollection:
        """The collection of this name, of whatever type."""
        return cls(service, entity, project, name)

    @classmethod
    def known(cls, service: Service, said: model.ArtifactCollection) -> ArtifactCollection:
        """One of which the server has told all there is."""
        made = cls.__new__(cls)
        made._service = service
        made._take(said)
        return made

    def _take(self, said: model.ArtifactCollection) -> None:
        self._said = said
        self._name, self._type = said.name, said.type
        self._description, self._tags = said.description, list(said.tags)

    @property
    def id(self) -> str:
        """What tells it from others: where it is, and its name."""
        return f"{self.entity}/{self.project}/{self._said.name}"

    @property
    def entity(self) -> str:
        """Who owns it."""
        return self._said.entity

    @property
    def project(self) -> str:
        """Its project."""
        return self._said.project

    @property
    def project_id(self) -> str:
        """What tells its project from others: `entity/project`."""
        return f"{self.entity}/{self.project}"

    project_internal_id = project_id

    @property
    def name(self) -> str:
        """Its name; may be set, and is sent by `save()`."""
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = facts.checked_name(name)

    @property
    def type(self) -> str:
        """The type of its versions; of a sequence it may be set, and is sent by `save()`."""
        return self._type

    @type.setter
    def type(self, type: str) -> None:
        if not self.is_sequence():
            raise ArtifactError("A portfolio has the type of what is linked to it")
        self._type = facts.checked_type(type)

    @property
    def description(self) -> str:
        """A text for people; may be set, and is sent by `save()`."""
        return self._description

    @description.setter
    def description(self, description: str | None) -> None:
        self._description = description or ""

    @property
    def tags(self) -> list[str]:
        """Words to find it by; may be set, and are sent by `save()`."""
        return self._tags

    @tags.setter
    def tags(self, tags: Sequence[str]) -> None:
        self._tags = facts.checked_tags(tags)

    @property
    def aliases(self) -> list[str]:
        """Every alias of its versions."""
        found = incoming.versions(self._service, self.entity, self.project, self._said.name)
        return sorted({alias for version in found for alias in version.aliases})

    @property
    def created_at(self) -> str:
        """When it was made, in UTC."""
        return _time(self._said.created_at)

    @property
    def updated_at(self) -> str:
        """When it, or one of its versions, last changed, in UTC."""
        return _time(self._said.updated_at)

    def artifacts(self, per_page: int = 50, start: str | None = None) -> Artifacts:
        """Its versions, newest first."""
        return Artifacts(
            self._service, self.entity, self.project, self._said.name, self._said.type, per_page=per_page, start=start
        )

    versions = artifacts

    def is_sequence(self) -> bool:
        """Whether versions are logged to it; else they are linked to it."""
        return self._said.kind == "sequence"

    def change_type(self, new_type: str) -> None:
        """Give it another type; the same as setting `type` and `save()`."""
        self.type = new_type
        self.save()

    def load(self, entity: str, project: str, type_: str) -> None:
        """Ask again what the server says of it. Raises ArtifactError where it has another type there."""
        self._take(incoming.collection(self._service, entity, project, self._said.name))
        if self._said.type != type_:
            raise ArtifactError(f"Could not find artifact type {type_!r} of {self._said.name!r}")

    def save(self) -> None:
        """Send what was changed."""
        said: dict[str, Any] = {}
        for name, value in (("name", self._name), ("type", self._type), ("description", self._description)):
            if value != getattr(self._said, name):
                said[name] = value
        if sorted(self._tags) != sorted(self._said.tags):
            said["tags"] = self._tags
        if said:
            place = incoming.collection_path(self.entity, self.project, self._said.name)
            self._take(msgspec.convert(self._service.patch(place, said), model.ArtifactCollection))

    def delete(self) -> None:
        """Delete it: a sequence with all its versions, a portfolio without them."""
        self._service.delete(incoming.collection_path(self.entity, self.project, self._said.name))

    def __repr__(self) -> str:
        return f"<ArtifactCollection {self._said.name} ({self._said.type})>"


class ArtifactCollections(Pages[ArtifactCollection]):
    """Collections of a project, those of one type where it is given."""

    def __init__(
        self,
        service: Service,
        entity: str,
        project: str,
        type_name: str | None = None,
        *,
        filters: Mapping[str, Any] | None = None,
        order: str | None = None,
        per_page: int = 50,
        start: str | None = None,
    ) -> None:
        super().__init__(per_page)
        self._service, self.entity, self.project, self._type = service, entity, project, type_name
        self._filters, self._order, self._skipped = dict(filters or {}), order, _start(start)
        _order_of(order)
        self._found: list[ArtifactCollection] | None = None

    @property
    def cursor(self) -> str | None:
        """Where to go on from; None at the end."""
        return str(self._skipped + len(self.objects)) if self.more else None

    def _fetch(self) -> list[ArtifactCollection]:
        if self._found is None:
            said = incoming.collections(self._service, self.entity, self.project, self._type)
            kept = [one for one in said if all(_fits(one, *wanted) for wanted in self._filters.items())]
            if self._order:
                field, descending = _order_of(self._order)
                kept.sort(key=lambda one: getattr(one, field), reverse=descending)
            self._found = [ArtifactCollection.known(self._service, one) for one in kept]
        return _page(self, self._found, self._skipped)


class ProjectArtifactCollections(ArtifactCollections):
    """Every collection of a project."""

    def __init__(
        self,
        service: Service,
        entity: str,
        project: str,
        *,
        filters: Mapping[str, Any] | None = None,
        order: str | None = None,
        per_page: int = 50,
        start: str | None = None,
    ) -> None:
        super().__init__(service, entity, project, filters=filters, order=order, per_page=per_page, start=start)


class Artifacts(Pages[Artifact]):
    """The versions of a collection, newest first; with `tags` those that have all of them."""

    def __init__(
        self,
        service: Service,
        entity: str,
        project: str,
        collection_name: str,
        type: str | None = None,
        *,
        order: str | None = None,
        per_page: int = 50,
        tags: str | Sequence[str] | None = None,
        start: str | None = None,
    ) -> None:
        super().__init__(per_page)
        self._service, self.entity, self.project, self.collection_name = service, entity, project, collection_name
        self._tags = set(facts.checked_tags(tags))
        self._order = _order_of(order, ("version", *ORDERS)) if order else None
        self._cursor = start
        self._sorted: list[Artifact] | None = None
        if type is not None:
            found = incoming.collection(service, entity, project, collection_name)
            if found.type != type:
                raise ArtifactError(f"The collection {collection_name!r} has the type {found.type!r}, not {type!r}")

    @property
    def cursor(self) -> str | None:
        """Where to go on from; None at the end."""
        return self._cursor if self.more else None

    def _fetch(self) -> list[Artifact]:
        if self._order is not None:
            return self._ordered(*self._order)
        place = incoming.collection_path(self.entity, self.project, self.collection_name)
        said = self._service.get(place + "/versions", limit=self.per_page, cursor=self._cursor)
        page = msgspec.convert(said, model.ArtifactVersionPage)
        if not self._tags and self._cursor is None:
            self._total = page.total
        self._cursor, self.more = page.cursor, page.cursor is not None
        return [Artifact.found(self._service, one) for one in page.versions if self._tags <= set(one.tags)]

    def _ordered(self, field: str, descending: bool) -> list[Artifact]:
        if self._sorted is None:
            found = [
                one
                for one in incoming.versions(self._service, self.entity, self.project, self.collection_name)
                if self._tags <= set(one.tags)
            ]
            key = (
                (lambda one: int(one.version[1:])) if field in ("version", "name") else lambda one: getattr(one, field)
            )
            self._sorted = [Artifact.found(self._service, one) for one in sorted(found, key=key, reverse=descending)]
        return _page(self, self._sorted, 0)


def _page(pages: Any, found: list[Any], skipped: int) -> list[Any]:
    start = skipped + len(pages.objects)
    page = found[start : start + pages.per_page]
    pages._total, pages.more = max(0, len(found) - skipped), start + pages.per_page < len(found)
    return page


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdigit():
        raise ArtifactError(f"{cursor!r} is not a cursor of such a list")
    return int(cursor)


def _order_of(order: str | None, fields: Sequence[str] = ORDERS) -> tuple[str, bool]:
    """The field, and whether the largest comes first."""
    if not order:
        return "name", False
    field = {"createdAt": "created_at", "updatedAt": "updated_at", "versionIndex": "version"}.get(
        order.lstrip("+-"), order.lstrip("+-")
    )
    if field not in fields:
        raise ArtifactError(f"The order is by {', '.join(fields)} (with - before it turned around), not {order!r}")
    return field, order.startswith("-")


def _fits(said: model.ArtifactCollection, name: str, wanted: Any) -> bool:
    """Whether a collection fits one filter: a value, or `{"$in": [...]}`, `{"$regex": ...}`, `{"$contains": ...}`."""
    if name not in ("name", "type", "description", "tag", "tags"):
        raise ArtifactError(f"Collections are filtered by name, type, description and tag, not by {name!r}")
    values = list(said.tags) if name in ("tag", "tags") else [str(getattr(said, name))]
    if not isinstance(wanted, Mapping):
        return str(wanted) in values
    for how, operand in wanted.items():
        if how == "$in":
            fits = any(value in operand for value in values)
        elif how == "$contains":
            fits = any(str(operand) in value for value in values)
        elif how == "$regex":
            import re

            fits = any(re.search(str(operand), value) for value in values)
        else:
            raise ArtifactError(f"The filter {how!r} is not known here; $in, $contains and $regex are")
        if not fits:
            return False
    return True


def _time(secs: float) -> str:
    return datetime.fromtimestamp(secs, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


__all__ = [
    "ArtifactCollection", "ArtifactCollections", "ArtifactFile", "ArtifactFiles", "ArtifactType", "ArtifactTypes",
    "Artifacts", "ProjectArtifactCollections", "RunArtifacts", "log_from_run", "public_run", "use_in_run",
]  # fmt: skip
