"""`gnomon pull`: the files of a run."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gnomon.cli import where
from gnomon.cli.asked import run_of, told

if TYPE_CHECKING:
    from gnomon.sdk.public.files import File


@click.command(
    epilog="""\b
Examples:
  gnomon pull ann/mnist/ab12cd34                 all its files, into this folder
  gnomon pull -p mnist ab12cd34 --root got       one of your own, into ./got
  gnomon pull ann/mnist/ab12cd34 --like '%.png'  only pictures
"""
)
@click.argument("run")
@click.option("--project", "-p", metavar="NAME", help="The project that RUN is in, where RUN does not say.")
@click.option("--entity", "-e", metavar="NAME", help="Whose project that is.")
@click.option("--root", metavar="DIR", default=".", show_default=True, help="Where to put them.")
@click.option("--like", metavar="PATTERN", help="Only paths that are like this; % is any text, _ any letter.")
@click.option("--host", metavar="URL", help=where.HOST_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print which files there are as JSON.")
@told
def pull(
    run: str, project: str | None, entity: str | None, root: str, like: str | None, host: str | None, as_json: bool
) -> None:
    """Fetch the files of a run.

    RUN is ENTITY/PROJECT/ID, PROJECT/ID, an id, an address, or a run folder. Files that are there with the same bytes
    are not fetched again; others of the same name are written over.
    """
    found = run_of(run, entity, project, host)
    files = list(found.files(pattern=like))
    if not files:
        raise click.ClickException(f"{'/'.join(found.path)} has no files{f' like {like!r}' if like else ''}")
    waiting = [file for file in files if not _is_here(file, root)]
    size = sum(file.size for file in waiting)
    bar = click.progressbar(
        length=max(1, size), label="Fetching", file=sys.stderr, hidden=not sys.stderr.isatty() or not waiting
    )
    with bar:
        for file in waiting:
            file.download(root, replace=True).close()
            bar.update(file.size)
    if as_json:
        fetched = {file.name for file in waiting}
        said = [{"path": str(Path(root, file.name)), "bytes": file.size, "fetched": file.name in fetched}
                for file in files]  # fmt: skip
        click.echo(json.dumps(said, indent=2))
        return
    for file in waiting:
        click.echo(file.name)
    here = len(files) - len(waiting)
    click.echo(f"{len(waiting)} files fetched, {size:,} bytes{f'; {here} were here already' if here else ''}", err=True)


def _is_here(file: File, root: str) -> bool:
    try:
        with Path(root, file.name).open("rb") as content:
            digest = hashlib.sha256()
            while piece := content.read(1 << 20):
                digest.update(piece)
    except OSError:
        return False
    return digest.hexdigest() == str(file.digest)
