"""`login()`: keep an API key for a server, and ask the server whether it is one."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from gnomon.sdk import credentials, guard
from gnomon.sdk import settings as options
from gnomon.sdk.errors import AuthenticationError, UsageError
from gnomon.sdk.settings import Settings

SHORTEST_KEY, LONGEST_KEY = 40, 256
VERIFY_SECS = 5.0
"""Gnomon's own keys are the shortest; an administrator may have given another."""


def login(
    key: str | None = None,
    relogin: bool | None = None,
    host: str | None = None,
    force: bool | None = None,
    timeout: int | None = None,
    verify: bool = True,
    referrer: str | None = None,
    prompt: bool = True,
    anonymous: Any = None,
) -> bool:
    """Store the key of a server for all scripts of this user on this machine; True where a key is there afterwards.

    With `host` they log to that server from now on, where GNOMON_BASE_URL or `init()` names no other.
    Without `key`, one that is already known is kept (unless `relogin`), and else the terminal is asked, unless
    `prompt` is False; `timeout` is how many seconds to wait there. With `verify` a new key is shown to the server
    first: one that it does not know is not stored. A server that is not there now costs a warning and five seconds at
    most. Raises UsageError for what cannot be a key and where nobody can be asked, AuthenticationError for a key that
    the server does not know. The other arguments are there for old scripts.
    """
    held = options.load(os.environ, Settings(base_url=host) if host else Settings(), file=credentials.settings_file())
    if held.mode != "online" and key is None:
        return False
    if key is None and not relogin and credentials.find_key(held.base_url, held.api_key):
        _use(host and held.base_url)
        return True
    if key is None and not prompt:
        return False
    if key is None:
        key = _ask(held.base_url, timeout)
        if key is None:
            return False
    key = check_key(key)
    if verify:
        _verify(held.base_url, key)
    try:
        place = credentials.store_key(held.base_url, key)
    except OSError as error:
        raise UsageError(f"The key could not be stored: {error.strerror}. {credentials.path()}") from None
    _use(host and held.base_url)
    if not (held.quiet or held.silent):
        guard.say(f"The key for {held.base_url} is kept in {place}")
    return True


def _use(server: str | None) -> None:
    if server:
        try:
            credentials.use_server(server)
        except OSError as error:
            where = credentials.settings_file()
            raise UsageError(f"The address could not be stored: {error.strerror}. {where}") from None


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


def _verify(base_url: str, key: str) -> None:
    """Ask the server for the key's user. Raises AuthenticationError where it knows none."""
    from gnomon.sdk.shipper.transport import Transport, Unreachable

    transport = Transport(base_url, lambda: key, connect_secs=VERIFY_SECS / 2, read_secs=VERIFY_SECS / 2)
    try:
        status = transport.request("GET", "/viewer").status
    except Unreachable as error:
        guard.warn(f"the key was not tried: {error}. It is kept all the same")
        return
    finally:
        transport.close()
    if status in (401, 403):
        raise AuthenticationError(f"{base_url} does not know this API key; it is not kept")


def _ask(base_url: str, timeout: float | None = None) -> str | None:
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(
            f"There is no API key for {base_url}, and no terminal to ask for one. "
            "Run: gnomon login KEY, or set GNOMON_API_KEY"
        )
    from getpass import getpass

    guard.say(f"You find your key at {base_url}/settings/keys")
    if timeout is None:
        return getpass("Paste it here (it is not shown): ")
    import threading

    typed: list[str] = []
    asks = threading.Thread(target=lambda: typed.append(getpass("Paste it here (it is not shown): ")), daemon=True)
    asks.start()
    asks.join(timeout)
    return typed[0] if typed else None
