"""Artifacts: named collections of versions, each a set of files that never changes."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

CollectionKind = Literal["sequence", "portfolio"]
"""A sequence has the versions that were logged to it; a portfolio has versions of sequences, linked there."""


class RunRef(msgspec.Struct, frozen=True, kw_only=True):
    """Where a run is, and what it is called."""

    entity: str
    project: str
    id: str
    name: str


class ArtifactRef(msgspec.Struct, frozen=True, kw_only=True):
    """Where a version of an artifact is."""

    entity: str
    project: str
    type: str
    collection: str
    version: str
    """`v0`, `v1` and so on."""


class ArtifactVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version as its collection has it. Times are Unix seconds."""

    id: str
    entity: str
    project: str
    collection: str
    type: str
    version: str
    """`v0`, `v1` and so on; never used again once it was deleted."""
    digest: str
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    description: str = ""
    metadata: dict[str, Any] = {}
    ttl_secs: int | None = None
    """How long it is kept after it was made; null for ever."""
    expires_at: float | None = None
    size_bytes: int = 0
    """Of all its files, those of references included."""
    file_count: int = 0
    created_at: float
    updated_at: float
    history_step: int | None = None
    """The step of its run at which it was logged, for tables and media."""
    user: str = ""
    run: RunRef | None = None
    """The run that made it, where it is still there to be seen."""
    source: ArtifactRef | None = None
    """In a portfolio: the version of a sequence that was linked, where the reader may see it."""


class ArtifactVersionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a list of versions, newest first; `cursor` fetches the next part."""

    versions: tuple[ArtifactVersion, ...]
    total: int
    cursor: str | None = None


class ArtifactCollection(msgspec.Struct, frozen=True, kw_only=True):
    """A collection as lists show it. `latest` is what its alias `latest` names."""

    entity: str
    project: str
    name: str
    kind: CollectionKind
    type: str
    description: str = ""
    tags: tuple[str, ...] = ()
    versions: int = 0
    latest: ArtifactVersion | None = None
    created_at: float
    updated_at: float


class ArtifactTypeInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A type of artifacts in a project, and how many collections it has."""

    name: str
    description: str = ""
    collections: int = 0
    created_at: float


class ArtifactEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a version, or a reference to one elsewhere (`ref`)."""

    path: str
    digest: str
    """As its manifest has it: base64 of the MD5 for files, whatever its place says for references."""
    size_bytes: int
    mime: str
    ref: str | None = None
    target: ArtifactRef | None = None
    """For a reference to an entry of another artifact: which, where the reader may see it."""
    target_path: str | None = None
    """The entry of `target`."""
    available: bool = True
    """False for a file whose bytes are lost."""


class ArtifactEntryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Part of the files of a version, by path; `cursor` fetches the next part."""

    entries: tuple[ArtifactEntry, ...]
    total: int
    cursor: str | None = None


class ArtifactChange(msgspec.Struct, frozen=True, kw_only=True):
    """A path that is not the same in two versions: `added`, `removed` or `changed`. Sizes are in bytes."""

    path: str
    kind: str
    size_before: int | None = None
    size_after: int | None = None


class ArtifactDiff(msgspec.Struct, frozen=True, kw_only=True):
    """What one version has otherwise than another. The counts are of all paths; `changes` are the first by path."""

    before: ArtifactRef
    after: ArtifactRef
    added: int = 0
    removed: int = 0
    changed: int = 0
    same: int = 0
    bytes_added: int = 0
    bytes_removed: int = 0
    changes: tuple[ArtifactChange, ...] = ()
    cut: bool = False
    """There are more changes than are shown."""


class RunArtifacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a run used and what it logged, in that order of time."""

    used: tuple[ArtifactVersion, ...]
    logged: tuple[ArtifactVersion, ...]


class LineageNode(msgspec.Struct, frozen=True, kw_only=True):
    """A run or a version in a graph of lineage: one of `run` and `artifact` is there."""

    id: str
    run: RunRef | None = None
    state: str = ""
    """Of a run."""
    artifact: ArtifactRef | None = None
    aliases: tuple[str, ...] = ()


class LineageEdge(msgspec.Struct, frozen=True, kw_only=True):
    """A run made a version, or a version was used by a run: from `source` to `target`."""

    source: str
    target: str


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """What a version came from and what came from it; `cut` where the graph goes on beyond what is told."""

    root: str
    nodes: tuple[LineageNode, ...]
    edges: tuple[LineageEdge, ...]
    cut: bool = False


class ArtifactPlace(msgspec.Struct, frozen=True, kw_only=True):
    """What an address of the official client means: a version, and perhaps one of its entries."""

    artifact: ArtifactRef
    path: str = ""


class ArtifactEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What may be changed of a version; a field left out stays. `aliases` are those of this collection."""

    description: str | msgspec.UnsetType = msgspec.UNSET
    metadata: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    aliases: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    tags: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    ttl_secs: int | msgspec.UnsetType | None = msgspec.UNSET
    """Null keeps it for ever; -1 as long as its collection says."""


class CollectionEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What may be changed of a collection; a field left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    tags: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    type: str | msgspec.UnsetType = msgspec.UNSET
