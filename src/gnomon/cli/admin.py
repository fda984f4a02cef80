"""`gnomon admin`: users, teams, keys and sign-in links, on a data folder whose server may be running."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from gnomon.cli.backup import backup, restore
from gnomon.cli.check import check

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from gnomon.server.settings import Settings

T = TypeVar("T")

ORIGIN = "command line"

data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="Data folder of the server. [default: ~/.local/share/gnomon]"
)


@click.group("admin")
def admin() -> None:
    """Manage a server from its own machine, whether it is running or not."""


admin.add_command(check)
admin.add_command(backup)
admin.add_command(restore)


@admin.group("user")
def user() -> None:
    """Users of the server."""


@user.command("create")
@click.argument("name")
@click.option("--api-key", help="An API key for the user: 40 or more letters, digits, - and _.")
@click.option("--password", help="A password to sign in with; `-` reads it from standard input.")
@click.option("--admin", "is_admin", is_flag=True, help="Let the user manage the server.")
@data_option
def user_create(name: str, api_key: str | None, password: str | None, is_admin: bool, data: Path | None) -> None:
    """Make a user. Without key or password, `gnomon admin link NAME` lets them in."""

    def make(settings: Settings, now: float) -> Callable[[Connection], object]:
        from gnomon.server.actions import accounts, passwords

        accounts.check_user_name(name)
        if api_key is not None:
            accounts.check_given_key(api_key)
        given = sys.stdin.readline().rstrip("\n") if password == "-" else password
        hashed = None if given is None else passwords.hashed(accounts.check_password(given))
        return lambda conn: accounts.create_user(
            conn, name, admin=is_admin, password=hashed, api_key=api_key, by=_me(), origin=ORIGIN, now=now
        )

    _write(data, make)
    click.echo(f"Made the user {name}{', an administrator' if is_admin else ''}.")


@user.command("list")
@data_option
def user_list(data: Path | None) -> None:
    """Show all users."""

    def make(settings: Settings, now: float) -> Callable[[Connection], list[tuple[str, str]]]:
        from gnomon.server.storage.tables import accounts

        def read(conn: Connection) -> list[tuple[str, str]]:
            teams = accounts.teams_of_all(conn)
            return [
                (row.name, " ".join([*(["administrator"] if row.admin else []), *teams.get(row.key, ())]))
                for row in accounts.all_users(conn)
            ]

        return read

    for name, about in _write(data, make):
        click.echo(f"{name}\t{about}".rstrip())


@user.command("password")
@click.argument("name")
@data_option
def user_password(name: str, data: Path | None) -> None:
    """Set a user's password; it is asked for, or read from standard input."""
    password = (
        click.prompt("Password", hide_input=True, confirmation_prompt=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )

    def make(settings: Settings, now: float) -> Callable[[Connection], None]:
        from gnomon.server.actions import accounts as actions
        from gnomon.server.actions import passwords
        from gnomon.server.storage.tables import accounts, audit

        hashed = passwords.hashed(actions.check_password(password))

        def change(conn: Connection) -> None:
            row = actions.find_user(conn, name)
            accounts.set_password(conn, row.key, hashed)
            audit.add(conn, at=now, user=_me(), origin=ORIGIN, operation="users.password", target=name)

        return change

    _write(data, make)
    click.echo(f"{name} can sign in with the new password.")


@user.command("delete")
@click.argument("name")
@data_option
def user_delete(name: str, data: Path | None) -> None:
    """Let nobody come in as this user any more; what they logged stays."""

    def make(settings: Settings, now: float) -> Callable[[Connection], object]:
        from gnomon.server.actions import accounts

        return lambda conn: accounts.remove_user(conn, name, by=_me(), origin=ORIGIN, now=now)

    _write(data, make)
    click.echo(f"{name} cannot come in any more; `gnomon admin user create {name}` undoes it.")


@admin.group("team")
def team() -> None:
    """Teams: users who share an entity."""


@team.command("create")
@click.argument("name")
@click.option(
    "--member",
    "members",
    multiple=True,
    metavar="USER[:ROLE]",
    help="A member and their role: viewer, member (the default) or admin. Can be given several times.",
)
@data_option
def team_create(name: str, members: tuple[str, ...], data: Path | None) -> None:
    """Make a team."""
    roles = {user: role or "member" for user, _, role in (member.partition(":") for member in members)}

    def make(settings: Settings, now: float) -> Callable[[Connection], None]:
        from gnomon.server.actions import accounts

        return lambda conn: accounts.create_team(conn, name, roles, by=_me(), origin=ORIGIN, now=now)

    _write(data, make)
    click.echo(f"Made the team {name}" + (f" of {', '.join(roles)}." if roles else "."))


@team.command("add")
@click.argument("team_name", metavar="TEAM")
@click.argument("member", metavar="USER[:ROLE]")
@data_option
def team_add(team_name: str, member: str, data: Path | None) -> None:
    """Make someone a member of a team, or give a member another role."""
    name, _, role = member.partition(":")

    def make(settings: Settings, now: float) -> Callable[[Connection], object]:
        from gnomon.server.actions import accounts

        return lambda conn: accounts.set_member(
            conn, team_name, name, role or "member", by=_me(), origin=ORIGIN, now=now
        )

    _write(data, make)
    click.echo(f"{name} is {role or 'member'} of {team_name}.")


@team.command("remove")
@click.argument("team_name", metavar="TEAM")
@click.argument("name", metavar="USER")
@data_option
def team_remove(team_name: str, name: str, data: Path | None) -> None:
    """Take someone out of a team."""

    def make(settings: Settings, now: float) -> Callable[[Connection], object]:
        from gnomon.server.actions import accounts

        return lambda conn: accounts.remove_member(conn, team_name, name, by=_me(), origin=ORIGIN, now=now)

    _write(data, make)
    click.echo(f"{name} is not in {team_name} any more.")


@admin.group("key")
def key() -> None:
    """API keys."""


@key.command("create")
@click.argument("name", required=False)
@click.option("--label", default="", help="What the key is for.")
@data_option
def key_create(name: str | None, label: str, data: Path | None) -> None:
    """Make an API key for a user (the first administrator without NAME) and print it."""

    def make(settings: Settings, now: float) -> Callable[[Connection], str]:
        from gnomon.server.actions import accounts

        return lambda conn: (
            accounts.create_key(conn, _user(conn, name, settings, now), label, by=_me(), origin=ORIGIN, now=now).secret
        )

    click.echo(_write(data, make))


@admin.command("link")
@click.argument("name", required=False)
@data_option
def link(name: str | None, data: Path | None) -> None:
    """Print a link that signs a user (the first administrator without NAME) in, once, within 15 minutes."""

    def make(settings: Settings, now: float) -> Callable[[Connection], str]:
        from gnomon.server.actions import accounts
        from gnomon.server.data_folder import holder_of

        holder = holder_of(settings.data)
        address = holder.address if holder else settings.address

        def create(conn: Connection) -> str:
            return f"{address}/sign-in?link={accounts.create_link(conn, _user(conn, name, settings, now), now)}"

        return create

    click.echo(_write(data, make))


def _user(conn: Connection, name: str | None, settings: Settings, now: float):  # type: ignore[no-untyped-def]
    from gnomon.server.actions import accounts
    from gnomon.server.first_start import ensure_admin

    return ensure_admin(conn, settings.data, now) if name is None else accounts.find_user(conn, name)


def _write(data: Path | None, make: Callable[[Settings, float], Callable[[Connection], T]]) -> T:
    """Run one transaction on the data folder's tables; what goes wrong is one line on the terminal."""
    import asyncio
    import time

    from gnomon.model.errors import GnomonError

    try:
        from gnomon.server.data_folder import check_version
        from gnomon.server.settings import load
        from gnomon.server.storage.open import open_tables
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"this needs more packages ({error.name} is missing); install them with: pip install 'gnomon[server]'"
        ) from None

    async def run() -> T:
        settings = load(data=data)
        work = make(settings, time.time())
        check_version(settings.data)
        tables = open_tables(settings)
        try:
            return await tables.write(work)
        finally:
            await tables.close()

    try:
        return asyncio.run(run())
    except GnomonError as error:
        raise click.ClickException(str(error)) from None


def _me() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"
