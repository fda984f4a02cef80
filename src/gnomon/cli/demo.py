"""`gnomon demo`: projects to look at, really trained."""

from __future__ import annotations

import os
import sys
import time
from contextlib import redirect_stderr, redirect_stdout

import click

from gnomon.cli import where


@click.command()
@click.option("--seed", is_flag=True, help="Train small models and fill the server with what they log.")
@click.option("--quick", is_flag=True, help="Fewer and shorter runs: a minute becomes some seconds.")
@click.option("--host", metavar="URL", help=where.HOST_HELP)
def demo(seed: bool, quick: bool, host: str | None) -> None:
    """Fill a server with three projects of real training runs, to try the page with.

    digits has pictures, tables and models of a classification, wine-sweep two searches over parameters, and long-run
    a million steps, with GPUs that are simulated and say so. The models are small and train here, on data that
    scikit-learn brings along; it takes a minute or two. Log in first.

    \b
    gnomon demo --seed
    gnomon demo --seed --quick --host http://localhost:8585
    """
    if not seed:
        raise click.UsageError("Say --seed: it fills the server with three projects. `make demo` starts one as well.")
    os.environ["GNOMON_BASE_URL"] = where.base_url(host)
    os.environ.setdefault("GNOMON_SILENT", "true")
    try:
        from gnomon.demo import digits, report, stream, wine
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        raise click.ClickException(
            f"The demo trains with scikit-learn and Pillow; {missing!r} is not installed: pip install 'gnomon[demo]'"
        ) from None
    from gnomon.sdk.errors import Error
    from gnomon.sdk.service import Service

    began = time.monotonic()
    try:
        entity = Service().get("/viewer")["user"]["name"]
        # what the trainings print is kept with their runs; here only the names of the runs are said
        out = sys.stdout
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
            for project in (digits, wine, stream):
                for line in project.seed(quick):
                    click.echo(line, file=out)
        report.seed(entity, digits.PROJECT)
    except Error as error:
        raise click.ClickException(str(error)) from None
    address = where.base_url(host)
    click.echo(f"Done in {time.monotonic() - began:.0f} s. Look at it:")
    for project in (digits, wine, stream):
        click.echo(f"  {address}/{entity}/{project.PROJECT}")
