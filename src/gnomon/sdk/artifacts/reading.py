"""What can be done with an artifact that a server has: fetched, compared, changed, linked, deleted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from gnomon.model.artifact import ArtifactVersion
from gnomon.sdk import guard
from gnomon.sdk.artifacts import digests, incoming
from gnomon.sdk.artifacts.cache import Cache
from gnomon.sdk.artifacts.entry import ArtifactManifestEntry
from gnomon.sdk.artifacts.errors import ArtifactError
from gnomon.sdk.artifacts.facts import ArtifactTTL, Facts
from gnomon.sdk.artifacts.filling import StrPath
from gnomon.sdk.artifacts.manifest import ArtifactManifest, logical
from gnomon.sdk.errors import UsageError

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact
    from gnomon.sdk.service import Service

LARGE_BYTES = 50 << 20
LARGE_FILES = 5000


class Reading(Facts):
    """The part of `Artifact` that needs the server to have it."""

    _fetched: ArtifactManifest | None
    _roots: set[str]

    @property
    def _server(self) -> Service:
        assert self._service is not None
        return self._service

    @property
    def _address(self) -> str:
        version = self._needed("download()")
        return incoming.Name(version.entity, version.project, version.collection, version.version).address

    def _fetch_manifest(self) -> ArtifactManifest:
        if self._fetched is None:
            data = bytearray()
            self._server.download(self._address + "/manifest", data.extend)
            self._fetched = ArtifactManifest.parsed(bytes(data))
            for entry in self._fetched:
                entry._parent = self  # type: ignore[assignment]
        return self._fetched

    def _referenced(self, ref: str) -> ArtifactManifestEntry:
        """The entry of another artifact that a reference means, at the end of all references."""
        if self._service is None:
            from gnomon.sdk.service import Service

            self._service = Service()
        version = self._version
        entity, project = (version.entity, version.project) if version is not None else (incoming.OWN, "-")
        found, path = incoming.referred(self._service, entity, project, ref)
        return found.get_entry(path)

    # Entries

    def get_entry(self, name: StrPath) -> ArtifactManifestEntry:
        """The entry of this path, or of the object added under this name. Raises KeyError where there is none."""
        self._needed("get_entry()")
        path = logical(os.fspath(name))
        entries = self.manifest.entries
        entry = entries.get(path) or self._object_entry(path)
        if entry is None:
            raise KeyError(f"Path not contained in artifact: {path}")
        return entry

    def get_path(self, name: StrPath) -> ArtifactManifestEntry:
        """The same as `get_entry`."""
        return self.get_entry(name)

    def get(self, name: str) -> Any:
        """The table or media value added under this name; None where there is none. What it needs is fetched."""
        import json

        from gnomon.sdk.values.restored import restored

        self._needed("get()")
        entry = self._object_entry(logical(name))
        if entry is None:
            return None
        if entry.ref is not None:
            target = self._referenced(entry.ref)
            return target.parent_artifact().get(target.path)
        if entry.path.endswith("table.json"):
            self.download()  # a table's cells are many files: better all at one time
        with open(entry.download(), "rb") as file:
            said = json.load(file)  # which may hold NaN
        return restored(said, _Shelf(self))

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, (str, os.PathLike)):
            return False
        path = logical(os.fspath(name))
        return path in self.manifest.entries or self._object_entry(path) is not None

    def __truediv__(self, name: StrPath) -> ArtifactManifestEntry:
        return self.get_entry(name)

    def _object_entry(self, path: str) -> ArtifactManifestEntry | None:
        """The entry of the object added under this name: `<name>.<type>.json`."""
        from gnomon.sdk.values.restored import restore_class

        for full, entry in self.manifest.entries.items():
            if not (full.endswith(".json") and (full == path or full.startswith(path + "."))):
                continue
            kind = full.removesuffix(".json").rpartition(".")[2]
            if full not in (path, f"{path}.{kind}.json"):
                continue
            try:
                restore_class(kind)
            except UsageError:
                continue
            return entry
        return None

    def files(self, names: Sequence[str] | None = None, per_page: int = 50, start: str | None = None) -> Any:
        """The files, as the public API shows them: those of these names; `start` is the cursor to go on from."""
        from gnomon.sdk.public.artifacts import ArtifactFiles

        self._needed("files()")
        return ArtifactFiles(self._server, self, names, per_page, start)

    # Fetching

    def download(
        self,
        root: StrPath | None = None,
        allow_missing_references: bool = False,
        skip_cache: bool | None = None,
        path_prefix: StrPath | None = None,
        multipart: bool | None = None,
    ) -> str:
        """Fetch the files into `root` (`./artifacts/<name>`, or below `$WANDB_ARTIFACT_DIR`); the folder.

        What is there with the right content stays, and other files there are left alone. Only paths that begin with
        `path_prefix` are fetched where it is given. With `skip_cache` the cache of this machine is not used;
        `multipart` says whether a file comes in several ranges at one time (None: large ones do). Every file is
        checked against its digest. Raises CommError, OSError, and MissingReference where a reference leads nowhere
        and not `allow_missing_references`.
        """
        self._needed("download()")
        prefix = os.fspath(path_prefix) if path_prefix is not None else ""
        entries = [entry for entry in self.manifest if entry.path.startswith(prefix)]
        size = sum(entry.size or 0 for entry in entries)
        if size > LARGE_BYTES or len(entries) > LARGE_FILES:
            guard.say(f"Downloading {self.name}: {len(entries)} files, {size / 1e6:.1f} MB")
        return self._fetch(
            entries, root, skip_cache=bool(skip_cache), allow_missing_references=allow_missing_references,
            multipart=multipart,
        )  # fmt: skip

    def checkout(self, root: str | None = None) -> str:
        """Make a folder hold the artifact's files and no others: all others in it are removed. The folder."""
        self._needed("checkout()")
        place = root or self._default_root(with_version=False)
        for at, _, names in os.walk(place):
            for name in names:
                full = os.path.join(at, name)
                if os.path.relpath(full, place).replace(os.sep, "/") not in self.manifest.entries:
                    os.remove(full)
        return self.download(root=place)

    def verify(self, root: str | None = None) -> None:
        """Raise ArtifactError where the files in a folder are not those of the artifact. References are passed over."""
        self._needed("verify()")
        place = root or self._default_root()
        entries = self.manifest.entries
        for at, _, names in os.walk(place):
            for name in names:
                full = os.path.join(at, name)
                if os.path.relpath(full, place).replace(os.sep, "/") not in entries:
                    raise ArtifactError(f"Found file {full} which is not a member of artifact {self.name}")
        files = [entry for entry in entries.values() if entry.ref is None]
        for entry, agrees in zip(files, digests.each(lambda one: _agrees(place, one), files), strict=True):
            if not agrees:
                raise ArtifactError(f"Digest mismatch for file: {entry.path}")
        if len(files) < len(entries):
            guard.warn(f"{len(entries) - len(files)} references of {self.name} were not verified")

    def file(self, root: str | None = None) -> str:
        """Fetch the one file of the artifact; its path. Raises ArtifactError where it has several."""
        self._needed("file()")
        entries = list(self.manifest)
        if len(entries) != 1:
            raise ArtifactError(
                f"This artifact has {len(entries)} files; download() fetches them all, get_entry(name).download() one"
            )
        return entries[0].download(root)

    def _fetch(
        self,
        entries: Sequence[ArtifactManifestEntry],
        root: StrPath | None,
        *,
        skip_cache: bool,
        allow_missing_references: bool = False,
        multipart: bool | None = None,
    ) -> str:
        from gnomon.sdk.artifacts.download import Fetch

        place = os.fspath(root) if root is not None else self._default_root()
        self._roots.add(os.path.abspath(place))
        fetch = Fetch(
            self._server, self._address, cache=None if skip_cache else Cache(), referred=self._referenced,
            allow_missing_references=allow_missing_references, multipart=multipart, progressed=self._progressed,
        )  # fmt: skip
        os.makedirs(place, exist_ok=True)
        fetch.all(entries, place)
        return place

    def _progressed(self, count: int) -> None:
        """So many bytes more were fetched; who shows that puts something else here."""

    def _fetch_to(self, entry: ArtifactManifestEntry, target: str) -> None:
        """Fetch one entry to a file of any name."""
        import shutil
        import tempfile

        with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(target))) as folder:
            self._fetch([entry], folder, skip_cache=False)
            self._roots.discard(os.path.abspath(folder))
            shutil.move(os.path.join(folder, *entry.path.split("/")), target)

    def _default_root(self, with_version: bool = True) -> str:
        given = os.environ.get("GNOMON_ARTIFACT_DIR") or os.environ.get("WANDB_ARTIFACT_DIR") or "./artifacts"
        name = self.source_name if with_version else self.source_name.partition(":")[0]
        return os.path.join(os.path.expanduser(given), name.replace(":", "-") if os.name == "nt" else name)

    # Changing

    def _update(self) -> None:
        """Send what was changed of it."""
        version = self._needed("save()")
        said: dict[str, Any] = {}
        if (self._description or "") != version.description:
            said["description"] = self._description or ""
        if self._metadata != version.metadata:
            said["metadata"] = self._metadata
        if sorted(self._aliases) != sorted(version.aliases):
            said["aliases"] = self._aliases
        if sorted(self._tags) != sorted(version.tags):
            said["tags"] = self._tags
        if self._ttl_changed:
            said["ttl_secs"] = -1 if isinstance(self._ttl, ArtifactTTL) else self._ttl_secs() or None
        if said:
            self._assume(incoming.as_version(self._server.patch(self._address, said)))

    def _assume(self, version: ArtifactVersion) -> None:
        """Be the version that the server says."""
        raise NotImplementedError

    def delete(self, delete_aliases: bool = False) -> None:
        """Delete the version; where it is linked to, take it out of there. One with aliases needs `delete_aliases`."""
        self._needed("delete()")
        self._server.delete(self._address, delete_aliases="true" if delete_aliases else None)

    def link(self, target_path: str, aliases: Iterable[str] | None = None) -> Artifact:
        """Show the version in a portfolio (`entity/project/collection`) too; the version as it is there."""
        from gnomon.sdk.artifacts.artifact import Artifact
        from gnomon.sdk.artifacts.facts import checked_aliases

        version = self._needed("link()")
        meant = incoming.named(target_path, entity=version.entity, project=version.project)
        if ":" in target_path:
            raise ArtifactError(
                f"{target_path!r} names a version; it is linked to a collection: entity/project/collection"
            )
        said = {"id": version.id, "aliases": checked_aliases(list(aliases or ()))}
        place = incoming.collection_path(meant.entity, meant.project, meant.collection) + "/links"
        return Artifact.found(self._server, incoming.as_version(self._server.post(place, said, repeatable=True)))

    def unlink(self) -> None:
        """Take it out of the portfolio it was found in. Raises ArtifactError where it was logged, not linked, there."""
        if not self.is_link:
            raise ArtifactError(f"Artifact {self.qualified_name!r} is not a linked artifact and cannot be unlinked")
        self._server.delete(self._address)

    @property
    def linked_artifacts(self) -> list[Artifact]:
        """The same version in each portfolio that shows it."""
        from gnomon.sdk.artifacts.artifact import Artifact

        self._needed("linked_artifacts")
        if self.is_link:
            return []
        said = self._server.get(self._address + "/links")
        return [Artifact.found(self._server, incoming.as_version(one)) for one in said]

    @property
    def source_artifact(self) -> Artifact:
        """The version where it was logged."""
        from gnomon.sdk.artifacts.artifact import Artifact

        if not self.is_link:
            return self  # type: ignore[return-value]
        return Artifact.found(
            self._server, incoming.version(self._server, incoming.Name(*self._source("source_artifact")))
        )

    # Lineage

    def used_by(self) -> list[Any]:
        """The runs that use it, as the public API shows them."""
        return [self._api_run(run) for run in self._runs()[1]]

    def logged_by(self) -> Any:
        """The run that logged it, as the public API shows it; None where it is not there, or not to be seen."""
        made = self._runs()[0]
        return self._api_run(made[0]) if made else None

    def _runs(self) -> tuple[list[Any], list[Any]]:
        """The runs that logged it, and those that use it."""
        self._needed("used_by()")
        graph = self._server.get(self._address + "/lineage", depth=1)
        nodes = {node["id"]: node for node in graph["nodes"]}
        edges = graph["edges"]
        makers = [
            nodes[edge["source"]] for edge in edges if edge["target"] == graph["root"] and edge["source"] in nodes
        ]
        users = [nodes[edge["target"]] for edge in edges if edge["source"] == graph["root"] and edge["target"] in nodes]
        return ([node["run"] for node in makers if node.get("run")], [node["run"] for node in users if node.get("run")])

    def _api_run(self, run: Any) -> Any:
        from gnomon.sdk.public.artifacts import public_run

        return public_run(self._server, run["entity"], run["project"], run["id"])


class _Shelf:
    """Where values that are read back find their files: in the artifact, fetched when they are asked for."""

    def __init__(self, artifact: Reading) -> None:
        self._artifact = artifact

    def put(self, path: str, data: bytes) -> str:
        """See `Shelf`."""
        raise ArtifactError(f"{path!r} cannot be put into an artifact that was logged")

    def put_file(self, path: str, source: str) -> str:
        """See `Shelf`."""
        raise ArtifactError(f"{source!r} cannot be put into an artifact that was logged")

    def open_path(self, path: str) -> str:
        """See `Shelf`."""
        return self._artifact.get_entry(path).download()

    def get(self, path: str) -> Any:
        """The value that an entry stands for, wherever the entry leads."""
        return self._artifact.get(path)

    def paths(self) -> list[str]:
        """The paths of all entries."""
        return list(self._artifact.manifest.entries)


def _agrees(root: str, entry: ArtifactManifestEntry) -> bool:
    """Whether the file of an entry below `root` is what it should be."""
    from gnomon.sdk.artifacts.download import inside

    try:
        return digests.file_agrees(inside(root, entry.path), entry.digest, entry.algorithm)
    except OSError:
        return False
