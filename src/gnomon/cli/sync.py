"""`gnomon sync`: the shipper on journals that lie on this disk. Doing it again changes nothing."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from gnomon.cli import where
from gnomon.protocol import registry
from gnomon.sdk.shipper import mark
from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.ship import Outcome, Ship, is_local

LOCK_SECS = 60.0
"""How long a folder is waited for that another process is sending."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--all", "every", is_flag=True, help="Also all runs this user left unsent anywhere on this machine.")
@click.option("--host", metavar="URL", help="Send to this server instead of the one each run was meant for.")
@click.option("--jobs", type=click.IntRange(1, 32), default=4, show_default=True, help="Runs sent at a time.")
def sync(paths: Sequence[Path], every: bool, host: str | None, jobs: int) -> None:
    """Send runs that lie on this disk: offline ones, and what a server missed of others.

    Each PATH is a run folder or a folder of them; without PATH those in ./gnomon-runs are sent. Doing it again sends
    nothing twice. The exit code is 1 when something could not be sent.
    """
    for path in paths:
        if not path.is_dir():
            raise click.ClickException(f"There is no such folder. {path}")
    folders = find_folders(paths) if paths or not every else []
    if paths and not folders:
        raise click.ClickException(f"No run folder is in {', '.join(map(str, paths))}")
    if every:
        folders = sorted({*folders, *find_folders([]), *(entry.folder for entry in registry.entries())})
    if not folders:
        looked = "anywhere this user's online runs are known to be" if every else f"in {default_place()}"
        click.echo(f"Nothing to send {looked}.{'' if every else ' Other folders: gnomon sync PATH, or --all.'}")
        return
    url = where.base_url(host) if host else where.environment_url()
    say = _Say()
    with ThreadPoolExecutor(max_workers=min(jobs, len(folders))) as pool:
        outcomes = list(pool.map(lambda folder: _send(folder, url, say), folders))
    left = [outcome for outcome in outcomes if not outcome.complete and not outcome.running]
    sent = sum(outcome.complete for outcome in outcomes)
    click.echo(f"{sent} of {len(folders)} runs are complete on their server.")
    if left:
        click.echo(f"{len(left)} are not; their data stays on this disk.", err=True)
        raise SystemExit(1)


def find_folders(paths: Iterable[Path]) -> list[Path]:
    """The run folders at or in these places; in `./gnomon-runs` (or where GNOMON_DIR says) without any."""
    places = list(paths)
    if not places:
        places = [default_place()]
    found: set[Path] = set()
    for place in places:
        if is_local(place):
            found.add(place.absolute())
            continue
        for inner in (place, place / "gnomon-runs"):
            if inner.is_dir():
                found.update(each.absolute() for each in inner.iterdir() if each.is_dir() and is_local(each))
    return sorted(found)


def default_place() -> Path:
    """Where runs lie unless their script said otherwise."""
    return Path(os.environ.get("GNOMON_DIR") or os.environ.get("WANDB_DIR") or ".", "gnomon-runs")


def short(folder: Path) -> str:
    """A folder as people want to read it."""
    try:
        return str(folder.relative_to(Path.cwd()))
    except ValueError:
        return str(folder)


class _Say:
    """Lines of several runs, whole and in turn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, folder: Path, text: str, *, err: bool = False) -> None:
        with self._lock:
            click.echo(f"{short(folder)}: {text}", err=err)


def _send(folder: Path, url: str | None, say: _Say) -> Outcome:
    run = RunFolder(folder)
    try:
        if not _locked(run):
            was = mark.read(folder)
            if was.complete:
                return Outcome(True, 0, "", was.url)
            say(folder, "another process is sending it")
            return Outcome(False, was.rows_left, "another process is sending it", running=_is_live(folder))
        try:
            outcome = Ship(run, live=False, base_url=url, say=lambda text: say(folder, text, err=True)).run()
        finally:
            run.unlock()
    except OSError as error:
        say(folder, f"cannot be read ({error.strerror})", err=True)
        return Outcome(False, 0, str(error))
    if outcome.complete:
        rows = sum(journal.rows for journal in mark.read(folder).journals.values())
        say(folder, f"sent, {rows} rows{f'  {outcome.url}' if outcome.url else ''}")
    elif outcome.running:
        say(folder, "still running; what it logged so far is sent")
    else:
        say(folder, f"{outcome.rows_left} rows left{f': {outcome.message}' if outcome.message else ''}", err=True)
    return outcome


def _locked(run: RunFolder) -> bool:
    """Take the lock; wait while whoever holds it gets on."""
    until, seen = time.monotonic() + LOCK_SECS, mark.read(run.path)
    while not run.lock():
        if time.monotonic() > until or _is_live(run.path):
            return False
        time.sleep(0.1)
        now = mark.read(run.path)
        if now.complete:
            return run.lock()
        if now.journals != seen.journals:
            until, seen = time.monotonic() + LOCK_SECS, now
    return True


def _is_live(folder: Path) -> bool:
    """Whether the run's own process still works, so that its own shipper is the one at work."""
    from gnomon.sdk.shipper.life import is_alive

    settings = RunFolder(folder).settings()
    return is_alive(settings.pid, settings.pid_started)
