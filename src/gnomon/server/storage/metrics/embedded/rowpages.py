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
    found = 0
    for chunk in sealed.chunks[int(np.searchsorted(sealed.step_first, first, "left")) :]:
        if view.cut is not None and chunk.step_last > view.cut:
            break
        found += chunk.kept
        if found > limit:
            return chunk.step_last
    return 2**63 - 1
