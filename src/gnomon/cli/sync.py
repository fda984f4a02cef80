"""`gnomon sync`: the shipper on journals that lie on this disk. Doing it again changes nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from gnomon.cli import clean, progress, where
from gnomon.cli.elsewhere import Elsewhere, copied
from gnomon.cli.local_runs import Choice, Local, chosen, default_place, find_folders, is_live, line, local, short
from gnomon.protocol import registry
from gnomon.sdk.shipper import mark
from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.ship import Outcome, Ship

LOCK_SECS = 60.0
"""How long a folder is waited for that another process is sending."""


@click.command(
    epilog="""\b
Examples:
  gnomon sync                               what lies in ./gnomon-runs
  gnomon sync --all                         all that this user left unsent on this machine
  gnomon sync --view                        what would be sent, and what was
  gnomon sync run-20260101_120000-ab12cd34  one run
  gnomon sync -p other RUN_FOLDER           the run to another project, too
  gnomon sync --id first --append FOLDER    behind the rows of a run that is there
  gnomon sync --sync-tensorboard logs       a run made of TensorBoard's event files
  gnomon sync --clean --clean-old-hours 48  then remove what was sent and began two days ago
"""
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--all", "--sync-all", "every", is_flag=True, help="Also all runs this user left unsent on this machine.")
@click.option("--host", metavar="URL", help="Send to this server instead of the one each run was meant for.")
@click.option("--jobs", "-n", type=click.IntRange(1, 32), default=4, show_default=True, help="Runs sent at a time.")
@click.option("--view", "--dry-run", "view", is_flag=True, help="Show which runs there are, and send nothing.")
@click.option("--show", type=click.IntRange(1), help="Show the newest of them, at most this many, and send nothing.")
@click.option(
    "--include-online/--skip-online",
    "--no-skip-online/--no-include-online",
    "include_online",
    default=True,
    help="Runs whose scripts sent as they went.",
)
@click.option(
    "--include-offline/--skip-offline",
    "--no-skip-offline/--no-include-offline",
    "include_offline",
    default=True,
    help="Runs whose scripts kept what they logged here.",
)
@click.option(
    "--include-synced/--skip-synced",
    "--no-skip-synced/--no-include-synced",
    "include_synced",
    default=True,
    help="Runs that were sent; looking at one is quick.",
)
@click.option("--include-globs", metavar="GLOB,...", help="Only folders or run ids that are like one of these.")
@click.option("--exclude-globs", metavar="GLOB,...", help="No folders or run ids that are like one of these.")
@click.option("--entity", "-e", metavar="NAME", help="Send them to this user or team.")
@click.option("--project", "-p", metavar="NAME", help="Send them to this project.")
@click.option("--id", "run_id", metavar="ID", help="Send them as the run of this id.")
@click.option("--append", is_flag=True, help="With --id: behind the last step that run has.")
@click.option("--job-type", "--job_type", metavar="NAME", help="Send them as runs of this job type.")
@click.option("--replace-tags", metavar="OLD=NEW,...", help="Send them with these tags renamed.")
@click.option("--skip-console", is_flag=True, help="Send them without what they printed.")
@click.option("--mark-synced/--no-mark-synced", default=True, help="Whether this disk remembers what was sent.")
@click.option("--sync-tensorboard", "boards", is_flag=True, help="Each PATH is a folder of TensorBoard's event files.")
@click.option("--clean", "cleans", is_flag=True, help="Afterwards, remove folders of runs that were sent.")
@click.option("--clean-old-hours", type=float, default=24.0, show_default=True, help="Those that began this long ago.")
@click.option("--clean-force", "--yes", "-y", "sure", is_flag=True, help="Remove them without asking.")
@click.option("--verbose", "-v", is_flag=True, help="Show each run before it is sent.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of each run as JSON.")
def sync(
    paths: Sequence[Path], every: bool, host: str | None, jobs: int, view: bool, show: int | None,
    include_online: bool, include_offline: bool, include_synced: bool, include_globs: str | None,
    exclude_globs: str | None, entity: str | None, project: str | None, run_id: str | None, append: bool,
    job_type: str | None, replace_tags: str | None, skip_console: bool, mark_synced: bool, boards: bool, cleans: bool,
    clean_old_hours: float, sure: bool, verbose: bool, as_json: bool,
) -> None:  # fmt: skip
    """Send runs that lie on this disk: offline ones, and what a server missed of others.

    Each PATH is a run folder or a folder of them; without PATH those in ./gnomon-runs are sent. Doing it again sends
    nothing twice. A run that is sent under another name is copied for it, beside its folder. The exit code is 1 when
    something could not be sent.
    """
    if boards:
        from gnomon.cli import boards as event_files

        at = where.base_url(host) if host else None
        event_files.send(paths, at, entity=entity, project=project, run_id=run_id, job_type=job_type, as_json=as_json)
        return
    wanted = Elsewhere(entity, project, run_id, job_type, renamed_tags(replace_tags), not skip_console)
    if append and run_id is None:
        raise click.UsageError("--append says how runs are put behind others; it needs --id")
    choice = Choice(include_online, include_offline, include_synced, globs(include_globs), globs(exclude_globs))
    runs = chosen((local(folder) for folder in _meant(paths, every)), choice)
    if view or show is not None:
        _show(runs[-show:] if show else runs, as_json)
        return
    if not runs:
        _nothing(every, as_json)
        return
    if verbose:
        click.echo("\n".join(map(line, runs)), err=as_json)
    url = where.base_url(host) if host else where.environment_url()
    say = _Say(quiet=as_json)
    sending = _Sending(url, say, mark_synced, wanted, append)
    # Runs that become parts of one run follow each other, the earliest first.
    at_once = 1 if run_id is not None else min(jobs, len(runs))
    with progress.shown([run.folder for run in runs], "Sending"), ThreadPoolExecutor(max_workers=at_once) as pool:
        outcomes = list(pool.map(sending, runs))
    left = [outcome for outcome in outcomes if not outcome.complete and not outcome.running]
    sent = sum(outcome.complete for outcome in outcomes)
    if as_json:
        click.echo(json.dumps([_said(run, outcome) for run, outcome in zip(runs, outcomes, strict=True)], indent=2))
    else:
        click.echo(f"{sent} of {len(runs)} runs are complete on their server.")
    if left:
        click.echo(f"{len(left)} are not; their data stays on this disk.", err=True)
    if cleans:
        clean.remove([local(run.folder) for run in runs], clean_old_hours, False, sure)
    if left:
        raise SystemExit(1)


def globs(said: str | None) -> tuple[str, ...]:
    """Patterns between commas.

    >>> globs("run-2026*, ab12")
    ('run-2026*', 'ab12')
    """
    return tuple(one.strip() for one in (said or "").split(",") if one.strip())


def renamed_tags(said: str | None) -> dict[str, str]:
    """New names of tags by the old ones. Raises UsageError.

    >>> renamed_tags("old=new,a=b")
    {'old': 'new', 'a': 'b'}
    """
    pairs = [one.partition("=") for one in (said or "").split(",") if one.strip()]
    for old, equals, new in pairs:
        if not (old.strip() and equals and new.strip()):
            raise click.UsageError(f"--replace-tags is OLD=NEW,OLD=NEW, and {old + equals + new!r} is not OLD=NEW")
    return {old.strip(): new.strip() for old, _, new in pairs}


def _meant(paths: Sequence[Path], every: bool) -> list[Path]:
    for path in paths:
        if not path.is_dir():
            raise click.ClickException(f"There is no such folder. {path}")
    folders = find_folders(paths) if paths or not every else []
    if paths and not folders:
        raise click.ClickException(f"No run folder is in {', '.join(map(str, paths))}")
    if every:
        folders = sorted({*folders, *find_folders([]), *(entry.folder for entry in registry.entries())})
    return folders


def _nothing(every: bool, as_json: bool) -> None:
    looked = "anywhere this user's online runs are known to be" if every else f"in {default_place()}"
    others = "" if every else " Other folders: gnomon sync PATH, or --all."
    click.echo("[]" if as_json else f"Nothing to send {looked}.{others}")


def _show(runs: Sequence[Local], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([run.as_json() for run in runs], indent=2))
        return
    for run in runs:
        click.echo(line(run))
    click.echo(f"{len(runs)} runs, {sum(run.mark.complete for run in runs)} of them sent.")


def _said(run: Local, outcome: Outcome) -> dict[str, Any]:
    came = "sent" if outcome.complete else "running" if outcome.running else "left"
    said = {"state": came, "rows_left": outcome.rows_left, "url": outcome.url, "error": outcome.message}
    return {**local(run.folder).as_json(), **said}


class _Say:
    """Lines of several runs, whole and in turn."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._lock = threading.Lock()
        self._quiet = quiet

    def __call__(self, folder: Path, text: str, *, err: bool = False) -> None:
        with self._lock:
            if err or not self._quiet:
                click.echo(f"{short(folder)}: {text}", err=err)


class _Sending:
    """Sends a run, under its own name or another."""

    def __init__(self, url: str | None, say: _Say, marks: bool, wanted: Elsewhere, append: bool) -> None:
        self.url, self.say, self.marks = url, say, marks
        self.wanted, self.append = wanted, append

    def __call__(self, run: Local) -> Outcome:
        if not self.wanted.is_any:
            return self._send(run.folder)
        if is_live(run.folder):
            self.say(run.folder, "still running; it is sent under another name when it has ended", err=True)
            return Outcome(False, 0, "still running", running=True)
        try:
            return self._send(copied(run.folder, self.wanted, self._shift(run)))
        except OSError as error:
            self.say(run.folder, f"cannot be copied ({error.strerror})", err=True)
            return Outcome(False, 0, str(error))

    def _shift(self, run: Local) -> int:
        """How many steps the run that is there has already."""
        if not self.append:
            return 0
        from gnomon.sdk.errors import CommError
        from gnomon.sdk.service import NotThere, Service, path

        entity = self.wanted.entity or run.entity or "-"
        there = path("runs", entity, self.wanted.project or run.project, self.wanted.run or run.run)
        settings = RunFolder(run.folder).settings()
        try:
            last = Service(self.url or settings.base_url).get(there)["last_step"]
        except NotThere:
            return 0
        except CommError as error:
            raise click.ClickException(f"How many steps {self.wanted.run} has cannot be asked: {error}") from None
        return 0 if last is None else int(last) + 1

    def _send(self, folder: Path) -> Outcome:
        before = None if self.marks else _bytes(folder / "shipped.json")
        outcome = send(folder, self.url, self.say)
        if before is not None:
            (folder / "shipped.json").write_bytes(before)
        return outcome


def send(folder: Path, url: str | None, say: Callable[..., None]) -> Outcome:
    """Send what lies in a run folder, and say what came of it."""
    run = RunFolder(folder)
    try:
        if not _locked(run):
            was = mark.read(folder)
            if was.complete:
                return Outcome(True, 0, "", was.url)
            say(folder, "another process is sending it")
            return Outcome(False, was.rows_left, "another process is sending it", running=is_live(folder))
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
        if time.monotonic() > until or is_live(run.path):
            return False
        time.sleep(0.1)
        now = mark.read(run.path)
        if now.complete:
            return run.lock()
        if now.journals != seen.journals:
            until, seen = time.monotonic() + LOCK_SECS, now
    return True


def _bytes(path: Path) -> bytes:
    """What a file holds; a mark of nothing where it is not there."""
    try:
        return path.read_bytes()
    except OSError:
        return b"{}"
