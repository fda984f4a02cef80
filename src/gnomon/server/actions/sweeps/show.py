"""A sweep as the API shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from gnomon.model.errors import Rejected
from gnomon.model.floats import named
from gnomon.model.run import RunState
from gnomon.model.sweep import (
    AgentState,
    Sweep,
    SweepAgent,
    SweepBest,
    SweepMetric,
    SweepParameter,
    SweepRun,
    SweepState,
)
from gnomon.server.storage.tables.sweeps import AgentRow, RunOfSweep, SweepRow
from gnomon.sweeps.config import Metric, Parsed, SweepConfig, parse_text
from gnomon.sweeps.laws import (
    Beta,
    Choice,
    Constant,
    IntUniform,
    InverseLogUniform,
    Law,
    LogNormal,
    LogUniform,
    Quantized,
    Uniform,
)
from gnomon.sweeps.space import MISSING, Parameter, Space
from gnomon.sweeps.suggest import expected_runs
from gnomon.sweeps.trial import Trial, better

_UNREADABLE = SweepConfig("custom", Space(), controlled_locally=True)


def config_of(row: SweepRow) -> Parsed:
    """The config of a sweep that is kept. One that this version refuses is one that nothing is searched by."""
    try:
        return parse_text(row.config)
    except Rejected as error:
        return Parsed(_UNREADABLE, (str(error),))


def as_sweep(
    row: SweepRow, runs: Sequence[RunOfSweep], agents: Sequence[AgentRow], tried: Iterable[tuple[RunOfSweep, Trial]]
) -> Sweep:
    """The sweep with its counts, who works on it, and the run that was best at any time."""
    config = config_of(row).config
    metric = config.metric
    return Sweep(
        entity=row.entity,
        project=row.project_name,
        id=row.id,
        name=row.name or config.name or row.id,
        description=row.description,
        state=SweepState(row.state),
        method=config.method,
        metric=metric.name if metric else None,
        goal=metric.goal if metric else "minimize",
        metrics=tuple(SweepMetric(name=one.name, goal=one.goal) for one in config.metrics),
        target=metric.target if metric else None,
        program=config.program,
        user=row.user,
        created_at=row.created_at,
        updated_at=max([row.updated_at, *(run.updated_at for run in runs)]),
        runs=len(runs),
        runs_by_state=dict(Counter(run.state for run in runs)),
        runs_expected=None if config.controlled_locally else expected_runs(config),
        best=best_of(metric, ((run, trial.best(metric.goal)) for run, trial in tried)) if metric else None,
        agents_at_work=sum(agent.state == AgentState.RUNNING for agent in agents),
        heard_at=max((agent.heartbeat_at for agent in agents), default=None),
        early_terminate=config.early_terminate is not None,
        controlled_locally=config.controlled_locally,
    )


def best_of(metric: Metric, values: Iterable[tuple[RunOfSweep, float | None]]) -> SweepBest | None:
    """The first of the runs whose value of the metric no other is better than."""
    best: SweepBest | None = None
    for run, value in values:
        if value is not None and (best is None or better(value, best.value, metric.goal)):
            best = SweepBest(run=run.id, name=run.name, value=value)
    return best


def as_sweep_run(
    config: SweepConfig, run: RunOfSweep, trial: Trial, last: float | None, agents: Mapping[int, str]
) -> SweepRun:
    """A run of the sweep, with its place in the space."""
    metric = config.metric
    point = zip(config.space.parameters, config.space.point(trial.config), strict=True)
    return SweepRun(
        id=run.id,
        name=run.name,
        number=run.number,
        colour=run.colour,
        state=RunState(run.state),
        params=named({parameter.name: value for parameter, value in point if value is not MISSING}),
        value=trial.best(metric.goal) if metric else None,
        last=last,
        values=trial.values,
        agent=agents.get(run.agent or 0, ""),
        stop_asked=run.stop_asked_at is not None,
        created_at=run.created_at,
        updated_at=run.updated_at,
        finished_at=run.finished_at,
    )


def as_agent(row: AgentRow, runs: int) -> SweepAgent:
    return SweepAgent(
        id=row.id,
        host=row.host,
        user=row.user_name,
        state=AgentState(row.state),
        runs=runs,
        created_at=row.created_at,
        heartbeat_at=row.heartbeat_at,
    )


def as_parameter(parameter: Parameter) -> SweepParameter:
    """A parameter with what an axis of a chart needs to know of it."""
    law = parameter.law
    values = law.values if isinstance(law, Choice) else (law.value,) if isinstance(law, Constant) else None
    low, high = _bounds(law)
    inner = law.law if isinstance(law, Quantized) else law
    return SweepParameter(
        name=parameter.name,
        distribution=parameter.distribution,
        searched=parameter.searched,
        values=None if values is None else tuple(named(list(values))),
        min=low,
        max=high,
        log=isinstance(inner, (LogUniform, InverseLogUniform, LogNormal)),
    )


def _bounds(law: Law) -> tuple[float | None, float | None]:
    """The least and the greatest value; None where there is none."""
    match law:
        case Quantized(law=inner):
            return _bounds(inner)
        case IntUniform(low=low, high=high) | Uniform(low=low, high=high):
            return low, high
        case LogUniform() | InverseLogUniform() | Beta():
            return law.inverse(0.0), law.inverse(1.0)
    return None, None
