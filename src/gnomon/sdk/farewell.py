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
    lost = not_logged(folder)
    if shipped.complete or shipped.sent:
        return lost if quiet else [*lost, f"Logs are at: {shown}"]
    left = shipped.rows_left or (0 if shipped.bytes_acked else rows)
    what = "Some files are" if not left else "1 row is" if left == 1 else f"{left} rows are"
    why = f" ({shipped.error})" if shipped.error else ""
    return [*lost, f"{what} still only on this machine{why}. Send them with: gnomon sync {shown}"]


def not_logged(folder: str) -> list[str]:
    """Which artifacts could not be logged, and why; one a line."""
    place = os.path.join(folder, "artifacts")
    if not os.path.isdir(place):  # most runs log none
        return []
    from pathlib import Path

    from gnomon.sdk.artifacts import record

    lines = []
    for name in sorted(os.listdir(place)):
        client_id, dot, kind = name.partition(".")
        made = record.read_made(Path(folder), client_id) if dot and kind == "json" else None
        if made is not None and made.state == "FAILED":
            wanted = record.read_wanted(Path(folder), client_id)
            lines.append(f"WARNING the artifact {wanted.name if wanted else client_id} was not logged: {made.error}")
    return lines
