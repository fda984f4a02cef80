"""`gnomon server` and `gnomon admin` as they are run: real processes, a real port, an empty folder."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest


@dataclass
class Machine:
    """A home folder, a data folder, and the servers started on them."""

    root: Path
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GNOMON_", "WANDB_"))}
        return {
            **kept, "HOME": str(self.root / "home"), "GNOMON_CONFIG_DIR": str(self.root / "config"),
            "GNOMON_STATE_DIR": str(self.root / "state"), "LOGNAME": "ann", "USER": "ann",
        }  # fmt: skip

    def start(self, *args: str) -> tuple[subprocess.Popen[str], str]:
        """A server that answers; what it printed so far."""
        process = subprocess.Popen(
            [sys.executable, "-m", "gnomon", "server", "--port", "0", "--data", str(self.data), *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environ,
        )
        self.running.append(process)
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if not line.strip() and "/api/docs" in printed:
                return process, printed
        assert process.stderr is not None
        raise AssertionError(f"the server did not start: {process.stderr.read()}")

    def call(self, *args: str, **given: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        return subprocess.run(
            [sys.executable, "-m", "gnomon", *args],
            capture_output=True,
            text=True,
            env=self.environ,
            timeout=60,
            input=given.get("input"),
        )

    def admin(self, *args: str, **given: str) -> subprocess.CompletedProcess[str]:
        return self.call("admin", *args, "--data", str(self.data), **given)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    (tmp_path / "home").mkdir()
    machine = Machine(tmp_path)
    yield machine
    for process in machine.running:
        if process.poll() is None:
            process.kill()
        process.wait(30)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def address_in(printed: str) -> str:
    match = re.search(r"http://localhost:\d+", printed)
    assert match is not None
    return match.group()


def test_the_first_start_makes_an_administrator_whose_key_is_theirs_alone(machine: Machine) -> None:
    _, printed = machine.start()
    address = address_in(printed)
    file = machine.data / "keys" / "local-admin.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert machine.data.stat().st_mode & 0o777 == 0o700
    key = file.read_text().strip()
    assert re.fullmatch("[0-9a-z]{40}", key)
    viewer = httpx.get(f"{address}/api/viewer", headers={"Authorization": f"Bearer {key}"}).json()
    assert (viewer["user"]["name"], viewer["user"]["admin"]) == ("ann", True)
    assert key not in printed


def test_scripts_of_this_user_have_the_key_and_a_second_start_changes_nothing(machine: Machine) -> None:
    process, printed = machine.start()
    address = address_in(printed)
    file = machine.root / "config" / "credentials.json"
    key = (machine.data / "keys" / "local-admin.key").read_text().strip()
    assert file.stat().st_mode & 0o777 == 0o600
    stored = json.loads(file.read_text())
    assert stored == {address: key, address.replace("localhost", "127.0.0.1"): key}
    process.terminate()
    assert process.wait(15) == 0
    _, printed = machine.start()
    assert (machine.data / "keys" / "local-admin.key").read_text().strip() == key


def test_the_printed_link_signs_in(machine: Machine) -> None:
    _, printed = machine.start()
    match = re.search(r"(http://localhost:\d+)/sign-in\?link=(\S+)", printed)
    assert match is not None
    answer = httpx.post(f"{match.group(1)}/api/session", json={"link": match.group(2)})
    assert answer.json()["user"]["name"] == "ann"
    assert httpx.get(f"{match.group(1)}/healthz").json()["status"] == "ok"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_seconds_and_with_code_0_although_a_page_listens(machine: Machine, number: int) -> None:
    process, printed = machine.start()
    address, key = address_in(printed), (machine.data / "keys" / "local-admin.key").read_text().strip()
    headers = {"Authorization": f"Bearer {key}"}
    journal = "ab" * 16
    begun = _journal(journal)
    sent = httpx.post(
        f"{address}/api/runs/-/vision/r1/journal?journal={journal}&offset=0", content=begun, headers=headers
    )
    assert sent.status_code == 200, sent.text
    with httpx.stream("GET", f"{address}/api/live?project=ann/vision", headers=headers) as events:
        assert events.status_code == 200
        process.send_signal(number)
        assert process.wait(30) == 0


def test_a_second_server_on_the_folder_is_refused_in_one_line(machine: Machine) -> None:
    process, printed = machine.start()
    second = machine.call("server", "--port", "0", "--data", str(machine.data))
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"(process {process.pid}, {address_in(printed)}) already works on the data folder" in second.stderr
    assert second.stdout == ""


def test_a_port_in_use_is_told_in_one_line(machine: Machine) -> None:
    _, printed = machine.start()
    port = address_in(printed).rpartition(":")[2]
    second = machine.call("server", "--port", port, "--data", str(machine.root / "other"))
    assert second.returncode == 1
    assert second.stderr == f"Error: port {port} is in use; stop what listens there, or choose another with --port\n"


def test_a_newer_data_folder_is_refused(machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "version").write_text("99 9.9.9\n")
    answer = machine.call("server", "--port", "0", "--data", str(machine.data))
    assert answer.returncode == 1
    assert "version 99 was written by Gnomon 9.9.9" in answer.stderr
    assert machine.admin("user", "list").returncode == 1


def test_other_machines_are_let_in_only_by_an_administrator_with_a_password(machine: Machine) -> None:
    refused = machine.call("server", "--host", "0.0.0.0", "--port", "0", "--data", str(machine.data))
    assert refused.returncode == 1
    assert "no administrator of this server has a password yet" in refused.stderr
    assert (
        machine.admin("user", "create", "boss", "--admin", "--password", "-", input="correct horse\n").returncode == 0
    )
    _, printed = machine.start("--host", "0.0.0.0")
    assert "http://0.0.0.0:" in printed


def test_users_teams_keys_and_links_are_made_while_the_server_runs(machine: Machine) -> None:
    _, printed = machine.start()
    address = address_in(printed)
    chosen = "Key_-" * 8
    assert machine.admin("user", "create", "ben", "--api-key", chosen).returncode == 0
    assert machine.admin("team", "create", "lab", "--member", "ben", "--member", "ann:viewer").returncode == 0
    made = machine.admin("key", "create", "ben").stdout.strip()
    link = machine.admin("link", "ben").stdout.strip()
    for key in (chosen, made):
        viewer = httpx.get(f"{address}/api/viewer", headers={"Authorization": f"Bearer {key}"}).json()
        assert viewer["entities"] == ["ben", "lab"]
    assert link.startswith(f"{address}/sign-in?link=")
    signed_in = httpx.post(f"{address}/api/session", json={"link": link.rpartition("=")[2]}).json()
    assert signed_in["user"]["name"] == "ben"
    assert machine.admin("user", "list").stdout == "ann\tadministrator lab\nben\tlab\n"


def test_members_and_users_go_while_the_server_runs(machine: Machine) -> None:
    _, printed = machine.start()
    address = address_in(printed)
    assert machine.admin("user", "create", "ben", "--api-key", "k-" * 20).returncode == 0
    assert machine.admin("team", "create", "lab").returncode == 0
    assert machine.admin("team", "add", "lab", "ben:admin").stdout == "ben is admin of lab.\n"
    headers = {"Authorization": f"Bearer {'k-' * 20}"}
    assert httpx.get(f"{address}/api/teams/lab", headers=headers).json()["members"] == {"ben": "admin"}
    assert machine.admin("team", "remove", "lab", "ben").returncode == 0
    again = machine.admin("team", "remove", "lab", "ben")
    assert (again.returncode, again.stderr) == (1, "Error: 'ben' is not a member of 'lab'\n")
    assert machine.admin("user", "delete", "ben").returncode == 0
    until = time.monotonic() + 30
    while httpx.get(f"{address}/api/viewer", headers=headers).status_code != 401:
        assert time.monotonic() < until
        time.sleep(0.1)
    refused = machine.admin("user", "delete", "ann")
    assert "only administrator" in refused.stderr


def test_mistakes_are_told_in_one_line(machine: Machine) -> None:
    assert machine.admin("user", "create", "ben").returncode == 0
    for args, message in (
        (("user", "create", "ben"), "There is a user or team 'ben' already"),
        (("user", "create", "a/b"), "cannot be used"),
        (("user", "create", "cid", "--api-key", "short"), "40 or more"),
        (("user", "create", "cid", "--password", "short"), "8 to 1000 characters"),
        (("team", "create", "lab", "--member", "zoe"), "There is no user 'zoe'"),
        (("team", "create", "lab", "--member", "ben:king"), "'king' is no role"),
        (("link", "zoe"), "There is no user 'zoe'"),
        (("team", "add", "nowhere", "ben"), "There is no team 'nowhere'"),
        (("user", "delete", "zoe"), "There is no user 'zoe'"),
    ):
        answer = machine.admin(*args)
        assert answer.returncode == 1
        assert message in answer.stderr
        assert answer.stderr.count("\n") == 1


def _journal(id: str) -> bytes:
    import msgspec

    from gnomon.protocol.journal import MAGIC, frame

    begin = {
        "format": 1, "journal": id, "writer": "main", "entity": "", "project": "vision", "run": "r1", "host": "h",
        "pid": 1,
        "boot_id": "", "started_at": time.time(), "sdk": "0", "resume": None, "starting_step": 0, "attempt": id,
    }  # fmt: skip
    return MAGIC + frame(msgspec.msgpack.encode([1, begin]))


@pytest.mark.parametrize("what", ["gnomon.db", "metrics/catalogue.sqlite", "metrics/log/000000000001.log"])
def test_a_server_whose_data_is_damaged_says_what_and_what_to_do(machine: Machine, what: str) -> None:
    process, _ = machine.start()
    process.terminate()
    process.wait(20)
    (machine.data / what).write_bytes(b"this is what a disk may make of it" * 300)
    (machine.data / "metrics" / "log" / "000000000002.log").touch()  # so that it is not the end that was torn off
    ended = machine.call("server", "--port", "0", "--data", str(machine.data))
    assert ended.returncode == 1
    assert str(machine.data / what.partition("/")[0]) in ended.stderr
    assert f"gnomon admin check --data {machine.data}" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert machine.admin("check").returncode == 1
    if what != "gnomon.db":
        assert machine.admin("check", "--repair").returncode == 0
        machine.start()
