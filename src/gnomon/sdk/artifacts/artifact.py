"""One version of an artifact: filled, logged, found again, fetched."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from gnomon.model.artifact import ArtifactVersion
from gnomon.sdk import guard
from gnomon.sdk.artifacts import incoming, record
from gnomon.sdk.artifacts.entry import ArtifactManifestEntry
from gnomon.sdk.artifacts.errors import ArtifactError, ArtifactNotLoggedError, WaitTimeoutError
from gnomon.sdk.artifacts.facts import ArtifactTTL, checked_metadata, checked_name, checked_type
from gnomon.sdk.artifacts.filling import Filling
from gnomon.sdk.artifacts.manifest import ArtifactManifest
from gnomon.sdk.artifacts.reading import Reading
from gnomon.sdk.artifacts.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gnomon.sdk.run import Run
    from gnomon.sdk.service import Service

POLL_SECS = 0.02
SLOW_POLL_SECS = 0.25


class Artifact(Filling, Reading):
    """A named, versioned set of files, tables, media and references.

    Made by a script, it is a draft that is filled (`add_file`, `add_dir`, `add`, `add_reference`) and logged with
    `run.log_artifact(artifact)`; found with `run.use_artifact(name)` or `Api().artifact(name)`, it is a version that
    is fetched (`download`, `get`). What is added is kept as it is at that time.
    """

    def __init__(
        self,
        name: str,
        type: str,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        incremental: bool = False,
        use_as: str | None = None,
        storage_region: str | None = None,
    ) -> None:
        """`name` has letters, digits, `_`, `-` and `.`; `type` says what kind of thing it is. An `incremental` one adds
        to the latest version of its collection. `use_as` says what a run uses it as. Raises ArtifactError.
        """
        if storage_region not in (None, "", "default"):
            raise ArtifactError(
                f"There is no storage region {storage_region!r}: a Gnomon server keeps files in one place"
            )
        self._name, self._type = checked_name(name), checked_type(type)
        self._description, self._metadata = description, checked_metadata(metadata)
        self._incremental, self._use_as = incremental, use_as
        self._ttl, self._ttl_changed = ArtifactTTL.INHERIT, False
        self._aliases, self._tags = [], []
        self._distributed_id: str | None = None
        self._base_id: str | None = None
        self._place: tuple[str, str] | None = None
        """The entity and the project that a draft of a version belongs to."""
        self._client_id, self._sequence_client_id = record.new_id(), record.new_id()
        self._draft = ArtifactManifest()
        self._staging = Staging(self._client_id)
        self._added, self._objects = {}, {}
        self._filling = threading.RLock()
        self._final = False
        self._deleted = False
        self._service: Service | None = None
        self._version: ArtifactVersion | None = None
        self._fetched: ArtifactManifest | None = None
        self._roots: set[str] = set()
        self._run: Run | None = None
        """The run that it was logged to."""
        self._wanted_id: str | None = None
        """What the shipper calls the last wish for it."""

    # Versions of a server

    @classmethod
    def found(cls, service: Service, version: ArtifactVersion) -> Artifact:
        """The version as a server tells of it."""
        made = cls.__new__(cls)
        Artifact.__init__(made, "x", "x")
        made._service, made._final = service, True
        made._assume(version)
        return made

    @classmethod
    def _from_name(cls, service: Service, entity: str, project: str, name: str) -> Artifact:
        """The version of this name in a project. Raises NotThere, CommError."""
        return incoming.find(service, name, entity=entity, project=project)

    def _assume(self, version: ArtifactVersion) -> None:
        from datetime import timedelta

        if self._version is not None and self._version.id != version.id:
            self._fetched = None
        self._version = version
        self._name, self._type = version.collection, version.type
        self._description, self._metadata = version.description, dict(version.metadata)
        self._aliases, self._tags = list(version.aliases), list(version.tags)
        self._ttl = ArtifactTTL.INHERIT if version.ttl_secs is None else timedelta(seconds=version.ttl_secs)
        self._ttl_changed = False

    # Logging

    def finalize(self) -> None:
        """Nothing is put into it any more, nor taken out of it; logging it does that, too."""
        self._final = True

    def is_draft(self) -> bool:
        """Whether it is not logged, or not known to be."""
        return self._version is None

    @property
    def state(self) -> str:
        """`PENDING` until it is logged, then `COMMITTED`; `DELETED` once it was deleted with `delete()`."""
        return "DELETED" if self._deleted else super().state

    def delete(self, delete_aliases: bool = False) -> None:
        """Delete the version; where it is linked to, take it out of there. One with aliases needs `delete_aliases`."""
        super().delete(delete_aliases)
        self._deleted = True

    def save(self, project: str | None = None, settings: Any = None) -> None:
        """Send what was changed of a version; log a draft to the active run, or to a run of its own in `project`."""
        if self._version is not None:
            self._update()
            return
        from gnomon.sdk import current
        from gnomon.sdk.init import init

        run = current.get()
        if run is not None:
            run.log_artifact(self)
            return
        entity = self._place[0] if self._place else None
        named = project or (self._place[1] if self._place else None)
        with init(entity=entity, project=named, job_type="auto", settings=settings) as own:
            own.log_artifact(self)

    def wait(self, timeout: float | None = None) -> Artifact:
        """Wait, at most `timeout` seconds, until the version is on its server; the artifact itself.

        Raises ArtifactNotLoggedError where it was not logged or the run is offline, ArtifactError where it could not
        be logged, WaitTimeoutError.
        """
        if self._version is not None or (self._run is not None and self._run.disabled):
            return self
        run, folder = self._run, None if self._run is None else self._run._about.folder
        if run is None or folder is None or self._wanted_id is None or run.offline:
            raise ArtifactNotLoggedError("Artifact.wait")
        made = _made(run, folder, self._wanted_id, timeout)
        if made is None:
            raise WaitTimeoutError(
                f"The artifact {self._name!r} was not on the server within {timeout:g} s; it follows"
            )
        if made.state == "FAILED":
            raise ArtifactError(f"The artifact {self._name!r} was not logged: {made.error}")
        if made.state == "COMMITTED":
            self._service = service_of(run)
            name = incoming.Name(made.entity, made.project, self._name, made.version)
            self._assume(incoming.version(self._service, name))
        return self

    def _logged(self, run: Run, wanted_id: str) -> None:
        """It was handed to the shipper of this run."""
        self._run, self._wanted_id = run, wanted_id

    # Drafts of what is there

    def new_draft(self) -> Artifact:
        """A draft with the same content, which may be changed and logged as the next version."""
        self._needed("new_draft()")
        entity, project, collection, _ = self._source("new_draft()")
        draft = Artifact(collection, self._type, self._description, self._metadata)
        draft._service, draft._place, draft._base_id = self._service, (entity, project), self.id
        for entry in self.manifest:
            copied = ArtifactManifestEntry(
                entry.path, entry.digest, ref=entry.ref, size=entry.size, extra=dict(entry.extra),
                birth_artifact_id=entry.birth_artifact_id,
            )  # fmt: skip
            draft._draft.add_entry(draft._mine(copied))
        return draft

    def __repr__(self) -> str:
        return f"<Artifact {self.qualified_name if self._version is not None else self._name}>"


def service_of(run: Run) -> Service:
    """The server of a run, for questions."""
    from gnomon.sdk.service import Service

    return Service.of(run._settings)


def _made(run: Run, folder: str, client_id: str, timeout: float | None) -> record.Made | None:
    """What became of a version, once it did; None where `timeout` is over before."""
    from pathlib import Path

    place = Path(folder)
    until = None if timeout is None else time.monotonic() + timeout
    began = time.monotonic()
    while (made := record.read_made(place, client_id)) is None:
        now = time.monotonic()
        if until is not None and now >= until:
            return None
        _keep_shipping(run, folder, client_id)
        time.sleep(POLL_SECS if now - began < 5.0 else SLOW_POLL_SECS)
    return made


def _keep_shipping(run: Run, folder: str, client_id: str) -> None:
    """A shipper that was ended before its time has left everything on disk; start another one."""
    shipper = run._shipper
    if shipper is None or not shipper.ended:
        return
    from gnomon.sdk import shipping

    seen = shipping.progress(folder)
    fresh = shipping.start(folder, api_key=run._settings.api_key)
    if fresh is None:
        raise ArtifactError(f"Nothing sends the artifact ({seen.error or 'no shipper'}); it follows with `gnomon sync`")
    guard.warn_once(f"shipper {client_id}", "the process that sends was ended; another one goes on where it was")
    run._shipper = fresh
    time.sleep(0.2)


__all__ = ["Artifact", "ArtifactTTL", "service_of"]
