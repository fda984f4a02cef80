"""Artifacts: collections, their versions, what a version holds, and who made and used it."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from gnomon.server.storage.tables.schema.base import metadata
from gnomon.server.storage.tables.types import JsonText

artifact_types = Table(
    "artifact_types",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("project", ForeignKey("projects.key"), nullable=False),
    Column("name", String(128), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("project", "name"),
)

artifact_collections = Table(
    "artifact_collections",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("project", ForeignKey("projects.key"), nullable=False),
    Column("type", ForeignKey("artifact_types.key"), nullable=False, index=True),
    Column("name", String(128), nullable=False),
    Column("kind", String(10), nullable=False),  # sequence | portfolio
    Column("description", Text),  # null: never said
    Column("tags", JsonText, nullable=False, server_default="[]"),
    Column("next_version", Integer, nullable=False, server_default=text("0")),  # never given twice
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("deleted_at", Float),
    Index("ix_artifact_collections_name", "project", "name", unique=True, sqlite_where=text("deleted_at is null")),
    sqlite_autoincrement=True,
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("collection", ForeignKey("artifact_collections.key"), nullable=False),  # the sequence it was logged to
    Column("state", String(9), nullable=False),  # pending | committed | deleted
    Column("digest", Text, nullable=False),  # as its sender computes it
    Column("algorithm", String(16), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("metadata", JsonText, nullable=False, server_default="{}"),
    Column("tags", JsonText, nullable=False, server_default="[]"),
    Column("aliases", JsonText, nullable=False, server_default="[]"),  # what it is to be called once committed
    Column("ttl_secs", Integer),  # null: as its collection; 0: for ever
    Column("history_step", Integer),
    Column("distributed", Text),  # what its several senders call it while it is pending
    Column("size_bytes", Integer, nullable=False, server_default=text("0")),
    Column("file_count", Integer, nullable=False, server_default=text("0")),
    Column("run", ForeignKey("runs.key")),  # that made it
    Column("user", ForeignKey("users.key"), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("deleted_at", Float),
    Column("cleared_at", Float),  # deleted, and nothing of what it held is left
    Index(None, "collection", "digest"),
    Index(None, "state", "updated_at"),
    sqlite_autoincrement=True,  # clients keep ids in manifests: a key is never used twice
)

artifact_memberships = Table(
    "artifact_memberships",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("collection", ForeignKey("artifact_collections.key"), nullable=False),
    Column("artifact", ForeignKey("artifacts.key"), nullable=False, index=True),
    Column("version", Integer, nullable=False),  # the N of vN in this collection
    Column("created_at", Float, nullable=False),
    UniqueConstraint("collection", "artifact"),
    UniqueConstraint("collection", "version"),
)

artifact_aliases = Table(
    "artifact_aliases",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("collection", ForeignKey("artifact_collections.key"), nullable=False),
    Column("alias", Text, nullable=False),
    Column("artifact", ForeignKey("artifacts.key"), nullable=False, index=True),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("collection", "alias"),
)

artifact_clients = Table(
    "artifact_clients",
    metadata,
    Column("client", String(200), primary_key=True),  # what a sender called it before the server did
    Column("artifact", ForeignKey("artifacts.key"), index=True),
    Column("collection", ForeignKey("artifact_collections.key")),
)

artifact_manifests = Table(
    "artifact_manifests",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("artifact", ForeignKey("artifacts.key"), nullable=False, index=True),
    Column("kind", String(11), nullable=False),  # full | incremental | patch
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),  # base64 of the MD5 of its file; empty while it is not known
    Column("base", Integer),  # the artifact that an incremental one adds to
    Column("blob", String(64), index=True),  # its file, until the artifact is committed
    Column("created_at", Float, nullable=False),
    sqlite_autoincrement=True,
)

artifact_entries = Table(
    "artifact_entries",
    metadata,
    Column("artifact", ForeignKey("artifacts.key"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("digest", Text, nullable=False),  # as the manifest has it
    Column("size_bytes", Integer, nullable=False),
    Column("blob", String(64), index=True),  # null for a reference, and for bytes that a repair found lost
    Column("ref", Text),
    Column("birth", Integer),  # the artifact that first had the bytes
    Column("extra", JsonText),
)

artifact_uploads = Table(
    "artifact_uploads",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("artifact", ForeignKey("artifacts.key"), nullable=False),
    Column("path", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("blob", String(64), index=True),  # null until its bytes are here
    Column("size_bytes", Integer, nullable=False, server_default=text("0")),
    Column("parts", JsonText),  # hex MD5 of each part, where it is sent in parts
    Column("created_at", Float, nullable=False),
    UniqueConstraint("artifact", "path", "digest"),
    sqlite_autoincrement=True,
)

artifact_upload_parts = Table(
    "artifact_upload_parts",
    metadata,
    Column("upload", ForeignKey("artifact_uploads.key"), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1
    Column("blob", String(64), nullable=False, index=True),
    Column("size_bytes", Integer, nullable=False),
)

artifact_bytes = Table(
    "artifact_bytes",
    metadata,
    Column("entity", ForeignKey("entities.key"), primary_key=True),
    Column("digest", Text, primary_key=True),  # as manifests have it
    Column("blob", String(64), nullable=False, index=True),
    Column("size_bytes", Integer, nullable=False),
)

artifact_uses = Table(
    "artifact_uses",
    metadata,
    Column("artifact", ForeignKey("artifacts.key"), primary_key=True),
    Column("run", ForeignKey("runs.key"), primary_key=True, index=True),
    Column("used_as", Text),
    Column("at", Float, nullable=False),
)

artifact_outputs = Table(
    "artifact_outputs",
    metadata,
    Column("artifact", ForeignKey("artifacts.key"), primary_key=True),
    Column("run", ForeignKey("runs.key"), primary_key=True, index=True),
    Column("at", Float, nullable=False),
)
