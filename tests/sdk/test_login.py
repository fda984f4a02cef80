"""Keeping a key, and what its server says of it."""

from __future__ import annotations

import socket
import stat
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import gnomon
from gnomon.sdk import credentials, settings
from gnomon.sdk import login as logins
from gnomon.sdk.errors import UsageError

pytestmark = pytest.mark.usefixtures("alone")
KEY = "0123456789abcdefghij0123456789abcdefghij"


def test_a_key_is_kept_for_its_server_and_only_its_owner_reads_it(tmp_path: Path, said: list[str]) -> None:
    assert gnomon.login(key=f" {KEY}\n", host="http://h:1/", verify=False, anonymous="never")
    assert credentials.find_key("http://h:1") == KEY
    assert credentials.find_key("http://other:1") is None
    place = tmp_path / "config" / "credentials.json"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert KEY not in "".join(said)


def test_scripts_log_to_the_host_that_login_was_told_of() -> None:
    gnomon.login(KEY, verify=False)
    assert settings.load({}, file=credentials.settings_file()).base_url == "http://localhost:8585"
    gnomon.login(KEY, host="http://h:1/", verify=False)
    assert settings.load({}, file=credentials.settings_file()).base_url == "http://h:1"
    other = KEY[::-1]
    assert gnomon.login(other, verify=False)
    assert credentials.find_key("http://h:1") == other


def test_a_key_that_is_known_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    gnomon.login(KEY, verify=False)
    monkeypatch.setattr(logins, "_ask", lambda base_url, timeout: pytest.fail("nobody needs to be asked"))
    assert gnomon.login()
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    assert gnomon.login(host="http://elsewhere")


def test_the_terminal_is_asked_where_no_key_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "_ask", lambda base_url, timeout: KEY)
    assert gnomon.login(relogin=True, verify=False)
    assert credentials.find_key("http://localhost:8585") == KEY


def test_nobody_is_asked_where_that_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "_ask", lambda base_url, timeout: pytest.fail("nobody is to be asked"))
    assert not gnomon.login(prompt=False)


def test_without_a_terminal_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(UsageError, match="gnomon login KEY"):
        gnomon.login()


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("", "empty"),
        ("abc", "40 characters or more; this one has 3"),
        (KEY + "%", "letters, digits"),
        ("k" * 257, "257"),
    ],
)
def test_what_cannot_be_a_key_is_refused_without_repeating_it(key: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        gnomon.login(key=key)
    assert not key or key not in str(refused.value)


def test_offline_no_key_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_MODE", "offline")
    assert gnomon.login() is False


def test_a_place_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GNOMON_CONFIG_DIR", str(tmp_path / "file" / "below"))
    with pytest.raises(UsageError, match="could not be stored"):
        gnomon.login(KEY)


class Answering(BaseHTTPRequestHandler):
    """Knows one key."""

    def do_GET(self) -> None:
        known = self.headers["Authorization"] == f"Bearer {KEY}"
        self.send_response(200 if known and self.path == "/api/viewer" else 401)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""


@pytest.fixture
def answering() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_key_that_its_server_knows_is_kept(answering: str) -> None:
    assert gnomon.login(KEY, host=answering)
    assert credentials.find_key(answering) == KEY


def test_a_key_that_its_server_does_not_know_is_refused_and_not_kept(answering: str) -> None:
    with pytest.raises(gnomon.AuthenticationError, match="does not know this API key") as refused:
        gnomon.login("x" * 40, host=answering)
    assert "xxx" not in str(refused.value)
    assert credentials.find_key(answering) is None


def test_where_the_server_is_not_there_the_key_is_kept_with_a_warning(said: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    assert gnomon.login(KEY, host=url)
    assert credentials.find_key(url) == KEY
    assert "the key was not tried: nobody listens" in said[0]


def test_a_server_that_never_answers_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    monkeypatch.setattr(logins, "VERIFY_SECS", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        began = time.monotonic()
        assert gnomon.login(KEY, host=f"http://127.0.0.1:{deaf.getsockname()[1]}")
        assert time.monotonic() - began < 2
    assert "no answer in time" in said[0]
