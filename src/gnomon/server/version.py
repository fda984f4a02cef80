"""Which Gnomon this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _version() -> str:
    try:
        return version("gnomon")
    except PackageNotFoundError:
        return "0"


VERSION = _version()

DATA_VERSION = 1
"""The version of the data folder as a whole; an older Gnomon refuses a newer one."""
