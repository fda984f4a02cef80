"""Who there is, and how they come in."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, false

from gnomon.server.storage.tables.schema.base import metadata
from gnomon.server.storage.tables.types import JsonText

entities = Table(
    "entities",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),  # user | team
    Column("created_at", Float, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
    Column("entity", ForeignKey("entities.key"), nullable=False),
    Column("admin", Boolean, nullable=False, server_default=false()),
    Column("password", Text),  # argon2id, or null: no sign-in by password
    Column("created_at", Float, nullable=False),
    Column("left_at", Float),  # nobody comes in as this user any more
)

memberships = Table(
    "memberships",
    metadata,
    Column("entity", ForeignKey("entities.key"), primary_key=True),
    Column("user", ForeignKey("users.key"), primary_key=True),
    Column("role", String(8), nullable=False),  # viewer | member | admin
    Column("created_at", Float, nullable=False),
    Index(None, "user"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user", ForeignKey("users.key"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the secret, in hex
    Column("prefix", String(8), nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    Column("created_at", Float, nullable=False),
    Column("used_at", Float),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the cookie, in hex
    Column("user", ForeignKey("users.key"), nullable=False, index=True),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token, in hex
    Column("user", ForeignKey("users.key"), nullable=False, index=True),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False, index=True),
    Column("user", Text, nullable=False),  # a name, so that the line outlives the account
    Column("origin", Text, nullable=False, server_default=""),  # an address, or `command line`
    Column("operation", Text, nullable=False),
    Column("target", Text, nullable=False, server_default=""),
    Column("detail", JsonText, nullable=False, server_default="{}"),
    sqlite_autoincrement=True,
)
