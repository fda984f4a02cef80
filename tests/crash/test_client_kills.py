"""kill -9 of the script, of its whole process tree, of the shipper, at random moments.

Every row for which `log()` had returned is on the server afterwards, once. A cycle is one seed; the environment
variable GNOMON_CRASH_CYCLES asks for more of them.
"""

from __future__ import annotations

import contextlib
import os
import random
import time

import psutil
import pytest

pytestmark = pytest.mark.crash

CYCLES = int(os.environ.get("GNOMON_CRASH_CYCLES", "30"))


def assert_whole(server, run: str, printed: int) -> None:
    """All that was printed is there once; the row that was being logged may be."""
    losses = server.losses(run)
    assert losses == list(range(len(losses)))
    assert printed <= len(losses) <= printed + 1


@pytest.mark.parametrize("seed", range(CYCLES))
def test_a_killed_script_loses_no_row_and_is_shown_as_crashed(server, training, send, seed):
    chance = random.Random(seed)
    script = training(server, f"script{seed}")
    script.read_until(chance.choice((1, 50, 500)))
    time.sleep(chance.uniform(0, 0.2))
    shippers = script.shippers()
    script.process.kill()
    script.read_rest()
    assert shippers
    script.wait_for_shipper()
    assert_whole(server, f"script{seed}", script.printed)
    assert server.run(f"script{seed}")["state"] == "crashed"


@pytest.mark.parametrize("seed", range(CYCLES))
def test_a_killed_process_tree_loses_no_row_once_it_is_synced(server, training, send, seed):
    chance = random.Random(1000 + seed)
    script = training(server, f"tree{seed}")
    script.read_until(chance.choice((1, 50, 500)))
    time.sleep(chance.uniform(0, 0.3))
    doomed = [script.process, *script.shippers()]
    chance.shuffle(doomed)
    for process in doomed:
        process.kill()
    script.read_rest()
    for process in script.shippers():  # one that was being started
        process.kill()
    for _ in range(2):
        send(server, script.run_folder)
    assert_whole(server, f"tree{seed}", script.printed)
    assert server.run(f"tree{seed}")["state"] == "crashed"


@pytest.mark.parametrize("seed", range(CYCLES))
def test_a_killed_shipper_does_no_harm_and_is_started_again_at_finish(server, training, seed):
    chance = random.Random(2000 + seed)
    script = training(server, f"shipper{seed}", rows=2000)
    script.read_until(chance.choice((1, 200)))
    time.sleep(chance.uniform(0, 0.2))
    for process in script.shippers():
        with contextlib.suppress(psutil.NoSuchProcess):  # the script was quicker, and its shipper has left
            process.kill()
    script.read_rest()
    assert script.process.returncode == 0
    assert script.printed == 2000
    script.wait_for_shipper()
    assert_whole(server, f"shipper{seed}", 2000)
    assert server.run(f"shipper{seed}")["state"] == "finished"


def test_a_stopped_shipper_does_not_hold_the_script(server, training, send):
    script = training(server, "stopped", rows=3000)
    script.read_until(1)
    stopped = script.shippers()
    for process in stopped:
        process.suspend()
    script.read_rest()
    assert script.process.returncode == 0
    for process in stopped:
        process.kill()
        psutil.wait_procs([process], timeout=10)
    send(server, script.run_folder)
    assert_whole(server, "stopped", 3000)


def test_a_server_that_was_never_there_changes_nothing_but_the_last_line(absent_server, training, send):
    script = training(absent_server, "absent", rows=500)
    started = time.monotonic()
    script.read_rest()
    assert time.monotonic() - started < 10
    assert script.process.returncode == 0
    assert b"Traceback" not in script.errors
    assert b"gnomon sync" in script.errors
    script.wait_for_shipper()
    absent_server.start()
    send(absent_server, script.run_folder)
    assert_whole(absent_server, "absent", 500)


def test_a_server_that_goes_away_and_comes_back_has_every_row_once(absent_server, training, send):
    absent_server.start()
    script = training(absent_server, "away")
    script.read_until(300)
    for _ in range(3):
        absent_server.stop()
        script.read_until(script.printed + 300)
        absent_server.start()
        script.read_until(script.printed + 300)
    script.process.kill()
    script.read_rest()
    script.wait_for_shipper()
    send(absent_server, script.run_folder)
    assert_whole(absent_server, "away", script.printed)
