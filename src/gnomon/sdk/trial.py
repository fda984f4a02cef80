"""A run that an agent of a sweep begins: which one it is, and the parameters that were chosen for it.

The agent says so in the environment: `GNOMON_SWEEP_ID`, `GNOMON_RUN_ID`, `GNOMON_PROJECT`, `GNOMON_ENTITY` and, for the
parameters, the path of a file in `GNOMON_SWEEP_PARAM_PATH`; or in the `WANDB_` variables of the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gnomon.sdk import config as configs
from gnomon.sdk import guard
from gnomon.sdk import settings as options
from gnomon.sdk.settings import Settings

_AGENTS = ("run_id", "project", "entity")
_ARGUMENTS = {"run_id": "id"}


def settled(held: Settings, environ: Mapping[str, str]) -> Settings:
    """The settings with the run, the project and the entity that the agent named, whatever the script says of them.

    Raises UsageError where the file with the parameters cannot be read.
    """
    params(held)
    said = options.from_environment(environ).given
    named = {name: said[name] for name in _AGENTS if name in said}
    for name, value in named.items():
        if getattr(held, name) != value and not held.silent:
            guard.warn(f"init({_ARGUMENTS.get(name, name)}=...) is not used: the run belongs to a sweep, as {value}")
    return Settings(**named).over(held)


def params(held: Settings) -> dict[str, Any]:
    """The parameters that were chosen. Raises UsageError where their file cannot be read."""
    return configs.from_file(held.sweep_param_path) if held.sweep_param_path else {}
