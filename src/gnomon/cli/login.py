"""`gnomon login` and `gnomon logout`: the API key of a server, kept in a file only its owner can read."""

from __future__ import annotations

import os
import re

import click

from gnomon.cli import where
from gnomon.sdk import credentials
from gnomon.sdk.shipper.transport import Transport, Unreachable

_KEY = re.compile(r"[0-9A-Za-z_-]{8,200}\Z")


@click.command()
@click.argument("key", required=False)
@click.option("--host", metavar="URL", help="Address of the server.")
@click.option("--relogin", is_flag=True, help="Ask for a key even where one is stored.")
@click.option("--verify/--no-verify", default=True, help="Ask the server whether it knows the key.")
def login(key: str | None, host: str | None, relogin: bool, verify: bool) -> None:
    """Store the API KEY of a server for this user. Without KEY it is asked for, and not shown while typed."""
    url = where.base_url(host)
    stored = credentials.stored_key(url)
    if key is None and stored is not None and not relogin:
        key = stored
    if key is None:
        click.echo(f"An API key for {url} is on its page under Settings, API keys: {url}/settings/keys")
        key = click.prompt("API key", hide_input=True)
    key = key.strip()
    if not _KEY.match(key):
        raise click.ClickException("An API key is 40 lower case letters and digits; this is none.")
    user = _ask_who(url, key) if verify else None
    if user == "":
        raise click.ClickException(f"The server does not know this key; nothing was stored. {url}")
    try:
        place = credentials.store_key(url, key)
    except OSError as error:
        raise click.ClickException(f"The key cannot be stored ({error.strerror}). {credentials.path()}") from None
    if user is None and verify:
        click.echo(f"The server cannot be reached now; the key is stored in {place}")
    else:
        click.echo(f"Signed in{f' as {user}' if user else ''} at {url}")
    _warn_of_environment(key)


@click.command()
@click.option("--host", metavar="URL", help="Address of the server.")
def logout(host: str | None) -> None:
    """Forget the API key of a server."""
    url = where.base_url(host)
    if credentials.stored_key(url) is None:
        click.echo(f"No key is stored for {url}")
        return
    try:
        credentials.store_key(url, None)
    except OSError as error:
        raise click.ClickException(f"The key cannot be removed ({error.strerror}). {credentials.path()}") from None
    click.echo(f"Forgotten: the key of {url}")


def _ask_who(url: str, key: str) -> str | None:
    """The name of the key's user; empty where the server does not know it, None where no server answers."""
    transport = Transport(url, lambda: key, connect_secs=5.0, read_secs=10.0)
    try:
        reply = transport.request("GET", "/viewer")
    except Unreachable:
        return None
    finally:
        transport.close()
    if reply.status in (401, 403):
        return ""
    return viewer_name(reply.body) if reply.status == 200 else None


def viewer_name(body: bytes) -> str | None:
    """The user's name in a Viewer."""
    import msgspec

    try:
        return str(msgspec.json.decode(body)["user"]["name"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return None


def _warn_of_environment(key: str) -> None:
    for name in ("GNOMON_API_KEY", "WANDB_API_KEY"):
        given = os.environ.get(name)
        if given and given.strip() != key:
            click.echo(f"Note: {name} is set to another key, and wins over the stored one.", err=True)
            return
