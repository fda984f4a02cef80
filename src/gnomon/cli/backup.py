"""`gnomon admin backup` and `gnomon admin restore`: a data folder copied while its server runs, and put back."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="Data folder of the server. [default: ~/.local/share/gnomon]"
)


@click.command("backup")
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@data_option
def backup(target: Path, data: Path | None) -> None:
    """Copy everything a server keeps to DIR/<time>, whether it is running or not.

    The copy is a data folder of one moment: everything that was acknowledged before the command began is in it. What an
    earlier backup in DIR has already is not copied again. It holds secrets; only you can read it.
    """
    started = time.monotonic()
    try:
        from gnomon.model.errors import GnomonError
        from gnomon.server.backup import backup as make
        from gnomon.server.settings import load
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    try:
        made = make(load(data=data).data, target)
    except (GnomonError, OSError) as error:
        raise click.ClickException(str(error)) from None
    for what in made.missing:
        click.echo(f"not in the backup, since its bytes are not there: {what}", err=True)
    again = f", {made.linked_bytes:,} of them shared with the backup before" if made.linked_bytes else ""
    click.echo(f"{made.size_bytes:,} bytes{again}; {time.monotonic() - started:.1f} s")
    click.echo(made.folder)
    sys.exit(1 if made.missing else 0)


@click.command("restore")
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path))
@data_option
def restore(source: Path, data: Path | None) -> None:
    """Put a backup back into a data folder that is missing or empty, and verify it."""
    started = time.monotonic()
    try:
        from gnomon.model.errors import GnomonError
        from gnomon.server.backup import restore as put_back
        from gnomon.server.check import DataCheck
        from gnomon.server.settings import load
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    try:
        folder = load(data=data).data
        size = put_back(source, folder)
        looking = DataCheck(folder, deep=True)
        count = 0
        for finding in looking.findings():
            count += 1
            click.echo(looking.describe(finding))
    except (GnomonError, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{size:,} bytes restored, {count or 'no'} findings; {time.monotonic() - started:.1f} s")
    click.echo(f"start the server with: gnomon server --data {folder}")
    sys.exit(1 if count else 0)


def _missing(error: ModuleNotFoundError) -> click.ClickException:
    return click.ClickException(
        f"this needs more packages ({error.name} is missing); install them with: pip install 'gnomon[server]'"
    )
