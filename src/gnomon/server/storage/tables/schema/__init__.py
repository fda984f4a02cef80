"""Every table, as it is now, a noun a file. `storage/migrations/` holds the road here; a test keeps the two equal.

Times are Unix seconds. Numbers named after a table (`project`, `run`, `user`, `entity`) are its `key`.
"""

from __future__ import annotations

from gnomon.server.storage.tables.schema.accounts import (
    api_keys,
    audit,
    entities,
    memberships,
    sessions,
    sign_in_links,
    users,
)
from gnomon.server.storage.tables.schema.artifacts import (
    artifact_aliases,
    artifact_bytes,
    artifact_clients,
    artifact_collections,
    artifact_entries,
    artifact_manifests,
    artifact_memberships,
    artifact_outputs,
    artifact_types,
    artifact_upload_parts,
    artifact_uploads,
    artifact_uses,
    artifacts,
)
from gnomon.server.storage.tables.schema.base import metadata
from gnomon.server.storage.tables.schema.garbage import garbage
from gnomon.server.storage.tables.schema.runs import (
    edits,
    files,
    forks_begun,
    journal_schemas,
    journals,
    projects,
    runs,
)
from gnomon.server.storage.tables.schema.sweeps import sweep_agents, sweep_runs, sweeps
from gnomon.server.storage.tables.schema.views import alerts, alerts_read, views

REVISION = "0010"
"""The newest step of `storage/migrations/versions`."""

__all__ = [
    "alerts", "alerts_read", "api_keys", "artifact_aliases", "artifact_bytes", "artifact_clients",
    "artifact_collections", "artifact_entries", "artifact_manifests", "artifact_memberships", "artifact_outputs",
    "artifact_types", "artifact_upload_parts", "artifact_uploads", "artifact_uses", "artifacts", "audit", "edits",
    "entities", "files", "forks_begun", "garbage", "journal_schemas", "journals", "memberships", "metadata", "projects",
    "runs", "sessions", "sign_in_links", "sweep_agents", "sweep_runs", "sweeps", "users", "views",
]  # fmt: skip
