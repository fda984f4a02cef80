"""`gnomon agent`: run what a sweep suggests, each run a process."""

from __future__ import annotations

import click

from gnomon.sdk.errors import Error


@click.command()
@click.argument("sweep")
@click.option("--project", "-p", help="Project of the sweep, where SWEEP does not say it.")
@click.option("--entity", "-e", help="User or team it belongs to, where SWEEP does not say it; else you.")
@click.option("--count", type=click.IntRange(min=0), help="Leave after so many runs; 0 means no limit.")
@click.option("--forward-signals", "-f", is_flag=True, help="Pass signals that the agent gets on to the run.")
@click.option("--term-timeout", "-t", type=click.FloatRange(min=0), metavar="SECONDS",
              help="Kill the run so long after the agent was asked to end.")  # fmt: skip
@click.option("--max-failures", "--max-consecutive-failed-runs", "max_failures", type=click.IntRange(min=1),
              metavar="N", help="Leave after N failures in a row.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="When it leaves, print what it did as JSON.")
def agent(
    sweep: str,
    project: str | None,
    entity: str | None,
    count: int | None,
    forward_signals: bool,
    term_timeout: float | None,
    max_failures: int | None,
    as_json: bool,
) -> None:
    """Run what a SWEEP suggests, one run after the other, until there is nothing more.

    Each run is a process: the `command` of the sweep's config, or else `python PROGRAM --name=value …`. Start as many
    agents as you like, on as many machines: none gets what another has, and what one had that died is given to
    another. Ctrl-C waits for the run under way; a second one ends it, a third one kills it.

    \b
    gnomon agent NAME/PROJECT/SWEEP
    CUDA_VISIBLE_DEVICES=1 gnomon agent --count 10 SWEEP -p PROJECT

    The exit code is 1 where it left because runs kept failing or the sweep was deleted.
    """
    from gnomon.sdk.agent import work

    try:
        why = work(
            sweep, entity=entity, project=project, count=count, forward_signals=forward_signals,
            term_timeout=term_timeout, max_consecutive_failed_runs=max_failures,
        )  # fmt: skip
    except Error as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        import json

        click.echo(json.dumps({"sweep": sweep, "why": why}))
    if why:
        raise SystemExit(1)
