"""`gnomon sql`: a question in SQL about the runs of a project."""

from __future__ import annotations

import io
import os
import sys
import unicodedata
from typing import IO, Any

import click
import msgspec

from gnomon.cli import where
from gnomon.cli.download import STDOUT, Client, project_path, to_file

ACCEPT = {
    "table": "application/json",
    "json": "application/json",
    "csv": "text/csv",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
ROWS_SHOWN = 500
WIDEST = 60


@click.command("sql")
@click.argument("query")
@click.option("--project", metavar="ENTITY/PROJECT", help="Which project; else what GNOMON_PROJECT says.")
@click.option(
    "--format", type=click.Choice(list(ACCEPT)), help="[default: table on a terminal and without a file, else csv]"
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("-o", "--output", metavar="FILE", default=STDOUT, help="Where to write. [default: standard output]")
@click.option("--host", metavar="URL", help=where.HOST_HELP)
def sql(query: str, project: str | None, format: str | None, as_json: bool, output: str, host: str | None) -> None:
    """Ask a project's runs something, in DuckDB's SQL.

    QUERY is one SELECT over the tables runs, history and system; - reads it from standard input. Name runs and keys in
    `where`, so that only their rows are read:

    \b
        gnomon sql "select run, min(value) from history where key = 'loss' group by run" --project me/mnist
    """
    if as_json:
        if format not in (None, "json"):
            raise click.UsageError(f"--json and --format {format} ask for different things")
        format = "json"
    if query == STDOUT:
        query = sys.stdin.read()
    path = f"{project_path(project or _default_project())}/sql"
    if format is None:
        format = "table" if output == STDOUT and sys.stdout.isatty() else "csv"
    if format in ("arrow", "parquet") and output == STDOUT and sys.stdout.isatty():
        raise click.UsageError(f"A terminal cannot show {format}; say -o FILE")
    client = Client(host)

    def write(file: IO[bytes]) -> None:
        if format != "table":
            client.save("POST", path, {"query": query}, ACCEPT[format], file)
            return
        answer = io.BytesIO()
        client.save("POST", path, {"query": query}, ACCEPT["table"], answer)
        file.write(as_table(msgspec.json.decode(answer.getvalue())).encode())

    to_file(output, write)


def _default_project() -> str:
    from gnomon.sdk import credentials, settings
    from gnomon.sdk.errors import UsageError

    try:
        given = settings.load(os.environ, file=credentials.settings_file())
    except UsageError as error:
        raise click.ClickException(str(error)) from None
    if not given.project:
        raise click.UsageError("Say which project: --project ENTITY/PROJECT")
    return f"{given.entity}/{given.project}" if given.entity else given.project


def as_table(answer: dict[str, Any]) -> str:
    """An answer as people read it: columns side by side, numbers to the right.

    >>> print(as_table({"columns": [{"name": "run"}, {"name": "loss"}], "rows": [["a", 0.5], ["bb", None]]}), end="")
    run  loss
    a     0.5
    bb
    2 rows
    """
    names = [str(column["name"]) for column in answer["columns"]]
    rows = answer["rows"]
    cells = [[_shown(value) for value in row] for row in rows[:ROWS_SHOWN]]
    right = [
        any(isinstance(value, (int, float)) and not isinstance(value, bool) for value in column)
        and all(value is None or isinstance(value, (int, float)) for value in column)
        for column in (zip(*rows[:ROWS_SHOWN], strict=True) if rows else [()] * len(names))
    ]
    widths = [max(map(_width, column)) for column in zip(names, *cells, strict=True)]
    lines = [
        "  ".join(
            " " * (width - _width(cell)) + cell if to_right else cell + " " * (width - _width(cell))
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in [names, *cells]
    ]
    count = f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
    if len(rows) > ROWS_SHOWN:
        count += f", the first {ROWS_SHOWN} of them here; --format csv writes all"
    return "\n".join([*lines, count, ""])


def _shown(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Cf") else char for char in text)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _width(text: str) -> int:
    """How many places of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
