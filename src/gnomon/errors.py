"""`from gnomon.errors import CommError`: what the SDK raises. See `gnomon.sdk.errors`."""

from gnomon.sdk.errors import AuthenticationError, CommError, ConfigError, Error, UnsupportedError, UsageError

__all__ = ["AuthenticationError", "CommError", "ConfigError", "Error", "UnsupportedError", "UsageError"]
