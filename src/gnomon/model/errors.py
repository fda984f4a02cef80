"""What can go wrong, as facts a caller can act on.

GnomonError
├── NotFound        nothing there, or you may not know
│   └── Deleted     it was there until somebody deleted it
├── Conflict        somebody else was first; read again
├── Rejected        the request is wrong; `field` says where
├── SignInNeeded    nobody is signed in, or the key is not known
├── Forbidden       known, and not allowed
├── Stalled         the sender went silent in the middle
└── Unavailable     try again; `retry_after_secs` says when
    └── NoRoom      the disk is full
"""

from __future__ import annotations


class GnomonError(Exception):
    """The root of every error Gnomon raises on purpose."""


class NotFound(GnomonError):
    """Nothing there, or the caller may not know that there is."""


class Deleted(NotFound):
    """It was there, and somebody deleted it; only said to those who may write there."""


class Conflict(GnomonError):
    """Somebody else was first; read again and decide anew."""

    def __init__(self, message: str, *, next_offset: int | None = None) -> None:
        super().__init__(message)
        self.next_offset = next_offset


class Rejected(GnomonError):
    """The request is wrong; `field` names the part that is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class SignInNeeded(GnomonError):
    """Nobody is signed in, or the key is not known here."""


class Forbidden(GnomonError):
    """The caller is known and may not do this."""


class Unavailable(GnomonError):
    """Not now; the same request may succeed after `retry_after_secs`."""

    def __init__(self, message: str, *, retry_after_secs: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_secs = retry_after_secs


class NoRoom(Unavailable):
    """The disk is full; the same request may succeed once somebody has made room."""


class Stalled(GnomonError):
    """The sender went silent in the middle of a request."""
