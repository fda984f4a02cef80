"""Taking what runs send: bytes of journals to rows, records and lines, each exactly once."""

from __future__ import annotations

from gnomon.server.actions.ingest.batch import Batch, decode
from gnomon.server.actions.ingest.journals import Ingest, Taken, Target

__all__ = ["Batch", "Ingest", "Taken", "Target", "decode"]
