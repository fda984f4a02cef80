"""Starting a process that outlives this one, without `subprocess`: importing that takes longer than starting.

The child gets a session of its own, three descriptors and no others, and no blocked signals. Where the system has no
`posix_spawn` that can do this, `subprocess` does it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any


class Child:
    """A process started here. `poll` may be called from any thread, also when somebody else reaped the child."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # the script waits for all its children, or ignores them
                if not _is_there(self.pid):
                    self.returncode = 0
            else:
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout_secs: float) -> int | None:
        """Wait for its end, but not longer than that."""
        until = time.monotonic() + timeout_secs
        while self.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        return self.returncode

    def signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                pass


def start(arguments: Sequence[str], environ: Mapping[str, str], *, stdin: int, stdout: int, stderr: int) -> Child:
    """Start a process that is found by its path. Raises OSError."""
    spare = _inheritable()
    if spare is not None and hasattr(os, "posix_spawn") and min(stdin, stdout, stderr) > 2:
        actions: list[tuple[int, ...]] = [
            (os.POSIX_SPAWN_DUP2, stdin, 0),
            (os.POSIX_SPAWN_DUP2, stdout, 1),
            (os.POSIX_SPAWN_DUP2, stderr, 2),
            *((os.POSIX_SPAWN_CLOSE, descriptor) for descriptor in spare),
        ]
        try:
            return Child(
                os.posix_spawn(arguments[0], list(arguments), environ, file_actions=actions, setsid=True, setsigmask=())
            )
        except (NotImplementedError, OSError):
            pass  # this system cannot; or there is no such program, and then the next one says so
    import subprocess

    process: Any = subprocess.Popen(
        arguments, stdin=stdin, stdout=stdout, stderr=stderr, close_fds=True, start_new_session=True, env=environ
    )
    child = Child(process.pid)
    process.returncode = 0  # `child` waits for it
    return child


def _inheritable() -> list[int] | None:
    """Descriptors the child would get that are none of its business; None where the system does not tell."""
    for place in ("/proc/self/fd", "/dev/fd"):
        try:
            names = os.listdir(place)
        except OSError:
            continue
        found = []
        for name in names:
            try:
                if int(name) > 2 and os.get_inheritable(int(name)):
                    found.append(int(name))
            except OSError:  # the one the list was read with
                pass
        return found
    return None


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
