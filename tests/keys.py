"""Where API keys turn up in what tests have written: P-S16."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

MARKED = "mark-ed-key-" + "0123456789abcdef" * 2
"""A key that tests give to scripts; wherever it is found, nobody can have meant it to be."""
HOLDERS = frozenset({"credentials.json", ".netrc", "netrc", "local-admin.key"})
"""Files that are there to hold keys."""
LONGEST_FILE = 64 << 20


_WORDS = re.compile(rb"[0-9A-Za-z_-]{40,}")
"""Where a key could stand: looking for each key by itself would read everything once for each of them."""


def found_in(folder: Path, marked: Iterable[str] = (MARKED,)) -> list[str]:
    """Files below a folder that hold a marked key, or one that some credentials file there holds."""
    keys = {key.encode() for key in marked} | {key.encode() for key in _held(folder)}
    return [f"{path} holds a key" for path in _files(folder) if path.name not in HOLDERS and _holds(path, keys)]


def _held(folder: Path) -> Iterator[str]:
    for path in _files(folder):
        if path.name == "credentials.json":
            try:
                said = json.loads(path.read_text())
            except (OSError, ValueError):
                continue
            for key in said.values() if isinstance(said, dict) else ():
                # Keys that tests make of one letter stand in texts of theirs, too.
                if isinstance(key, str) and len(key) >= 40 and len(set(key)) > 10:
                    yield key


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= LONGEST_FILE:
                yield path


def _holds(path: Path, keys: set[bytes]) -> bool:
    try:
        content = path.read_bytes()
    except OSError:
        return False
    words = set(_WORDS.findall(content))
    return not keys.isdisjoint(words) or any(key in word for word in words if len(word) > 40 for key in keys)
