"""P-S7: after a signal everything logged is on disk at once and on a server soon; handler and exit code are the user's.

P-S12: `gnomon sync`, killed at random moments, two at a time, ten times over, gives the rows of one clean run.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.crash

CYCLES = int(os.environ.get("GNOMON_CRASH_CYCLES", "20"))
SYNC_CYCLES = int(os.environ.get("GNOMON_CRASH_CYCLES", "50"))

SCRIPT = """
import itertools, os, signal, sys
import gnomon
handled, logged = [], -1
{handler}
run = gnomon.init(project="p", id={id!r}, settings={{"quiet": True}})
try:
    for value in itertools.count():
        gnomon.log({{"loss": value}})
        logged = value
        sys.stdout.write(f"{{value}}\\n")
        sys.stdout.flush()
finally:
    sys.stdout.write(f"{{logged}}\\n" if handled else "")
"""
HANDLERS = {
    "none": ("", lambda number: -number),
    "one that exits": ("signal.signal({number}, lambda *_: (handled.append(1), sys.exit(7)))", lambda number: 7),
}


@pytest.mark.parametrize("seed", range(CYCLES))
def test_a_signal_loses_no_row_and_leaves_handler_and_exit_code_alone(server: Any, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    number = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1][seed % 4]
    handler, code = HANDLERS[["none", "one that exits"][seed // 4 % 2]]
    text = SCRIPT.format(id=f"signal{seed}", handler=handler.format(number=int(number)))
    process = subprocess.Popen(
        [sys.executable, "-c", text], cwd=tmp_path, env=server.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    for _ in range(chance.choice((1, 50, 300))):
        printed = int(process.stdout.readline())
    process.send_signal(number)
    if number == signal.SIGINT:
        time.sleep(0.01)
        process.send_signal(number)  # twice, as people do
    began = time.monotonic()
    out, errors = process.communicate(timeout=30)
    assert process.returncode == code(number) or (number == signal.SIGINT and process.returncode in (7, -2, 1)), errors
    printed = max([printed, *(int(line) for line in out.split())])
    losses: list[float] = []
    while len(losses) <= printed:
        assert time.monotonic() - began < 10, f"{len(losses)} of {printed + 1} rows arrived"
        try:
            losses = server.losses(f"signal{seed}")
        except OSError:  # the run is not there yet
            pass
        time.sleep(0.02)
    assert losses == list(range(len(losses)))


def test_sync_that_is_killed_and_begun_again_gives_every_row_once(server: Any, tmp_path: Path) -> None:
    text = """
    import gnomon
    run = gnomon.init(project="p", id="killed-sync", mode="offline", settings={"quiet": True})
    for value in range(20_000):
        run.log({"loss": value, "text": "x" * 100})
    run.finish()
    """
    made = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(text)], cwd=tmp_path, env=server.environ, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    (folder,) = (tmp_path / "gnomon-runs").glob("run-*")
    chance = random.Random(12)
    for _ in range(SYNC_CYCLES // 2):
        two = [
            subprocess.Popen(
                [sys.executable, "-m", "gnomon", "sync", str(folder)], env=server.environ, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for _ in range(2)
        ]  # fmt: skip
        time.sleep(chance.uniform(0.2, 0.7))
        for process in two:
            process.kill()
            process.wait(10)
        for name in ("shipped.json", "uploads.jsonl"):
            if chance.random() < 0.2:
                (folder / name).unlink(missing_ok=True)
    for _ in range(10):
        done = subprocess.run(
            [sys.executable, "-m", "gnomon", "sync", str(folder)], env=server.environ, capture_output=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert server.losses("killed-sync") == list(range(20_000))
    assert server.run("killed-sync")["state"] == "finished"
