"""A data folder with artifacts is checked, repaired, backed up and restored like one with runs."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from gnomon.server import backup as backups
from gnomon.server.app import build_app
from gnomon.server.check import DataCheck
from gnomon.server.repair import repair
from gnomon.server.settings import Settings, load
from gnomon.server.storage.open import open_storage
from tests.server.conftest import Server
from tests.server.wandb_api.artifacts import Artifacts

pytestmark = pytest.mark.anyio

FILES = {"a.txt": b"hello", "b.txt": b"world"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, data=tmp_path / "data", metrics="memory")


@pytest.fixture
async def data(server: Server, settings: Settings, tmp_path: Path) -> Path:
    """A backup of a server where Ann has logged one version, and has sent half of another."""
    ann = Artifacts(await server.user("ann"), "ann")
    await ann.log("ds", FILES)
    made = await ann.create("half", "1" * 32)
    await ann.upload(made["id"], {"c.txt": b"on its way"})
    return backups.backup(settings.data, tmp_path / "backups").folder


def lines(data: Path) -> list[str]:
    looking = DataCheck(data, deep=True)
    return [looking.describe(finding) for finding in looking.findings()]


def blob_of(data: Path, content: bytes) -> Path:
    name = hashlib.sha256(content).hexdigest()
    return data / "blobs" / name[:2] / name[2:4] / name


async def opened(data: Path, tmp_path: Path) -> Artifacts:
    """Ann, at a server on this folder."""
    settings = load({}, data=data, metrics="memory")
    app = build_app(settings, open_storage(settings))
    server = Server(app, app.state.services, app.state.services.clock)
    return Artifacts(await server.user("root", admin=True), "ann")


async def test_a_backup_has_what_artifacts_hold_and_what_is_on_its_way(data: Path) -> None:
    assert lines(data) == []
    for content in (b"hello", b"world", b"on its way"):
        assert blob_of(data, content).read_bytes() == content


async def test_a_restored_server_serves_its_artifacts(data: Path, tmp_path: Path) -> None:
    backups.restore(data, tmp_path / "again")
    ann = await opened(tmp_path / "again", tmp_path)
    assert await ann.download("ds") == FILES


async def test_lost_bytes_are_named_and_can_be_sent_again(data: Path, tmp_path: Path) -> None:
    blob_of(data, b"hello").unlink()
    blob_of(data, b"on its way").unlink()
    told = "\n".join(lines(data))
    assert "the bytes of file 'a.txt' of the artifact ann/p/ds:v0 are missing" in told
    assert "the bytes of file 'c.txt', sent for the artifact ann/p/half are missing" in told
    done = repair(data)
    assert done.left == []
    ann = await opened(data, tmp_path)
    assert (await ann.read_manifest((await ann.by_name("ds:v0"))["artifact"]["id"]))["contents"].keys() == FILES.keys()
    nodes = {edge["node"]["name"]: edge["node"]["directUrl"] for edge in (await ann.listed("ds"))["edges"]}
    assert [(await ann.get(nodes[name])).status_code for name in sorted(FILES)] == [404, 200]
    await ann.log("ds", FILES)  # the same content is a new version now, and only what is lost is sent
    assert ann.sent == ["a.txt"]
    assert await ann.download("ds", "v1") == FILES


async def test_changed_bytes_are_put_aside(data: Path) -> None:
    path = blob_of(data, b"world")
    path.chmod(0o600)
    path.write_bytes(b"w0rld")
    (line,) = lines(data)
    assert "file 'b.txt' of the artifact ann/p/ds:v0: its bytes have changed" in line
    assert repair(data).left == []


async def test_tables_of_an_older_version_are_checked_as_they_are(data: Path) -> None:
    with sqlite3.connect(data / "gnomon.db") as connection:
        for (name,) in connection.execute("select name from sqlite_schema where name like 'artifact%'").fetchall():
            connection.execute(f"drop table if exists {name}")
    assert [line for line in lines(data) if "blobs" in line] == []
