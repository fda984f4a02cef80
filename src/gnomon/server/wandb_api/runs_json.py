"""A run's config and summary as the texts that the client reads."""

from __future__ import annotations

from collections.abc import Collection

from gnomon.model.client_config import wrapped
from gnomon.server.actions.records import summary_of
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.wandb_api.scalars import to_json


def config_json(row: RunRow) -> str:
    """The whole config, wrapped, with what the client keeps in it."""
    return to_json(wrapped(row.config, row.client))


def summary_json(row: RunRow) -> str:
    """The summary as it was sent; of a run that no official client has logged, the one derived from its rows."""
    return to_json(summary_of(row))


def client_json(row: RunRow, keys: Collection[str] | None) -> str | None:
    """Some of what the client keeps in the config; None for a run that no process has begun.

    Clients take a run without `t` for one that has not begun, so a run of our own SDK has an empty one.
    """
    if row.state == "pending":
        return None
    known = row.client if "t" in row.client else {**row.client, "t": {}}
    return to_json({key: value for key, value in known.items() if keys is None or key in keys})
