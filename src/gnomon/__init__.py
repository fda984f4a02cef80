"""Gnomon: an open, self-hosted experiment tracker. `import gnomon as wandb` reads as it always did.

Importing this package costs next to nothing: each name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec as _msgspec  # noqa: F401  # every part needs it; loaded here, so that the first `init()` is quick

__version__ = "0.1.0"

_WHERE = {
    "init": "gnomon.sdk.init:init",
    "setup": "gnomon.sdk.init:setup",
    "teardown": "gnomon.sdk.init:teardown",
    "require": "gnomon.sdk.init:require",
    "login": "gnomon.sdk.login:login",
    "log": "gnomon.sdk.current:log",
    "finish": "gnomon.sdk.current:finish",
    "define_metric": "gnomon.sdk.current:define_metric",
    "save": "gnomon.sdk.current:save",
    "config": "gnomon.sdk.current:config",
    "summary": "gnomon.sdk.current:summary",
    "Settings": "gnomon.sdk.settings:Settings",
    "Run": "gnomon.sdk.run:Run",
    "Config": "gnomon.sdk.config:Config",
    "Image": "gnomon.sdk.values.image:Image",
    "Error": "gnomon.sdk.errors:Error",
    "UsageError": "gnomon.sdk.errors:UsageError",
    "ConfigError": "gnomon.sdk.errors:ConfigError",
    "CommError": "gnomon.sdk.errors:CommError",
    "AuthenticationError": "gnomon.sdk.errors:AuthenticationError",
    "errors": "gnomon.errors:",
}

if TYPE_CHECKING:
    from gnomon import errors
    from gnomon.sdk.config import Config
    from gnomon.sdk.current import define_metric, finish, log, save
    from gnomon.sdk.errors import AuthenticationError, CommError, ConfigError, Error, UsageError
    from gnomon.sdk.init import init, require, setup, teardown
    from gnomon.sdk.login import login
    from gnomon.sdk.run import Run
    from gnomon.sdk.settings import Settings
    from gnomon.sdk.summary import Summary
    from gnomon.sdk.values.image import Image

    config: Config
    """The config of the active run."""
    summary: Summary
    """The summary of the active run."""

run: Run | None = None
"""The active run; None where there is none."""

__all__ = [
    "init",
    "finish",
    "log",
    "config",
    "summary",
    "run",
    "define_metric",
    "save",
    "login",
    "setup",
    "teardown",
    "require",
    "Settings",
    "Run",
    "Config",
    "Image",
    "Error",
    "UsageError",
    "ConfigError",
    "CommError",
    "AuthenticationError",
    "errors",
    "__version__",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        place = _WHERE.get(name)
        if place is None:
            if name.startswith("__"):
                raise AttributeError(f"module 'gnomon' has no attribute {name!r}")
            from gnomon.sdk.later import later

            raise later(name, f"gnomon.{name}")
        from importlib import import_module

        module, _, attribute = place.partition(":")
        loaded = import_module(module)
        found = getattr(loaded, attribute) if attribute else loaded
        # `gnomon.sdk.current` puts the run's own `log`, `config` and `summary` here as long as one is active.
        return globals().setdefault(name, found)

    def __dir__() -> list[str]:
        return sorted({*globals(), *_WHERE})
