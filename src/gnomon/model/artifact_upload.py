"""What senders of artifacts say, and what they are told: see `gnomon.server.api.artifact_uploads`."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class ArtifactWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version that is to be made. Fields left out are not said."""

    type: str
    collection: str
    digest: str
    """Of its content: the MD5 of the paths and digests in hex, as manifests have it."""
    run: str | None = None
    """The run that logs it, in the same project."""
    description: str | None = None
    metadata: dict[str, Any] | None = None
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ttl_secs: int | None = None
    """0 is for ever."""
    history_step: int | None = None
    distributed_id: str | None = None
    """What several senders call the version that they make together."""
    client_id: str | None = None
    """What its sender calls it. Wishing for it again under the same name gives the same version."""
    sequence_client_id: str | None = None


class ArtifactDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A version on its way, or one that has been there all along: then nothing has to be sent."""

    id: str
    state: Literal["PENDING", "COMMITTED"]
    entity: str
    project: str
    collection: str
    version: str | None = None
    """`v0`, `v1` and so on, once it is committed."""
    digest: str
    latest_id: str | None = None
    """The newest version of the collection there was before."""


class ArtifactFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that is to be sent."""

    path: str
    digest: str
    """Base64 of its MD5."""
    parts: tuple[str, ...] | None = None
    """The MD5 in hex of each of its parts, where it is sent in parts."""


class ArtifactFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files that are to be sent."""

    files: tuple[ArtifactFile, ...]


class ArtifactUpload(msgspec.Struct, frozen=True, kw_only=True):
    """Where a file is to be put; `upload` is null where its bytes are here already."""

    upload: int | None = None
    parts_here: tuple[int, ...] = ()
    """The numbers of its parts that are here already, where it comes in parts; the first is 1."""


class ArtifactUploads(msgspec.Struct, frozen=True, kw_only=True):
    """One for each file announced, in the same order."""

    uploads: tuple[ArtifactUpload, ...]


class ArtifactUse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version that a run uses."""

    id: str
    used_as: str | None = None


class ArtifactLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version that is to be shown in a portfolio, too, and what it is called there."""

    id: str
    aliases: tuple[str, ...] = ()


class ArtifactPaths(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files of a version that are wanted together."""

    paths: tuple[str, ...]
