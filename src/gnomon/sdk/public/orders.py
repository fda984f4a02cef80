"""In which order runs are asked for, in the words of `wandb`. Pure."""

from __future__ import annotations

from gnomon.model.query import Sort
from gnomon.model.query_mongo import field_named
from gnomon.sdk.public.source import BadPathError


def sorts(order: str | None) -> tuple[Sort, ...]:
    """An order: fields with commas between, each after `+` (which may be left out) or `-`. Raises BadPathError.

    >>> sorts("-summary_metrics.loss,config.lr.value")
    (Sort(field='summary.loss', descending=True), Sort(field='config.lr', descending=False))
    """
    keys = [key.strip() for key in (order or "").split(",") if key.strip()]
    return tuple(_sort(key) for key in keys) or (Sort(field="created_at"),)


def _sort(key: str) -> Sort:
    name = key.lstrip("+-")
    field = field_named(name) if name else None
    if field is None:
        raise BadPathError(
            f"Runs cannot be ordered by {name or key!r}; perhaps by config.{name} or summary_metrics.{name}"
        )
    return Sort(field=field, descending=key.startswith("-"))
