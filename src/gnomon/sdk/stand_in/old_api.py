"""`wandb.api`, `wandb.ensure_configured()`, `wandb.patched` and `wandb.attach`, for integrations that use them."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gnomon.sdk import current
from gnomon.sdk.errors import UsageError

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

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


def parse_config(params: Any, exclude: Any = None, include: Any = None) -> dict[str, Any]:
    """The config that `init(config=params, config_exclude_keys=…, config_include_keys=…)` would begin with."""
    from gnomon.sdk import config

    return config.chosen(config.read(params), exclude, include)


def attach(attach_id: Any = None, run_id: str | None = None, *, run: Run | None = None) -> Run:
    """Make a run of another process the active one here, too: `attach(run._attach_id)` or `attach(run=run)`.

    Its rows are of that run, whose end is not this process's to say. Raises UsageError for what is no such run.
    """
    from gnomon.sdk.run import Run

    there = run or attach_id
    if not isinstance(there, Run):
        raise UsageError(f"attach() takes the _attach_id of a run, not {attach_id or run_id!r}")
    current.use(there)
    return there
