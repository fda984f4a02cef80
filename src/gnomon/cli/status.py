"""`gnomon status`: who, where, what is not sent, and which settings hold here."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from gnomon.cli import where
from gnomon.cli.local_runs import default_place, find_folders, local, short
from gnomon.cli.login import who
from gnomon.protocol import registry
from gnomon.sdk import credentials
from gnomon.sdk import settings as options
from gnomon.sdk.errors import UsageError
from gnomon.sdk.shipper.transport import Unreachable


@click.command(
    epilog="""\b
Examples:
  gnomon status
  gnomon status --settings      also every setting that is not as it is by itself, and who says so
  gnomon status --json | jq .runs
"""
)
@click.option("--host", metavar="URL", help=where.HOST_HELP)
@click.option("--settings/--no-settings", default=False, help="Also the settings that a script here would have.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def status(host: str | None, settings: bool, as_json: bool) -> None:
    """Who you are, where, and which local runs are not sent."""
    url = where.base_url(host)
    folders = {entry.folder for entry in registry.entries()} | set(find_folders([]))
    waiting = [run for run in map(local, sorted(folders)) if not run.mark.complete]
    if as_json:
        user, trouble = _asked(url)
        set_here = {name: {"value": value, "from": source} for name, value, source in held()}
        runs = [run.as_json() for run in waiting]
        said = {"server": url, "user": user, "error": trouble, "runs": runs, "settings": set_here}
        click.echo(json.dumps(said, indent=2))
        return
    user, trouble = _asked(url)
    click.echo(f"Server   {url}")
    click.echo(f"User     {user or trouble}")
    if not waiting:
        click.echo(f"Runs     all are sent: those in {default_place()}, and this user's online runs anywhere")
    else:
        click.echo(f"Runs     {len(waiting)} not sent or still running; `gnomon sync --all` sends them")
    for run in waiting:
        click.echo(f"         {short(run.folder)}  {run.state}{f'  {run.mark.error}' if run.mark.error else ''}")
    if settings:
        click.echo("Settings")
        for name, value, source in held():
            click.echo(f"         {name} = {value}  ({source})")


def held() -> list[tuple[str, Any, str]]:
    """Each setting that something sets here, its value, and what sets it: the strongest first.

    Keys are not shown. Raises ClickException where one of them is wrong.
    """
    found: dict[str, tuple[str, Any, str]] = {}
    try:
        for source, said in (
            ("the environment", options.from_environment(os.environ)),
            (options.FOLDER_FILE, options.from_folder()),
            (short(credentials.path().with_name("settings.json")), options.from_file(credentials.settings_file())),
        ):
            for name, value in said.given.items():
                shown = "..." if name == "api_key" else list(value) if isinstance(value, tuple) else value
                found.setdefault(name, (name, shown, source))
    except UsageError as error:
        raise click.ClickException(str(error)) from None
    return sorted(found.values())


def _asked(url: str) -> tuple[str, str]:
    """The user's name, or why it is not known."""
    key = credentials.find_key(url)
    named = where.environment_key()
    source = named[0] if named else "the stored key"
    if not key:
        return "", f"not signed in; `gnomon login --host {url}`"
    try:
        user, answer = who(url, key)
    except Unreachable as error:
        return "", f"unknown: {error}"
    if answer in (401, 403):
        mends = f"set it to another, or unset it and `gnomon login --host {url}`" if named else ""
        return "", f"the server does not know {source}; {mends or f'`gnomon login --relogin --host {url}`'}"
    return user, "" if user else f"unknown: {url} answered {answer}, but it does not look like a Gnomon server"
