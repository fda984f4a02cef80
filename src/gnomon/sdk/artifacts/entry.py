"""An entry of an artifact: a file or a reference, and what it is called there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gnomon.sdk.artifacts import digests
from gnomon.sdk.artifacts.errors import ArtifactError
from gnomon.sdk.artifacts.record import Item

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact

SCHEME = "wandb-artifact"
"""Begins references to entries of other artifacts, as stored data has them."""


class ArtifactManifestEntry:
    """A file of an artifact, or a reference to one elsewhere (`ref`). Made by an artifact."""

    def __init__(
        self,
        path: str,
        digest: str = "",
        *,
        ref: str | None = None,
        size: int | None = None,
        extra: dict[str, Any] | None = None,
        birth_artifact_id: str | None = None,
        source: Item | None = None,
        local_path: str | None = None,
        skip_cache: bool = False,
    ) -> None:
        self.path = path
        """Its name in the artifact, parts with `/` between."""
        self.ref = ref
        self.size = size
        """In bytes; None for a reference that does not say."""
        self.extra = extra or {}
        self.birth_artifact_id = birth_artifact_id
        """The version that first had these bytes."""
        self.local_path = local_path
        """Where the file was when it was added."""
        self.skip_cache = skip_cache
        self._digest = digest
        self._source = source
        self._parent: Artifact | None = None

    @property
    def digest(self) -> str:
        """Base64 of the MD5 of a file; of a reference, whatever its place says (an ETag, or its address)."""
        if not self._digest and self._source is not None and self._source.source is not None:
            found = self._source
            self._digest = digests.of_file(str(found.source), found.at, found.size if found.at is not None else None)
        return self._digest

    @property
    def algorithm(self) -> str | None:
        """What its digest was made with, where that is not MD5."""
        said = self.extra.get("alg")
        return said if isinstance(said, str) and self.ref is None else None

    @property
    def name(self) -> str:
        """The same as `path`."""
        return self.path

    def parent_artifact(self) -> Artifact:
        """The artifact this is an entry of."""
        if self._parent is None:
            raise ArtifactError(f"{self.path!r} is not an entry of an artifact")
        return self._parent

    def download(self, root: str | None = None, skip_cache: bool | None = None, executor: Any = None) -> str:
        """Fetch the file below `root` (the artifact's own folder where it is not said); its path there.

        One that is there already with this content stays. `executor` is not needed, and accepted as wandb does.
        """
        artifact = self.parent_artifact()
        place = artifact._fetch([self], root, skip_cache=bool(skip_cache))
        return os.path.join(place, *self.path.split("/"))

    def ref_target(self) -> str:
        """The address that a reference means; one to another artifact means that artifact's own. Raises ValueError."""
        if self.ref is None:
            raise ArtifactError(f"{self.path!r} is a file of the artifact, not a reference")
        if urlsplit(self.ref).scheme == SCHEME and self._parent is not None:
            target = self._parent._referenced(self.ref)
            return target.ref_target() if target.ref is not None else self.ref
        return self.ref

    def ref_url(self) -> str:
        """The address under which another artifact may refer to this entry."""
        id = self.parent_artifact().id
        if id is None:
            raise ArtifactError(f"{self.path!r} can be referred to once its artifact is logged")
        from base64 import b64decode

        return f"{SCHEME}://{b64decode(id).hex()}/{self.path}"

    def to_json(self) -> dict[str, Any]:
        """The entry as manifests have it, with its path."""
        told = {
            "path": self.path, "digest": self.digest, "ref": self.ref, "birthArtifactID": self.birth_artifact_id,
            "size": self.size, "extra": self.extra, "local_path": self.local_path, "skip_cache": self.skip_cache,
        }  # fmt: skip
        return {name: value for name, value in told.items() if value is not None}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ArtifactManifestEntry):
            return NotImplemented
        mine, theirs = ((one.path, one.ref, one.size, one.digest, one.extra) for one in (self, other))
        return mine == theirs

    def __hash__(self) -> int:
        return hash(self.path)

    def __repr__(self) -> str:
        told = {"path": self.path, "digest": self._digest or None, "ref": self.ref, "size": self.size}
        return f"ArtifactManifestEntry({', '.join(f'{name}={value!r}' for name, value in told.items() if value)})"

    def as_item(self) -> Item:
        """What the shipper is told of it."""
        if self._source is None:
            return Item(
                digest=self._digest, size=self.size, ref=self.ref, extra=self.extra, birth=self.birth_artifact_id
            )
        found = self._source
        return Item(
            source=found.source, at=found.at, digest=self._digest, size=self.size, extra=self.extra, own=found.own,
            seen=found.seen, keep=not self.skip_cache,
        )  # fmt: skip
