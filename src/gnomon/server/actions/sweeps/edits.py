"""Sweeps as people make, change and delete them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.errors import Conflict, Rejected
from gnomon.model.run import RunState
from gnomon.model.sweep import NewSweep, SweepEdit, SweepState
from gnomon.server.actions.forks import random_id
from gnomon.server.actions.projects import check_name
from gnomon.server.caller import Caller, not_there
from gnomon.server.storage.tables import audit, projects, runs, sweeps
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.runs import LIVE
from gnomon.server.storage.tables.sweeps import SweepRow
from gnomon.sweeps.config import SweepConfig, parse_text, text_of
from gnomon.sweeps.methods import engines

LONGEST_NAME = 500
LONGEST_TEXT = 1 << 20
MOST_PRIOR_RUNS = 10_000

_NEXT = {
    SweepState.PENDING: frozenset({SweepState.PENDING, SweepState.RUNNING, SweepState.PAUSED, SweepState.FINISHED,
                                   SweepState.CANCELED}),
    SweepState.RUNNING: frozenset({SweepState.RUNNING, SweepState.PAUSED, SweepState.FINISHED, SweepState.CANCELED}),
    SweepState.PAUSED: frozenset({SweepState.RUNNING, SweepState.PAUSED, SweepState.FINISHED, SweepState.CANCELED}),
    SweepState.FINISHED: frozenset({SweepState.RUNNING, SweepState.FINISHED, SweepState.CANCELED}),
    SweepState.CANCELED: frozenset({SweepState.RUNNING, SweepState.CANCELED}),
}  # fmt: skip
"""Where a sweep may go from each state. One that is over can be taken up again."""


def check_new(wish: NewSweep) -> tuple[str, ...]:
    """What is odd about the config of a sweep that is to be made. Raises Rejected for one that nothing is found by."""
    _check_texts(wish.name, wish.description)
    if len(wish.prior_runs) > MOST_PRIOR_RUNS:
        raise Rejected(f"A sweep takes over at most {MOST_PRIOR_RUNS} runs", field="prior_runs")
    config, warnings = parse_text(text_of(wish.config))
    _check_there(config)
    return warnings


async def create(
    tables: Database, entity: int, project: str, wish: NewSweep, caller: Caller, now: float
) -> tuple[SweepRow, tuple[str, ...]]:
    """A new sweep, and what is odd about its config; its project is made where there is none.

    Raises Rejected for a config that nothing can be searched by, and for a name no project can have.
    """
    warnings = check_new(wish)
    user, name = caller.signed_in(), check_name(project)
    text = text_of(wish.config)
    config = parse_text(text).config

    def work(conn: Connection) -> tuple[SweepRow, int]:
        into, _ = projects.ensure(conn, entity, name, now)
        id = random_id()
        while sweeps.find(conn, into.key, id) is not None:
            id = random_id()
        key = sweeps.add(
            conn, into.key, id, user=user.key, config=text, now=now, name=wish.name,
            description=wish.description or config.description,
        )  # fmt: skip
        adopted = sweeps.adopt(conn, into.key, key, wish.prior_runs)
        return _told(conn, key, "sweep.create", caller, now, {}), adopted

    row, adopted = await tables.write(work)
    left = len(set(wish.prior_runs)) - adopted
    if left:
        warnings = (*warnings, f"{left} of the prior runs are not in the project, or belong to another sweep")
    return row, warnings


async def change(tables: Database, row: SweepRow, edit: SweepEdit, caller: Caller, now: float) -> SweepRow:
    """The sweep after the change. Raises Conflict for a state it cannot go to, Rejected for a config of no use.

    With CANCELED every run of the sweep that is under way is asked to stop.
    """
    values = {name: value for name, value in msgspec.structs.asdict(edit).items() if value is not msgspec.UNSET}
    _check_texts(values.get("name", ""), values.get("description", ""))
    if "config" in values:
        values["config"] = text_of(values["config"])
        _check_there(parse_text(values["config"]).config)

    def work(conn: Connection) -> SweepRow:
        known = sweeps.by_key(conn, row.key)
        if known is None or known.deleted_at is not None:
            raise not_there("sweep", f"{row.entity}/{row.project_name}/{row.id}")
        changed = {name: value for name, value in values.items() if value != getattr(known, name)}
        if "state" in changed:
            changed["state"] = check_state(known, changed["state"]).value
            changed["drained"] = False  # a controller may go on, too
            if changed["state"] == SweepState.CANCELED:
                ask_to_stop(conn, known, [run.id for run in sweeps.runs_of(conn, row.key)], now)
        if not changed:
            return known
        sweeps.change(conn, row.key, **changed, updated_at=now)
        return _told(conn, row.key, "sweep.edit", caller, now, {"fields": sorted(changed)})

    return await tables.write(work)


async def delete(tables: Database, row: SweepRow, caller: Caller, now: float) -> None:
    """Delete the sweep; its runs stay. Its agents let theirs end and go."""

    def work(conn: Connection) -> None:
        sweeps.change(conn, row.key, deleted_at=now, state=SweepState.CANCELED.value)
        _told(conn, row.key, "sweep.delete", caller, now, {})

    await tables.write(work)


def check_state(row: SweepRow, state: SweepState) -> SweepState:
    """The state, where the sweep may go there. Raises Conflict."""
    if state not in _NEXT[SweepState(row.state)]:
        raise Conflict(f"The sweep {row.id!r} is {row.state}; it cannot be {state.value}")
    return state


def ask_to_stop(conn: Connection, sweep: SweepRow, ids: Sequence[str], now: float) -> list[str]:
    """Let those of these runs of a sweep that are under way hear that they are to end; which they were."""
    asked = []
    for run in sweeps.runs_of(conn, sweep.key):
        under_way = run.state in LIVE and run.state != RunState.PENDING and run.finished_at is None
        if run.id in ids and under_way and run.stop_asked_at is None:
            runs.change(conn, sweep.project, run.key, stop_asked_at=now)
            asked.append(run.id)
    return asked


def _check_there(config: SweepConfig) -> None:
    if not config.controlled_locally:
        engines.check_there(config.method)


def _check_texts(name: str, description: str) -> None:
    if len(name) > LONGEST_NAME:
        raise Rejected(f"name has at most {LONGEST_NAME} characters", field="name")
    if len(description) > LONGEST_TEXT:
        raise Rejected(f"description has at most {LONGEST_TEXT} characters", field="description")


def _told(conn: Connection, key: int, operation: str, caller: Caller, now: float, detail: dict[str, Any]) -> SweepRow:
    row = sweeps.by_key(conn, key)
    assert row is not None
    target = f"{row.entity}/{row.project_name}/{row.id}"
    audit.add(conn, at=now, user=caller.name, origin=caller.origin, operation=operation, target=target, detail=detail)
    return row
