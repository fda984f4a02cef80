"""`gnomon view`: run folders as pages, with no server that runs and no account."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import click

from gnomon.cli.elsewhere import Elsewhere, copied
from gnomon.cli.local_runs import default_place, find_folders, short
from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.ship import Ship

START_SECS = 60.0
LOOK_SECS = 2.0
"""How often runs that may still grow are looked at."""


@click.command(
    epilog="""\b
Examples:
  gnomon view                                        what lies in ./gnomon-runs
  gnomon view gnomon-runs/run-20260101_120000-ab12   one run
  gnomon view --no-open --port 9000 /mnt/old-runs    without opening a browser
"""
)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Which port; else any that is free.")
@click.option("--open/--no-open", "opens", default=None, help="Whether to open a browser. [default: on a terminal]")
def view(path: Path | None, port: int, opens: bool | None) -> None:
    """Show run folders as pages, until you press Ctrl-C.

    PATH is a run folder or a folder of them; without it ./gnomon-runs. A server of its own is started for them, on this
    machine alone, in a temporary folder that is removed afterwards. The run folders stay as they are. Runs that still
    go on are followed.
    """
    place = path or default_place()
    folders = find_folders([place]) if place.is_dir() else []
    if not folders:
        raise click.ClickException(f"No run folder is in {place}")
    _need_server()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="gnomon-view-") as home, _server(Path(home), port) as (process, link):
        address = link.partition("/sign-in")[0]
        shown = _Shown(Path(home), address)
        for folder in folders:
            shown.bring(folder)
        click.echo(f"{len(folders)} run{'s' * (len(folders) > 1)} at\n\n  {link}\n\nCtrl-C ends this.")
        sys.stdout.flush()
        if opens or (opens is None and sys.stdout.isatty()):
            webbrowser.open(link)
        try:
            while process.poll() is None:
                time.sleep(LOOK_SECS)
                for folder in folders:
                    shown.bring(folder)
        except KeyboardInterrupt:
            return
        raise click.ClickException(f"the server ended by itself, with {process.returncode}")


def _need_server() -> None:
    try:
        import_module("gnomon.server.app")
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"`gnomon view` starts a server, and that needs {error.name}; install it with: pip install 'gnomon[server]'"
        ) from None


@contextmanager
def _server(home: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server on a data folder of its own, and the link that signs in to it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GNOMON_SERVER_")}
    environ["GNOMON_STATE_DIR"] = str(home / "state")  # or it would look for runs that another server is owed
    log = (home / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "gnomon", "server", "--host", "127.0.0.1", "--port", str(port),
         "--data", str(home / "data"), "--no-login-here"],
        env=environ, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        link = _link(process)
        if link is None:
            log.flush()
            raise click.ClickException(f"the server did not start: {(home / 'server.log').read_text()[-2000:].strip()}")
        yield process, link
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        log.close()


def _link(process: subprocess.Popen[str]) -> str | None:
    """The link that the server prints when it answers; None where it ends before, or takes too long."""
    assert process.stdout is not None
    late = threading.Timer(START_SECS, process.kill)
    late.start()
    found: str | None = None
    try:
        for line in process.stdout:
            if said := re.search(r"\S+/sign-in\?link=\S+", line):
                found = said[0]
            if "/api/docs" in line:
                break
    finally:
        late.cancel()
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return found if process.poll() is None else None


class _Shown:
    """Run folders that are shown by the server: copies of them, which it is sent."""

    def __init__(self, home: Path, address: str) -> None:
        from gnomon.server.first_start import local_key

        self._home, self._address = home, address
        key = local_key(home / "data")
        self._environ = {
            **os.environ, "GNOMON_API_KEY": key or "", "GNOMON_STATE_DIR": str(home / "state"), "NO_PROXY": "*",
            "no_proxy": "*",
        }  # fmt: skip
        self._seen: dict[Path, tuple[tuple[str, int], ...]] = {}

    def bring(self, folder: Path) -> None:
        """Send what the folder has more than before."""
        run = RunFolder(folder)
        try:
            seen = tuple((name, (folder / name).stat().st_size) for name in run.journals())
            if seen == self._seen.get(folder):
                return
            first = folder not in self._seen
            self._seen[folder] = seen
            copy = RunFolder(copied(self._copy(folder, run), Elsewhere(entity="-")))
        except OSError as error:
            click.echo(f"{short(folder)}: cannot be read ({error.strerror})", err=True)
            return
        outcome = Ship(copy, live=False, base_url=self._address, say=lambda text: None, environ=self._environ).run()
        if first and not outcome.complete and not outcome.running:
            click.echo(f"{short(folder)}: {outcome.message or 'not all of it could be shown'}", err=True)

    def _copy(self, folder: Path, run: RunFolder) -> Path:
        """The folder in the temporary one: what grows is copied, what does not is linked."""
        target = self._home / "runs" / folder.name
        target.mkdir(parents=True, exist_ok=True)
        for name in (*run.journals(), "ship.json"):
            if (folder / name).exists():
                shutil.copyfile(folder / name, target / name)
        for inner in ("files", "raw", "artifacts"):
            for path in (folder / inner).rglob("*"):
                there = target / path.relative_to(folder)
                if path.is_file() and not there.exists():
                    there.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, there) if inner == "artifacts" else _link_or_copy(path, there)
        return target


def _link_or_copy(path: Path, there: Path) -> None:
    try:
        os.link(path, there)
    except OSError:  # another disk, or one without links
        shutil.copyfile(path, there)
