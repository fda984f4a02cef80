"""The environments of the official client hold what their locks say, and their scripts see only the test's server."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.wandb_clients.scripts import NEWEST, VERSIONS, clients, run_script

LOCKS = sorted(clients.LOCKS.glob("*.lock"))


@dataclass(frozen=True)
class Nowhere:
    """A server nobody talks to."""

    url: str = "http://127.0.0.1:9"
    key: str = "0" * 40


def test_versions_are_in_order_and_the_newest_is_the_last() -> None:
    assert VERSIONS == ["0.16.6", "0.19.11", "0.25.0", "0.28.0", "0.31.0"]
    assert NEWEST == "0.31.0"


@pytest.mark.parametrize("lock", LOCKS, ids=[lock.stem for lock in LOCKS])
def test_every_lock_pins_and_hashes_its_packages_and_names_no_address(lock: Path) -> None:
    text = re.sub(r"^#.*\n", "", lock.read_text(), flags=re.MULTILINE)
    assert "://" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9._-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("version", VERSIONS)
def test_the_lock_of_a_version_has_that_version(version: str) -> None:
    assert f"\nwandb=={version} " in (clients.LOCKS / f"{version}.lock").read_text()


def test_a_script_sees_the_tests_server_and_nothing_of_the_users_own(tmp_path: Path) -> None:
    done = run_script(
        Nowhere(),
        "import json, os, wandb\n"
        "s = wandb.setup().settings\n"
        "print(json.dumps([wandb.__version__, s.base_url, os.path.expanduser('~')]))",
        tmp_path,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [NEWEST, Nowhere.url, str(tmp_path / "home")]
