"""Taking what runs send: bytes of journals to rows, records and lines, each exactly once."""

from __future__ import annotations

from gnomon.server.actions.ingest.batch import Batch, decode
from gnomon.server.actions.ingest.journals import Ingest, Taken, Target
from gnomon.server.actions.ingest.streams import Counts, FileStreams, Place

__all__ = ["Batch", "Counts", "FileStreams", "Ingest", "Place", "Taken", "Target", "decode"]
