"""Storage ids: what the client calls a thing by itself, without the names of what it belongs to.

Base64 of `<type>:<key>`, padded: the client decodes the ids of artifacts, and hands all others back as they are.
"""

from __future__ import annotations

import base64

from gnomon.model.errors import NotFound


def to_id(type_: str, key: int | str) -> str:
    """
    >>> to_id("Run", 7)
    'UnVuOjc='
    """
    return base64.b64encode(f"{type_}:{key}".encode()).decode()


def key_of(type_: str, id: str) -> int:
    """The key in an id. Raises NotFound where it is not the id of such a thing: nothing of the kind is there.

    >>> key_of("Run", "UnVuOjc=")
    7
    """
    try:
        said, colon, key = base64.b64decode(id, validate=True).decode("ascii").partition(":")
    except ValueError:
        said, colon, key = "", "", ""
    if said != type_ or not colon or not key.isdigit() or len(key) > 18:
        raise NotFound(f"There is no {type_} with the id {id[:100]!r}")
    return int(key)
