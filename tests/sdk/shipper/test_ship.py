"""The road of a row from the run folder to the server."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time

import pytest

from gnomon.protocol import journal, registry
from gnomon.protocol.journal import Kind
from gnomon.sdk.shipper import mark
from gnomon.sdk.shipper.observe import Observer


def test_rows_arrive_once_and_in_order_and_the_mark_says_complete(a_script, aboard, server):
    script = a_script()
    script.log(500)
    ship = aboard(script)
    script.log(500)
    script.finish()
    assert ship.wait().complete
    assert server.losses() == list(range(1000))
    was = mark.read(script.path)
    assert was.complete
    assert was.rows_left == 0
    assert was.journals["run.journal"].rows_acked == 1000
    assert was.url == "http://page/run"


def test_a_row_is_on_the_server_within_a_third_of_a_second(a_script, aboard, server):
    script = a_script()
    ship = aboard(script)
    server.wait_for(lambda: server.records(Kind.SCHEMA))
    waits: list[float] = []
    while min(waits, default=1.0) > 0.33 and len(waits) < 50:  # a machine that is busy otherwise has several tries
        before = time.monotonic()
        script.log()
        server.wait_for(lambda: len(server.losses()) == len(waits) + 1)
        waits.append(time.monotonic() - before)
        time.sleep(0.05)
    script.finish()
    ship.wait()
    assert min(waits) <= 0.33


def test_only_one_stream_request_is_in_flight(a_script, aboard, server):
    script = a_script()
    ship = aboard(script)
    for _ in range(20):
        script.log(50)
        time.sleep(0.01)
    script.finish()
    ship.wait()
    assert server.most_in_flight == 1


def test_what_the_shipper_saw_of_the_machine_arrives_while_the_script_never_stops_logging(a_script, aboard, server):
    script = a_script(disable_meta=False)
    ship = aboard(script)
    logging = threading.Event()

    def log() -> None:
        while not logging.wait(0.005):
            script.log()

    logger = threading.Thread(target=log)
    logger.start()
    try:
        server.wait_for(lambda: server.records(Kind.RUN, writer="shipper"))
    finally:
        logging.set()
        logger.join()
    script.finish()
    ship.wait()


def test_a_script_killed_without_a_word_is_shown_as_crashed(a_script, aboard, server):
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    script = a_script(pid=child.pid)
    script.log(10)
    ship = aboard(script)
    server.wait_for(lambda: len(server.losses()) == 10)
    child.kill()
    child.wait()
    child.stdin.close()
    assert ship.wait().complete
    assert server.losses() == list(range(10))
    (end,) = server.records(Kind.EXIT)
    assert end[1]["state"] == "crashed"
    assert server.records(Kind.BEGIN, writer="shipper")[0][1]["attempt"] == script.journal


def test_a_script_that_said_how_it_ended_gets_no_second_end(a_script, aboard, server):
    script = a_script()
    script.finish("failed")
    aboard(script).wait()
    (end,) = server.records(Kind.EXIT)
    assert end[1]["state"] == "failed"


def test_journals_of_forked_children_are_sent_too(a_script, aboard, server):
    import msgspec

    script = a_script()
    script.log(3)
    begin = {**script.begin, "journal": "f" * 32, "writer": "main-77", "pid": 2**30}
    frames = [[int(Kind.BEGIN), begin], [int(Kind.SCHEMA), 0, ["loss"]], [int(Kind.ROW), 0, 0, 1.0, "of the child"]]
    data = journal.MAGIC + b"".join(journal.frame(msgspec.msgpack.encode(each)) for each in frames)
    (script.path / "run-77.journal").write_bytes(data)
    script.finish()
    assert aboard(script).wait().complete
    assert sorted(map(str, server.losses())) == ["0", "1", "2", "of the child"]


def test_a_second_ship_sends_nothing_again(a_script, aboard, server):
    script = a_script()
    script.log(100)
    script.finish()
    aboard(script).wait()
    for _ in range(10):
        assert aboard(script, live=False).wait().complete
    assert server.losses() == list(range(100))


def test_a_server_that_lost_data_gets_it_again(a_script, aboard, server):
    script = a_script()
    script.log(100)
    ship = aboard(script)
    server.wait_for(lambda: len(server.losses()) == 100)
    with server.lock:
        del server.journals[script.journal][500:]
    script.log(100)
    script.finish()
    assert ship.wait().complete
    assert server.losses() == list(range(200))


def test_a_server_that_lost_everything_gets_everything_again(a_script, aboard, server):
    script = a_script()
    script.log(100)
    ship = aboard(script)
    server.wait_for(lambda: len(server.losses()) == 100)
    with server.lock:
        server.journals.clear()
        server.runs.clear()
    script.log(1)
    script.finish()
    assert ship.wait().complete
    assert server.losses() == list(range(101))


def test_a_run_deleted_on_the_server_is_said_once_and_stays_on_disk(a_script, aboard, server):
    script = a_script()
    script.log(10)
    ship = aboard(script)
    server.wait_for(lambda: len(server.losses()) == 10)
    server.deleted.add("-/p/r1")
    script.log(10)
    script.finish()
    outcome = ship.wait()
    assert not outcome.complete
    assert outcome.rows_left == 10
    assert len([line for line in ship.said if "no such run any more" in line]) == 1


def test_the_registry_forgets_a_run_that_is_complete(a_script, aboard, server, environ):
    script = a_script()
    registry.add(registry.Entry(script.journal, script.path, server.url), environ)
    script.finish()
    assert [entry.folder for entry in registry.entries(environ)] == [script.path]
    aboard(script).wait()
    assert registry.entries(environ) == []


def test_the_answer_can_ask_the_script_to_stop(a_script, aboard, server):
    server.stops = True
    script = a_script()
    script.log()
    ship = aboard(script)
    server.wait_for(lambda: server.losses() and (script.path / "stop-requested").exists())
    script.finish()
    ship.wait()


def test_offline_nothing_is_sent_and_sync_sends_it_later(a_script, aboard, server):
    script = a_script(mode="offline")
    script.log(10)
    script.finish()
    assert not aboard(script).wait().complete
    assert server.requests == []
    assert aboard(script, live=False).wait().complete
    assert server.losses() == list(range(10))


def test_damage_costs_only_what_it_touches(a_script, aboard, server):
    script = a_script()
    script.log(10)
    script.raw(b"\0" * 4096)
    script.log(10)
    script.raw(journal.frame(b"\x93\x06torn")[:-2])
    script.log(10)
    script.finish()
    assert aboard(script).wait().complete
    assert server.losses() == list(range(30))


def test_a_torn_tail_is_no_debt(a_script, aboard, server):
    script = a_script(pid=2**30)
    script.log(10)
    script.raw(journal.frame(b"\x93" + b"x" * 100)[:50])
    assert aboard(script).wait().complete
    assert server.losses() == list(range(10))


def test_a_refused_record_is_set_aside_and_the_others_arrive(a_script, aboard, server):
    server.refuses = lambda record: record[0] == Kind.ROW and record[4] in (4321, 4322, 7000)
    script = a_script()
    script.log(9000)
    script.finish()
    ship = aboard(script)
    assert ship.wait().complete
    assert server.losses() == [step for step in range(9000) if step not in (4321, 4322, 7000)]
    assert len(list((script.path / "refused").iterdir())) == 3
    assert len([line for line in ship.said if "refused a record" in line]) == 1


def test_a_server_that_takes_only_small_requests_gets_small_ones(a_script, aboard, server):
    server.most_bytes = 50_000
    script = a_script()
    script.log(5000)
    script.finish()
    assert aboard(script).wait().complete
    assert server.losses() == list(range(5000))


def test_a_row_larger_than_a_batch_arrives(a_script, aboard, server):
    script = a_script()
    script.log(2)
    script.log(1, padding=9_000_000)
    script.log(2)
    script.finish()
    assert aboard(script).wait().complete
    assert server.losses() == list(range(5))


def test_a_wrong_key_is_said_in_one_line_that_names_the_command(a_script, aboard, server, environ):
    environ["GNOMON_API_KEY"] = "wrong"
    script = a_script()
    script.log(5)
    script.finish()
    ship = aboard(script)
    outcome = ship.wait()
    assert not outcome.complete
    (line,) = ship.said
    assert f"gnomon login --host {server.url}" in line
    assert "wrong" not in line
    assert json.loads((script.path / "shipped.json").read_text())["error"] == line


def test_a_run_whose_process_still_lives_is_not_ended_by_sync(a_script, aboard, server):
    script = a_script()
    script.log(5)
    outcome = aboard(script, live=False).wait()
    assert outcome.running
    assert server.losses() == list(range(5))
    assert server.records(Kind.EXIT) == []


@pytest.mark.parametrize("after", [0, 3])
def test_a_takeover_goes_on_in_the_same_journal(a_script, aboard, server, after):
    script = a_script(pid=2**30)
    script.log(3)
    aboard(script).wait()
    with open(script.path / "shipper.journal", "ab") as file:
        file.write(b"\xa7torn"[:after])
    aboard(script, live=False).wait()
    assert len(server.records(Kind.EXIT)) == 1
    assert len(server.records(Kind.BEGIN)) == 2


def test_the_mark_tells_what_the_script_gave_from_what_describes_the_machine(a_script, aboard, server, monkeypatch):
    told = threading.Event()
    monkeypatch.setattr(Observer, "_describe", lambda self: told.wait(30.0))
    script = a_script()
    ship = aboard(script)
    script.log(3)
    script.finish()
    until = time.monotonic() + 20.0
    while not mark.read(script.path).sent:
        assert time.monotonic() < until
        time.sleep(0.005)
    assert not mark.read(script.path).complete
    assert server.losses() == [0, 1, 2]
    told.set()
    assert ship.wait().complete
    assert mark.read(script.path).complete


def test_a_run_that_will_never_be_taken_stops_its_script_where_that_was_asked_for(a_script, aboard, server):
    for asked in (False, True):
        server.deleted.add("-/p/r1")
        script = a_script(stop_on_fatal=asked)
        script.log()
        sailing = aboard(script, patience_secs=0.5)
        until = time.monotonic() + (10 if asked else 0.7)
        while time.monotonic() < until and not (script.path / "stop-requested").exists():
            time.sleep(0.02)
        assert (script.path / "stop-requested").exists() is asked
        script.finish()
        sailing.wait()


def test_samples_of_one_of_several_writers_carry_its_label(a_script, aboard, server):
    script = a_script(label="rank-3", primary=False, disable_stats=False, stats={"interval_secs": 0.1})
    script.write(Kind.CONFIG, {"lr": 1}, [])
    sailing = aboard(script)
    server.wait_for(lambda: server.records(Kind.SYSTEM))
    script.finish()
    assert sailing.wait().complete
    assert all(key.endswith("/l:rank-3") for record in server.records(Kind.SYSTEM) for key in record[2])
    assert "config.yaml" not in server.files


def test_the_machine_is_not_sampled_where_the_disk_is_needed_for_rows(a_script, aboard, server):
    script = a_script(disable_stats=False, stats={"interval_secs": 0.1}, max_bytes=2_000)
    script.log(200)
    sailing = aboard(script)
    server.wait_for(lambda: len(server.losses()) == 200)
    time.sleep(0.3)
    script.finish()
    assert sailing.wait().complete
    assert server.records(Kind.SYSTEM) == []
    assert any("nearly all the disk" in line for line in sailing.said)
