"""The credentials file: one JSON object, server address to API key.

Libraries are imported where they are used: `init()` loads this module, and needs none of them.
"""

from __future__ import annotations

from itertools import pairwise

import msgspec


def normal_url(base_url: str) -> str:
    """The spelling under which an address is kept: lower case host, no slash at the end.

    >>> normal_url("HTTP://Example.org:8585/")
    'http://example.org:8585'
    """
    from urllib.parse import urlsplit

    parts = urlsplit(base_url.strip())
    if not parts.scheme or not parts.netloc:
        return base_url.strip().rstrip("/")
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def parse(text: str) -> dict[str, str]:
    """The keys in the text of a credentials file; what is no address with a key is left out."""
    try:
        read = msgspec.json.decode(text)
    except ValueError:  # msgspec's errors are of this kind
        return {}
    if not isinstance(read, dict):
        return {}
    return {normal_url(url): key for url, key in read.items() if isinstance(key, str) and key}


def merge(text: str, base_url: str, key: str | None) -> str:
    """The text with the key of one address set, or removed where `key` is None."""
    import json

    keys = parse(text)
    if key is None:
        keys.pop(normal_url(base_url), None)
    else:
        keys[normal_url(base_url)] = key
    return json.dumps(keys, indent=2, sort_keys=True) + "\n"


def netrc_password(text: str, host: str) -> str | None:
    """The password a netrc file gives for a host (`wandb login` writes keys there); `default` entries do not count."""
    words = [word for line in text.splitlines() if not line.lstrip().startswith("#") for word in line.split()]
    machine: str | None = None
    for word, value in pairwise(words):
        if word == "machine":
            machine = value
        elif word == "default":
            machine = None
        elif word == "password" and machine == host:
            return value
    return None
