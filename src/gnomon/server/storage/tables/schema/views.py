"""What people keep beside runs: reports, workspaces and charts, and what runs said aloud."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text

from gnomon.server.storage.tables.schema.base import metadata

views = Table(
    "views",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("entity", ForeignKey("entities.key"), nullable=False),
    Column("project", ForeignKey("projects.key")),  # null for a chart, which belongs to its entity alone
    Column("kind", String(32), nullable=False),  # runs (a report), runs/draft, project-view, chart, star
    Column("name", String(256), nullable=False),
    Column("display_name", Text, nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("spec", Text, nullable=False, server_default="{}"),  # JSON, as whoever made it wrote it
    Column("user", ForeignKey("users.key"), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Index(None, "project", "kind"),
    Index(None, "entity", "kind", "name"),
    sqlite_autoincrement=True,  # a key is never used twice: it is in addresses
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", ForeignKey("runs.key"), nullable=False),
    Column("at", Float, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("severity", String(8), nullable=False),  # info | warn | error
    Index(None, "run", "title", "at"),
    sqlite_autoincrement=True,
)

alerts_read = Table(
    "alerts_read",
    metadata,
    Column("user", ForeignKey("users.key"), primary_key=True),
    Column("alert", ForeignKey("alerts.id"), primary_key=True),
    Index(None, "alert"),
)
