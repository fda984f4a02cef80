"""The shipper as the training process sees it: starting it, asking it once when resuming, waiting for it at the end.

Nothing here talks to a server. The shipper is a process of its own session, so a Ctrl-C in the terminal, or the end of
the training process, does not end it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from gnomon.sdk import guard, spawn

if TYPE_CHECKING:
    from gnomon.sdk.settings import Settings

STALL_SECS = 0.7
"""How long `finish` waits without seeing progress, once the shipper said that the server does not answer."""
SILENCE_SECS = 3.0
"""The same, as long as the shipper has not said what is wrong."""
POLL_SECS = 0.01
QUICK_POLL_SECS = 0.003
"""The same in the first half second."""
EXTRA_SECS = 0.2
"""How long `finish` waits for what the shipper says of the machine, once the server has all the script gave."""
LAST_EXTRA_SECS = 3.0
"""The same where this is the first process of a container, with which the shipper ends, too."""
LEAVE_SECS = 0.05
"""How long a shipper that has done all it had to may take to end."""
START = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shipper", "start.py")
NEVER = "GNOMON_NO_SHIPPER"
"""Environment variable for tests: nothing is started."""


class Shipped(NamedTuple):
    """How far the shipper got."""

    complete: bool
    """The server has all of the run."""
    rows_left: int
    url: str
    error: str
    bytes_acked: int
    files_done: int
    sent: bool = False
    """The server has all the script gave; what the shipper itself says of the machine may be on its way."""


class Shipper:
    """The shipper of one run folder, started by us."""

    def __init__(self, process: spawn.Child, line: int, answers: int | None = None) -> None:
        """`line` is what it has as stdin: an event counter, or nothing at all; `answers` a pipe from its stdout."""
        self._process, self._line, self._answers = process, line, answers

    def answer(self, timeout_secs: float) -> dict[str, Any] | None:
        """The line it prints when started to ask about the run; None where none comes in time."""
        import select

        descriptor = self._answers
        if descriptor is None:
            return None
        line = b""
        until = time.monotonic() + timeout_secs
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
        os.close(descriptor)
        self._answers = None
        try:
            return msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.MsgspecError:
            return None

    @property
    def ended(self) -> bool:
        """Has it left?"""
        return self._process.poll() is not None

    def nudge(self) -> None:
        """Something is there that somebody waits for: it looks at once."""
        if self._line >= 0 and hasattr(os, "eventfd"):
            os.eventfd_write(self._line, 1)

    def stop(self) -> None:
        """End it: the run was not begun after all."""
        self._close()
        self._process.signal(15)
        if self._process.wait(2.0) is None:
            self._process.signal(9)
            self._process.wait(2.0)

    def let_go(self, *, leaving: bool = False) -> None:
        """It goes on without us; where it is `leaving` anyway, it gets a moment to, so that it leaves no zombie."""
        self._close()
        if self._process.wait(LEAVE_SECS if leaving else 0.0) is None:
            _left.append(self._process)

    def forked(self) -> None:
        """In a child after `fork`: it is no child of ours."""
        self._process.returncode = 0
        self._close()

    def _close(self) -> None:
        for descriptor in (self._line, self._answers):
            if descriptor is not None and descriptor >= 0:
                os.close(descriptor)
        self._line, self._answers = -1, None


_left: list[spawn.Child] = []
"""Shippers that go on after their run was finished here."""


def start(
    folder: str, *, api_key: str | None = None, ask: bool = False, more: Mapping[str, str] | None = None
) -> Shipper | None:
    """Start the shipper of a run folder, with `more` variables than the script has.

    None where it cannot be started; `gnomon sync` then does its work later.
    """
    if os.environ.get(NEVER):
        return None
    _left[:] = [process for process in _left if process.poll() is None]
    environ = {**os.environ, **(more or {})}
    for variable in ("PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONPROFILEIMPORTTIME", "PYTHONWARNINGS"):
        environ.pop(variable, None)
    environ["GNOMON_SHIPPER_PATH"] = os.pathsep.join(place for place in sys.path[1:] if os.path.isabs(place))
    if api_key:
        environ["GNOMON_API_KEY"] = api_key
    theirs, opened = [], []
    try:
        log = _open_log(folder)
        theirs.append(log)
        # Not a pipe: where a script asked for it, writing into one that nobody reads ends the process.
        line = os.eventfd(0, os.EFD_CLOEXEC) if hasattr(os, "eventfd") else os.open(os.devnull, os.O_RDONLY)
        opened.append(line)
        answers = None
        if ask:
            answers, stdout = os.pipe()
            theirs.append(stdout)
            opened.append(answers)
        process = spawn.start(
            [python(), START, folder, *(["--resume-pipe"] if ask else [])],
            environ,
            stdin=line,
            stdout=stdout if ask else log,
            stderr=log,
        )
    except OSError as error:
        for descriptor in opened:
            os.close(descriptor)
        guard.warn(
            f"the process that sends rows could not be started ({error.strerror}); rows are kept, send them with: "
            f"gnomon sync {folder}"
        )
        return None
    finally:
        for descriptor in theirs:
            os.close(descriptor)
    return Shipper(process, line, answers)


def secrets(held: Settings) -> dict[str, str]:
    """Variables the shipper gets besides the script's: what may hold passwords, and stands in no file."""
    found = {
        "http_proxy": held.http_proxy,
        "https_proxy": held.https_proxy,
        "GNOMON_INSECURE_DISABLE_SSL": "true" if held.insecure_disable_ssl else None,
    }
    if held.x_extra_http_headers:
        found["GNOMON_X_EXTRA_HTTP_HEADERS"] = msgspec.json.encode(dict(held.x_extra_http_headers)).decode()
    return {name: value for name, value in found.items() if value}


def _open_log(folder: str) -> int:
    try:
        return os.open(os.path.join(folder, "shipper.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)


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
        bytes_acked=sum(int(one.get("acked", 0)) for one in journals.values()) + int(files.get("bytes", 0)),
        files_done=int(files.get("done", 0)),
        sent=bool(mark.get("sent")),
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
    extra_secs = LAST_EXTRA_SECS if os.getpid() == 1 else EXTRA_SECS
    shipper.nudge()
    seen = progress(folder)
    while not seen.complete:
        if shipper.ended:
            return progress(folder)
        now = clock()
        if seen.sent and now - began >= extra_secs:
            break
        patience = STALL_SECS if seen.error else SILENCE_SECS
        if now - began >= timeout_secs or now - moved >= patience:
            break
        sleep(POLL_SECS if now - began > 0.5 else QUICK_POLL_SECS)
        fresh = progress(folder)
        if (fresh.bytes_acked, fresh.files_done) != (seen.bytes_acked, seen.files_done):
            moved = clock()
        seen = fresh
    return seen
