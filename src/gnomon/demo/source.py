"""The code of a run of the demo: the one file that trains, as its author would have kept it."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def keep(run: Any, file: str) -> None:
    """Log this file alone as the code of the run; runs of one file share a version."""
    path = Path(file).resolve()
    run.log_code(str(path.parent), name=f"source-{run.project}-{path.name}", include_fn=lambda each: each == str(path))
