"""Signing in by password: slow to guess, and never closed to the one who knows it."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable

import anyio.to_thread

from gnomon.server.storage.tables import accounts
from gnomon.server.storage.tables.accounts import UserRow
from gnomon.server.storage.tables.database import Database

TRIES_A_MINUTE = 10
WINDOW_SECS = 60.0
MOST_ACCOUNTS = 10_000
AT_ONCE = 2
"""Checking a password takes 64 MB and a core for a moment: so many at a time, whoever asks."""


class Tries:
    """The wrong passwords of the last minute, by account and by where they came from.

    After `TRIES_A_MINUTE` of them an account is only open to addresses that have not been wrong within the minute:
    each of those has one try, so whoever guesses from elsewhere does not lock out who knows the password.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, deque[tuple[float, str]]] = OrderedDict()
        self.gate = asyncio.Semaphore(AT_ONCE)

    def wait_secs(self, name: str, origin: str) -> float:
        """How long to wait before the next try from there; 0 when it may be made now."""
        known, now = self._failures.get(name), self._clock()
        while known and known[0][0] <= now - WINDOW_SECS:
            known.popleft()
        if not known:
            self._failures.pop(name, None)
            return 0.0
        own = [at for at, where in known if where == origin]
        return own[0] + WINDOW_SECS - now if own and len(known) >= TRIES_A_MINUTE else 0.0

    def failed(self, name: str, origin: str) -> None:
        """A password for the account was wrong."""
        while len(self._failures) >= MOST_ACCOUNTS and name not in self._failures:
            self._failures.popitem(last=False)
        self._failures.setdefault(name, deque(maxlen=1000)).append((self._clock(), origin))


def hashed(password: str) -> str:
    """The argon2id hash of a password."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)


async def user_by_password(tables: Database, name: str, password: str) -> UserRow | None:
    """The user, where the password is theirs. Takes as long for a name that is not there."""
    row = await tables.read(lambda conn: accounts.find_user(conn, name))
    stored = row.password if row is not None and row.password else None
    good = await anyio.to_thread.run_sync(_verify, stored or _nobodys_password(), password)
    return row if good and stored else None


def _verify(stored: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


_nobodys: list[str] = []


def _nobodys_password() -> str:
    """A hash that costs as much to check as any, and that no password fits."""
    if not _nobodys:
        _nobodys.append(hashed(secrets.token_urlsafe(16)))
    return _nobodys[0]
