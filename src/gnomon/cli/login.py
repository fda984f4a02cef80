"""`gnomon login` and `gnomon logout`: the API key of a server, kept in a file only its owner can read."""

from __future__ import annotations

import json
import os
import sys

import click

from gnomon.cli import where
from gnomon.sdk import credentials
from gnomon.sdk.errors import UsageError
from gnomon.sdk.login import check_key
from gnomon.sdk.shipper.transport import Transport, Unreachable


@click.command(
    epilog="""\b
Examples:
  gnomon login                                    asks for the key; it is not shown while typed
  gnomon login --host https://gnomon.example.org
  gnomon login < key.txt                          where there is no terminal
"""
)
@click.argument("key", required=False)
@click.option("--host", "--base-url", metavar="URL", help=where.HOST_HELP)
@click.option("--relogin", is_flag=True, help="Ask for a key even where one is known.")
@click.option("--verify/--no-verify", default=True, help="Ask the server whether it knows the key.")
@click.option("--json", "as_json", is_flag=True, help="Print the server, the user and where the key came from as JSON.")
def login(key: str | None, host: str | None, relogin: bool, verify: bool, as_json: bool) -> None:
    """Store the API KEY of a server for all scripts of this user on this machine.

    With --host they log to that server from now on, where GNOMON_BASE_URL names no other. Without KEY, one that is
    known already is checked, and else it is asked for, and not shown while typed; where there is no terminal it is
    read from standard input.
    """
    url = where.base_url(host)
    source = ""
    in_environment = where.environment_key()
    if key is None and not relogin:
        if in_environment is not None:
            source, key = in_environment
        else:
            key = credentials.stored_key(url)
            source = "the stored key" if key else ""
    try:
        key = check_key(key if key is not None else _ask(url))
        user = _ask_who(url, key) if verify else ""
    except UsageError as error:
        raise click.ClickException(f"{error}{f' ({source})' if source else ''}") from None
    except _Unknown:
        if source:
            raise click.ClickException(
                f"The server does not know {source}; try `gnomon login --relogin`. {url}"
            ) from None
        raise click.ClickException(f"The server does not know this key; nothing was stored. {url}") from None
    except Unreachable as error:
        if source:
            raise click.ClickException(f"Whether {source} is right cannot be told now: {error}") from None
        click.echo(f"The key is stored in {_store(url, key)}, but could not be checked: {error}", err=True)
        _use(host and url)
        return
    if not source:
        _store(url, key)
    _use(host and url)
    if as_json:
        click.echo(json.dumps({"server": url, "user": user or None, "by": source or "the given key"}))
    else:
        click.echo(f"Signed in{f' as {user}' if user else ''} at {url}{f', by {source}' if source else ''}")
    if in_environment is not None and in_environment[1] != key:
        click.echo(f"Note: {in_environment[0]} is set to another key, and wins over the stored one.", err=True)


@click.command()
@click.option("--host", metavar="URL", help=where.HOST_HELP)
def logout(host: str | None) -> None:
    """Forget the API key of a server."""
    url = where.base_url(host)
    if credentials.stored_key(url) is None:
        click.echo(f"No key is stored for {url}")
    else:
        _store(url, None)
        click.echo(f"Forgotten: the key of {url}")
    in_environment = where.environment_key()
    if in_environment is not None:
        click.echo(f"Note: {in_environment[0]} is set, and is still used.", err=True)


class _Unknown(Exception):
    """The server does not know the key."""


def _ask(url: str) -> str:
    if not sys.stdin.isatty():
        given = sys.stdin.readline().strip()
        if not given:
            raise click.ClickException(
                f"There is no terminal to ask for the key of {url}. Give it as KEY, on standard input, or set "
                "GNOMON_API_KEY."
            )
        return given
    click.echo(f"You find your key at {url}/settings/keys")
    return str(click.prompt("Paste it here (it is not shown)", hide_input=True))


def _store(url: str, key: str | None) -> str:
    try:
        return str(credentials.store_key(url, key))
    except OSError as error:
        raise click.ClickException(f"{credentials.path()} cannot be written: {error.strerror}") from None


def _use(url: str | None) -> None:
    if not url:
        return
    try:
        credentials.use_server(url)
    except OSError as error:
        raise click.ClickException(f"{credentials.settings_file()} cannot be written: {error.strerror}") from None
    except UsageError as error:
        raise click.ClickException(str(error)) from None
    variable = next((name for name in ("GNOMON_BASE_URL", "WANDB_BASE_URL") if os.environ.get(name)), None)
    if variable and where.base_url(None) != url:
        click.echo(f"Note: {variable} names another server, and wins over this one.", err=True)


def _ask_who(url: str, key: str) -> str:
    """The name of the key's user. Raises _Unknown, and Unreachable where no Gnomon server answers."""
    name, status = who(url, key)
    if status in (401, 403):
        raise _Unknown
    if not name:
        raise click.ClickException(f"{url} answered {status}, but it does not look like a Gnomon server")
    return name


def who(url: str, key: str) -> tuple[str, int]:
    """The name of the key's user as the server says it, empty where it does not, and the status of its answer.

    Raises Unreachable.
    """
    import msgspec

    transport = Transport(url, lambda: key, connect_secs=5.0, read_secs=10.0)
    try:
        reply = transport.request("GET", "/viewer")
    finally:
        transport.close()
    if reply.status != 200:
        return "", reply.status
    try:
        return str(msgspec.json.decode(reply.body)["user"]["name"]), 200
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError):
        return "", 200
