"""`gnomon.sweep()`: make a search over parameters, which agents then run."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gnomon.sdk import addresses, credentials, guard
from gnomon.sdk import settings as options
from gnomon.sdk.agents import place
from gnomon.sdk.agents.place import SweepPath
from gnomon.sdk.config import value_of
from gnomon.sdk.errors import UsageError
from gnomon.sdk.service import Service, path


def sweep(
    sweep: Mapping[str, Any] | str | os.PathLike[str] | Callable[[], Mapping[str, Any]],
    entity: str | None = None,
    project: str | None = None,
    prior_runs: Sequence[str] | None = None,
) -> str:
    """Make a sweep, and return its id, which `agent` takes.

    `sweep` is its config: a dict, the path of a YAML or JSON file, the text of one, or a function that returns a dict.
    Bare parameters, `{"lr": {"values": [0.1, 0.01]}}`, are searched at random. What is odd about a config is said as a
    warning. The ids in `prior_runs` are runs of the project that count as tried. Raises UsageError for what is no
    config, CommError, naming the parameter, for one that nothing can be searched by.
    """
    held = options.load(os.environ, file=credentials.settings_file())
    service = Service(held.base_url, held.api_key)
    made = create(service, read(service, sweep), entity=entity, project=project, prior_runs=prior_runs, held=held)
    for warning in made.warnings:
        guard.warn(warning)
    guard.say(f"Made the sweep {made.place}\nView it at {made.url}\nRun it with: gnomon agent {made.place}")
    return made.place.sweep


class Config(NamedTuple):
    """What a sweep is to search: as it was given, and read."""

    given: str | dict[str, Any]
    read: dict[str, Any]

    def changed(self, **values: Any) -> Config:
        """The config with some of its keys set."""
        merged = {**self.read, **values}
        return Config(merged, merged)


class Made(NamedTuple):
    """A sweep on the server."""

    place: SweepPath
    url: str
    warnings: tuple[str, ...]


def read(service: Service, sweep: Any) -> Config:
    """A sweep's config in any accepted form. The server reads YAML, so that no package is needed here."""
    if callable(sweep):
        sweep = sweep()
    if isinstance(sweep, Mapping):
        config = _plain(sweep)
        return Config(config, config)
    if not isinstance(sweep, (str, os.PathLike)):
        raise UsageError(f"A sweep is a dict, or the path or the text of a config, and not {type(sweep).__name__}")
    text = _text(os.fspath(sweep))
    return Config(text, service.post("/sweep-config", {"config": text}, repeatable=True)["config"])


def create(
    service: Service,
    config: Config,
    *,
    entity: str | None = None,
    project: str | None = None,
    prior_runs: Sequence[str] | None = None,
    held: options.Settings,
) -> Made:
    """A new sweep. What is given wins over what the environment says, and that over the config."""
    if isinstance(prior_runs, str):
        raise UsageError("prior_runs is a list of ids of runs, and not one text")
    owner = entity or held.entity or _named(config, "entity") or "-"
    into = project or held.project or _named(config, "project") or place.DEFAULT_PROJECT
    body = {"config": config.given, "prior_runs": [str(run).rpartition("/")[2] for run in prior_runs or ()]}
    answer = service.post("/projects" + path(owner, into) + "/sweeps", body)
    made = answer["sweep"]
    at = SweepPath(made["entity"], made["project"], made["id"])
    place.remember(at)
    return Made(at, addresses.of_sweep(service.base_url, *at), tuple(answer["warnings"]))


def _named(config: Config, key: str) -> str:
    found = config.read.get(key)
    return found if isinstance(found, str) else ""


def _text(said: str) -> str:
    """The text of a config: the file's that is named, or what was said itself."""
    if "\n" not in said and (os.path.exists(said) or said.endswith((".yaml", ".yml", ".json"))):
        try:
            with open(said, encoding="utf-8") as file:
                return file.read()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise UsageError(f"The config of the sweep cannot be read: {why}. {said}") from None
    if ":" not in said:
        raise UsageError(f"{said!r} is neither a file nor the config of a sweep")
    return said


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """The config as plain values. Raises UsageError for a number that JSON does not have."""
    found: dict[str, Any] = value_of(given)
    _check("", found)
    return found


def _check(name: str, value: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"{name} is {value!r}; a sweep's config has finite numbers only")
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        _check(f"{name}.{key}" if name else str(key), inner)
