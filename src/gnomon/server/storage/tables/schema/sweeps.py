"""Sweeps, the agents that work on them, and the runs that were thought out for them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, Table, Text, UniqueConstraint, false, text

from gnomon.server.storage.tables.schema.base import metadata
from gnomon.server.storage.tables.types import JsonText

sweeps = Table(
    "sweeps",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("project", ForeignKey("projects.key"), nullable=False),
    Column("id", String(8), nullable=False),
    Column("name", Text, nullable=False, server_default=""),  # what it is called, where somebody said so
    Column("description", Text, nullable=False, server_default=""),
    Column("config", Text, nullable=False),  # YAML, as it came
    Column("state", String(8), nullable=False),  # PENDING | RUNNING | PAUSED | FINISHED | CANCELED
    Column("user", ForeignKey("users.key"), nullable=False),
    Column("controller", Text, nullable=False, server_default=""),  # JSON: what a local controller asks for
    Column("scheduled", JsonText, nullable=False, server_default="{}"),  # the run made for each thing it asked for
    Column("drained", Boolean, nullable=False, server_default=false()),  # it will ask for no more
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("deleted_at", Float),
    UniqueConstraint("project", "id"),
    sqlite_autoincrement=True,
)

sweep_agents = Table(
    "sweep_agents",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("sweep", ForeignKey("sweeps.key"), nullable=False, index=True),
    Column("id", String(8), nullable=False),
    Column("host", Text, nullable=False, server_default=""),
    Column("user", ForeignKey("users.key"), nullable=False),
    Column("state", String(8), nullable=False),  # RUNNING | FINISHED | LOST
    Column("created_at", Float, nullable=False),
    Column("heartbeat_at", Float, nullable=False),
    sqlite_autoincrement=True,
)

sweep_runs = Table(
    "sweep_runs",
    metadata,
    Column("run", ForeignKey("runs.key"), primary_key=True),
    Column("sweep", ForeignKey("sweeps.key"), nullable=False, index=True),
    Column("args", JsonText, nullable=False),  # the config it was thought out with
    Column("agent", Integer, index=True),  # whose it is; null: it waits for one
    Column("issued_at", Float),
    Column("issues", Integer, nullable=False, server_default=text("0")),  # how often it was given to an agent
)
