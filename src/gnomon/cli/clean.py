"""`gnomon clean`: runs that their server has, off this disk."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import click

from gnomon.cli.local_runs import Local, default_place, find_folders, is_live, line, local, short

HOURS = 24.0


@click.command(
    epilog="""\b
Examples:
  gnomon clean                      runs of ./gnomon-runs that were sent and began a day ago or earlier
  gnomon clean --min-hours 0 -y     all that were sent, without asking
"""
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--min-hours", type=float, default=HOURS, show_default=True, help="Only runs that began this long ago.")
@click.option("--include-unsynced", is_flag=True, help="Also runs that no server has whole. They are lost.")
@click.option("-y", "--yes", "--force", "sure", is_flag=True, help="Do not ask.")
def clean(paths: Sequence[Path], min_hours: float, include_unsynced: bool, sure: bool) -> None:
    """Remove run folders whose runs a server has whole; runs that still go on stay."""
    remove([local(folder) for folder in find_folders(paths)], min_hours, include_unsynced, sure)


def remove(runs: Sequence[Local], min_hours: float, include_unsynced: bool, sure: bool) -> None:
    """Remove what is old enough and sent, once somebody has agreed."""
    old = time.time() - min_hours * 3600
    going = [
        run
        for run in runs
        if run.begun_at <= old and (include_unsynced or run.mark.complete) and not is_live(run.folder)
    ]
    if not going:
        click.echo(f"Nothing to remove{'' if runs else f' in {default_place()}'}.")
        return
    for run in going:
        click.echo(line(run))
    lost = sum(not run.mark.complete for run in going)
    question = f"Remove these {len(going)} folders{f'; {lost} of them are on no server' if lost else ''}?"
    if not sure and not click.confirm(question):
        raise click.Abort()
    left = 0
    for run in going:
        try:
            shutil.rmtree(run.folder)
        except OSError as error:
            left += 1
            click.echo(f"{short(run.folder)}: {error.strerror}", err=True)
    click.echo(f"{len(going) - left} of {len(going)} removed.")
    if left:
        raise SystemExit(1)
