"""The shipper as the training process sees it: starting it, asking it once when resuming, waiting for it at the end.

Nothing here talks to a server. The shipper is a process of its own session, so a Ctrl-C in the terminal, or the end of
the training process, does not end it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from gnomon.sdk import guard

STALL_SECS = 0.7
"""How long `finish` waits without seeing progress, once the shipper said that the server does not answer."""
SILENCE_SECS = 3.0
"""The same, as long as the shipper has not said what is wrong."""
POLL_SECS = 0.01
NEVER = "GNOMON_NO_SHIPPER"
"""Environment variable for tests: nothing is started."""


class Shipped(NamedTuple):
    """How far the shipper got."""

    complete: bool
    rows_left: int
    url: str
    error: str
    bytes_acked: int
    files_done: int


class Shipper:
    """The shipper of one run folder, started by us."""

    def __init__(self, process: Any) -> None:
        self._process = process

    def answer(self, timeout_secs: float) -> dict[str, Any] | None:
        """The line it prints when started to ask about the run; None where none comes in time."""
        import select

        pipe = self._process.stdout
        if pipe is None:
            return None
        line = b""
        until = time.monotonic() + timeout_secs
        descriptor = pipe.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        while b"\n" not in line:
            left = until - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                break
            piece = os.read(descriptor, 65_536)
            if not piece:
                break
            line += piece
        pipe.close()
        try:
            return msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.MsgspecError:
            return None

    @property
    def ended(self) -> bool:
        """Has it left?"""
        return self._process.poll() is not None

    def stop(self) -> None:
        """End it: the run was not begun after all."""
        self._process.terminate()
        try:
            self._process.wait(2.0)
        except Exception:
            self._process.kill()
            self._process.wait()

    def let_go(self) -> None:
        """It goes on without us. It is looked after as long as this process lives, so that it leaves no zombie."""
        if self._process.poll() is None:
            _left.append(self._process)

    def forked(self) -> None:
        """In a child after `fork`: it is no child of ours."""
        self._process.returncode = 0


_left: list[Any] = []
"""Shippers that go on after their run was finished here."""


def leave() -> None:
    """The process ends: shippers that still work outlive it, without a warning about children that still run."""
    for process in _left:
        if process.poll() is None:
            process.returncode = 0


def start(folder: str, *, api_key: str | None = None, ask: bool = False) -> Shipper | None:
    """Start the shipper of a run folder. None where it cannot be started; `gnomon sync` then does its work later."""
    if os.environ.get(NEVER):
        return None
    import subprocess

    _left[:] = [process for process in _left if process.poll() is None]
    environ = dict(os.environ)
    package_root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if not package_root.endswith("-packages"):  # a source tree, perhaps known to this process alone
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, (environ.get("PYTHONPATH"), package_root)))
    for variable in ("PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONPROFILEIMPORTTIME", "PYTHONWARNINGS"):
        environ.pop(variable, None)
    if api_key:
        environ["GNOMON_API_KEY"] = api_key
    try:
        log = os.open(os.path.join(folder, "shipper.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError:
        log = os.open(os.devnull, os.O_WRONLY)
    try:
        process = subprocess.Popen(
            [python(), "-m", "gnomon.sdk.shipper", folder, *(["--resume-pipe"] if ask else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if ask else log,
            stderr=log,
            close_fds=True,
            start_new_session=True,
            env=environ,
        )
    except OSError as error:
        guard.warn(
            f"the process that sends rows could not be started ({error.strerror}); rows are kept, send them with: "
            f"gnomon sync {folder}"
        )
        return None
    finally:
        os.close(log)
    return Shipper(process)


def python() -> str:
    """An interpreter that can run the shipper, also where `sys.executable` is empty or something else."""
    given = sys.executable
    if given and os.path.basename(given).lower().startswith(("python", "pypy")) and os.access(given, os.X_OK):
        return given
    for name in (f"python3.{sys.version_info[1]}", "python3", "python"):
        place = os.path.join(sys.exec_prefix, "bin", name)
        if os.access(place, os.X_OK):
            return place
    return given or "python3"


def progress(folder: str) -> Shipped:
    """What `shipped.json` says."""
    try:
        with open(os.path.join(folder, "shipped.json"), "rb") as file:
            mark = msgspec.json.decode(file.read(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError):
        return Shipped(False, 0, "", "", 0, 0)
    journals = mark.get("journals") or {}
    files = mark.get("files_done") or {}
    return Shipped(
        complete=bool(mark.get("complete")),
        rows_left=sum(int(one.get("rows", 0)) - int(one.get("rows_acked", 0)) for one in journals.values()),
        url=str(mark.get("url") or ""),
        error=str(mark.get("error") or ""),
        bytes_acked=sum(int(one.get("acked", 0)) for one in journals.values()),
        files_done=int(files.get("done", 0)),
    )


def wait(
    shipper: Shipper,
    folder: str,
    timeout_secs: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Shipped:
    """Wait until all is sent, but not longer than `timeout_secs`, and not long where nothing moves."""
    began = moved = clock()
    seen = progress(folder)
    while not seen.complete:
        if shipper.ended:
            return progress(folder)
        now = clock()
        patience = STALL_SECS if seen.error else SILENCE_SECS
        if now - began >= timeout_secs or now - moved >= patience:
            break
        sleep(POLL_SECS)
        fresh = progress(folder)
        if (fresh.bytes_acked, fresh.files_done) != (seen.bytes_acked, seen.files_done):
            moved = clock()
        seen = fresh
    return seen
