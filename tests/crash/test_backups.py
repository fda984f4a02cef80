"""Backups under load: what was acknowledged before one began is in it, once and in order, and senders go on with it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gnomon.server.check import DataCheck

from .conftest import Server, Training
from .test_server_kills import ROWS_A_POST, Writer, ask, everything

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

SMALL = [sys.executable, str(Path(__file__).with_name("small_server.py"))]


class SmallServer(Server):
    """A server whose metric store never rests."""

    def __init__(self, base: Path, data: str = "data") -> None:
        super().__init__(base)
        self.data = base / data

    def start(self) -> None:
        self.log = open(self.base / "server.log", "ab")  # noqa: SIM115  # held as long as the server runs
        self.process = subprocess.Popen(
            [*SMALL, "server", "--port", str(self.port), "--data", str(self.data)],
            env=self.environ,
            stdout=self.log,
            stderr=self.log,
        )
        until = time.monotonic() + 30
        while True:
            try:
                ask(self, "GET", "/healthz", "")
                return
            except OSError:
                assert self.process.poll() is None, (self.base / "server.log").read_text()
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.02)

    def admin(self, *arguments: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gnomon", "admin", *arguments, "--data", str(data or self.data)]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def small_server(tmp_path: Path) -> Iterator[SmallServer]:
    real = SmallServer(tmp_path)
    real.start()
    yield real
    real.stop()


def test_a_backup_under_load_has_what_was_acknowledged_before_and_senders_go_on_with_it(
    small_server: SmallServer, tmp_path: Path
) -> None:
    writers = [Writer(small_server, number) for number in (1, 2)]
    for writer in writers:
        writer.start()
    backups = tmp_path / "backups"
    made: list[tuple[Path, list[int]]] = []
    for _ in range(2):
        time.sleep(0.5)
        before = [writer.acked for writer in writers]
        done = small_server.admin("backup", str(backups))
        assert done.returncode == 0, done.stderr
        made.append((Path(done.stdout.splitlines()[-1]), before))
    checked = small_server.admin("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for writer in writers:
        writer.leaving.set()
    for writer in writers:
        writer.join(60)
        assert writer.faults == []
    assert sum(writer.posts for writer in writers) > 20
    assert max(int(path.stem) for path in (small_server.data / "metrics" / "segments").iterdir()) > 1
    configs = [config_of(small_server, writer) for writer in writers]
    small_server.stop()

    for number, (folder, before) in enumerate(made):
        small_server.data = tmp_path / f"restored{number}"
        done = small_server.admin("restore", str(folder))
        assert done.returncode == 0, done.stdout + done.stderr
        small_server.start()
        for writer, acked, config in zip(writers, before, configs, strict=True):
            _, told = ask(small_server, "GET", f"/api/runs/-/p/{writer.run_id}/journal", writer.key)
            has = told["offsets"][writer.journal]
            assert acked <= has <= len(writer.sent)
            rows = everything(small_server, writer.run_id, writer.key)
            assert [row["_step"] for row in rows] == list(range(len(rows)))
            assert all(row["loss"] == row["_step"] / 8 and row["text"] == f"row {row['_step']}" for row in rows)
            status, said = ask(
                small_server, "POST", f"/api/runs/-/p/{writer.run_id}/journal?journal={writer.journal}&offset="
                f"{len(writer.sent)}", writer.key, b"more",
            )  # fmt: skip
            if has < len(writer.sent):
                assert (status, said["error"]["next_offset"]) == (409, has)
            send_rest(small_server, writer, has)
            rows = everything(small_server, writer.run_id, writer.key)
            assert [row["_step"] for row in rows] == list(range(writer.rows))
            _, keys = ask(small_server, "GET", f"/api/runs/-/p/{writer.run_id}/keys", writer.key)
            assert {key["key"]: key["points"] for key in keys} == {"loss": writer.rows, "text": writer.rows}
            _, console = ask(small_server, "GET", f"/api/runs/-/p/{writer.run_id}/console?first=-1", writer.key)
            assert console["total"] == writer.rows // ROWS_A_POST
            assert config_of(small_server, writer) == config
        small_server.stop()
        assert list(DataCheck(small_server.data, deep=True).findings()) == []


def config_of(server: SmallServer, writer: Writer) -> Any:
    """What the tables know of a run, and the metrics do not."""
    _, run = ask(server, "GET", f"/api/runs/-/p/{writer.run_id}", writer.key)
    return run["config"]


def send_rest(server: SmallServer, writer: Writer, at: int) -> None:
    """What a sender does that was told where to go on."""
    while at < len(writer.sent):
        path = f"/api/runs/-/p/{writer.run_id}/journal?journal={writer.journal}&offset={at}"
        status, said = ask(server, "POST", path, writer.key, bytes(writer.sent[at : at + 200_000]))
        if status == 503:
            time.sleep(0.1)
            continue
        assert status == 200, said
        at = said["next"]


def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one(small_server: SmallServer, tmp_path: Path) -> None:
    writer = Writer(small_server, 1)
    writer.start()
    backups = tmp_path / "backups"
    chance = random.Random(3)
    command = [sys.executable, "-m", "gnomon", "admin", "backup", str(backups), "--data", str(small_server.data)]
    for _ in range(5):
        process = subprocess.Popen(
            command, env=small_server.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.2, 0.8))
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        for folder in backups.glob("*") if backups.exists() else ():
            assert folder.name.endswith(".part") or (folder / "backup.json").exists()
    writer.leaving.set()
    writer.join(60)
    done = small_server.admin("backup", str(backups))
    assert done.returncode == 0, done.stderr
    assert not list(backups.glob("*.part"))
    for number, folder in enumerate(sorted(backups.iterdir())):
        done = small_server.admin("restore", str(folder), data=tmp_path / f"again{number}")
        assert done.returncode == 0, done.stdout + done.stderr


def test_scripts_go_on_with_a_restored_server_and_ended_runs_come_back_with_sync(
    small_server: SmallServer, tmp_path: Path, training: Callable[..., Training], send: Callable[[Server, Path], None]
) -> None:
    logging = training(small_server, "logging")
    logging.read_until(2000)
    done = small_server.admin("backup", str(tmp_path / "backups"))
    assert done.returncode == 0, done.stderr
    ended = training(small_server, "ended", rows=500)
    ended.read_rest()
    ended.wait_for_shipper()
    logging.read_until(4000)
    until = time.monotonic() + 20
    while len(small_server.losses("logging")) < 3000:
        assert time.monotonic() < until
    small_server.stop()

    small_server.data = tmp_path / "restored"
    restored = small_server.admin("restore", done.stdout.splitlines()[-1])
    assert restored.returncode == 0, restored.stdout + restored.stderr
    small_server.start()
    logging.read_until(logging.printed + 500)
    logging.process.kill()
    logging.read_rest()
    logging.wait_for_shipper()
    found = small_server.losses("logging")
    assert found == [float(row) for row in range(len(found))]
    assert len(found) >= logging.printed
    send(small_server, ended.run_folder)
    assert small_server.losses("ended") == [float(row) for row in range(500)]
