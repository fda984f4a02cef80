"""Which runs a client asks for: its Mongo document, order and cursor as a search of ours. Pure."""

from __future__ import annotations

from typing import Any

from gnomon.model.errors import Rejected
from gnomon.model.query import RunSearch, Sort
from gnomon.model.query_mongo import field_named
from gnomon.server.wandb_api.scalars import from_json

RUNS_A_PAGE = 50


def search_of(
    filters: str | None = None, order: str | None = None, first: int | None = None, after: str | None = None
) -> RunSearch:
    """The search. Raises Rejected where the filters are no JSON, or the order has a field there is not."""
    document: Any = from_json(filters, field="filters") if filters else None
    return RunSearch(
        mongo=document or None,
        sort=sorts(order),
        limit=RUNS_A_PAGE if first is None else first,
        cursor=after or None,
    )


def sorts(order: str | None) -> tuple[Sort, ...]:
    """An order: keys with commas between, each after `+` (which may be left out) or `-`. Without one, newest first.

    >>> sorts("-summary_metrics.loss,created_at")
    (Sort(field='summary.loss', descending=True), Sort(field='created_at', descending=False))
    """
    keys = [key.strip() for key in (order or "").split(",") if key.strip()]
    if not keys:
        return (Sort(field="created_at", descending=True),)
    return tuple(_sort(key) for key in keys)


def _sort(key: str) -> Sort:
    name = key.lstrip("+-")
    if not name:
        raise Rejected(f"The order {key[:40]!r} names no field", field="order")
    field = field_named(name)
    if field is None:
        raise Rejected(
            f"Runs cannot be ordered by {name[:100]!r}; perhaps by config.{name[:100]} or summary_metrics.{name[:100]}",
            field="order",
        )
    return Sort(field=field, descending=key.startswith("-"))
