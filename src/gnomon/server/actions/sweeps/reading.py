"""Sweeps as people look at them: lists, and one with all there is to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection

from gnomon.model.query_match import checked, holds
from gnomon.model.query_mongo import parse_mongo
from gnomon.model.sweep import Sweep, SweepBest, SweepDetail
from gnomon.server.actions.sweeps.show import (
    as_agent,
    as_parameter,
    as_sweep,
    as_sweep_run,
    best_of,
    config_of,
)
from gnomon.server.actions.sweeps.trials import Trials, summary_value
from gnomon.server.caller import not_there
from gnomon.server.storage.tables import sweeps
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.sweeps import AgentRow, RunOfSweep, SweepRow
from gnomon.sweeps.suggest import front


async def listed(tables: Database, project: ProjectRow) -> list[Sweep]:
    """The sweeps of a project, the newest first."""

    def work(conn: Connection) -> list[Sweep]:
        return [_shown(conn, row) for row in sweeps.of_project(conn, project.key)]

    return await tables.read(work)


def matching(found: Sequence[SweepRow], document: Any) -> list[SweepRow]:
    """The sweeps that a document of MongoDB holds for. Raises Rejected where it makes no sense."""
    if not document:
        return list(found)
    filter = checked(parse_mongo(document))
    return [row for row in found if holds(filter, partial(_value, row))]


def _value(row: SweepRow, field: str) -> Any:
    """What a filter finds at a field of a sweep; a run has fields of these names, too."""
    values = {
        "id": row.id, "name": row.name or config_of(row).config.name, "state": row.state, "notes": row.description,
        "user": row.user, "created_at": row.created_at, "updated_at": row.updated_at, "project": row.project_name,
        "entity": row.entity,
    }  # fmt: skip
    return values.get(field)


async def find(tables: Database, project: ProjectRow, id: str) -> SweepRow:
    """The sweep of this id. Raises NotFound."""
    row = await tables.read(lambda conn: sweeps.find(conn, project.key, id))
    if row is None:
        raise not_there("sweep", f"{project.entity_name}/{project.name}/{id}")
    return row


async def get(tables: Database, row: SweepRow) -> Sweep:
    """The sweep as lists show it."""
    return await tables.read(lambda conn: _shown(conn, row))


async def detail(tables: Database, trials: Trials, row: SweepRow) -> SweepDetail:
    """The sweep with its parameters, runs and agents."""

    def work(conn: Connection) -> tuple[list[RunOfSweep], dict[int, Any], list[AgentRow]]:
        return sweeps.runs_of(conn, row.key), sweeps.facts(conn, row.key), sweeps.agents_of(conn, row.key)

    rows, facts, agents = await tables.read(work)
    config, warnings = config_of(row)
    names = {agent.key: agent.id for agent in agents}
    counts = Counter(run.agent for run in rows)
    known = [run for run in rows if run.key in facts]
    shown = []
    tried = await trials.of(config, known, facts)
    for run, trial in zip(known, tried, strict=True):
        last = summary_value(facts[run.key][1], config.metric) if config.metric else None
        shown.append(as_sweep_run(config, run, trial, last, names))
    return SweepDetail(
        sweep=as_sweep(row, rows, {key: summary for key, (_, summary) in facts.items()}),
        config=row.config,
        warnings=warnings,
        parameters=tuple(as_parameter(parameter) for parameter in config.space.parameters),
        runs=tuple(shown),
        front=tuple(known[at].id for at in front(config, tried)),
        agents=tuple(as_agent(agent, counts[agent.key]) for agent in agents),
    )


async def best(tables: Database, row: SweepRow) -> SweepBest | None:
    """The run with the best last value of the metric."""
    rows, facts = await tables.read(lambda conn: (sweeps.runs_of(conn, row.key), sweeps.facts(conn, row.key)))
    return best_of(config_of(row).config, rows, {key: summary for key, (_, summary) in facts.items()})


def _shown(conn: Connection, row: SweepRow) -> Sweep:
    rows, facts = sweeps.runs_of(conn, row.key), sweeps.facts(conn, row.key)
    return as_sweep(row, rows, {key: summary for key, (_, summary) in facts.items()})
