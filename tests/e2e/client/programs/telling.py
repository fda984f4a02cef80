"""How a program and its test talk: the test asks with a JSON file, and the program tells what it did in another."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def asked() -> Any:
    """What the test wants logged."""
    return json.loads(Path(os.environ["ASKED"]).read_text("utf-8"))


def tell(value: Any) -> None:
    """Say what was done; the last word counts."""
    whole = Path(os.environ["TELLS"])
    half = whole.with_suffix(".half")
    half.write_text(json.dumps(value), "utf-8")
    half.replace(whole)
