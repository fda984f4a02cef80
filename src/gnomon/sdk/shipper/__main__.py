"""`python -m gnomon.sdk.shipper RUNDIR [--resume-pipe] [--once]`: the shipper as a process.

`--resume-pipe` first asks the server about the run and prints one line of JSON; `--once` sends what is there and
leaves, as `gnomon sync` does. The exit code is 0 when the run is complete on its server, 1 when something is left.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import NoReturn

from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.ship import Ship

RESUME_SECS = 4.0


def main(arguments: list[str]) -> int:
    """Ship one folder."""
    folders = [argument for argument in arguments if not argument.startswith("--")]
    if len(folders) != 1:
        sys.stderr.write("usage: python -m gnomon.sdk.shipper RUNDIR [--resume-pipe] [--once]\n")
        return 2
    folder = RunFolder(folders[0])
    once = "--once" in arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        ship = Ship(folder, live=not once, nudges=_event_counter())
        signal.signal(signal.SIGTERM, lambda *_: ship.hurry())
        if "--resume-pipe" in arguments:
            _answer_resume(ship)
        if not folder.lock():
            folder.log("another shipper is at work here")
            return 0
        outcome = ship.run()
        if outcome.message:
            folder.log(outcome.message)
        return 0 if outcome.complete else 1
    except Exception:
        import traceback

        folder.log(f"the shipper failed, everything is still on disk\n{traceback.format_exc()}")
        return 3


def _event_counter() -> int | None:
    """stdin, where it is the event counter `init()` gives."""
    try:
        return 0 if os.readlink("/proc/self/fd/0") == "anon_inode:[eventfd]" else None
    except OSError:
        return None


def _answer_resume(ship: Ship) -> None:
    """Print what the server knows of the run, and let go of stdout."""
    import msgspec

    from gnomon.sdk.shipper.transport import Refused, Unreachable

    answer: dict[str, object] = {"exists": None}
    if ship.settings.mode == "online":
        transport = ship.transport()
        transport.connect_secs = transport.read_secs = RESUME_SECS / 2
        # Somebody who answers a byte at a time is never silent for long, and nobody waits for him here any more.
        alarm = threading.Timer(RESUME_SECS, transport.abort)
        alarm.daemon = True
        alarm.start()
        try:
            started = time.monotonic()
            if ship.settings.branch is not None:
                transport.read_secs = RESUME_SECS  # the server has something to do
                ship.begin_branch(ship.settings.branch, transport)
            said = transport.resume(ship.address())
            answer = (
                said
                if said is not None
                else {"exists": None, "error": f"{ship.base_url} gave no answer of a Gnomon server"}
            )
            ship.folder.log(f"asked about the run in {time.monotonic() - started:.3f} s")
        except Refused as error:
            answer = {"exists": None, "error": str(error), "refused": True}
        except Unreachable as error:
            answer = {"exists": None, "error": str(error)}
        alarm.cancel()
        transport.close()
    try:
        os.write(1, msgspec.json.encode(answer) + b"\n")
    except OSError:  # whoever asked is gone
        pass
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)


def leave(arguments: list[str]) -> NoReturn:
    """Ship one folder and end the process, whatever its threads do.

    They may hang in a request to a server that does not answer; nothing of theirs is lost by not waiting.
    """
    code = main(arguments)
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(sys.argv[1:])
