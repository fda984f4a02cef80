"""`gnomon controller`: choose the runs of a sweep from this machine, and not on the server."""

from __future__ import annotations

import click

from gnomon.sdk.errors import Error


@click.command()
@click.argument("sweep")
@click.option("--project", "-p", help="Project of the sweep, where SWEEP does not say it.")
@click.option("--entity", "-e", help="User or team it belongs to, where SWEEP does not say it; else you.")
@click.option("--verbose", is_flag=True, help="Say what is scheduled and what is stopped.")
def controller(sweep: str, project: str | None, entity: str | None, verbose: bool) -> None:
    """Choose what a SWEEP tries, by the method of its config, until it is over.

    The sweep is one that says `controller: {type: local}`, such as `gnomon sweep --controller` makes. Agents run what
    is chosen, here or elsewhere. A search of your own is a few lines of Python: see `gnomon.controller`.
    """
    from gnomon.sdk.controller import Controller

    try:
        Controller(sweep, entity, project).run(verbose=verbose)
    except Error as error:
        raise click.ClickException(str(error)) from None
