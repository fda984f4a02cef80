"""`gnomon init`, `online`, `offline`, `enabled`, `disabled`: what scripts started in this folder take for granted."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from gnomon.sdk import settings
from gnomon.sdk.errors import UsageError

MODES = ("online", "offline", "disabled")


@click.command(
    epilog="""\b
Examples:
  gnomon init -p digits              scripts of this folder log to the project digits
  gnomon init -p digits -e vision    ... of the team vision
  gnomon init -m offline             they keep their runs here, until `gnomon sync`
  gnomon init --reset                forget all of that
"""
)
@click.option("-p", "--project", metavar="NAME", help="Project that runs belong to.")
@click.option("-e", "--entity", metavar="NAME", help="User or team that owns them.")
@click.option("-m", "--mode", type=click.Choice(MODES), help="What their scripts do with what they log.")
@click.option("--reset", is_flag=True, help="Forget what this folder's file says, before anything else.")
def init(project: str | None, entity: str | None, mode: str | None, reset: bool) -> None:
    """Say which project the scripts of this folder log to.

    It is kept in ./.gnomon.json, which may be shared with the scripts. Arguments of `init()` and GNOMON_* variables
    win over it.
    """
    said = {"project": project, "entity": entity, "mode": mode}
    if not reset and not any(said.values()):
        if not sys.stdin.isatty():
            raise click.UsageError("Say what to take for granted: --project, --entity or --mode; or --reset")
        said["project"] = click.prompt("Project", default=read().get("project") or Path.cwd().name)
        said["entity"] = click.prompt("Team, or nothing for yourself", default=read().get("entity") or "") or None
    change(said, reset=reset)


@click.command()
def online() -> None:
    """Send what scripts of this folder log, as it is by itself. Undoes `gnomon offline`."""
    change({"mode": None}, removed=("mode",))


@click.command(
    epilog="""\b
Examples:
  gnomon offline && python train.py
  gnomon sync                        later, where there is a network
"""
)
def offline() -> None:
    """Keep what scripts of this folder log on this disk; `gnomon sync` sends it."""
    change({"mode": "offline"})


@click.command()
@click.option("--service", is_flag=True, hidden=True, expose_value=False)  # old scripts say it
def enabled() -> None:
    """Let scripts of this folder log again. Undoes `gnomon disabled`."""
    change({"mode": None}, removed=("mode",))


@click.command()
@click.option("--service", is_flag=True, hidden=True, expose_value=False)
def disabled() -> None:
    """Let scripts of this folder run as if they logged nothing."""
    change({"mode": "disabled"})


def read() -> dict[str, Any]:
    """What the file of this folder says; raises ClickException where it cannot be used."""
    try:
        given = settings.from_folder().given
    except UsageError as error:
        raise click.ClickException(str(error)) from None
    return {name: given[name] for name in settings.OF_A_FOLDER if name in given}


def change(said: dict[str, str | None], *, reset: bool = False, removed: tuple[str, ...] = ()) -> None:
    """Set what is said in the file of this folder, and tell what it says now. An empty one is removed."""
    known = {} if reset else {name: value for name, value in read().items() if name not in removed}
    known.update({name: value for name, value in said.items() if value})
    place = Path(settings.FOLDER_FILE)
    try:
        settings.Settings(**known)
        if known:
            draft = place.with_name(f"{place.name}.{os.getpid()}")
            draft.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
            draft.replace(place)
        else:
            place.unlink(missing_ok=True)
    except UsageError as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{place.absolute()} cannot be written: {error.strerror}") from None
    words = ", ".join(f"{name} {value}" for name, value in known.items())
    click.echo(f"Scripts of this folder: {words}" if known else "Scripts of this folder take nothing for granted")
    variable = next((name for name in ("GNOMON_MODE", "WANDB_MODE") if os.environ.get(name)), None)
    if variable:
        click.echo(f"Note: {variable} is set, and wins over this file's mode.", err=True)
