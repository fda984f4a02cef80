"""What can be put into an artifact, and taken out of it, before it is logged."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import msgspec

from gnomon.sdk.artifacts import digests, references
from gnomon.sdk.artifacts.entry import SCHEME, ArtifactManifestEntry
from gnomon.sdk.artifacts.errors import ArtifactError, ArtifactFinalizedError
from gnomon.sdk.artifacts.manifest import ArtifactManifest, logical
from gnomon.sdk.artifacts.record import Item
from gnomon.sdk.artifacts.staging import Staging
from gnomon.sdk.values.media import Storable

StrPath = str | os.PathLike[str]


class Filling:
    """The part of `Artifact` that fills it."""

    _staging: Staging
    _final: bool
    _draft: ArtifactManifest
    _added: dict[str, ArtifactManifestEntry]
    """By the local path that was given."""
    _objects: dict[int, tuple[Any, ArtifactManifestEntry]]
    _filling: threading.RLock

    if TYPE_CHECKING:  # what reads artifacts has it

        def _referenced(self, ref: str) -> ArtifactManifestEntry: ...

    @contextmanager
    def new_file(
        self, name: str, mode: str = "x", encoding: str | None = None, policy: str = "mutable"
    ) -> Iterator[IO[Any]]:
        """A new file of the artifact to be written to; it is added when it is closed.

        `mode` is that of `open`: with `x`, a file of this name may not be in the artifact yet.
        """
        self._check_open("new_file")
        path = logical(name)
        if "x" in mode and path in self._draft.entries:
            raise ArtifactError(f"The artifact has a file {path!r} already")
        place = os.path.join(self._staging.folder, os.urandom(8).hex())
        known = self._draft.entries.get(path)
        if "a" in mode and known is not None and known._source is not None:
            with open(place, "wb") as made:
                made.write(_bytes_of(known._source))
        text = None if "b" in mode else encoding
        with open(place, mode, encoding=text) as file:
            yield file
        size = os.path.getsize(place)
        self._put(path, Item(source=place, size=size, own=True), overwrite="x" not in mode, policy=policy)

    def add_file(
        self,
        local_path: StrPath,
        name: str | None = None,
        is_tmp: bool | None = False,
        skip_cache: bool | None = False,
        policy: str | None = "mutable",
        overwrite: bool = False,
    ) -> ArtifactManifestEntry:
        """Add a file as it is now, under `name` (its own where it is not said); its entry.

        With the policy `mutable` it is kept apart, and may change after this call; with `immutable` nothing is
        copied, and a change before the artifact is logged makes that fail. `is_tmp` names it by its content; with
        `skip_cache` the cache of this machine does not keep it. Raises ArtifactError where it is no file, where
        another file has the name and not `overwrite`, and where it is written to all the while.
        """
        self._check_open("add_file")
        given = os.fspath(local_path)
        if not os.path.isfile(given):
            raise ArtifactError(f"Path is not a file: {given!r}")
        path = logical(name or os.path.basename(given))
        item = self._kept(given, policy or "mutable")
        if is_tmp:
            item = msgspec.structs.replace(
                item, digest=item.digest or digests.of_file(str(item.source), item.at, item.size)
            )
            folder, _, file = path.rpartition("/")
            parts = file.split(".")
            parts[0] = digests.to_hex(item.digest)[:20]
            path = f"{folder}/{'.'.join(parts)}".lstrip("/")
        return self._put(path, item, overwrite=overwrite, local_path=given, skip_cache=bool(skip_cache))

    def add_dir(
        self,
        local_path: StrPath,
        name: str | None = None,
        skip_cache: bool | None = False,
        policy: str | None = "mutable",
        merge: bool = False,
    ) -> None:
        """Add all files below a folder as they are now, under `name/` (the top where it is not said).

        Other arguments are those of `add_file`; with `merge`, files that are in the artifact are replaced.
        """
        self._check_open("add_dir")
        given = os.fspath(local_path)
        if not os.path.isdir(given):
            raise ArtifactError(f"Path is not a directory: {given!r}")
        prefix = f"{name}/" if name else ""
        found = list(references.walked(given))
        kept = digests.each(lambda one: self._kept(one[1], policy or "mutable"), found)
        for (relative, place), item in zip(found, kept, strict=True):
            path = logical(prefix + relative)
            self._put(path, item, overwrite=merge, local_path=place, skip_cache=bool(skip_cache))

    def add_reference(
        self,
        uri: ArtifactManifestEntry | str,
        name: StrPath | None = None,
        checksum: bool = True,
        max_objects: int | None = None,
    ) -> Sequence[ArtifactManifestEntry]:
        """Add what stays where it is: an address (`file`, `http`, `https`, `s3`, `gs`, or any other with a name), or
        an entry of another artifact; the entries that makes.

        A folder or a prefix makes one entry for each file, up to `max_objects`. Without `checksum` only the address
        is kept: changes behind it are not seen.
        """
        self._check_open("add_reference")
        said = os.fspath(name) if name is not None else None
        address = uri.ref_url() if isinstance(uri, ArtifactManifestEntry) else os.fspath(uri)
        if address.startswith(SCHEME + "://"):
            target = uri if isinstance(uri, ArtifactManifestEntry) else self._referenced(address)
            path = logical(said or target.path.rpartition("/")[2])
            made = [ArtifactManifestEntry(path, target.digest, ref=address, size=target.size)]
        else:
            made = references.entries_of(address, said, checksum=checksum, max_objects=max_objects)
        with self._filling:
            for entry in made:
                self._draft.add_entry(self._mine(entry))
        return made

    def add(self, obj: Any, name: StrPath, overwrite: bool = False) -> ArtifactManifestEntry:
        """Add a table or a media value; `get(name)` gives it back. Its entry is the JSON file that stands for it.

        The same object added twice is one entry; another one of this name is only put in its place with `overwrite`.
        """
        self._check_open("add")
        if not isinstance(obj, Storable):
            raise ArtifactError(
                f"An artifact holds tables and media, not {type(obj).__name__}; a file is added with add_file()"
            )
        known = self._objects.get(id(obj))
        if known is not None:
            return known[1]
        path = with_suffix(logical(os.fspath(name)), obj.suffix)
        there = self._draft.entries.get(path)
        if there is not None and not overwrite:
            return there
        import json

        data = json.dumps(obj.stored(_Shelf(self)), sort_keys=True).encode()
        entry = self._put(path, self._staging.data(data), overwrite=overwrite)
        self._objects[id(obj)] = (obj, entry)  # held, so that no other object has its id
        return entry

    def remove(self, item: StrPath | ArtifactManifestEntry) -> None:
        """Take an entry out, or all below a folder. Raises FileNotFoundError where there is none."""
        self._check_open("remove")
        with self._filling:
            if isinstance(item, ArtifactManifestEntry):
                self._draft.remove_entry(item)
                return
            path = logical(os.fspath(item))
            entry = self._draft.entries.get(path)
            found = [entry] if entry is not None else self._draft.get_entries_in_directory(path)
            if not found:
                raise FileNotFoundError(f"No such file or directory: {path}")
            for one in found:
                self._draft.remove_entry(one)

    def get_added_local_path_name(self, local_path: str) -> str | None:
        """What a file is called in the artifact that was added under this local path; None for one that was not."""
        entry = self._added.get(os.fspath(local_path))
        return None if entry is None else entry.path

    def __setitem__(self, name: str, item: Any) -> None:
        self.add(item, name)

    def _check_open(self, what: str) -> None:
        if self._final:
            raise ArtifactFinalizedError(what)

    def _kept(self, path: str, policy: str) -> Item:
        try:
            return self._staging.file(path, policy)
        except OSError as error:
            trouble = error.strerror or str(error)
            if policy != "mutable" or not os.access(path, os.R_OK):
                raise ArtifactError(f"{path!r} cannot be kept: {trouble}") from None
        from gnomon.sdk import guard

        guard.warn_once(
            f"no copy {self._staging}",
            f"there is no room for a copy of {path!r} ({trouble}); leave the artifact's files alone until it is logged",
        )
        try:
            return self._staging.file(path, "immutable")
        except OSError as error:
            raise ArtifactError(f"{path!r} cannot be kept: {error.strerror or error}") from None

    def _put(
        self,
        path: str,
        item: Item,
        *,
        overwrite: bool,
        local_path: str | None = None,
        skip_cache: bool = False,
        policy: str = "mutable",
    ) -> ArtifactManifestEntry:
        if policy not in ("mutable", "immutable"):
            raise ArtifactError(f"The policy is 'mutable' or 'immutable', not {policy!r}")
        entry = self._mine(
            ArtifactManifestEntry(
                path,
                item.digest,
                size=item.size,
                source=item,
                local_path=local_path or item.source,
                skip_cache=skip_cache,
            )
        )
        with self._filling:
            self._draft.add_entry(entry, overwrite=overwrite)
            if local_path is not None:
                self._added[local_path] = entry
        return entry

    def _mine(self, entry: ArtifactManifestEntry) -> ArtifactManifestEntry:
        entry._parent = self  # type: ignore[assignment]
        return entry


class _Shelf:
    """Where values that are added put their files: into the artifact."""

    def __init__(self, artifact: Filling) -> None:
        self._artifact = artifact

    def put(self, path: str, data: bytes) -> str:
        """See `Shelf`."""
        return self._artifact._put(logical(path), self._artifact._staging.data(data), overwrite=True).path

    def put_file(self, path: str, source: str) -> str:
        """See `Shelf`."""
        return self._artifact._put(logical(path), self._artifact._kept(source, "mutable"), overwrite=True).path

    def open_path(self, path: str) -> str:
        """See `Shelf`."""
        entry = self._artifact._draft.entries.get(logical(path))
        if entry is None or entry._source is None:
            raise ArtifactError(f"The artifact has no file {path!r}")
        if entry._source.at is None:
            return str(entry._source.source)
        place = os.path.join(self._artifact._staging.folder, os.urandom(8).hex())
        with open(place, "wb") as made:
            made.write(_bytes_of(entry._source))
        return place

    def paths(self) -> list[str]:
        """The paths of all entries."""
        return list(self._artifact._draft.entries)

    def path_of(self, obj: Any) -> str | None:
        """The path of the entry that stands for an object that was added; None for one that was not."""
        known = self._artifact._objects.get(id(obj))
        return None if known is None else known[1].path

    def put_reference(self, entry: ArtifactManifestEntry) -> str:
        """Refer to a table of another artifact, under a name made of its digest; its path here."""
        name = f"{digests.to_hex(entry.digest)[:20]}.{entry.path.split('.')[-2]}.json"
        return self._artifact.add_reference(entry, name)[0].path


def with_suffix(name: str, suffix: str) -> str:
    """The path of the file that stands for a value.

    >>> with_suffix("a", "table"), with_suffix("a.table.json", "table")
    ('a.table.json', 'a.table.json')
    """
    return name if name.endswith(f".{suffix}.json") else f"{name}.{suffix}.json"


def _bytes_of(item: Item) -> bytes:
    with open(str(item.source), "rb") as file:
        return b"".join(digests.pieces(file, item.at, item.size if item.at is not None else None))
