"""What a request, or a timed job, may use of the server. Built once by `app.py` and handed down."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from gnomon.server.access import Access
from gnomon.server.actions.artifacts.once import Once
from gnomon.server.actions.columns import RunColumns
from gnomon.server.actions.edits import Edits
from gnomon.server.actions.health import Health
from gnomon.server.actions.ingest import FileStreams, Ingest
from gnomon.server.actions.passwords import Tries
from gnomon.server.actions.project_keys import ProjectKeys
from gnomon.server.actions.summaries import Summaries
from gnomon.server.actions.sweeps import Agents
from gnomon.server.actions.upserts import Upserts
from gnomon.server.live import Live
from gnomon.server.meters import Meters
from gnomon.server.room import BodyRoom, DiskRoom
from gnomon.server.settings import Settings
from gnomon.server.signing import Signer
from gnomon.server.sql.process import Processes
from gnomon.server.storage.open import Storage


@dataclass(frozen=True)
class Services:
    """The parts of a running server."""

    settings: Settings
    storage: Storage
    access: Access
    columns: RunColumns
    live: Live
    meters: Meters
    summaries: Summaries
    edits: Edits
    ingest: Ingest
    streams: FileStreams
    upserts: Upserts
    agents: Agents
    """Of sweeps."""
    artifact_work: Once
    """Commits, and files put together from their parts."""
    project_keys: ProjectKeys
    tries: Tries
    signer: Signer
    health: Health
    disk: DiskRoom
    bodies: BodyRoom
    queries: Processes
    """For SQL."""
    converters: Processes
    """For exports that are no Arrow streams."""
    clock: Callable[[], float] = time.time
    started_at: float = 0.0
