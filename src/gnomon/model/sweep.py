"""A sweep: a search over parameters by many runs, and how far it has come."""

from __future__ import annotations

from enum import Enum
from typing import Any, Literal

import msgspec

from gnomon.model.run import RunState


class SweepState(str, Enum):
    """What agents are told: work (`PENDING` until the first one comes), wait, or end, with or without their runs."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    FINISHED = "FINISHED"
    CANCELED = "CANCELED"


class AgentState(str, Enum):
    """`LOST` is one that fell silent with a run in its hands."""

    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    LOST = "LOST"


SweepGoal = Literal["minimize", "maximize"]
SweepMethod = Literal["grid", "random", "bayes", "tpe", "gp", "cmaes", "qmc", "nsgaii", "custom"]


class SweepBest(msgspec.Struct, frozen=True, kw_only=True):
    """The run with the best value of the metric, and that value."""

    run: str
    name: str
    value: float


class SweepMetric(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep wants to be small or large."""

    name: str
    goal: SweepGoal = "minimize"


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """A sweep as lists show it. Times are Unix seconds."""

    entity: str
    project: str
    id: str
    """The short id in addresses."""
    name: str
    """What it is called: by a person, in its config, or else its id."""
    description: str = ""
    state: SweepState
    method: SweepMethod
    metric: str | None = None
    goal: SweepGoal = "minimize"
    metrics: tuple[SweepMetric, ...] = ()
    """All that is searched by, where that are several; `metric` is the first."""
    target: float | None = None
    program: str = ""
    user: str = ""
    created_at: float
    updated_at: float
    runs: int = 0
    runs_by_state: dict[str, int] = {}
    runs_expected: int | None = None
    """How many there will be in the end; None where nothing limits them."""
    best: SweepBest | None = None
    agents_at_work: int = 0
    heard_at: float | None = None
    """The last sign of life of an agent; None where there never was one."""
    early_terminate: bool = False
    """Whether runs that fall behind are stopped."""
    controlled_locally: bool = False
    """Whether a program of the user chooses the runs."""


class SweepParameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of the space; `name` has the names of the maps it lies in before it, with dots."""

    name: str
    distribution: str
    searched: bool
    """Whether it takes more than one value."""
    values: tuple[Any, ...] | None = None
    """Its values, where they are listed."""
    min: float | None = None
    max: float | None = None
    log: bool = False
    """Whether its values are spread evenly over orders of magnitude."""


class SweepRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a sweep. `params` has a value for each parameter it has one for, by the parameter's name."""

    id: str
    name: str
    number: int
    colour: int | None = None
    state: RunState
    params: dict[str, Any] = {}
    value: float | None = None
    """The best value of the metric so far."""
    last: float | None = None
    """The value it had last."""
    values: tuple[float | None, ...] = ()
    """The last value of each metric, where the sweep has several."""
    agent: str = ""
    stop_asked: bool = False
    created_at: float
    updated_at: float
    finished_at: float | None = None


class SweepAgent(msgspec.Struct, frozen=True, kw_only=True):
    """A process that runs what the sweep suggests."""

    id: str
    host: str
    user: str
    state: AgentState
    runs: int = 0
    created_at: float
    heartbeat_at: float


class SweepDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A sweep with all there is to it."""

    sweep: Sweep
    config: str
    """YAML, as it was given."""
    warnings: tuple[str, ...] = ()
    """What is odd about the config."""
    parameters: tuple[SweepParameter, ...] = ()
    runs: tuple[SweepRun, ...] = ()
    front: tuple[str, ...] = ()
    """With several metrics, the runs that no other is better than by all of them."""
    agents: tuple[SweepAgent, ...] = ()


class NewSweep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sweep to be made; `config` is a map, or YAML or JSON text. Runs named in `prior_runs` belong to it, too."""

    config: str | dict[str, Any]
    name: str = ""
    description: str = ""
    prior_runs: tuple[str, ...] = ()


class SweepEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What may be changed of a sweep; a field left out stays.

    `state` is where it is to be: `RUNNING`, `PAUSED`, `FINISHED` (runs go on to their end) or `CANCELED` (they are
    stopped).
    """

    state: SweepState | msgspec.UnsetType = msgspec.UNSET
    name: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    config: str | dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class SweepConfigText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text of a config, YAML or JSON."""

    config: str


class SweepConfigRead(msgspec.Struct, frozen=True, kw_only=True):
    """What the text of a config says, and what is odd about it."""

    config: dict[str, Any]
    warnings: tuple[str, ...] = ()


class SweepConfigLook(msgspec.Struct, frozen=True, kw_only=True):
    """What a config that is being written says by now: as read, or what is wrong with it and at which part."""

    config: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()
    wrong: str = ""
    field: str | None = None


class NewAgent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A process that is to run what a sweep suggests; `host` is the name of its machine."""

    host: str = ""


class AgentBeat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sign of life of an agent: the ids of the runs it has now."""

    active: tuple[str, ...] = ()


class AgentCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent is to do: begin a run (`resume` where it was begun before), stop one, go (`exit`), or nothing
    (`wait`).
    """

    type: Literal["run", "resume", "stop", "exit", "wait"]
    run_id: str = ""
    name: str = ""
    """What the run is called."""
    args: dict[str, Any] = {}
    """The parameters that were chosen for it."""
    program: str = ""


class NewTrial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run of a sweep whose config somebody wrote by hand."""

    config: dict[str, Any]
    name: str = ""


class SweepOrders(msgspec.Struct, frozen=True, kw_only=True):
    """What a local controller asks for, and the id of the run that was made for each thing it asked for."""

    controller: str = ""
    scheduled: dict[str, str] = {}


class NewSweepOrders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a local controller asks for, as JSON text: `schedule` and `earlystop`."""

    controller: str
