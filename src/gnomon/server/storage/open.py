"""The one list of back ends: which engine is behind each kind of storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError

from gnomon.model.errors import Unavailable
from gnomon.server.storage.migrations.run import upgrade
from gnomon.server.storage.tables.database import Database, open_sqlite

if TYPE_CHECKING:
    from gnomon.server.settings import Settings
    from gnomon.server.storage.blobs.store import BlobStore
    from gnomon.server.storage.metrics.store import MetricStore


@dataclass(frozen=True)
class Storage:
    """Everything the server keeps."""

    tables: Database
    metrics: MetricStore
    blobs: BlobStore

    async def close(self) -> None:
        """Put everything to rest; what was acknowledged is on disk before and after."""
        await self.metrics.close()
        await self.tables.close()


def open_storage(settings: Settings) -> Storage:
    """Storage in the data folder, made where it is missing.

    Raises Rejected where a newer Gnomon wrote it.
    """
    from gnomon.server.storage.blobs import open_blobs
    from gnomon.server.storage.metrics.open import open_metrics

    folder = settings.data
    tables = open_tables(settings)
    return Storage(
        tables=tables,
        metrics=open_metrics(
            settings.metrics,
            folder / "metrics",
            memory_bytes=settings.metric_memory_mb << 20,
            cache_bytes=settings.metric_cache_mb << 20,
        ),
        blobs=open_blobs(settings.blobs, folder / "blobs"),
    )


def open_tables(settings: Settings) -> Database:
    """The tables alone: for commands that work beside a running server. Raises Unavailable where they are damaged."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.data / "gnomon.db"
    engine = open_sqlite(path)
    try:
        upgrade(engine)
    except DatabaseError as error:
        raise Unavailable(f"the tables cannot be read ({error.orig}): {path}") from error
    return Database(engine)
