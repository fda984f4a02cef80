"""The keys of a project are known before somebody asks, and an answer that was dear to find is given again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gnomon.model.errors import Rejected
from gnomon.server.actions import project_keys
from gnomon.server.actions.project_keys import ProjectKeys
from gnomon.server.settings import load
from gnomon.server.storage.metrics.memory import MemoryMetrics
from gnomon.server.storage.metrics.store import RunKey, SharedKey
from gnomon.server.storage.open import open_tables
from gnomon.server.storage.tables import accounts, projects, runs
from gnomon.server.storage.tables.database import Database
from tests.server.storage.metrics.curves import Logger, a_block

pytestmark = pytest.mark.anyio


class Asked(MemoryMetrics):
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[list[int], str, list[int]]] = []

    async def shared_keys(self, given: Sequence[RunKey], stream: str = "history", *, live: Any = ()) -> list[SharedKey]:
        self.asked.append((list(given), stream, list(live)))
        return await super().shared_keys(given, stream, live=live)


async def two_projects(tables: Database) -> dict[str, int]:
    """Project p with runs 1 and 2, the second one running; project q without runs."""

    def make(conn: Any) -> dict[str, int]:
        user = accounts.add_user(conn, "ann", admin=False, password=None, now=0.0)
        made = {name: projects.ensure(conn, user.entity, name, 0.0)[0].key for name in ("p", "q")}
        for id, state in (("a", "finished"), ("b", "running")):
            runs.add(conn, made["p"], id, user=user.key, name=id, state=state, now=0.0)
        return made

    return await tables.write(make)


async def test_projects_are_caught_up_with_after_a_start_and_when_their_runs_change(tmp_path: Path) -> None:
    tables, metrics = open_tables(load({}, data=tmp_path)), Asked()
    made = await two_projects(tables)
    keys = ProjectKeys(tables, metrics)
    await keys.catch_up()
    assert sorted(metrics.asked) == [
        ([], "history", []),
        ([], "system", []),
        ([1, 2], "history", [2]),
        ([1, 2], "system", [2]),
    ]
    metrics.asked.clear()
    await keys.catch_up()
    assert metrics.asked == []
    await tables.write(lambda conn: runs.change(conn, made["p"], 2, state="finished"))
    await keys.catch_up()
    assert metrics.asked == [([1, 2], "history", []), ([1, 2], "system", [])]
    await tables.close()


async def test_an_answer_that_took_long_is_good_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables, metrics = open_tables(load({}, data=tmp_path)), Asked()
    made = await two_projects(tables)
    keys = ProjectKeys(tables, metrics)
    await Logger(metrics, run=1).log(a_block({"loss": [1.0]}))
    for quick_secs, found in ((10.0, 2), (0.0, 1)):
        monkeypatch.setattr(project_keys, "QUICK_SECS", quick_secs)
        monkeypatch.setattr(project_keys, "TIMES_SLOWER", 1e9)
        metrics.asked.clear()
        keys = ProjectKeys(tables, metrics)
        for _ in range(2):
            assert [one.key for one in await keys.of(made["p"], "history")] == ["loss"]
        assert len(metrics.asked) == found
    with pytest.raises(Rejected, match="no stream"):
        await keys.of(made["p"], "console/0")
    await tables.close()
