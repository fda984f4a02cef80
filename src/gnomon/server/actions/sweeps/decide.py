"""What an agent is told when it gives a sign of life: a pure function of how the sweep stands.

At most one thing at a time: agents that run a function look at one command only. No new run is given to one that has
runs, none that another has, and what was given to an agent that never began it is given again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gnomon.model.run import RunState
from gnomon.model.sweep import SweepState

MOST_ISSUES = 3
"""A run that never begins is given out so often; then it is taken for failed."""

_MAY_BEGIN = (SweepState.PENDING, SweepState.RUNNING)


@dataclass(frozen=True, slots=True)
class Issued:
    """A run of the sweep as far as this decision goes."""

    id: str
    state: str
    ended: bool
    agent: int | None = None
    """Whose it is; None where nobody has it."""
    issues: int = 0
    thought_out: bool = True
    """Whether the sweep made it; others belong to it, but were begun by hand."""
    stop_asked: bool = False

    @property
    def begun(self) -> bool:
        """Whether its script has begun, and need not begin again: one that was preempted or lost has to."""
        return not (self.state == RunState.PENDING or self.preempted or self.lost)

    @property
    def preempted(self) -> bool:
        return self.state == RunState.PREEMPTING and self.ended

    @property
    def lost(self) -> bool:
        """Whether it crashed because its agent was gone, from whom it was taken: another one is to try it again."""
        gone = self.state == RunState.CRASHED and self.ended and self.agent is None
        return gone and self.thought_out and 0 < self.issues < MOST_ISSUES

    @property
    def runs(self) -> bool:
        return self.begun and not self.ended


@dataclass(frozen=True)
class Standing:
    """How a sweep stands when an agent asks. `active` are the ids of the runs that the agent says it has."""

    state: SweepState
    agent: int
    active: Collection[str]
    runs: Sequence[Issued]
    run_cap: int | None = None
    drained: bool = False
    """Nothing new will be suggested: the search is at its end."""
    target_reached: bool = False
    controlled_locally: bool = False
    doubtful: Collection[str] = ()
    """Runs that may have gone with their agents, of which nothing was heard since: they may have to be begun again."""


@dataclass(frozen=True)
class Stop:
    """End this run."""

    run: str


@dataclass(frozen=True)
class Begin:
    """Begin this run, which is there; `again` where its script was begun before."""

    run: str
    again: bool = False


@dataclass(frozen=True)
class Suggest:
    """A new run is to be thought out."""


@dataclass(frozen=True)
class Wait:
    """Nothing to do now."""


@dataclass(frozen=True)
class Exit:
    """The agent may go. `over` where the sweep is, too."""

    over: bool = False


Decision = Stop | Begin | Suggest | Wait | Exit


def decide(standing: Standing) -> Decision:
    """What the agent is to do."""
    active = set(standing.active)
    stop = _to_stop(standing, active)
    if stop is not None:
        return stop
    if active:
        return Wait()
    if standing.state in (SweepState.CANCELED, SweepState.FINISHED):
        return Exit()
    if standing.state not in _MAY_BEGIN:
        return Wait()
    if standing.target_reached:
        return Exit(over=True)
    waiting = next((run for run in standing.runs if _may_be_given(run, standing.agent)), None)
    if waiting is not None:
        return Begin(waiting.id, again=waiting.preempted or waiting.lost)
    if standing.drained or _full(standing):
        return _at_the_end(standing)
    return Wait() if standing.controlled_locally else Suggest()


def complete(runs: Sequence[Issued], expected: int | None) -> bool:
    """Whether all the runs there will ever be have ended, and none of them is to be tried again."""
    ours = [run for run in runs if run.thought_out]
    return expected is not None and len(ours) >= expected and all(run.begun and run.ended for run in ours)


def given_up(runs: Sequence[Issued], agent: int, active: Collection[str]) -> list[str]:
    """The runs that this agent was given again and again and that never began: it does not have them, either."""
    return [
        run.id
        for run in runs
        if run.agent == agent and not run.begun and run.issues >= MOST_ISSUES and run.id not in active
    ]


def _to_stop(standing: Standing, active: set[str]) -> Stop | None:
    known = {run.id: run for run in standing.runs}
    for id in sorted(active):
        run = known.get(id)
        somebody_elses = run is not None and run.agent not in (None, standing.agent)
        if standing.state == SweepState.CANCELED or somebody_elses or (run is not None and run.stop_asked):
            return Stop(id)
    return None


def _may_be_given(run: Issued, agent: int) -> bool:
    return run.thought_out and not run.begun and run.agent in (None, agent)


def _full(standing: Standing) -> bool:
    return standing.run_cap is not None and sum(run.thought_out for run in standing.runs) >= standing.run_cap


def _at_the_end(standing: Standing) -> Decision:
    """Nothing new comes. What others have may come back: at once where it never began or their agent is in doubt."""
    ours = [run for run in standing.runs if run.thought_out]
    if any(not run.begun or run.state == RunState.PREEMPTING for run in ours):
        return Wait()
    if any(run.id in standing.doubtful for run in ours):
        return Wait()
    if any(run.runs and run.agent != standing.agent for run in ours):
        return Exit()  # those who have them say when it is over
    if standing.controlled_locally and any(run.runs for run in standing.runs):
        return Exit()  # its controller may still want to stop some
    return Exit(over=True)
