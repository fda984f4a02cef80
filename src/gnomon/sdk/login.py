"""`login()`: keep an API key for a server. Nothing here asks the server; a wrong key is told by the first run."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from gnomon.sdk import credentials, guard
from gnomon.sdk import settings as options
from gnomon.sdk.errors import UsageError
from gnomon.sdk.settings import Settings

SHORTEST_KEY, LONGEST_KEY = 40, 256
"""Gnomon's own keys are the shortest; an administrator may have given another."""


def login(
    key: str | None = None,
    relogin: bool | None = None,
    host: str | None = None,
    force: bool | None = None,
    timeout: int | None = None,
    verify: bool = True,
    referrer: str | None = None,
    anonymous: Any = None,
) -> bool:
    """Store the key of a server for all scripts of this user on this machine; True where a key is there afterwards.

    Without `key`, one that is already known is kept (unless `relogin`), and else the terminal is asked. Raises
    UsageError for what cannot be a key, and where nobody can be asked. The other arguments are there for old scripts.
    """
    held = options.load(os.environ, Settings(base_url=host) if host else Settings())
    if held.mode != "online" and key is None:
        return False
    if key is None and not relogin and credentials.find_key(held.base_url, held.api_key):
        return True
    if key is None:
        key = _ask(held.base_url)
    try:
        place = credentials.store_key(held.base_url, check_key(key))
    except OSError as error:
        raise UsageError(f"The key could not be stored: {error.strerror}. {credentials.path()}") from None
    if not (held.quiet or held.silent):
        guard.say(f"The key for {held.base_url} is kept in {place}")
    return True


def check_key(key: str) -> str:
    """The key without spaces around it. Raises UsageError where it cannot be one; the key is not repeated."""
    key = key.strip()
    if not key:
        raise UsageError("The API key is empty")
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise UsageError(f"An API key has {SHORTEST_KEY} characters or more; this one has {len(key)}")
    if not re.fullmatch("[0-9A-Za-z_-]+", key):
        raise UsageError("An API key has letters, digits, - and _ only")
    return key


def _ask(base_url: str) -> str:
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(
            f"There is no API key for {base_url}, and no terminal to ask for one. "
            "Run: gnomon login KEY, or set GNOMON_API_KEY"
        )
    from getpass import getpass

    guard.say(f"You find your key at {base_url}/settings/keys")
    return getpass("Paste it here (it is not shown): ")
