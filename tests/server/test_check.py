"""A data folder is checked as a whole, and made whole again."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from gnomon.cli.root import cli
from gnomon.model.errors import Conflict, Rejected
from gnomon.protocol.journal import MAGIC, frame
from gnomon.server import backup as backups
from gnomon.server.backup import manifest
from gnomon.server.backup.moment import Moment
from gnomon.server.check import DataCheck
from gnomon.server.data_folder import DataFolder
from gnomon.server.repair import repair
from gnomon.server.settings import Settings, load
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.checks import repairing

pytestmark = pytest.mark.anyio
JOURNAL = "a" * 32
NOW = 1_800_000_000.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, data=tmp_path / "data")


def post(records: list[list[Any]], *, first: bool) -> bytes:
    return (MAGIC if first else b"") + b"".join(frame(msgspec.msgpack.encode(record)) for record in records)


HEAD = post(
    [[1, {"format": 1, "journal": JOURNAL, "attempt": JOURNAL, "writer": "main", "started_at": NOW}], [5, 0, ["loss"]]],
    first=True,
)


def rows(first: int, count: int) -> bytes:
    return post([[6, 0, step, NOW + step, step / 2] for step in range(first, first + count)], first=False)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
async def ann(server: Any) -> Any:
    """Somebody with a run of 600 rows, of which 500 are in segments, and two files."""
    client = await server.user("ann")
    data = HEAD + rows(0, 500)
    path = f"/api/runs/-/p/r/journal?journal={JOURNAL}&offset="
    assert (await client.post(f"{path}0", content=data)).status_code == 200
    await server.services.storage.metrics.settle()
    assert (await client.post(f"{path}{len(data)}", content=rows(500, 100))).status_code == 200
    for name, content in (("a.txt", b"first"), ("b.txt", b"second")):
        headers = {"X-Gnomon-Digest": digest(content)}
        assert (await client.put(f"/api/runs/ann/p/r/files/{name}", content=content, headers=headers)).is_success
    return client


@pytest.fixture
def data(server: Any, ann: Any, settings: Settings, tmp_path: Path) -> Path:
    """The data folder of that server as it is now, copied from outside; nobody has the copy."""
    return backups.backup(settings.data, tmp_path / "backups").folder


def lines(data: Path) -> list[str]:
    looking = DataCheck(data, deep=True)
    return [looking.describe(finding) for finding in looking.findings()]


def blob_of(data: Path, content: bytes) -> Path:
    name = digest(content)
    return data / "blobs" / name[:2] / name[2:4] / name


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 4]))


async def test_a_folder_is_clean_while_its_server_works_on_it(ann: Any, settings: Settings) -> None:
    before = {path: path.read_bytes() for path in settings.data.rglob("*") if path.suffix in (".seg", ".log")}
    looking = DataCheck(settings.data, deep=True)
    assert list(looking.findings()) == []
    seen = looking.looked
    assert (seen.runs, seen.points, seen.blobs.files, seen.blobs.unnamed) == (1, 500, 2, 0)
    assert seen.log_records > 0
    assert before == {path: path.read_bytes() for path in settings.data.rglob("*") if path.suffix in (".seg", ".log")}


async def test_damage_is_named_by_run_key_steps_file_and_byte(data: Path) -> None:
    (segment,) = (data / "metrics" / "segments").iterdir()
    flip(segment, segment.stat().st_size - 20)
    (line,) = lines(data)
    assert line.startswith("metrics/segments/00000001.seg at byte ")
    assert "ann/p/r, 'loss', steps 0–499: its values are damaged" in line


async def test_files_whose_bytes_changed_are_missing_or_foreign_are_named(data: Path) -> None:
    flip(blob_of(data, b"first"), 2)
    blob_of(data, b"second").unlink()
    (data / "blobs" / "note.txt").write_text("mine")
    said = lines(data)
    assert len(said) == 3
    assert "ann/p/r: the bytes of file 'b.txt' are missing" in said[0]
    assert "ann/p/r: file 'a.txt': its bytes have changed" in said[1]
    assert "blobs/note.txt: this is no file of the blob store" in said[2]


async def test_a_repair_puts_aside_what_is_lost_and_leaves_a_folder_that_is_clean(data: Path) -> None:
    (segment,) = (data / "metrics" / "segments").iterdir()
    flip(segment, segment.stat().st_size - 20)
    flip(blob_of(data, b"first"), 2)
    blob_of(data, b"second").unlink()
    (data / "blobs" / "note.txt").write_text("mine")
    damaged = segment.read_bytes(), blob_of(data, b"first").read_bytes()
    done = repair(data)
    assert lines(data) == done.left_lines == []
    assert done.aside is not None
    assert all(line.startswith("lost: ") for line in done.lines)
    report = (done.aside / "report.txt").read_text()
    assert "ann/p/r, 'loss', steps 0–499: its values are damaged" in report
    assert "file 'b.txt' are missing" in report
    told = [json.loads(line) for line in (done.aside / "report.jsonl").read_text().splitlines()]
    (lost,) = [one for one in told if one["store"] == "metrics"]
    assert (lost["run"], lost["key"], lost["first_step"], lost["last_step"]) == ("ann/p/r", "loss", 0, 499)
    kept = done.aside / "metrics" / "segments" / segment.name
    assert kept.read_bytes()[: len(damaged[0])] == damaged[0]
    assert (done.aside / blob_of(data, b"first").relative_to(data)).read_bytes() == damaged[1]
    assert (done.aside / "blobs" / "note.txt").read_text() == "mine"
    assert repair(data).findings == []


async def test_indexes_of_the_tables_are_made_anew(data: Path) -> None:
    connection = sqlite3.connect(data / "gnomon.db")
    root = connection.execute(
        "select rootpage from sqlite_schema where name = 'ix_runs_project_created_at'"
    ).fetchone()[0]
    size = connection.execute("pragma page_size").fetchone()[0]
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    with (data / "gnomon.db").open("r+b") as file:
        file.seek(root * size - 6)
        file.write(b"\xff\xff")
    assert any("index" in line for line in lines(data))
    done = repair(data)
    assert done.left == []
    assert done.aside is not None and (done.aside / "gnomon.db").exists()


async def test_tables_that_cannot_be_read_are_left_to_a_backup(data: Path) -> None:
    (data / "gnomon.db").write_bytes(b"no database at all" * 1000)
    assert any("the tables cannot be read" in line for line in lines(data))
    assert any("the tables cannot be read" in line for line in repair(data).left_lines)


async def test_a_repair_that_was_interrupted_is_ended_and_says_where_its_report_is(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (segment,) = (data / "metrics" / "segments").iterdir()
    flip(segment, segment.stat().st_size - 20)
    with monkeypatch.context() as killed:
        killed.setattr(repairing, "_swap", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            repair(data)
    assert lines(data) == ["metrics: a repair was interrupted"]
    done = repair(data)
    assert (done.findings, done.left) == ([], [])
    assert done.aside is not None
    assert "'loss', steps 0–499: its values are damaged" in (done.aside / "report.txt").read_text()
    assert lines(data) == []


async def test_a_repair_is_refused_while_a_server_has_the_folder(data: Path) -> None:
    server = DataFolder(data)
    server.hold("http://localhost:1")
    try:
        with pytest.raises(Conflict, match="already works on the data folder"):
            repair(data)
    finally:
        server.release()


async def test_the_command_says_what_it_found_by_its_exit_code(data: Path) -> None:
    arguments = ["admin", "check", "--data", str(data)]
    clean = CliRunner().invoke(cli, arguments)
    assert (clean.exit_code, clean.output.count("\n")) == (0, 1)
    assert clean.output.startswith("no findings: 1 runs with 500 points, ")
    flip(blob_of(data, b"first"), 2)
    assert CliRunner().invoke(cli, [*arguments, "--quick"]).exit_code == 0
    found = CliRunner().invoke(cli, [*arguments, "--json"])
    assert found.exit_code == 1
    told = json.loads(found.output.splitlines()[0])
    assert (told["store"], told["run"], told["remedy"]) == ("blobs", "ann/p/r", "lost")
    repaired = CliRunner().invoke(cli, [*arguments, "--repair"])
    assert repaired.exit_code == 0, repaired.output
    assert "1 findings, 1 of them lost" in repaired.output
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    assert CliRunner().invoke(cli, ["admin", "check", "--data", str(data / "nothing")]).exit_code == 1


async def test_a_backup_is_private_and_has_everything(server: Any, ann: Any, data: Path) -> None:
    told = manifest.read(data)
    found = {path.relative_to(data).as_posix(): path for path in data.rglob("*") if path.is_file()}
    assert set(found) == {*told.files, manifest.NAME}
    for name, entry in told.files.items():
        assert (found[name].stat().st_size, digest(found[name].read_bytes())) == (entry.size_bytes, entry.sha256)
    for path in (data, *data.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert lines(data) == []


async def test_a_second_backup_shares_what_has_not_changed(
    server: Any, ann: Any, data: Path, settings: Settings
) -> None:
    newest = settings.data / "metrics" / "segments" / "00000001.seg"
    (newest.parent / "00000002.seg").touch()  # the first one is closed by that
    second = backups.backup(settings.data, data.parent).folder
    third = backups.backup(settings.data, data.parent).folder
    assert not os.path.samefile(data / "metrics/segments/00000001.seg", second / "metrics/segments/00000001.seg")
    assert os.path.samefile(third / "metrics/segments/00000001.seg", second / "metrics/segments/00000001.seg")
    assert (third / "metrics/segments/00000002.seg").stat().st_nlink == 1
    assert os.path.samefile(blob_of(data, b"first"), blob_of(third, b"first"))
    assert not os.path.samefile(data / "gnomon.db", third / "gnomon.db")
    shutil.rmtree(data)
    assert lines(third) == lines(second) == []


async def test_a_segment_that_was_written_anew_under_its_old_number_is_not_shared(
    ann: Any, data: Path, settings: Settings
) -> None:
    segment = settings.data / "metrics" / "segments" / "00000001.seg"
    (segment.parent / "00000002.seg").touch()
    second = backups.backup(settings.data, data.parent).folder
    os.utime(segment)
    third = backups.backup(settings.data, data.parent).folder
    assert not os.path.samefile(third / "metrics/segments/00000001.seg", second / "metrics/segments/00000001.seg")


async def test_a_backup_is_restored_only_where_nothing_is(data: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    backups.restore(data, empty)
    assert lines(empty) == []
    with pytest.raises(Conflict, match="only where nothing is"):
        backups.restore(data, empty)
    with pytest.raises(Rejected, match="no backup"):
        backups.restore(empty, tmp_path / "other")
    assert not (tmp_path / "other").exists()


async def test_a_damaged_backup_is_refused_and_the_file_is_named(data: Path, tmp_path: Path) -> None:
    flip(data / "metrics" / "catalogue.sqlite", 500)
    with pytest.raises(Rejected, match=r"SHA-256.*catalogue\.sqlite"):
        backups.restore(data, tmp_path / "again")
    (data / "metrics" / "catalogue.sqlite").unlink()
    with pytest.raises(Rejected, match=r"lacks a file.*catalogue\.sqlite"):
        backups.restore(data, tmp_path / "again")
    assert [path.name for path in tmp_path.iterdir() if "again" in path.name] == []


async def test_a_backup_within_the_data_folder_is_refused(ann: Any, settings: Settings) -> None:
    with pytest.raises(Rejected, match="in the data folder"):
        backups.backup(settings.data, settings.data / "backups")


async def test_segments_that_go_away_while_they_are_copied_make_it_choose_another_moment(
    server: Any, ann: Any, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = Moment.__enter__
    moved: list[tuple[int, cat.Chunk]] = []

    def enter(self: Moment) -> Moment:
        held = really(self)
        if not moved:  # as compaction does it: the catalogue names another file, and the old one goes
            segments = settings.data / "metrics" / "segments"
            shutil.copyfile(segments / "00000001.seg", segments / "00000007.seg")
            with sqlite3.connect(settings.data / "metrics" / "catalogue.sqlite") as connection:
                moved.extend((1, chunk._replace(file=7)) for chunk in cat.chunks_of(connection, 1))
                cat.move_chunks(connection, moved)
            (segments / "00000001.seg").unlink()
        return held

    monkeypatch.setattr(Moment, "__enter__", enter)
    folder = backups.backup(settings.data, tmp_path / "b").folder
    assert [path.name for path in (folder / "metrics" / "segments").iterdir()] == ["00000007.seg"]
    assert lines(folder) == []


async def test_a_backup_that_cannot_be_made_says_why_in_a_line_and_leaves_nothing(
    ann: Any, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    arguments = ["admin", "backup", str(tmp_path / "b"), "--data", str(settings.data)]
    with monkeypatch.context() as failing:
        failing.setattr(os, "write", full)
        done = CliRunner().invoke(cli, arguments)
    assert (done.exit_code, "No space left on device" in done.output) == (1, True)
    assert list((tmp_path / "b").iterdir()) == []
    with sqlite3.connect(settings.data / "gnomon.db", isolation_level=None) as busy:
        busy.execute("begin immediate")
        monkeypatch.setattr("gnomon.server.backup.moment.BUSY_SECS", 0.1)
        done = CliRunner().invoke(cli, arguments)
        busy.execute("rollback")
    assert (done.exit_code, "the tables cannot be read now" in done.output) == (1, True)
    assert CliRunner().invoke(cli, arguments).exit_code == 0
