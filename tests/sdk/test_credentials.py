"""Keys: where they are looked for, and who may read them."""

from __future__ import annotations

import pytest

from gnomon.protocol import credentials as text
from gnomon.sdk import credentials

URL = "http://here:8585"


@pytest.fixture
def environ(tmp_path):
    return {"HOME": str(tmp_path), "GNOMON_CONFIG_DIR": str(tmp_path / "config")}


def test_what_is_stored_is_found_under_every_spelling_of_the_address(environ):
    credentials.store_key("http://HERE:8585/", "abc", environ)
    assert credentials.find_key(URL, environ=environ) == "abc"
    assert credentials.find_key("http://other", environ=environ) is None


def test_only_its_owner_can_read_the_file(environ):
    place = credentials.store_key(URL, "abc", environ)
    assert place.stat().st_mode & 0o777 == 0o600


def test_forgetting_one_key_keeps_the_others(environ):
    credentials.store_key(URL, "abc", environ)
    credentials.store_key("https://other", "def", environ)
    credentials.store_key(URL, None, environ)
    assert credentials.find_key(URL, environ=environ) is None
    assert credentials.find_key("https://other", environ=environ) == "def"


def test_the_order_of_sources(environ, tmp_path):
    (tmp_path / ".netrc").write_text(f"machine here\n  login user\n  password {'n' * 40}\n")
    assert credentials.find_key(URL, environ=environ) == "n" * 40
    credentials.store_key(URL, "stored", environ)
    assert credentials.find_key(URL, environ=environ) == "stored"
    environ["WANDB_API_KEY"] = "wandb"
    assert credentials.find_key(URL, environ=environ) == "wandb"
    environ["GNOMON_API_KEY"] = "gnomon"
    assert credentials.find_key(URL, environ=environ) == "gnomon"
    assert credentials.find_key(URL, "given", environ) == "given"


@pytest.mark.parametrize("odd", ["", "[]", "{", '{"http://here:8585": 5}', "\x00"])
def test_a_damaged_file_holds_no_keys_and_can_be_written_again(environ, tmp_path, odd):
    place = credentials.path(environ)
    place.parent.mkdir(parents=True)
    place.write_text(odd)
    assert credentials.find_key(URL, environ=environ) is None
    credentials.store_key(URL, "abc", environ)
    assert credentials.find_key(URL, environ=environ) == "abc"


def test_netrc_entries_of_other_hosts_are_not_taken():
    netrc = "# a comment\nmachine a password 1 machine b login x password 2\ndefault password 3"
    assert text.netrc_password(netrc, "b") == "2"
    assert text.netrc_password(netrc, "c") is None
