"""`gnomon.controller()`: a program of the user's own chooses what a sweep tries, and which of its runs are stopped."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gnomon.model.errors import Rejected
from gnomon.sdk import credentials, names
from gnomon.sdk import settings as options
from gnomon.sdk import sweep as sweeps
from gnomon.sdk.agents import place
from gnomon.sdk.agents.controlled import SweepRun, courses, runs_of, trial_of
from gnomon.sdk.errors import UsageError
from gnomon.sdk.service import Service, path
from gnomon.sweeps.config import Parsed, parse

STEP_SECS = 5.0

Search = Callable[[Mapping[str, Any], Sequence[SweepRun]], Any]
"""Gets the sweep's config and its runs; returns the next run's parameters, or None where there are no more."""
Stopping = Callable[[Mapping[str, Any], Sequence[SweepRun]], Sequence[SweepRun]]
"""Gets the same; returns the runs to stop."""


def controller(
    sweep_id_or_config: str | Mapping[str, Any] | None = None, entity: str | None = None, project: str | None = None
) -> Controller:
    """Control a sweep from here: one that is there, by its id, a new one with a config, or one to be configured first.

    Its config says `controller: {type: local}`; that is added to one that says nothing of it. Raises UsageError for
    what cannot be meant, CommError where the server does not have the sweep.
    """
    return Controller(sweep_id_or_config, entity, project)


class Controller:
    """Chooses the runs of one sweep. Agents begin them: `gnomon agent`, or `gnomon.agent`, elsewhere.

        tuner = gnomon.controller()
        tuner.configure_search("random")
        tuner.configure_parameter("lr", min=0.001, max=0.1)
        tuner.configure_program("train.py")
        tuner.create()
        tuner.run()

    In place of `run()`, `step()` may be called `while not tuner.done()`; or its parts: `search`, `schedule`, `stopping`
    and `stop_runs`. A search of one's own is a function for `configure_search`.
    """

    def __init__(
        self,
        sweep_id_or_config: str | Mapping[str, Any] | None = None,
        entity: str | None = None,
        project: str | None = None,
    ) -> None:
        self._held = options.load(os.environ, file=credentials.settings_file())
        self._service = Service(self._held.base_url, self._held.api_key)
        self._entity, self._project = entity, project
        self._config: dict[str, Any] = {}
        self._search: Search | None = None
        self._stopping: Stopping | None = None
        self._at = self._path = ""
        self._sweep_id: str | None = None
        self._state = ""
        self._parsed: Parsed | None = None
        self._runs: list[SweepRun] = []
        self._histories: dict[str, tuple[str, float, list[float]]] = {}
        self._orders: dict[str, Any] = {"schedule": [], "earlystop": []}
        self._sent = ""
        self._actions: list[str] = []
        self._status = ""
        if isinstance(sweep_id_or_config, str):
            self._open(place.read(sweep_id_or_config, entity, project, self._held))
        elif sweep_id_or_config is not None:
            self.configure(sweep_id_or_config)
            self.create()

    # What is searched

    def configure(self, sweep_dict_or_config: Mapping[str, Any] | str) -> None:
        """Take over a whole config: a dict, or a path or text of YAML. `method` may be a function: see Search."""
        self._check_new()
        if self._config:
            raise UsageError("The sweep is configured already")
        if isinstance(sweep_dict_or_config, Mapping) and callable(sweep_dict_or_config.get("method")):
            self._search = sweep_dict_or_config["method"]
            sweep_dict_or_config = {**sweep_dict_or_config, "method": "custom"}
        self._config = dict(sweeps.read(self._service, sweep_dict_or_config).read)

    def configure_search(self, search: str | Search) -> None:
        """The method by its name, or a function that chooses: see Search."""
        self._check_new()
        if callable(search):
            self._search, search = search, "custom"
        if not isinstance(search, str):
            raise UsageError(f"search is the name of a method or a function, and not {search!r}")
        self._config["method"] = search

    def configure_stopping(self, stopping: str | Callable[[dict[str, Any]], Stopping], **kwargs: Any) -> None:
        """How runs are stopped early: a rule's name and settings, or a function that makes a rule of the settings."""
        self._check_new()
        if callable(stopping):
            self._stopping, stopping = stopping(kwargs), "custom"
        if not isinstance(stopping, str):
            raise UsageError(f"stopping is the name of a rule or a function, and not {stopping!r}")
        self._config["early_terminate"] = {"type": stopping, **kwargs}

    def configure_metric(self, metric: str, goal: str | None = None) -> None:
        """What is to be small or, with the goal `maximize`, large."""
        self._check_new()
        self._config["metric"] = {"name": metric, **({"goal": goal} if goal else {})}

    def configure_program(self, program: str) -> None:
        """The script that agents run."""
        self._check_new()
        if not isinstance(program, str):
            raise UsageError("program is the path of a script; functions are run by gnomon.agent(sweep_id, function)")
        self._config["program"] = program

    def configure_name(self, name: str) -> None:
        """What the sweep is called."""
        self._check_new()
        self._config["name"] = name

    def configure_description(self, description: str) -> None:
        """What it is about."""
        self._check_new()
        self._config["description"] = description

    def configure_controller(self, type: str) -> None:
        """Who chooses the runs: `local` is this program."""
        self._check_new()
        self._config.setdefault("controller", {}).setdefault("type", type)

    def configure_parameter(
        self,
        name: str,
        values: Sequence[Any] | None = None,
        value: Any = None,
        distribution: str | None = None,
        min: float | None = None,
        max: float | None = None,
        mu: float | None = None,
        sigma: float | None = None,
        q: float | None = None,
        a: float | None = None,
        b: float | None = None,
    ) -> None:
        """A parameter: its values, or how they are spread, as in a config. Without either it is `value`."""
        self._check_new()
        said = {
            "values": values, "distribution": distribution, "min": min, "max": max, "mu": mu, "sigma": sigma, "q": q,
            "a": a, "b": b,
        }  # fmt: skip
        given = {key: one for key, one in said.items() if one is not None}
        if value is not None or not given:
            given["value"] = value
        self._config.setdefault("parameters", {})[name] = given

    def create(self) -> str:
        """Make the sweep; its id. Raises UsageError where nothing was configured, CommError where the config is bad."""
        self._check_new()
        if not self._config:
            raise UsageError("There is nothing to make a sweep of; configure it first")
        config = sweeps.read(self._service, {"controller": {"type": "local"}, **self._config})
        made = sweeps.create(self._service, config, entity=self._entity, project=self._project, held=self._held)
        for warning in made.warnings:
            _say(f"WARNING {warning}")
        _say(f"Made the sweep {made.place}\nView it at {made.url}\nRun it with: gnomon agent {made.place}")
        self._open(made.place)
        return made.place.sweep

    @property
    def sweep_config(self) -> dict[str, Any]:
        """The config of the sweep."""
        return self._config

    @property
    def sweep_id(self) -> str | None:
        """Its id, once there is one."""
        return self._sweep_id

    # At work

    def run(
        self, verbose: bool = False, print_status: bool = True, print_actions: bool = False, print_debug: bool = False
    ) -> None:
        """Control the sweep until it is over, a step every five seconds."""
        while not self.done():
            if print_status:
                self.print_status()
            self.step()
            if verbose or print_actions:
                self.print_actions()
            if verbose or print_debug:
                self.print_debug()
            time.sleep(STEP_SECS)

    def step(self) -> None:
        """Look at the runs, put the next one before the agents, and stop those that have fallen behind."""
        self._look()
        if not self._orders["schedule"]:
            self.schedule(self.search())
        behind = self.stopping()
        if behind:
            self.stop_runs(behind)

    def done(self) -> bool:
        """Whether the sweep is over."""
        self._look()
        return self._state not in ("PENDING", "RUNNING", "PAUSED")

    def search(self) -> SweepRun | None:
        """The next run, or None where there are no more."""
        if self._search is not None:
            return _as_run(self._search(self._config, self._runs))
        from random import SystemRandom

        from gnomon.sweeps.suggest import next_params

        config = self._needed().config
        trials = [trial_of(config, run) for run in self._runs]
        try:
            params = next_params(config, trials, SystemRandom())
        except Rejected as error:
            raise UsageError(f"{error}; give configure_search a function") from None
        except ModuleNotFoundError as error:
            raise UsageError(
                f"The method {config.method} needs {error.name} where it searches: pip install 'gnomon[sweeps]'"
            ) from None
        return None if params is None else _as_run(params)

    def schedule(self, run: SweepRun | Mapping[str, Any] | None) -> None:
        """Put a run before the agents; None says that there will be no more. One is before them at a time."""
        self._needed()
        if self._orders["schedule"]:
            return
        chosen = _as_run(run)
        args = None if chosen is None else chosen.config
        if chosen is not None:
            self._actions.append("Schedule " + ", ".join(f"{name}={one}" for name, one in chosen.params.items()))
        self._orders["schedule"] = [{"id": names.random_id(), "data": {"args": args}}]
        self._send()

    def stopping(self) -> list[SweepRun]:
        """The runs that have fallen behind, by the rule that was configured."""
        parsed = self._needed()
        if self._stopping is not None:
            return list(self._stopping(self._config, self._runs))
        rule, metric = parsed.config.early_terminate, parsed.config.metric
        running = [run.name for run in self._runs if run.state == "running" and not run.should_stop]
        if rule is None or metric is None or not running:
            return []
        self._read_histories(metric.name)
        behind = set(rule.to_stop(courses(rule, metric, self._runs), running))
        return [run for run in self._runs if run.name in behind]

    def stop_runs(self, runs: Sequence[SweepRun]) -> None:
        """Ask these runs to end."""
        self._needed()
        asked = sorted({run.name for run in runs})
        self._actions.append("Stop " + ", ".join(asked))
        self._orders["earlystop"] = sorted({*self._orders["earlystop"], *asked})
        self._send()

    # What is told

    def print_status(self) -> None:
        """One line on how far it is, where that is another than before."""
        self._look()
        counts: dict[str, int] = {}
        for run in self._runs:
            counts[run.state] = counts.get(run.state, 0) + 1
        states = ", ".join(f"{name.capitalize()}: {count}" for name, count in sorted(counts.items()))
        method = self._config.get("method", "random")
        line = f"Sweep: {self._sweep_id} ({method}) | Runs: {len(self._runs)}{f' ({states})' if states else ''}"
        if line != self._status:
            self._status = line
            _say(line)

    def print_actions(self) -> None:
        """What was scheduled and stopped since the last time."""
        for action in self._actions:
            _say(action)
        self._actions.clear()

    def print_debug(self) -> None:
        """What was last asked of the server."""
        _say(f"Asked: {self._sent or 'nothing'}")

    def print_space(self) -> None:
        """The parameters, and how their values are spread."""
        for parameter in self._needed().config.space.parameters:
            _say(f"{parameter.name}: {parameter.distribution} {parameter.law}")

    def print_summary(self) -> None:
        """The runs with the best values of the metric first."""
        parsed = self._needed()
        metric = parsed.config.metric
        valued = [run for run in self._runs if run.value is not None]
        valued.sort(key=lambda run: run.value or 0.0, reverse=metric is not None and metric.goal == "maximize")
        for run in valued[:10]:
            _say(f"{run.value:g}  {run.name}  {', '.join(f'{name}={one}' for name, one in run.params.items())}")

    # Inside

    def _check_new(self) -> None:
        if self._at:
            raise UsageError(f"The sweep {self._sweep_id} is made; it cannot be configured or created again")

    def _needed(self) -> Parsed:
        if self._parsed is None:
            raise UsageError("There is no sweep to control; create() one first")
        return self._parsed

    def _open(self, at: place.SweepPath) -> None:
        self._path = path(at.entity or "-", at.project, at.sweep)
        self._at = "/sweeps" + self._path
        self._sweep_id = at.sweep
        about = self._service.get(self._at)
        self._config = self._service.post("/sweep-config", {"config": about["config"]}, repeatable=True)["config"]
        self._parsed = parse(self._config)
        if not self._parsed.config.controlled_locally:
            raise UsageError(
                f"The sweep {at} is controlled by the server; one that is not says `controller: {{type: local}}`"
            )
        self._take(about)

    def _look(self) -> None:
        """Bring what is known up to date, and forget orders that were carried out."""
        self._needed()
        self._take(self._service.get(self._at))
        scheduled = self._service.get(f"{self._at}/controller")["scheduled"]
        states = {run.name: run.state for run in self._runs}
        self._orders["schedule"] = [
            entry
            for entry in self._orders["schedule"]
            if entry["data"]["args"] is None or states.get(scheduled.get(entry["id"]), "pending") == "pending"
        ]
        self._orders["earlystop"] = [name for name in self._orders["earlystop"] if states.get(name) == "running"]

    def _take(self, about: Mapping[str, Any]) -> None:
        sweep = about["sweep"]
        self._state = sweep["state"]
        self._path = path(sweep["entity"], sweep["project"])
        self._runs = runs_of(self._needed().config, about["runs"])

    def _read_histories(self, metric: str) -> None:
        """The values of the metric of every run; those of ended runs are read once."""
        for run in self._runs:
            known = self._histories.get(run.name)
            if known is None or known[:2] != (run.state, run.updated_at):
                values: list[float] = []
                first: int | None = 0
                while first is not None:
                    page = self._service.get(
                        f"/runs{self._path}{path(run.name)}/rows", keys=metric, first=first, limit=10_000
                    )
                    values += [row[metric] for row in page["rows"] if isinstance(row.get(metric), (int, float))]
                    first = page["cursor"]
                known = self._histories[run.name] = (run.state, run.updated_at, values)
            run.history = [{metric: value} for value in known[2]]

    def _send(self) -> None:
        self._sent = json.dumps(self._orders)
        self._service.put(f"{self._at}/controller", {"controller": self._sent})


def _as_run(chosen: Any) -> SweepRun | None:
    """What a search has chosen, as a run: a run, its parameters, or these as `{name: {"value": ...}}`."""
    if chosen is None or isinstance(chosen, SweepRun):
        return chosen
    config = chosen if isinstance(chosen, Mapping) else getattr(chosen, "config", None)
    if not isinstance(config, Mapping):
        raise UsageError(f"A search returns the parameters of a run, or None, and not {chosen!r}")
    wrapped = {
        str(name): dict(one) if isinstance(one, Mapping) and set(one) == {"value"} else {"value": one}
        for name, one in config.items()
    }
    return SweepRun(config=wrapped)


def _say(text: str) -> None:
    from gnomon.sdk import guard

    guard.say(text)
