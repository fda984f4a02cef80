"""Files that the caller has opened, however they were opened."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from gnomon.sdk.values.content import Content, Held, Local
from gnomon.sdk.values.media import BadValue


def opened(file: Any, file_type: str | None, known: Callable[[str], str], what: str) -> Content | None:
    """The content of an open file, None for what is none.

    A file on disk is copied by its name, since it may have been opened as text. `known` says the type of a file by its
    name and raises BadValue; a file without a name needs `file_type`.
    """
    if not callable(getattr(file, "read", None)):
        return None
    name = getattr(file, "name", None)
    if isinstance(name, str) and os.path.isfile(name):
        return Local(name, known(name), "opened")
    if file_type is None:
        raise BadValue(f"{what} from an open file without a name needs file_type")
    extension = known(file_type)
    if callable(getattr(file, "seek", None)):
        file.seek(0)
    data = file.read()
    return Held(data.encode() if isinstance(data, str) else bytes(data), extension)


def file_type_of(named: dict[str, Any], what: str) -> str | None:
    """The one thing that may be said of a file besides, `file_type`. Raises BadValue for others."""
    for name in named:
        if name != "file_type":
            raise BadValue(f"{what} takes file_type, not {name}")
    return named.get("file_type")
