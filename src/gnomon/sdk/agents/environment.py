"""What tells the `init()` of a run that an agent begins which run it is, and what was chosen for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from gnomon.sdk.agents.link import Command
from gnomon.sdk.agents.place import SweepPath
from gnomon.sdk.shipper.config_file import emit


class Given(NamedTuple):
    """The variables of a run, and the file with its parameters as one JSON object."""

    variables: dict[str, str]
    json_file: str


def prepare(command: Command, place: SweepPath, environ: Mapping[str, str]) -> Given:
    """Write the files of a run's parameters, and say what to set for it. Raises OSError.

    A name that the user has set for all runs stays.
    """
    base = environ.get("GNOMON_DIR") or environ.get("WANDB_DIR") or os.getcwd()
    folder = os.path.join(os.path.abspath(base), "gnomon-runs", f"sweep-{place.sweep}")
    os.makedirs(folder, exist_ok=True)
    at = os.path.join(folder, f"config-{command.run_id}")
    wrapped = {name: {"value": value} for name, value in command.args.items()}
    _write(f"{at}.json", msgspec.json.encode(wrapped))
    _write(f"{at}.yaml", emit(command.args).encode())
    _write(f"{at}.args.json", msgspec.json.encode(command.args))
    both = {"SWEEP_ID": place.sweep, "RUN_ID": command.run_id, "PROJECT": place.project, "ENTITY": place.entity}
    found = {f"{prefix}_{name}": value for name, value in both.items() for prefix in ("GNOMON", "WANDB") if value}
    found["GNOMON_SWEEP_PARAM_PATH"] = f"{at}.json"
    found["WANDB_SWEEP_PARAM_PATH"] = f"{at}.yaml"
    if command.name and not any(environ.get(f"{prefix}_NAME") for prefix in ("GNOMON", "WANDB")):
        found["GNOMON_NAME"] = command.name
    return Given(found, f"{at}.args.json")


def described(command: Command) -> str:
    """One run and its parameters, for the terminal."""
    verb = "Resuming" if command.type == "resume" else "Beginning"
    lines = [f"{verb} run {command.name or command.run_id} of the sweep:"]
    return "\n".join([*lines, *(f"    {name}: {value}" for name, value in command.args.items())])


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
