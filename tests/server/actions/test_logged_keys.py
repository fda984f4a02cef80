"""Filters that ask which keys a run has logged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gnomon.model.errors import Rejected
from gnomon.model.query import RunSearch, Sort
from gnomon.server.actions import runs
from gnomon.server.storage.metrics.store import Block, RunKey, Source
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio


async def log(server: Server, run: int, *keys: str) -> None:
    """One row that has these keys."""
    columns = tuple(np.ones(1) for _ in keys)
    block = Block("history", keys, np.zeros(1, np.int64), np.zeros(1), columns)
    await server.services.storage.metrics.append(RunKey(run), Source("j", 0, 1), [block])


async def found(server: Server, **asked: Any) -> list[str]:
    project = await server.project("ann", "toy")
    storage = server.services.storage
    search = RunSearch(sort=(Sort(field="created_at"), Sort(field="id")), **asked)
    page = await runs.search(storage.tables, storage.metrics, server.services.columns, project, search)
    return [run.id for run in page.runs]


async def test_runs_are_found_by_the_keys_they_have_logged(server: Server) -> None:
    await server.user("ann")
    for id, keys in {"a": ("loss",), "b": ("loss", "val.acc"), "c": ()}.items():
        key = await server.run(f"ann/toy/{id}", summary={"loss": 1})
        if keys:
            await log(server, key, *keys)
    assert await found(server, mongo={"keys_info.keys.loss": {"$exists": True}}) == ["a", "b"]
    assert await found(server, mongo={"keys_info.keys.loss": {"$exists": False}}) == ["c"]
    assert await found(server, mongo={"keys_info.keys.val.acc": {"$ne": None}}) == ["b"]
    assert await found(server, query="not `logged.val.acc` exists") == ["a", "c"]
    assert await found(server, mongo={"$or": [{"keys_info.keys.no": {"$exists": True}}, {"name": "c"}]}) == ["c"]
    assert await found(server, mongo={"keys_info.keys.loss": {"$gt": 3}}) == []


async def test_where_a_run_is_can_be_said(server: Server) -> None:
    await server.user("ann")
    await server.run("ann/toy/a")
    assert await found(server, mongo={"entity": "ann", "project": "toy"}) == ["a"]
    assert await found(server, mongo={"project": {"$ne": "toy"}}) == []
    await server.run("ann/toy/b")
    assert await found(server, mongo={"entity": {"$in": ["ann"]}}) == ["a", "b"]


async def test_runs_are_not_sorted_by_what_was_logged(server: Server) -> None:
    await server.user("ann")
    project = await server.project("ann", "toy")
    storage = server.services.storage
    asked = RunSearch(sort=(Sort(field="logged.loss"),))
    with pytest.raises(Rejected, match="There is no field 'logged.loss'"):
        await runs.search(storage.tables, storage.metrics, server.services.columns, project, asked)
