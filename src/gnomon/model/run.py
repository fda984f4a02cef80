"""A run: one execution of a script, with what it was told and what it found."""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec


class RunState(str, Enum):
    """Where a run is in its life. Only `running`, `pending` and `preempting` may still change by themselves."""

    PENDING = "pending"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CRASHED = "crashed"
    KILLED = "killed"
    PREEMPTING = "preempting"


SummaryRule = str
"""One of `min`, `max`, `mean`, `last`, `best`, `first`, `copy`, `none`."""


class MetricRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `define_metric` said about one metric, or about all that match a glob such as `val/*`."""

    name: str
    step_metric: str | None = None
    step_sync: bool | None = None
    hidden: bool = False
    summary: tuple[SummaryRule, ...] = ()
    goal: str | None = None
    """`minimize` or `maximize`; what `best` means."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One process that wrote into the run: a resumed run has several."""

    journal: str
    number: int
    host: str = ""
    pid: int = 0
    started_at: float
    finished_at: float | None = None
    exit_code: int | None = None
    lines: int = 0
    """Console lines written by this attempt."""


class Parent(msgspec.Struct, frozen=True, kw_only=True):
    """The run that another was forked from, and the last step that this one has from there."""

    run: str
    step: int | None = None


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What a run said aloud."""

    id: int
    at: float
    title: str
    text: str = ""
    severity: str = "info"
    """`info`, `warn` or `error`."""


class HeardAlert(msgspec.Struct, frozen=True, kw_only=True):
    """What a run said aloud, with the run, as whoever asks finds it."""

    id: int
    at: float
    title: str
    text: str = ""
    severity: str = "info"
    """`info`, `warn` or `error`."""
    entity: str
    project: str
    run: str
    run_name: str
    number: int
    colour: int | None = None
    state: RunState
    read: bool = False


class HeardAlerts(msgspec.Struct, frozen=True, kw_only=True):
    """A page of alerts, the newest first."""

    alerts: tuple[HeardAlert, ...] = ()
    unread: int = 0
    """How many are unread in all, whatever was asked for."""
    more: bool = False
    """Whether there are older ones."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run as the API shows it. Times are Unix seconds; `runtime_secs` counts to the last sign of life."""

    entity: str
    project: str
    id: str
    """The short id in addresses, chosen by the user or eight letters and digits."""
    name: str
    number: int
    """The how-manieth run of its project, from 0; decides the colour everywhere."""
    state: RunState
    notes: str = ""
    tags: tuple[str, ...] = ()
    group: str = ""
    job_type: str = ""
    user: str = ""
    host: str = ""
    program: str = ""
    created_at: float
    updated_at: float
    """The last sign of life: a row, a line or a heartbeat."""
    finished_at: float | None = None
    runtime_secs: float = 0.0
    exit_code: int | None = None
    last_step: int | None = None
    stop_asked: bool = False
    """Somebody asked the script to end; it hears of it with its next sign of life."""
    config: dict[str, Any] = {}
    summary: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    """Command, host, Python, git, hardware; only filled when one run is asked for, not in lists."""
    client: dict[str, Any] = {}
    """What the official client keeps in its config under `_wandb`, such as custom charts; filled as `metadata` is."""
    rules: tuple[MetricRule, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    parent: Parent | None = None
    sweep: str | None = None
    """The sweep it belongs to."""
    colour: int | None = None
    """Its place in the palette of 20, where a person chose one; else `number` decides."""
    extents: dict[str, float] = {}
    """In lists, the fields such as `min.loss` that were asked for by name."""


class RunPage(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a list of runs. `total` counts what matches, `all` what the project has; `cursor` fetches the next
    part."""

    runs: tuple[Run, ...]
    total: int
    all: int
    cursor: str | None = None


class RunEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a person may change of a run; a field left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    notes: str | msgspec.UnsetType = msgspec.UNSET
    tags: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    group: str | msgspec.UnsetType = msgspec.UNSET
    job_type: str | msgspec.UnsetType = msgspec.UNSET
    colour: int | msgspec.UnsetType | None = msgspec.UNSET
    """From 0 to 19; null gives the run its own colour back."""
