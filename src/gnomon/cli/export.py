"""`gnomon export`: what runs have logged, as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

import click

from gnomon.cli import where
from gnomon.cli.download import STDOUT, Client, project_path, to_file

SUFFIXES = {"parquet": "parquet", "arrow": "arrows", "csv": "csv"}


@click.command("export")
@click.argument("named", metavar="RUN_OR_PROJECT")
@click.option("--format", type=click.Choice(list(SUFFIXES)), default="parquet", show_default=True)
@click.option(
    "--shape",
    type=click.Choice(["wide", "long"]),
    help="A row a step with a column for each key, or a row a value. [default: wide for a run, long for a project]",
)
@click.option("--keys", metavar="KEY,KEY", help="Only these keys.")
@click.option("--system", is_flag=True, help="System metrics instead of what was logged.")
@click.option("--where", "query", metavar="QUERY", help="Of a project only runs that match: 'state = finished'.")
@click.option("-o", "--output", metavar="FILE", help="Where to write; - is standard output. [default: NAME.FORMAT]")
@click.option("--host", metavar="URL", help=where.HOST_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print which file was written as JSON.")
def export(
    named: str, format: str, shape: str | None, keys: str | None, system: bool, query: str | None, output: str | None,
    host: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Take away what runs have logged.

    RUN_OR_PROJECT is ENTITY/PROJECT/RUN, ENTITY/PROJECT, or PROJECT for one of your own. The file is whole or it is
    not there.
    """
    parts = named.split("/")
    if not all(parts) or len(parts) > 3:
        raise click.UsageError(f"Name a run as ENTITY/PROJECT/RUN or a project as ENTITY/PROJECT, not {named!r}")
    one_run = len(parts) == 3
    if one_run and query is not None:
        raise click.UsageError("--where chooses runs of a project, and this is one run")
    if as_json and output == STDOUT:
        raise click.UsageError("--json tells of a file, and -o - writes none")
    path = _path(output, f"{parts[-1]}.{SUFFIXES[format]}")
    stream = "system" if system else "history"
    chosen = None if keys is None else [key for key in keys.split(",") if key]
    if one_run:
        asked = {"shape": shape or "wide", "format": format, "stream": stream}
        if keys is not None:
            asked["keys"] = keys
        address = f"/runs/{'/'.join(quote(part, safe='') for part in parts)}/export?{urlencode(asked)}"
        method, body = "GET", None
    else:
        address, method = f"{project_path(named)}/export", "POST"
        body = {"shape": shape or "long", "format": format, "stream": stream, "keys": chosen, "query": query or ""}
    client = Client(host)

    def write(file: IO[bytes]) -> None:
        client.save(method, address, body, "*/*", file)

    to_file(path, write)
    if as_json and path != STDOUT:
        click.echo(json.dumps({"path": path, "bytes": Path(path).stat().st_size}))
    elif path != STDOUT:
        click.echo(f"Wrote {path}, {Path(path).stat().st_size:,} bytes", err=True)


def _path(output: str | None, name: str) -> str:
    if output is not None:
        return output
    name = name.replace("/", "_")
    if Path(name).exists():
        raise click.ClickException(f"{name} is there already; say -o {name} to write over it")
    return name
