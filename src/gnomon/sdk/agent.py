"""`gnomon.agent()`: run what a sweep suggests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from gnomon.sdk import credentials, guard
from gnomon.sdk import settings as options
from gnomon.sdk.agents import commands, functions, place
from gnomon.sdk.agents.failures import limits, number
from gnomon.sdk.agents.link import PATIENCE_SECS, Link
from gnomon.sdk.errors import UsageError
from gnomon.sdk.service import Service


def agent(
    sweep_id: str,
    function: Callable[[], Any] | None = None,
    entity: str | None = None,
    project: str | None = None,
    count: int | None = None,
    forward_signals: bool = False,
    term_timeout: float | None = None,
    max_consecutive_failed_runs: int | None = None,
) -> None:
    """Run what a sweep suggests, one run after the other, until it is at its end or `count` runs were made.

    With `function`, each run is a call of it, without arguments; the `init()` in it has the parameters in its config.
    Without one, each run is a process of the sweep's `command`. `sweep_id` may be `PROJECT/SWEEP` or
    `ENTITY/PROJECT/SWEEP`. A run that is to be stopped is interrupted as by Ctrl-C, and a process is asked to end. With
    `forward_signals` a command gets the signals that the agent gets; `term_timeout` is how many seconds it then has.
    Returns when there is no more to do, and says so where that is because runs keep failing. Raises UsageError for what
    cannot be meant, CommError where there is no such sweep or no server.
    """
    work(
        sweep_id, function, entity=entity, project=project, count=count, forward_signals=forward_signals,
        term_timeout=term_timeout, max_consecutive_failed_runs=max_consecutive_failed_runs,
    )  # fmt: skip


def work(
    sweep_id: str,
    function: Callable[[], Any] | None = None,
    *,
    entity: str | None = None,
    project: str | None = None,
    count: int | None = None,
    forward_signals: bool = False,
    term_timeout: float | None = None,
    max_consecutive_failed_runs: int | None = None,
) -> str:
    """Be an agent, as `agent` says; why it ended before the sweep did, or nothing."""
    if function is not None and not callable(function):
        raise UsageError(f"function is {function!r}, which cannot be called")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 0):
        raise UsageError(f"count is {count!r}; it must be a whole number of runs")
    most = count or None  # 0 is how scripts say "no limit"
    failures = limits(time.monotonic(), os.environ, max_consecutive_failed_runs)
    kill_secs = number("AGENT_KILL_DELAY", commands.KILL_SECS, os.environ)
    held = options.load(os.environ, file=credentials.settings_file())
    at = place.read(sweep_id, entity, project, held)
    link = Link(Service(held.base_url, held.api_key, timeout_secs=PATIENCE_SECS), at)
    guard.say(f"Agent {link.id} of the sweep {link.place}")
    why = ""
    try:
        if function is not None:
            why = functions.work(link, function, count=most, failures=failures, again_secs=kill_secs)
        else:
            why = commands.work(
                link, count=most, failures=failures, forward_signals=forward_signals, term_timeout=term_timeout,
                kill_secs=kill_secs,
            )  # fmt: skip
    except KeyboardInterrupt:
        why = "it was interrupted"
    finally:
        link.leave()
    guard.say(f"The agent leaves{f': {why}' if why else '; there is nothing more for it to do'}")
    return why
