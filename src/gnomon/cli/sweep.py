"""`gnomon sweep`: make a sweep of a config, change one, steer one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import click

from gnomon.cli import where
from gnomon.sdk import addresses, credentials
from gnomon.sdk import settings as options
from gnomon.sdk import sweep as sweeps
from gnomon.sdk.agents import place
from gnomon.sdk.errors import Error
from gnomon.sdk.service import Service, path

_STATES = {"stop": "FINISHED", "cancel": "CANCELED", "pause": "PAUSED", "resume": "RUNNING"}
_DONE = {
    "stop": "Stopped: runs under way go on to their end",
    "cancel": "Canceled: runs under way are stopped",
    "pause": "Paused: agents get no new runs",
    "resume": "Resumed: agents get runs again",
}


@click.command()
@click.argument("config_or_sweep", metavar="CONFIG_OR_SWEEP")
@click.option("--project", "-p", help="Project of the sweep; else GNOMON_PROJECT, else what the config says.")
@click.option("--entity", "-e", help="User or team it belongs to; else you.")
@click.option("--name", help="What the sweep is called, in place of the config's name.")
@click.option("--program", help="The script that agents run, in place of the config's program.")
@click.option("--controller", is_flag=True, help="The runs are chosen by `gnomon controller`, and not by the server.")
@click.option("--prior_run", "--prior-run", "-R", "prior_runs", multiple=True, metavar="RUN",
              help="A run of the project that counts as tried. May be given several times.")  # fmt: skip
@click.option("--update", metavar="SWEEP", help="Give this sweep the config, in place of making a new one.")
@click.option("--stop", "steer", flag_value="stop", help="Give no new runs; those under way go on to their end.")
@click.option("--cancel", "steer", flag_value="cancel", help="Give no new runs, and stop those under way.")
@click.option("--pause", "steer", flag_value="pause", help="Give no new runs until it is resumed.")
@click.option("--resume", "steer", flag_value="resume", help="Give runs again, also where it was over.")
@click.option("--verbose", is_flag=True, hidden=True)
@click.option("--host", metavar="URL", help=where.HOST_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print the sweep as JSON.")
def sweep(
    config_or_sweep: str,
    project: str | None,
    entity: str | None,
    name: str | None,
    program: str | None,
    controller: bool,
    prior_runs: Sequence[str],
    update: str | None,
    steer: str | None,
    verbose: bool,
    host: str | None,
    as_json: bool,
) -> None:
    """Make a sweep of a config (YAML or JSON), or change or steer one that is there.

    \b
    gnomon sweep sweep.yaml                  make one; what it prints runs it
    gnomon agent NAME/PROJECT/SWEEP          run what it suggests; as many at a time as you like
    gnomon sweep --update SWEEP sweep.yaml   let it search something else from now on
    gnomon sweep --pause SWEEP               and --resume, --stop, --cancel

    A SWEEP is its id, PROJECT/SWEEP or NAME/PROJECT/SWEEP. A config, at its smallest:

    \b
    program: train.py
    method: bayes                            grid, random, bayes, tpe, …
    metric: {name: val/loss, goal: minimize}
    run_cap: 50
    parameters:
      lr: {distribution: log_uniform_values, min: 0.00001, max: 0.1}
      layers: {values: [2, 3, 4]}
    """
    try:
        held = options.load(os.environ, file=credentials.settings_file())
        service = Service(where.base_url(host), held.api_key)
        if steer is not None:
            _refuse(
                f"--{steer}", name=name, program=program, controller=controller, prior_run=prior_runs, update=update
            )
            at = place.read(config_or_sweep, entity, project, held)
            about = service.patch(_api(at), {"state": _STATES[steer]})["sweep"]
            _tell(service, about, (), _DONE[steer], as_json)
            return
        config = sweeps.read(service, config_or_sweep)
        changes: dict[str, Any] = {key: value for key, value in (("name", name), ("program", program)) if value}
        if controller:
            changes["controller"] = {"type": "local"}
        config = config.changed(**changes) if changes else config
        if update is not None:
            _refuse("--update", prior_run=prior_runs)
            at = place.read(update, entity, project, held)
            detail = service.patch(_api(at), {"config": config.given})
            _tell(service, detail["sweep"], detail["warnings"], "Changed; agents get runs by the new config", as_json)
            return
        made = sweeps.create(service, config, entity=entity, project=project, prior_runs=prior_runs or None, held=held)
        about = service.get(_api(made.place))["sweep"]
        _tell(service, about, made.warnings, f"Run it with: gnomon agent {made.place}", as_json)
        if controller and not as_json:
            click.echo(f"Control it with: gnomon controller {made.place}")
    except Error as error:
        raise click.ClickException(str(error)) from None


def _refuse(option: str, **given: Any) -> None:
    for other, value in given.items():
        if value:
            raise click.UsageError(f"{option} and --{other} make no sense together")


def _api(at: place.SweepPath) -> str:
    return "/sweeps" + path(at.entity or "-", at.project, at.sweep)


def _tell(service: Service, about: Mapping[str, Any], warnings: Sequence[str], says: str, as_json: bool) -> None:
    url = addresses.of_sweep(service.base_url, about["entity"], about["project"], about["id"])
    if as_json:
        import json

        click.echo(json.dumps({**about, "url": url, "warnings": list(warnings)}, indent=2))
        return
    for warning in warnings:
        click.echo(f"Note: {warning}", err=True)
    click.echo(f"Sweep {about['entity']}/{about['project']}/{about['id']}  {about['state']}\n{url}\n{says}")
