"""Blobs that may have lost their last name."""

from __future__ import annotations

from sqlalchemy import Column, Float, String, Table

from gnomon.server.storage.tables.schema.base import metadata

garbage = Table(
    "garbage",
    metadata,
    Column("digest", String(64), primary_key=True),  # a blob that lost a name, and may have no other
    Column("since", Float, nullable=False, index=True),
)
