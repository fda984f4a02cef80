"""Which distributions are installed, as a requirements file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from gnomon.sdk import stand_in


def requirements(path: Iterable[str] | None = None) -> str:
    """`name==version` lines, sorted, the first of several installations of one name winning, as imports do.

    Only the heads of the METADATA files are read: `importlib.metadata` parses each of them whole.
    """
    found: dict[str, str] = {}
    for folder in sys.path if path is None else path:
        if folder == stand_in.PATH:  # where `gnomon run` says that Gnomon is wandb; nothing to install again
            continue
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            file = "METADATA" if name.endswith(".dist-info") else "PKG-INFO" if name.endswith(".egg-info") else ""
            head = _head(os.path.join(folder or ".", name, file)) if file else None
            if head is not None:
                found.setdefault(head[0].lower().replace("_", "-"), f"{head[0]}=={head[1]}")
    return "".join(f"{found[name]}\n" for name in sorted(found))


def _head(path: str) -> tuple[str, str] | None:
    name = version = ""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                if line == "\n" or (name and version):
                    break
                if line.startswith("Name:"):
                    name = line[5:].strip()
                elif line.startswith("Version:"):
                    version = line[8:].strip()
    except OSError:
        return None
    return (name, version) if name and version else None
