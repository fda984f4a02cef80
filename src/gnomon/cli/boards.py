"""`gnomon sync --sync-tensorboard`: folders of TensorBoard's event files, each as a run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from gnomon.sdk.errors import Error, UsageError
from gnomon.sdk.tensorboard.importing import Imported, tensorboard_import


def send(
    paths: Sequence[Path],
    url: str | None,
    *,
    entity: str | None,
    project: str | None,
    run_id: str | None,
    job_type: str | None,
    as_json: bool,
) -> None:
    """Make a run of each folder and send it. Raises UsageError of click for what cannot be meant."""
    if not paths:
        raise click.UsageError("--sync-tensorboard needs the folders of event files")
    if run_id is not None and len(paths) > 1:
        raise click.UsageError("--id is of one run; with --sync-tensorboard each PATH is one")
    settings = {"silent": as_json, **({"base_url": url} if url else {})}
    made: list[Imported] = []
    for path in paths:
        try:
            made.append(tensorboard_import(path, run_id, project, entity, job_type=job_type, settings=settings))
        except UsageError as error:
            raise click.UsageError(str(error)) from None
        except (Error, OSError) as error:
            raise click.ClickException(f"{error} {path}") from None
        if not as_json:
            damaged = f", {len(made[-1].damaged)} files have damage" if made[-1].damaged else ""
            click.echo(f"{path}: {made[-1].rows} rows{damaged}  {made[-1].url or made[-1].path}")
    if as_json:
        click.echo(json.dumps([one._asdict() for one in made], indent=2))
