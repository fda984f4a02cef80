"""`gnomon server`: the server and its page, from one data folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import socket

    from gnomon.server.settings import Settings

TURN_SECS = 0.0005
"""How long a thread computes before another may. What gives its turn away often, as reading rows does, waits that long
each time beside what only computes. With Python's 5 ms the first rows of 100,000 runs took 6.7 s while the names
of their columns were gathered; now they take 1.4 s."""
STOP_SECS = 8
"""How long requests in flight may take once the server was told to stop."""


@click.command("server")
@click.option("--host", help="Address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on. [default: 8585]")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder. [default: ~/.local/share/gnomon]")
@click.option("--base-url", help="Address users reach the server at, where a proxy stands before it.")
@click.option(
    "--open-network",
    is_flag=True,
    default=None,
    help="Listen beyond this machine although no administrator has a password.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the page in a browser.")
@click.option(
    "--no-login-here", is_flag=True, help="Do not store the local administrator's key for this user's scripts."
)
def server(
    host: str | None,
    port: int | None,
    data: Path | None,
    base_url: str | None,
    open_network: bool | None,
    open_browser: bool,
    no_login_here: bool,
) -> None:
    """Run the server and its page.

    Prints the address with a one-time sign-in link. The first start makes a local administrator and stores a key for
    scripts of this user on this machine.
    """
    try:
        from gnomon.model.errors import GnomonError, Unavailable
        from gnomon.server.settings import load
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the server needs more packages ({error.name} is missing); install them with: pip install 'gnomon[server]'"
        ) from None
    try:
        settings = load(host=host, port=port, data=data, base_url=base_url, open_network=open_network)
        _serve(settings, login_here=not no_login_here, open_browser=open_browser)
    except Unavailable as error:
        raise click.ClickException(
            f"{error}\n`gnomon admin check --data {settings.data}` tells what is damaged; with --repair it mends it"
        ) from None
    except GnomonError as error:
        raise click.ClickException(str(error)) from None
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the server needs more packages ({error.name} is missing); install them with: pip install 'gnomon[server]'"
        ) from None


def _serve(settings: Settings, *, login_here: bool, open_browser: bool) -> None:
    """Take the folder and the port, then answer until told to stop."""
    import dataclasses
    import logging

    from gnomon.server.data_folder import DataFolder

    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    listening = _listen(settings)
    settings = dataclasses.replace(settings, port=listening.getsockname()[1])
    folder = DataFolder(settings.data)
    try:
        folder.hold(settings.address)
        _answer(settings, listening, login_here=login_here, open_browser=open_browser)
    finally:
        listening.close()
        folder.release()


def _listen(settings: Settings) -> socket.socket:
    """The socket to listen on. Raises ClickException where the address cannot be had."""
    import errno
    import socket

    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host,
            settings.port,
            type=socket.SOCK_STREAM,
            flags=socket.AI_PASSIVE,
            family=socket.AF_INET if settings.host == "localhost" else socket.AF_UNSPEC,
        )[0]
    except (socket.gaierror, UnicodeError):
        raise click.ClickException(f"{settings.host!r} is not an address of this machine") from None
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(2048)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(
                f"port {settings.port} is in use; stop what listens there, or choose another with --port"
            ) from None
        raise click.ClickException(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from None
    listening.set_inheritable(False)
    return listening


def _answer(settings: Settings, listening: socket.socket, *, login_here: bool, open_browser: bool) -> None:
    import asyncio
    import signal

    import uvicorn

    from gnomon.server.app import build_app
    from gnomon.server.connection import connections
    from gnomon.server.storage.open import open_storage

    sys.setswitchinterval(TURN_SECS)
    answering = False

    def leave(*_: object) -> None:
        # Before the first request there is nothing to put in order. From then on uvicorn takes the signal, stops, and
        # raises it again when it is done: by then it has been obeyed.
        if not answering:
            raise SystemExit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)

    async def main() -> None:
        nonlocal answering
        storage = open_storage(settings)
        try:
            link, banner = await _welcome(settings, storage.tables, login_here=login_here)
        except BaseException:
            await storage.close()
            raise
        app = build_app(settings, storage)

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started:
                    click.echo(banner)
                    sys.stdout.flush()
                    if open_browser:
                        import webbrowser

                        webbrowser.open(link)

            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                app.state.services.live.close()  # open event streams would keep their connections for ever
                await super().shutdown(sockets)

        config = uvicorn.Config(
            app,
            http=connections(settings.stall_secs),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECS,
            timeout_keep_alive=75,
            proxy_headers=bool(settings.base_url),
        )
        answering = True
        await Server(config).serve(sockets=[listening])

    try:
        import uvloop
    except ImportError:
        asyncio.run(main())
    else:
        uvloop.run(main())


async def _welcome(settings: Settings, tables: object, *, login_here: bool) -> tuple[str, str]:
    """What to print: who one is, and how to come in. Makes the local administrator where there is none."""
    import time

    from gnomon.model.errors import Rejected
    from gnomon.server.actions.accounts import create_link
    from gnomon.server.api.page import FOLDER
    from gnomon.server.first_start import ensure_admin, local_key
    from gnomon.server.storage.tables import accounts
    from gnomon.server.storage.tables.database import Database
    from gnomon.server.version import VERSION

    assert isinstance(tables, Database)
    if not settings.on_loopback and not settings.open_network and not await tables.read(accounts.admin_with_password):
        raise Rejected(
            f"listening on {settings.host} lets other machines in, and "
            "no administrator of this server has a password yet; "
            f"make one with `gnomon admin user create NAME --admin --password ... --data {settings.data}`, "
            "or say --open-network to rely on keys and links alone"
        )
    now = time.time()
    admin = await tables.write(lambda conn: ensure_admin(conn, settings.data, now))
    token = await tables.write(lambda conn: create_link(conn, admin, now))
    link = f"{settings.address}/sign-in?link={token}"
    lines = [
        f"Gnomon {VERSION}  ·  data in {settings.data}",
        "",
        f"  Open   {link}",
        f"         signs you in as {admin.name}, once, within 15 minutes; for another link: gnomon admin link",
        f"  API    {settings.address}/api/docs",
    ]
    key = local_key(settings.data)
    if login_here and key is not None and await _store_login(settings, tables, key):
        lines.append(f"  Scripts of this user log here {_settings_needed(settings)}")
    if not (FOLDER / "index.html").is_file():
        lines.append("  The page is not built: run `make web` in the source folder")
    return link, "\n".join([*lines, ""])


def _settings_needed(settings: Settings) -> str:
    """What a script in another terminal has to be told, so that it finds this server and its key."""
    needed = [f"GNOMON_BASE_URL={settings.address}"] if settings.port != 8585 else []
    if "GNOMON_CONFIG_DIR" in os.environ:
        needed.append(f"GNOMON_CONFIG_DIR={os.environ['GNOMON_CONFIG_DIR']}")
    return f"with {' '.join(needed)}" if needed else "without further settings"


async def _store_login(settings: Settings, tables: object, key: str) -> bool:
    """Store the local administrator's key for scripts of this user, unless they have another good key stored."""
    from gnomon.sdk.credentials import store_key, stored_key
    from gnomon.server.caller import digest_of
    from gnomon.server.storage.tables import accounts
    from gnomon.server.storage.tables.database import Database

    assert isinstance(tables, Database)
    addresses = {settings.address}
    if settings.on_loopback:
        addresses |= {f"http://localhost:{settings.port}", f"http://127.0.0.1:{settings.port}"}
    stored = True
    for address in sorted(addresses):
        there = stored_key(address)
        if there is not None and there != key:
            digest = digest_of(there)
            if await tables.read(lambda conn, digest=digest: accounts.user_by_key(conn, digest)):  # type: ignore[misc]
                continue
        if there != key:
            try:
                store_key(address, key)
            except OSError:
                stored = False
    return stored
