"""`gnomon status`: who, where, and what is not sent."""

from __future__ import annotations

import click

from gnomon.cli import where
from gnomon.cli.login import who
from gnomon.cli.sync import default_place, find_folders, short
from gnomon.protocol import registry
from gnomon.sdk import credentials
from gnomon.sdk.shipper import mark
from gnomon.sdk.shipper.transport import Unreachable


@click.command()
@click.option("--host", metavar="URL", help=where.HOST_HELP)
def status(host: str | None) -> None:
    """Who you are, where, and which local runs are not sent."""
    url = where.base_url(host)
    click.echo(f"Server   {url}")
    click.echo(f"User     {_who(url)}")
    folders = {entry.folder for entry in registry.entries()} | set(find_folders([]))
    open_folders = sorted(folder for folder in folders if not mark.read(folder).complete)
    if not open_folders:
        click.echo(f"Runs     all are sent: those in {default_place()}, and this user's online runs anywhere")
        return
    click.echo(f"Runs     {len(open_folders)} not sent or still running; `gnomon sync --all` sends them")
    for folder in open_folders:
        was = mark.read(folder)
        rows = f"{was.rows_left} rows left" if was.journals else "never sent"
        click.echo(f"         {short(folder)}  {rows}{f'  {was.error}' if was.error else ''}")


def _who(url: str) -> str:
    key = credentials.find_key(url)
    named = where.environment_key()
    source = named[0] if named else "the stored key"
    if not key:
        return f"not signed in; `gnomon login --host {url}`"
    try:
        user, status = who(url, key)
    except Unreachable as error:
        return f"unknown: {error}"
    if status in (401, 403):
        mends = f"set it to another, or unset it and `gnomon login --host {url}`" if named else ""
        return f"the server does not know {source}; {mends or f'`gnomon login --relogin --host {url}`'}"
    return user or f"unknown: {url} answered {status}, but it does not look like a Gnomon server"
