"""Keeping a key: nothing is asked of a server."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

import gnomon
from gnomon.sdk import credentials
from gnomon.sdk import login as logins
from gnomon.sdk.errors import UsageError

pytestmark = pytest.mark.usefixtures("alone")
KEY = "0123456789abcdefghij0123456789abcdefghij"


def test_a_key_is_kept_for_its_server_and_only_its_owner_reads_it(tmp_path: Path, said: list[str]) -> None:
    assert gnomon.login(key=f" {KEY}\n", host="http://h:1/", verify=True, anonymous="never")
    assert credentials.find_key("http://h:1") == KEY
    assert credentials.find_key("http://other:1") is None
    place = tmp_path / "config" / "credentials.json"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert KEY not in "".join(said)


def test_a_key_that_is_known_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    gnomon.login(KEY)
    monkeypatch.setattr(logins, "_ask", lambda base_url: pytest.fail("nobody needs to be asked"))
    assert gnomon.login()
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    assert gnomon.login(host="http://elsewhere")


def test_the_terminal_is_asked_where_no_key_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "_ask", lambda base_url: KEY)
    assert gnomon.login(relogin=True)
    assert credentials.find_key("http://localhost:8585") == KEY


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
