"""What `finish()` says at the end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from gnomon.sdk.shipping import Shipped

MAX_SHOWN = 20


def summary_lines(summary: Mapping[str, Any]) -> list[str]:
    """The first numbers and texts of the summary, one a line."""
    shown = [
        (key, value)
        for key, value in sorted(summary.items())
        if isinstance(value, (int, float, str)) and not key.startswith("_")
    ][:MAX_SHOWN]
    if not shown:
        return []
    width = max(len(key) for key, _ in shown)
    texts = [f"{v:.5g}" if isinstance(v, float) else str(v).replace("\n", " ")[:60] for _, v in shown]
    return [
        "",
        "Run summary:",
        *(f"  {key:>{width}} {text}" for (key, _), text in zip(shown, texts, strict=True)),
        "",
    ]


def where_it_is(folder: str, shipped: Shipped, *, rows: int, offline: bool, quiet: bool) -> list[str]:
    """Where the run can be found, and what is still only here; the latter also when quiet."""
    relative = os.path.relpath(folder)
    shown = folder if relative.startswith("..") else relative
    if offline:
        return [] if quiet else [f"The run is kept here. Send it with: gnomon sync {shown}"]
    if shipped.complete or shipped.sent:
        return [] if quiet else [f"Logs are at: {shown}"]
    left = shipped.rows_left or (0 if shipped.bytes_acked else rows)
    what = "Some files are" if not left else "1 row is" if left == 1 else f"{left} rows are"
    why = f" ({shipped.error})" if shipped.error else ""
    return [f"{what} still only on this machine{why}. Send them with: gnomon sync {shown}"]
