"""What the SDK raises, by the names users of wandb catch.

Error
├── UsageError              the call cannot mean anything here; nothing was changed
│   └── ConfigError         a config value that was set would be changed
├── UnsupportedError        known, and not possible here
└── CommError               a server did not do what was asked
    └── AuthenticationError the key is missing or not accepted

After `init()` only mistakes of the caller are raised, on their line; faults of Gnomon are reported once (see `guard`).
"""

from __future__ import annotations

from gnomon.model.errors import GnomonError


class Error(GnomonError):
    """The root of what the SDK raises."""


class UsageError(Error):
    """The call cannot mean anything here."""


class ConfigError(UsageError):
    """A config value that was already set would be changed; pass `allow_val_change=True` to mean it."""


class UnsupportedError(Error):
    """What was asked for is known, and not possible with this server or on this machine."""


class CommError(Error):
    """A server did not do what was asked."""


class AuthenticationError(CommError):
    """The API key is missing or not accepted."""
