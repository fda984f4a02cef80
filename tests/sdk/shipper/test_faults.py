"""What happens to rows when the network and the server do not do what they should."""

from __future__ import annotations

import socket
import time

import pytest

from gnomon.protocol.journal import Kind
from gnomon.sdk.shipper import mark

TROUBLES = {
    "500": (500, "text/plain", "Internal Server Error"),
    "503 of ours": (503, "application/json", '{"error": {"kind": "Unavailable", "message": "not now"}}'),
    "429": (429, "application/json", '{"error": {"kind": "Unavailable", "message": "slower"}}'),
    "200 of a captive portal": (200, "text/html", "<html>Welcome to our hotel</html>"),
    "200 with other JSON": (200, "application/json", '{"ok": true}'),
    "200 with an odd offset": (200, "application/json", '{"next": -1}'),
    "404 of a wrong proxy": (404, "text/html", "<html>not here</html>"),
    "redirect": (302, "text/html", ""),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_rows_arrive_once_after_wrong_answers(a_script, aboard, server, trouble):
    server.trouble = trouble
    script = a_script()
    script.log(50)
    ship = aboard(script)
    server.wait_for(lambda: len(server.requests) >= 2)
    assert mark.read(script.path).rows_left in (0, 50)
    server.trouble = None
    script.log(50)
    script.finish()
    assert ship.wait().complete
    assert server.losses() == list(range(100))
    assert mark.read(script.path).error == ""


@pytest.mark.parametrize("fault", ["refuse", "cut", "slow"])
def test_rows_arrive_once_over_a_bad_line(a_script, aboard, server, proxy, fault):
    script = a_script(proxy.url)
    script.log(50)
    proxy.fault = fault
    ship = aboard(script)
    server.wait_for(lambda: proxy.connections >= 2 or fault == "slow")
    script.log(50)
    time.sleep(0.3)
    proxy.fault = ""
    script.finish()
    assert ship.wait().complete
    assert server.losses() == list(range(100))


def test_an_answer_that_was_lost_is_asked_for_again_and_stored_once(a_script, aboard, server, proxy):
    proxy.fault = "cut"
    script = a_script(proxy.url)
    script.log(100)
    ship = aboard(script)
    server.wait_for(lambda: len(server.losses()) == 100)
    proxy.fault = ""
    script.finish()
    assert ship.wait().complete
    assert server.losses() == list(range(100))


def test_a_black_hole_is_left_behind_within_the_patience_and_everything_stays(a_script, aboard, server, proxy):
    proxy.fault = "black hole"
    script = a_script(proxy.url)
    script.log(10)
    script.finish()
    started = time.monotonic()
    outcome = aboard(script, patience_secs=1.0).wait()
    assert time.monotonic() - started < 20  # a request waits for its answer for a minute
    assert not outcome.complete
    assert outcome.rows_left == 10


def test_a_server_that_was_never_there_is_left_behind_and_sync_sends_later(a_script, aboard, server, proxy):
    proxy.fault = "refuse"
    script = a_script(proxy.url)
    script.log(10)
    script.finish()
    outcome = aboard(script, patience_secs=0.5).wait()
    assert not outcome.complete
    assert outcome.rows_left == 10
    assert mark.read(script.path).error
    proxy.fault = ""
    assert aboard(script, live=False).wait().complete
    assert server.losses() == list(range(10))


def test_a_server_that_goes_away_and_comes_back_is_found_again(a_script, aboard, server, proxy):
    script = a_script(proxy.url)
    ship = aboard(script)
    script.log(10)
    server.wait_for(lambda: len(server.losses()) == 10)
    for _ in range(2):
        proxy.fault = "refuse"
        script.log(10)
        time.sleep(0.4)
        proxy.fault = ""
    server.wait_for(lambda: len(server.losses()) == 30)
    script.finish()
    assert ship.wait().complete
    assert len([line for line in ship.said if "answers again" in line]) <= 2


def test_slow_but_moving_is_waited_for(a_script, aboard, server, proxy):
    proxy.fault = "slow"
    script = a_script(proxy.url)
    script.log(60, padding=4096)
    script.finish()
    started = time.monotonic()
    assert aboard(script, patience_secs=3.0).wait().complete
    assert time.monotonic() - started > 3.0
    assert server.losses() == list(range(60))


def test_a_name_that_does_not_resolve_is_one_line(a_script, aboard, monkeypatch):
    def refuse(*arguments, **more):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    script = a_script("http://nowhere.invalid:1")
    script.log()
    script.finish()
    ship = aboard(script, patience_secs=0.3)
    assert not ship.wait().complete
    assert len([line for line in ship.said if "cannot reach" in line]) == 1


def test_a_quiet_run_gives_signs_of_life(a_script, aboard, server):
    script = a_script(heartbeat_secs=0.2)
    ship = aboard(script)
    server.wait_for(lambda: sum(size == 0 for _, path, size in server.requests if "/journal?" in path) >= 2)
    script.finish()
    ship.wait()


def test_the_key_never_goes_to_another_host(a_script, aboard, server):
    server.trouble = (307, "text/html", "")
    script = a_script()
    script.log()
    ship = aboard(script, patience_secs=0.3)
    script.finish()
    ship.wait()
    assert server.records(Kind.ROW) == []
    assert all("journal" in path for _, path, _ in server.requests)
