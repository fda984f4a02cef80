from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from gnomon.model.errors import Conflict, Rejected
from gnomon.server.data_folder import DataFolder, holder_of, write_private
from gnomon.server.settings import Settings, load
from gnomon.server.version import DATA_VERSION


def test_what_is_given_wins_over_the_environment_which_wins_over_defaults() -> None:
    environ = {"GNOMON_SERVER_PORT": "9000", "GNOMON_SERVER_HOST": "0.0.0.0", "GNOMON_SERVER_OPEN_NETWORK": "yes"}
    settings = load(environ, port=9001, host=None)
    assert (settings.port, settings.host, settings.open_network) == (9001, "0.0.0.0", True)
    assert load({}).port == 8585


@pytest.mark.parametrize(
    "environ",
    [
        {"GNOMON_SERVER_PORT": "many"},
        {"GNOMON_SERVER_OPEN_NETWORK": "perhaps"},
        {"GNOMON_SERVER_PORT": "70000"},
        {"GNOMON_SERVER_METRIC_MEMORY_MB": "0"},
        {"GNOMON_SERVER_METRIC_CACHE_MB": "-1"},
    ],
)
def test_a_setting_that_makes_no_sense_is_rejected(environ: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        load(environ)


def test_every_setting_says_what_it_is_for() -> None:
    for item in fields(Settings):
        assert item.metadata["about"].endswith("."), item.name


def test_the_address_is_what_users_type() -> None:
    assert load({}).address == "http://localhost:8585"
    assert load({}, host="10.0.0.5", port=80).address == "http://10.0.0.5:80"
    assert load({}, host="::", port=80).address == "http://[::]:80"
    assert load({}, base_url="https://runs.example/").address == "https://runs.example"


def test_a_data_folder_has_one_server_at_a_time(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path / "d"), DataFolder(tmp_path / "d")
    first.hold("http://localhost:1")
    with pytest.raises(Conflict, match=r"Another Gnomon server \(process \d+, http://localhost:1\) already works on"):
        second.hold("http://localhost:2")
    first.release()
    second.hold("http://localhost:2")
    holder = holder_of(tmp_path / "d")
    assert holder is not None
    assert holder.address == "http://localhost:2"
    second.release()
    assert holder_of(tmp_path / "d") is None


def test_the_folder_of_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "version").write_text(f"{DATA_VERSION + 1} 9.9.9\n")
    with pytest.raises(Rejected, match=f"version {DATA_VERSION + 1} was written by Gnomon 9.9.9"):
        DataFolder(tmp_path).hold("http://localhost:1")


def test_a_private_file_is_its_owners_alone(tmp_path: Path) -> None:
    write_private(tmp_path / "keys" / "k", "secret")
    assert (tmp_path / "keys" / "k").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
