"""`wandb.api`, `wandb.ensure_configured()` and `wandb.patched`: what is left of them, for integrations that look."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

patched: dict[str, list[Any]] = {"tensorboard": [], "keras": [], "gym": []}
"""Libraries that were told of the run."""


class _Api:
    """The key and the user that runs would be sent with."""

    @property
    def api_key(self) -> str | None:
        from gnomon.sdk import credentials, settings

        held = settings.load(os.environ, file=credentials.settings_file())
        return held.api_key or credentials.find_key(held.base_url)

    @property
    def default_entity(self) -> str | None:
        return _default_entity()

    def viewer(self) -> dict[str, Any]:
        """The user whose key it is."""
        return {"entity": _default_entity()}


def _default_entity() -> str | None:
    front: Any = import_module("gnomon")
    return front.Api().default_entity  # type: ignore[no-any-return]


api = _Api()


def ensure_configured() -> None:
    """The settings are read where they are needed; there is nothing to do before."""
