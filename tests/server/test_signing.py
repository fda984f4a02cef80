"""Addresses that carry their own permission."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gnomon.model.errors import Forbidden
from gnomon.server.signing import FILE, Grant, Signer, secret_of


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_gives_back_what_was_granted() -> None:
    signer = Signer(b"s" * 32)
    grant = Grant("PUT", "run-file", (7, "media/ü.png"), 1 << 40)
    assert signer.read(signer.token(grant), "PUT") == grant


def test_an_address_ends() -> None:
    clock = Clock()
    signer = Signer(b"s" * 32, clock=clock)
    token = signer.url("http://here", "GET", "run-file", 7, "a", name="a", secs=60).split("/")[4]
    clock.now += 59
    assert signer.read(token, "GET").names == (7, "a")
    clock.now += 2
    with pytest.raises(Forbidden, match="has expired"):
        signer.read(token, "GET")


def test_an_address_to_read_is_good_for_a_look_at_the_headers_and_not_for_writing() -> None:
    signer = Signer(b"s" * 32)
    token = signer.token(Grant("GET", "run-file", (7,), 1 << 40))
    signer.read(token, "HEAD")
    with pytest.raises(Forbidden, match="is for GET, not for PUT"):
        signer.read(token, "PUT")


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-2], lambda t: "A" + t[1:], lambda t: t.replace(".", ""), lambda t: "ü."]
)
def test_a_token_that_was_touched_is_nothing(spoil: object) -> None:
    signer = Signer(b"s" * 32)
    token = signer.token(Grant("GET", "run-file", (7,), 1 << 40))
    with pytest.raises(Forbidden, match="was not signed by this server"):
        signer.read(spoil(token), "GET")  # type: ignore[operator]


def test_another_servers_token_is_nothing() -> None:
    token = Signer(b"a" * 32).token(Grant("GET", "run-file", (7,), 1 << 40))
    with pytest.raises(Forbidden):
        Signer(b"b" * 32).read(token, "GET")


def test_the_secret_of_a_folder_stays_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    assert secret_of(tmp_path) == secret_of(tmp_path)
    assert len(secret_of(tmp_path)) == 32
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_the_name_in_an_address_is_a_single_part_of_its_path() -> None:
    url = Signer(b"s" * 32).url("http://here:1", "GET", "run-file", 1, "a/b c?.png", name="a/b c?.png")
    assert url.startswith("http://here:1/storage/") and url.endswith("/b%20c%3F.png")
