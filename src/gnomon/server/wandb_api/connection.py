"""Lists in pages, in the shape of Relay: `{edges: [{node, cursor}], pageInfo, totalCount}`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gnomon.model.errors import Rejected


def connection(
    nodes: Iterable[Any],
    *,
    cursors: Iterable[str] | None = None,
    has_next: bool = False,
    total: int | None = None,
    edge: Iterable[dict[str, Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A page. `cursors` say where each node is; `edge` gives each edge more fields, `more` the connection itself."""
    found = list(nodes)
    places = [str(at) for at in range(len(found))] if cursors is None else list(cursors)
    extra = [{} for _ in found] if edge is None else list(edge)
    edges = [
        {**fields, "node": node, "cursor": cursor} for node, cursor, fields in zip(found, places, extra, strict=True)
    ]
    return {
        "edges": edges,
        "pageInfo": {"endCursor": places[-1] if places else None, "hasNextPage": has_next},
        "totalCount": len(found) if total is None else total,
        **more,
    }


def page_of(nodes: Sequence[Any], *, first: int | None = None, after: str | None = None, **more: Any) -> dict[str, Any]:
    """A page of a list that is known as a whole; a cursor is the number of nodes up to and with its own.

    Raises Rejected for a cursor that is none of ours.
    """
    start = place(after)
    end = len(nodes) if first is None or first < 0 else min(len(nodes), start + first)
    return connection(
        nodes[start:end],
        cursors=[str(at + 1) for at in range(start, max(start, end))],
        has_next=end < len(nodes),
        total=len(nodes),
        **more,
    )


def place(after: str | None) -> int:
    """How many nodes lie before what comes after a cursor of `page_of`."""
    if not after:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 16):
        raise Rejected(f"The cursor {after[:40]!r} is not one that this server gave", field="after")
    return int(after)
