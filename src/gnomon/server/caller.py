"""Who is asking, as a value: what `access` finds out and everything below is handed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from gnomon.model.errors import NotFound, SignInNeeded
from gnomon.server.storage.tables.accounts import Membership, UserRow


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. `by` says how we know; `user` is None for nobody in particular."""

    user: UserRow | None = None
    memberships: dict[str, Membership] = field(default_factory=dict)
    by: Literal["key", "session", "nothing"] = "nothing"
    key_id: int | None = None
    origin: str = ""
    """The address they ask from, for the audit log."""

    @property
    def name(self) -> str:
        return self.user.name if self.user else ""

    def signed_in(self) -> UserRow:
        """The user. Raises SignInNeeded where there is none."""
        if self.user is None:
            raise SignInNeeded("Sign in, or send an API key as `Authorization: Bearer <key>`")
        return self.user


def digest_of(secret: str) -> str:
    """How a key, cookie or token is kept: its SHA-256 in hex. They are long and random, so nothing slower is needed."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def not_there(kind: str, name: str) -> NotFound:
    """The same words whether it does not exist or is somebody else's."""
    return NotFound(f"There is no {kind} {name!r} here, or it is not yours to see")
