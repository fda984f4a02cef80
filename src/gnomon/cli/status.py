"""`gnomon status`: who, where, and what is not sent."""

from __future__ import annotations

import os

import click

from gnomon.cli import where
from gnomon.cli.login import viewer_name
from gnomon.cli.sync import find_folders, short
from gnomon.protocol import registry
from gnomon.sdk import credentials
from gnomon.sdk.shipper import mark
from gnomon.sdk.shipper.transport import Transport, Unreachable


@click.command()
@click.option("--host", metavar="URL", help="Address of the server.")
def status(host: str | None) -> None:
    """Who you are, where, and which local runs are not sent."""
    url = where.base_url(host)
    click.echo(f"Server   {url}")
    click.echo(f"User     {_who(url)}")
    folders = {entry.folder for entry in registry.entries()} | set(find_folders([]))
    open_folders = sorted(folder for folder in folders if not mark.read(folder).complete)
    if not open_folders:
        click.echo("Runs     all local runs are sent")
        return
    click.echo(f"Runs     {len(open_folders)} not sent or still running; `gnomon sync --all` sends them")
    for folder in open_folders:
        was = mark.read(folder)
        rows = f"{was.rows_left} rows left" if was.journals else "never sent"
        click.echo(f"         {short(folder)}  {rows}{f'  {was.error}' if was.error else ''}")


def _who(url: str) -> str:
    key = credentials.find_key(url)
    source = next((name for name in ("GNOMON_API_KEY", "WANDB_API_KEY") if os.environ.get(name)), "the stored key")
    if not key:
        return f"not signed in; `gnomon login --host {url}`"
    transport = Transport(url, lambda: key, connect_secs=3.0, read_secs=5.0)
    try:
        reply = transport.request("GET", "/viewer")
    except Unreachable as error:
        return f"unknown: {error}"
    finally:
        transport.close()
    if reply.status == 401:
        return f"the server does not know {source}; `gnomon login --relogin --host {url}`"
    return viewer_name(reply.body) or f"unknown: the server answered {reply.status}"
