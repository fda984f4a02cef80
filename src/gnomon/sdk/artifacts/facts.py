"""What is known of an artifact: what its maker said, and, once it is logged, what the server says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any

from gnomon.model.artifact import ArtifactVersion
from gnomon.model.artifact_name import check_alias, check_tag
from gnomon.model.errors import Rejected
from gnomon.sdk.artifacts.errors import ArtifactError, ArtifactNotLoggedError
from gnomon.sdk.artifacts.manifest import ArtifactManifest
from gnomon.sdk.config import value_of
from gnomon.sdk.values.plain import Unloggable

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact
    from gnomon.sdk.service import Service

MOST_METADATA_KEYS = 100
_NAME = re.compile(r"[a-zA-Z0-9_\-.]+")


class ArtifactTTL(Enum):
    """How long an artifact is kept, where that is no time: as long as its collection says."""

    INHERIT = 0


class Facts:
    """The part of `Artifact` that tells what is known of it."""

    _service: Service | None
    _version: ArtifactVersion | None
    """What the server says; None for one that is not logged, or not known to be."""
    _name: str
    _type: str
    _description: str | None
    _metadata: dict[str, Any]
    _ttl: timedelta | ArtifactTTL | None
    _ttl_changed: bool
    _aliases: list[str]
    _tags: list[str]
    _distributed_id: str | None
    _incremental: bool
    _use_as: str | None
    _draft: ArtifactManifest

    def _needed(self, what: str) -> ArtifactVersion:
        if self._version is None:
            raise ArtifactNotLoggedError(f"Artifact.{what}")
        return self._version

    def _fetch_manifest(self) -> ArtifactManifest:
        raise NotImplementedError

    # Names

    @property
    def id(self) -> str | None:
        """What the server calls the version; None before it is logged."""
        return None if self._version is None else self._version.id

    @property
    def name(self) -> str:
        """The name of its collection, and once it is logged its version: `name:v3`."""
        return self._name if self._version is None else f"{self._version.collection}:{self._version.version}"

    @property
    def type(self) -> str:
        """What kind of thing it is: `dataset`, `model` and so on."""
        return self._type

    @property
    def entity(self) -> str:
        """Who owns the collection."""
        return self._needed("entity").entity

    @property
    def project(self) -> str:
        """The project of the collection."""
        return self._needed("project").project

    @property
    def qualified_name(self) -> str:
        """`entity/project/name:v3`."""
        version = self._needed("qualified_name")
        return f"{version.entity}/{version.project}/{self.name}"

    @property
    def version(self) -> str:
        """`v0`, `v1` and so on."""
        return self._needed("version").version

    @property
    def collection(self) -> Any:
        """The collection it was found in."""
        version = self._needed("collection")
        return self._collection(version.entity, version.project, version.collection)

    @property
    def is_link(self) -> bool:
        """Whether it was found where it is linked to, not where it was logged."""
        version = self._needed("is_link")
        return version.source is not None

    def _source(self, what: str) -> tuple[str, str, str, str]:
        """Entity, project, collection and version where it was logged."""
        version = self._needed(what)
        if version.source is None:
            return version.entity, version.project, version.collection, version.version
        return version.source.entity, version.source.project, version.source.collection, version.source.version

    @property
    def source_entity(self) -> str:
        """The entity it was logged to."""
        return self._source("source_entity")[0]

    @property
    def source_project(self) -> str:
        """The project it was logged to."""
        return self._source("source_project")[1]

    @property
    def source_name(self) -> str:
        """Its name where it was logged: `name:v3`."""
        _, _, collection, version = self._source("source_name")
        return f"{collection}:{version}"

    @property
    def source_qualified_name(self) -> str:
        """`entity/project/name:v3` where it was logged."""
        entity, project, collection, version = self._source("source_qualified_name")
        return f"{entity}/{project}/{collection}:{version}"

    @property
    def source_version(self) -> str:
        """Its version where it was logged."""
        return self._source("source_version")[3]

    @property
    def source_collection(self) -> Any:
        """The collection it was logged to."""
        return self._collection(*self._source("source_collection")[:3])

    def _collection(self, entity: str, project: str, name: str) -> Any:
        from gnomon.sdk.public.artifacts import ArtifactCollection

        assert self._service is not None
        return ArtifactCollection.named(self._service, entity, project, name)

    @property
    def url(self) -> str:
        """The address of its page."""
        from urllib.parse import quote

        version = self._needed("url")
        assert self._service is not None
        parts = (version.entity, version.project, "artifacts", version.type, version.collection, version.version)
        return self._service.base_url + "".join("/" + quote(part, safe="") for part in parts)

    # What people say of it

    @property
    def description(self) -> str | None:
        """A text for people; may be set, and is sent by `save()`."""
        return self._description

    @description.setter
    def description(self, description: str | None) -> None:
        self._description = description

    @property
    def metadata(self) -> dict[str, Any]:
        """Values that describe it, at most 100 keys; may be set, and is sent by `save()`."""
        return self._metadata

    @metadata.setter
    def metadata(self, metadata: Mapping[str, Any] | None) -> None:
        self._metadata = checked_metadata(metadata)

    @property
    def ttl(self) -> timedelta | None:
        """How long it is kept after it was made; None for ever.

        May be set to a `timedelta`, None or `ArtifactTTL.INHERIT`, and is sent by `save()`. Raises
        ArtifactNotLoggedError where it is not known what its collection says.
        """
        if isinstance(self._ttl, ArtifactTTL):
            if self._version is None or self._ttl_changed:
                raise ArtifactNotLoggedError("Artifact.ttl")
            return None
        return self._ttl

    @ttl.setter
    def ttl(self, ttl: timedelta | ArtifactTTL | None) -> None:
        if self._version is not None and self.is_link:
            raise ArtifactError("How long an artifact is kept is said where it was logged, not where it is linked to")
        if isinstance(ttl, timedelta):
            if ttl.total_seconds() < 1:
                raise ArtifactError(f"An artifact is kept for a positive time, not {ttl}")
            ttl = timedelta(seconds=int(ttl.total_seconds()))
        elif ttl is not None and not isinstance(ttl, ArtifactTTL):
            raise ArtifactError(f"ttl is a timedelta, None or ArtifactTTL.INHERIT, not {type(ttl).__name__}")
        self._ttl, self._ttl_changed = ttl, True

    def _ttl_secs(self) -> int | None:
        """As senders say it: None where nothing is said, 0 for ever."""
        if isinstance(self._ttl, ArtifactTTL):
            return None
        return 0 if self._ttl is None else int(self._ttl.total_seconds())

    @property
    def aliases(self) -> list[str]:
        """What else the version is called in its collection; may be changed once it is logged, and sent by `save()`."""
        self._needed("aliases")
        return self._aliases

    @aliases.setter
    def aliases(self, aliases: Sequence[str]) -> None:
        self._needed("aliases")
        self._aliases = checked_aliases(aliases)

    @property
    def tags(self) -> list[str]:
        """Words to find it by; may be changed once it is logged, and sent by `save()`."""
        self._needed("tags")
        return self._tags

    @tags.setter
    def tags(self, tags: Sequence[str]) -> None:
        self._needed("tags")
        self._tags = checked_tags(tags)

    @property
    def distributed_id(self) -> str | None:
        """What several processes call the version that they make together."""
        return self._distributed_id

    @distributed_id.setter
    def distributed_id(self, distributed_id: str | None) -> None:
        self._distributed_id = distributed_id

    @property
    def incremental(self) -> bool:
        """Whether it adds to the latest version of its collection."""
        return self._incremental

    @property
    def use_as(self) -> str | None:
        """What the run uses it as, where that was said."""
        return self._use_as

    # What it is

    @property
    def state(self) -> str:
        """`PENDING` until it is logged, then `COMMITTED`; `DELETED` once it was deleted here."""
        return "PENDING" if self._version is None else "COMMITTED"

    @property
    def manifest(self) -> ArtifactManifest:
        """What it holds. For one that a server has, that is asked once."""
        if self._version is not None:
            return self._fetch_manifest()
        return self._draft

    @property
    def digest(self) -> str:
        """What identifies its content, in hex; files that nobody has read yet are read."""
        return self._draft.digest() if self._version is None else self._version.digest

    @property
    def commit_hash(self) -> str:
        """What identifies the version and its content once it is logged; the same as the digest here."""
        return self._needed("commit_hash").digest

    @property
    def size(self) -> int:
        """Bytes of all files, and of references that say how many they have."""
        return self._draft.size() if self._version is None else self._version.size_bytes

    @property
    def file_count(self) -> int:
        """How many entries it has."""
        return self._needed("file_count").file_count

    @property
    def created_at(self) -> str:
        """When it was logged, in UTC."""
        return _time(self._needed("created_at").created_at)

    @property
    def updated_at(self) -> str:
        """When it, or what is said of it, last changed, in UTC."""
        return _time(self._needed("updated_at").updated_at)

    @property
    def history_step(self) -> int | None:
        """The step of its run at which it was logged; None where that is not known."""
        return self._needed("history_step").history_step

    @property
    def linked_artifacts(self) -> list[Artifact]:
        """The same version in each portfolio that shows it."""
        raise NotImplementedError


def checked_name(name: str) -> str:
    """The name, if an artifact may have it. Raises ArtifactError."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > 128:
        raise ArtifactError(
            "Artifact name may only contain alphanumeric characters, dashes, underscores, and dots, at most 128. "
            f"Invalid name: {name!r}"
        )
    return name


def checked_type(type: str) -> str:
    """The type, if an artifact may have it. Raises ArtifactError."""
    if not isinstance(type, str) or not type or len(type) > 128 or set(type) & set("/:") or not type.isprintable():
        raise ArtifactError(f"The type of an artifact is a word such as 'dataset', without / and :, not {type!r}")
    if type == "job" or type.startswith("wandb-"):
        raise ArtifactError(f"Artifact types 'job' and 'wandb-…' are not for scripts to give: {type!r}")
    return type


def checked_metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    """The metadata as plain values. Raises ArtifactError."""
    if metadata is None:
        return {}
    if not isinstance(metadata, Mapping):
        raise ArtifactError(f"metadata must be dict, not {type(metadata).__name__}")
    if len(metadata) > MOST_METADATA_KEYS:
        raise ArtifactError(f"The metadata of an artifact has at most {MOST_METADATA_KEYS} keys, not {len(metadata)}")
    try:
        return {str(key): value_of(value) for key, value in metadata.items()}
    except Unloggable as error:
        raise ArtifactError(f"The metadata cannot be kept: {error}") from None


def checked_aliases(aliases: Sequence[str] | str | None) -> list[str]:
    """The aliases, each once. Raises ArtifactError."""
    return _checked(aliases, check_alias, "aliases")


def checked_tags(tags: Sequence[str] | str | None) -> list[str]:
    """The tags, each once. Raises ArtifactError."""
    return _checked(tags, check_tag, "tags")


def _checked(words: Sequence[str] | str | None, check: Any, what: str) -> list[str]:
    given = [words] if isinstance(words, str) else list(words or ())
    if not all(isinstance(word, str) for word in given):
        raise ArtifactError(f"{what} are strings, not {given!r}")
    try:
        return list(dict.fromkeys(word if word == "latest" else check(word) for word in given))
    except Rejected as error:
        raise ArtifactError(str(error)) from None


def _time(secs: float) -> str:
    return datetime.fromtimestamp(secs, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
