"""A disk that fails at the n-th call, whichever it is: nothing that was acknowledged is lost."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.checks.check import check_log, check_store
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, RunKey, Source

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]
RUNS = [RunKey(1), RunKey(2)]
ROWS = 30
SETTINGS = MetricSettings(idle_secs=3600, seal_rows=10**9, part_bytes=4_000, file_bytes=6_000, log_parts=100)


class Failing:
    """Raises at the n-th call for files of a folder, and at those after it while `lasting`."""

    def __init__(self, nth: int, *, lasting: bool) -> None:
        self.left = nth
        self.lasting = lasting
        self.failed = 0

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0 or (self.lasting and self.left < 0):
            self.failed += 1
            raise OSError(errno.EIO, "input/output error")


def under(folder: str, really: Callable[..., Any], failing: Failing) -> Callable[..., Any]:
    def call(file: Any, *arguments: Any, **named: Any) -> Any:
        path = os.readlink(f"/proc/self/fd/{file}") if isinstance(file, int) else os.fspath(file)
        if folder in path:
            failing()
        return really(file, *arguments, **named)

    return call


async def log_and_settle(store: EmbeddedMetrics, acknowledged: dict[RunKey, int]) -> None:
    """Rows of two runs, sealed now and then; a sender sends again what was not acknowledged."""
    for turn in range(6):
        for run in RUNS:
            at = acknowledged[run]
            steps = np.arange(at * ROWS, at * ROWS + ROWS)
            block = Block("history", ("loss", "whole"), steps, steps * 1.0, (steps * 0.5, steps * run))
            try:
                acknowledged[run] = await store.append(run, Source("j", at, at + 1), [block])
            except Unavailable:
                continue
        if turn % 2:
            try:
                await store.settle()
            except (OSError, sqlite3.Error, Unavailable):
                continue


async def holds(folder: Path, acknowledged: dict[RunKey, int]) -> None:
    store = EmbeddedMetrics(folder, SETTINGS)
    try:
        for run in RUNS:
            taken = (await store.offsets(run)).get("j", 0)
            assert taken >= acknowledged[run]
            rows = (await store.rows(run, limit=10**9, repeats="all")).rows
            assert [(row["_step"], row["loss"], row["whole"]) for row in rows] == [
                (step, step * 0.5, step * run) for step in range(taken * ROWS)
            ]
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("folder", "name"),
    [("/segments/", "pwrite"), ("/segments/", "fdatasync"), ("/log/", "write"), ("/log/", "fdatasync"), ("", "fsync")],
)
@pytest.mark.parametrize("lasting", [False, True])
async def test_what_was_acknowledged_is_there_whichever_call_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, name: str, *, lasting: bool
) -> None:
    nth = 0
    while True:
        nth += 1
        failing = Failing(nth, lasting=lasting)
        store = EmbeddedMetrics(tmp_path / f"{nth}", SETTINGS)
        acknowledged = dict.fromkeys(RUNS, 0)
        with monkeypatch.context() as broken:
            broken.setattr(os, name, under(folder or str(tmp_path), getattr(os, name), failing))
            await log_and_settle(store, acknowledged)
        crashed = tmp_path / f"{nth} crashed"
        shutil.copytree(tmp_path / f"{nth}", crashed, ignore=shutil.ignore_patterns("lock"))
        await store.close()
        assert list(check_store(tmp_path / f"{nth}", deep=True, noted=lambda run: None)) == []
        assert [one for one in check_log(tmp_path / f"{nth}").findings if "torn off" not in one.says] == []
        await holds(crashed, acknowledged)
        await holds(tmp_path / f"{nth}", acknowledged)
        if not failing.failed:
            break
        for left in (crashed, tmp_path / f"{nth}"):
            shutil.rmtree(left)
    assert nth > 2


@pytest.mark.parametrize("when", ["begin immediate", "commit", "insert into chunk", "insert or replace into run"])
async def test_what_was_acknowledged_is_there_when_the_catalogue_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    acknowledged = dict.fromkeys(RUNS, 0)
    store = EmbeddedMetrics(tmp_path / "metrics", SETTINGS)

    class Broken:
        """A connection of which one statement fails."""

        def __init__(self, real: sqlite3.Connection) -> None:
            self.real = real

        def _see(self, statement: str) -> None:
            if statement.startswith(when):
                raise sqlite3.OperationalError("disk I/O error")

        def execute(self, statement: str, *arguments: Any) -> Any:
            self._see(statement)
            return self.real.execute(statement, *arguments)

        def executemany(self, statement: str, *arguments: Any) -> Any:
            self._see(statement)
            return self.real.executemany(statement, *arguments)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

    really = cat.Catalogue.connection.fget
    assert really is not None
    with monkeypatch.context() as broken:
        broken.setattr(cat.Catalogue, "connection", property(lambda self: Broken(really(self))))
        await log_and_settle(store, acknowledged)
        assert acknowledged == dict.fromkeys(RUNS, 6)
        crashed = shutil.copytree(tmp_path / "metrics", tmp_path / "crashed", ignore=shutil.ignore_patterns("lock"))
    await holds(Path(crashed), acknowledged)
    await store.close()
    assert list(check_store(tmp_path / "metrics", deep=True, noted=lambda run: None)) == []
    await holds(tmp_path / "metrics", acknowledged)
