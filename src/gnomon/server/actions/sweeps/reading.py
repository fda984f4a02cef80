"""Sweeps as people look at them: lists, and one with all there is to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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
from gnomon.server.actions.sweeps.trials import Facts, Trials, summary_value
from gnomon.server.caller import not_there
from gnomon.server.storage.tables import sweeps
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.sweeps import AgentRow, RunOfSweep, SweepRow
from gnomon.sweeps.suggest import front
from gnomon.sweeps.trial import Trial


@dataclass(frozen=True)
class _Known:
    """What the tables have of a sweep. `facts` are the configs and summaries of its runs."""

    runs: list[RunOfSweep]
    facts: Facts
    agents: list[AgentRow]


def _known(conn: Connection, row: SweepRow) -> _Known:
    return _Known(sweeps.runs_of(conn, row.key), sweeps.facts(conn, row.key), sweeps.agents_of(conn, row.key))


async def listed(tables: Database, trials: Trials, project: ProjectRow) -> list[Sweep]:
    """The sweeps of a project, the newest first."""

    def work(conn: Connection) -> list[tuple[SweepRow, _Known]]:
        return [(row, _known(conn, row)) for row in sweeps.of_project(conn, project.key)]

    return [await _shown(trials, row, known) for row, known in await tables.read(work)]


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


async def get(tables: Database, trials: Trials, row: SweepRow) -> Sweep:
    """The sweep as lists show it."""
    return await _shown(trials, row, await tables.read(lambda conn: _known(conn, row)))


async def detail(tables: Database, trials: Trials, row: SweepRow) -> SweepDetail:
    """The sweep with its parameters, runs and agents."""
    known = await tables.read(lambda conn: _known(conn, row))
    config, warnings = config_of(row)
    names = {agent.key: agent.id for agent in known.agents}
    counts = Counter(run.agent for run in known.runs)
    tried = await _tried(trials, row, known)
    shown = []
    for run, trial in tried:
        last = summary_value(known.facts[run.key][1], config.metric) if config.metric else None
        shown.append(as_sweep_run(config, run, trial, last, names))
    return SweepDetail(
        sweep=as_sweep(row, known.runs, known.agents, tried),
        config=row.config,
        warnings=warnings,
        parameters=tuple(as_parameter(parameter) for parameter in config.space.parameters),
        runs=tuple(shown),
        front=tuple(tried[at][0].id for at in front(config, [trial for _, trial in tried])),
        agents=tuple(as_agent(agent, counts[agent.key]) for agent in known.agents),
    )


async def best(tables: Database, row: SweepRow) -> SweepBest | None:
    """The run with the best last value of the metric, which is what the official client calls best."""
    metric = config_of(row).config.metric
    if metric is None:
        return None
    known = await tables.read(lambda conn: _known(conn, row))
    summaries = {key: summary for key, (_, summary) in known.facts.items()}
    return best_of(metric, ((run, summary_value(summaries.get(run.key, {}), metric)) for run in known.runs))


async def _shown(trials: Trials, row: SweepRow, known: _Known) -> Sweep:
    return as_sweep(row, known.runs, known.agents, await _tried(trials, row, known))


async def _tried(trials: Trials, row: SweepRow, known: _Known) -> list[tuple[RunOfSweep, Trial]]:
    """The runs that have facts, with what a search method knows of them."""
    there = [run for run in known.runs if run.key in known.facts]
    return list(zip(there, await trials.of(config_of(row).config, there, known.facts), strict=True))
