"""What silent agents had is given to others: a run that never began, and one that went with its agent.

A run whose script still speaks stays with its agent, however silent that is; and one that crashed while its agent lived
counts as tried. A sweep whose agents left once all its runs were made is over when the last of these has ended.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from gnomon.model.run import RunState
from gnomon.model.sweep import AgentState, SweepState
from gnomon.server.actions.sweeps.beat import died_with, issued
from gnomon.server.actions.sweeps.decide import complete
from gnomon.server.actions.sweeps.show import config_of
from gnomon.server.storage.tables import runs, sweeps
from gnomon.sweeps.suggest import expected_runs

REMEMBERED_SECS = 30 * 86_400.0
"""Agents that were not heard of for so long are not looked at any more."""
OVER = (SweepState.FINISHED, SweepState.CANCELED)


def take_back(conn: Connection, now: float, lease_secs: float) -> list[tuple[int, str]]:
    """Let the runs of agents silent for so long wait for others; their projects and ids.

    Runs of sweeps that are over, which nobody will begin, end.
    """
    found: list[tuple[int, str]] = []
    for agent in sweeps.silent_agents(conn, now - lease_secs, now - REMEMBERED_SECS):
        sweep = sweeps.by_key(conn, agent.sweep)
        given = sweeps.runs_of_agent(conn, agent.key)
        goes_on = sweep is not None and sweep.deleted_at is None and sweep.state not in OVER
        for row in given if goes_on else ():
            assert sweep is not None
            if not issued(row).begun:
                sweeps.release(conn, row.key)
            elif died_with(agent, row, now - lease_secs):
                if row.finished_at is None:
                    runs.change(conn, sweep.project, row.key, state=RunState.CRASHED.value, finished_at=row.updated_at)
                sweeps.release(conn, row.key)
            else:
                continue
            found.append((sweep.project, row.id))
        left = any(not issued(row).begun or row.finished_at is None for row in given)
        if agent.state == AgentState.RUNNING:
            state = AgentState.LOST if left or found else AgentState.FINISHED
            sweeps.change_agent(conn, agent.key, state=state.value)
    for project, row in sweeps.unbegun_of_ended(conn):
        runs.change(conn, project, row.key, state=RunState.KILLED.value, finished_at=now)
        found.append((project, row.id))
    return found


def end_complete(conn: Connection, now: float) -> list[tuple[int, str]]:
    """End the sweeps that nobody works on and that have nothing left to try; their projects and ids."""
    found = []
    for sweep in sweeps.unattended(conn):
        config = config_of(sweep).config
        expected = None if config.controlled_locally else expected_runs(config)
        if expected is None or not complete([issued(row) for row in sweeps.runs_of(conn, sweep.key)], expected):
            continue
        sweeps.change(conn, sweep.key, state=SweepState.FINISHED.value, updated_at=now)
        found.append((sweep.project, sweep.id))
    return found
