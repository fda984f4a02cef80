"""Backups of a data folder, made and restored from outside of its server."""

from __future__ import annotations

from gnomon.server.backup.make import Made, backup
from gnomon.server.backup.restore import restore

__all__ = ["Made", "backup", "restore"]
