"""What an artifact holds, by path, before and after it is logged."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from gnomon.model.errors import Rejected
from gnomon.model.manifest import POLICY, VERSION, Entry, artifact_id, check_path, digest_of, parse
from gnomon.sdk.artifacts import digests
from gnomon.sdk.artifacts.entry import ArtifactManifestEntry
from gnomon.sdk.artifacts.errors import ArtifactError


class ArtifactManifest:
    """The entries of an artifact."""

    def __init__(self, entries: Iterable[ArtifactManifestEntry] = ()) -> None:
        self.entries: dict[str, ArtifactManifestEntry] = {entry.path: entry for entry in entries}
        """By path."""
        self._digest: tuple[int, str] | None = None
        self._changes = 0

    @classmethod
    def parsed(cls, data: bytes) -> ArtifactManifest:
        """The manifest that a server sent. Raises ArtifactError where it cannot be read."""
        try:
            found = parse(data)
        except Rejected as error:
            raise ArtifactError(str(error)) from None
        return cls(
            ArtifactManifestEntry(
                path, entry.digest, ref=entry.ref, size=entry.size_bytes, extra=dict(entry.extra),
                birth_artifact_id=None if entry.birth is None else artifact_id(entry.birth),
            )
            for path, entry in found.items()
        )  # fmt: skip

    def add_entry(self, entry: ArtifactManifestEntry, overwrite: bool = False) -> None:
        """Add an entry; the same one twice is one. Raises ArtifactError where another has its path."""
        known = self.entries.get(entry.path)
        if known is not None and not overwrite and known.digest != entry.digest:
            raise ArtifactError(f"Cannot add the same path twice: {entry.path!r}, with other contents")
        self.entries[entry.path] = entry
        self._changes += 1

    def remove_entry(self, entry: ArtifactManifestEntry) -> None:
        """Take an entry out. Raises FileNotFoundError where it is not in."""
        if self.entries.pop(entry.path, None) is None:
            raise FileNotFoundError(f"Cannot remove what is not in the artifact: {entry.path!r}")
        self._changes += 1

    def get_entry_by_path(self, path: str) -> ArtifactManifestEntry | None:
        """The entry of this path, or None."""
        return self.entries.get(path)

    def get_entries_in_directory(self, directory: str) -> list[ArtifactManifestEntry]:
        """The entries below a folder."""
        return [entry for path, entry in self.entries.items() if path.startswith(directory.rstrip("/") + "/")]

    def digest(self) -> str:
        """What identifies the content: the MD5 of all paths and digests, in hex. Files not read yet are read."""
        if self._digest is None or self._digest[0] != self._changes:
            digests.each(lambda entry: entry.digest, [one for one in self.entries.values() if not one._digest])
            told = {path: Entry(digest=entry.digest) for path, entry in self.entries.items()}
            self._digest = (self._changes, digest_of(told))
        return self._digest[1]

    def size(self) -> int:
        """How many bytes all entries have that say so."""
        return sum(entry.size or 0 for entry in self.entries.values())

    def to_manifest_json(self) -> dict[str, Any]:
        """The manifest as it is stored."""
        contents = {}
        for path, entry in sorted(self.entries.items()):
            told = entry.to_json()
            contents[path] = {name: told[name] for name in told if name not in ("path", "local_path", "skip_cache")}
        config = {"storageLayout": "V2"}
        return {"version": VERSION, "storagePolicy": POLICY, "storagePolicyConfig": config, "contents": contents}

    def __iter__(self) -> Iterator[ArtifactManifestEntry]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)


def logical(path: str) -> str:
    """A path as entries have it. Raises ArtifactError for one that would lead out of the artifact.

    >>> logical("./a//b/")
    'a/b'
    """
    given = path.replace(os.sep, "/")
    parts = [part for part in given.split("/") if part not in ("", ".")]
    try:
        return check_path("/".join(parts))
    except Rejected as error:
        raise ArtifactError(str(error)) from None
