"""Raw bytes that scripts left: one piece of a file that holds many, or a file of their own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.spool import FULL_BYTES

QUIET_SECS = 5.0
"""How long nothing was put into a full file before it is removed: a thread may still be about to."""


class RawFiles:
    """Reads what the `raw` entries of FILE records name, and removes what nobody needs any more."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._taken: dict[Path, dict[int, int]] = {}
        """Of each shared file the pieces taken: where each begins, and its size."""

    def inside(self, raw: dict[str, Any]) -> Path | None:
        """The file an entry names; None where that is not in the run folder."""
        return self._folder.inside(self._folder.path, str(raw.get("path") or ""))

    def read(self, raw: dict[str, Any]) -> bytes:
        """The bytes an entry means. Raises OSError, and ValueError where they are not all there."""
        path = self.inside(raw)
        if path is None:
            raise ValueError("its path leaves the run folder")
        if "at" not in raw:
            return path.read_bytes()
        with open(path, "rb") as file:
            file.seek(int(raw["at"]))
            data = file.read(int(raw["size"]))
        if len(data) != int(raw["size"]):
            raise ValueError(f"only {len(data)} of its {raw['size']} raw bytes are there")
        return data

    def taken(self, raw: dict[str, Any]) -> None:
        """The bytes are not needed any more."""
        path = self.inside(raw)
        if path is None:
            return
        if "at" not in raw:
            path.unlink(missing_ok=True)
            return
        self._taken.setdefault(path, {})[int(raw["at"])] = int(raw["size"])
        self._sweep(FULL_BYTES, QUIET_SECS)

    def close(self) -> None:
        """The script has ended, and all was taken: files that are not full go too."""
        self._sweep(0, 0.0)

    def _sweep(self, least: int, quiet_secs: float) -> None:
        for path, pieces in list(self._taken.items()):
            size = sum(pieces.values())
            if size < least:
                continue
            try:
                there = path.stat()
                if there.st_size == size and time.time() - there.st_mtime >= quiet_secs:
                    path.unlink()
                    del self._taken[path]
            except FileNotFoundError:
                del self._taken[path]
            except OSError:  # it cannot be removed; it is no more than disk space
                continue
