"""Rows of many keys, page by page, unpacking no more chunks than a page needs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gnomon.server.storage.metrics.axes import rows_of
from gnomon.server.storage.metrics.embedded.reader import ChunkReader, KeyView, all_points
from gnomon.server.storage.metrics.store import Repeats, RowPage


def page(
    reader: ChunkReader, views: Mapping[str, KeyView], first: int, last: int, limit: int, repeats: Repeats
) -> RowPage:
    """The first rows of the range."""
    horizon = min((_horizon(view, first, limit) for view in views.values()), default=last)
    columns = {key: all_points(reader, view, first, min(last, horizon)) for key, view in views.items()}
    return rows_of(columns, limit=limit, repeats=repeats, horizon=horizon if horizon < last else None)


def _horizon(view: KeyView, first: int, limit: int) -> int:
    """A step up to which the key alone has rows for a page and one more, or all it has."""
    sealed = view.sealed
    start = int(np.searchsorted(sealed.step_first, first, "left"))
    end = len(sealed) if view.cut is None else int(np.searchsorted(sealed.step_last, view.cut, "right"))
    rows = np.cumsum(sealed.table["kept"][start:end], dtype=np.int64)
    enough = int(np.searchsorted(rows, limit, "right"))
    return int(sealed.step_last[start + enough]) if enough < len(rows) else 2**63 - 1
