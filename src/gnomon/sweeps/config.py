"""A sweep's config, from YAML or a dict: parsed once, with everything odd about it told.

What makes it impossible to search is refused, at the part that does; everything else is a warning.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast, get_args

from gnomon.model.errors import Rejected
from gnomon.sweeps.inference import DEPRECATED, law_of, read_as_numbers, texts_like_numbers
from gnomon.sweeps.methods import engines, grid
from gnomon.sweeps.methods.bayes import Impute, Objective
from gnomon.sweeps.space import Parameter, Space
from gnomon.sweeps.stopping import rules
from gnomon.sweeps.stopping.courses import Rule
from gnomon.sweeps.trial import Goal

Method = Literal["grid", "random", "bayes", "tpe", "gp", "cmaes", "qmc", "nsgaii", "custom"]

METHODS: tuple[Method, ...] = get_args(Method)
MOST_METRICS = 10
LONGEST_TEXT = 1 << 20
MOST_PARTS = 200_000
"""Keys and values of a config, all the way down."""
DEEPEST = 64
KEYS = frozenset({
    "apiVersion", "command", "controller", "description", "early_terminate", "entity", "image_uri", "job", "kind",
    "method", "metric", "metrics", "name", "parameters", "program", "project", "run_cap", "scheduler",
})  # fmt: skip
_METRIC_KEYS = frozenset({"name", "goal", "target", "impute", "impute_while_running"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Metric:
    """What a sweep wants to be small or large."""

    name: str
    goal: Goal = "minimize"
    target: float | None = None
    """The sweep is over once a run gets there."""
    impute: Impute = "worst"
    impute_while_running: Impute | None = None

    @property
    def objective(self) -> Objective:
        return Objective(self.goal, self.impute, self.impute_while_running)


@dataclass(frozen=True)
class SweepConfig:
    """What to search for, where and how."""

    method: Method
    space: Space
    metric: Metric | None = None
    """What is searched by; the first of several."""
    metrics: tuple[Metric, ...] = ()
    """All of them, where there are several."""
    run_cap: int | None = None
    early_terminate: Rule | None = None
    controlled_locally: bool = False
    """A program of the user chooses the runs, and what is stopped; the server only begins them."""
    name: str = ""
    description: str = ""
    program: str = ""

    @property
    def objectives(self) -> tuple[Metric, ...]:
        """What is searched by, be it one metric or several."""
        return self.metrics or ((self.metric,) if self.metric is not None else ())


class Parsed(NamedTuple):
    config: SweepConfig
    warnings: tuple[str, ...]


@lru_cache(maxsize=256)
def parse_text(text: str) -> Parsed:
    """The config of a YAML or JSON text. Raises Rejected."""
    return parse(read(text))


def read(text: str) -> Mapping[str, Any]:
    """The map that a YAML or JSON text holds, with nothing in it that JSON does not know. Raises Rejected."""
    import yaml

    if len(text) > LONGEST_TEXT:
        raise Rejected(f"A sweep's config has at most {LONGEST_TEXT} characters", field="config")
    try:
        given = _json(text)  # YAML reads 1e-5, which is a number in JSON, as a text
        given = yaml.safe_load(text) if given is None else given
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Rejected(f"The sweep's config is no YAML: {' '.join(str(error).split())}", field="config") from None
    if not isinstance(given, dict):
        raise Rejected("A sweep's config is a map with method and parameters", field="config")
    return cast("Mapping[str, Any]", _plain(given, [MOST_PARTS]))


def text_of(given: str | Mapping[str, Any]) -> str:
    """The YAML text of a config, which is kept as it is where it is one already. Raises Rejected."""
    if isinstance(given, str):
        return given
    import yaml

    return str(yaml.safe_dump(_plain(given, [MOST_PARTS]), sort_keys=False, allow_unicode=True))


def _json(text: str) -> Any:
    if not text.lstrip().startswith("{"):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def parse(given: Mapping[str, Any]) -> Parsed:
    """The config and what is odd about it. Raises Rejected where there is nothing to search by.

    >>> parse({"parameters": {"lr": {"min": 0.0, "max": 1.0}}}).warnings
    ('method is missing; random search is used',)
    """
    warnings: list[str] = []
    given = _whole(given, warnings)
    warnings += [f"{key} is no part of a sweep's config; it is ignored" for key in sorted(given.keys() - KEYS)]
    method = _method(given, warnings)
    local = method == "custom" or bool(given.get("scheduler")) or _controller(given) == "local"
    space = _space(given, warnings, needed=not local)
    metrics = _metrics(given, warnings)
    metric = metrics[0] if metrics else None
    if not local:
        if method == "grid":
            grid.check(space)
        engines.check(method, space, len(metrics))
    config = SweepConfig(
        method, space, metric, metrics if len(metrics) > 1 else (), _run_cap(given),
        _early_terminate(given, metric, warnings), local,
        name=_text(given, "name", warnings), description=_text(given, "description", warnings),
        program=_text(given, "program", warnings),
    )  # fmt: skip
    return Parsed(config, tuple(warnings))


def _whole(given: Mapping[str, Any], warnings: list[str]) -> Mapping[str, Any]:
    """The config; bare parameters, as many write them, are taken as its parameters."""
    maps = [value for value in given.values() if isinstance(value, Mapping)]
    if given and not given.keys() & KEYS and len(maps) == len(given):
        warnings.append("The config has neither method nor parameters; all of it is taken as parameters")
        return {"parameters": given}
    return given


def _method(given: Mapping[str, Any], warnings: list[str]) -> Method:
    if "method" not in given:
        warnings.append("method is missing; random search is used")
        return "random"
    if given["method"] not in METHODS:
        raise Rejected(f"There is no method {given['method']!r}; there are {', '.join(METHODS)}", field="method")
    return cast("Method", given["method"])


def _controller(given: Mapping[str, Any]) -> str:
    said = given.get("controller")
    kind = said.get("type", "cloud") if isinstance(said, Mapping) else "cloud"
    if kind not in ("cloud", "local"):
        raise Rejected(f"controller.type is {kind!r}; it can be cloud or local", field="controller")
    return str(kind)


def _space(given: Mapping[str, Any], warnings: list[str], *, needed: bool) -> Space:
    parameters = given.get("parameters")
    if not isinstance(parameters, Mapping) or not parameters:
        if needed:
            raise Rejected("parameters must be a map of at least one parameter", field="parameters")
        return Space()
    try:
        return Space(tuple(_parameters(parameters, (), warnings)))
    except Rejected as error:
        if needed:
            raise
        warnings.append(str(error))
        return Space()


def _parameters(given: Mapping[str, Any], path: tuple[str, ...], warnings: list[str]) -> list[Parameter]:
    found: list[Parameter] = []
    for key, spec in sorted(given.items()):
        name = ".".join((*path, key))
        if not _NAME.fullmatch(key):
            warnings.append(f"{name}: a parameter's name has letters, digits, _ . and - and begins with a letter or _")
        if not isinstance(spec, Mapping):
            raise Rejected(
                f"{name} is {spec!r}; write {{value: ...}}, {{values: [...]}} or {{min: ..., max: ...}}", field=name
            )
        if spec.keys() == {"parameters"}:
            inner = spec["parameters"]
            if not isinstance(inner, Mapping) or not inner:
                raise Rejected(f"{name}: parameters must be a map of at least one parameter", field=name)
            found += _parameters(inner, (*path, key), warnings)
            continue
        form, law = law_of(name, spec)
        warnings += [
            f"{name}: {key} is the text {spec[key]!r}; it is read as a number" for key in read_as_numbers(spec)
        ]
        warnings += [
            f"{name}: the value {value!r} is a text; YAML takes only numbers with a dot, such as 1.0e-3, for numbers"
            for value in texts_like_numbers(spec)
        ]
        if form.distribution in DEPRECATED:
            warnings.append(
                f"{name}: min and max of {form.distribution} are exponents of e; {form.distribution}_values takes "
                "the limits themselves"
            )
        found.append(Parameter((*path, key), law, form.distribution))
    return found


def _metrics(given: Mapping[str, Any], warnings: list[str]) -> tuple[Metric, ...]:
    """What is searched by: `metric`, or a list of them in `metrics` or `metric`."""
    said = given.get("metrics") or given.get("metric")
    if said is None:
        return ()
    listed = said if isinstance(said, list) else [said]
    found = tuple(_metric(one, warnings) for one in listed)
    if not found or len(found) > MOST_METRICS or len({metric.name for metric in found}) < len(found):
        raise Rejected(f"metrics must be a list of 1 to {MOST_METRICS} different metrics", field="metrics")
    return found


def _metric(said: Any, warnings: list[str]) -> Metric:
    if isinstance(said, str):
        said = {"name": said}
    if not isinstance(said, Mapping) or not isinstance(said.get("name"), str) or not said["name"]:
        raise Rejected("metric must be a map with the name of what is logged, and a goal", field="metric")
    warnings += [f"metric.{key} is not known; it is ignored" for key in sorted(said.keys() - _METRIC_KEYS)]
    goal = said.get("goal", "minimize")
    if goal not in ("minimize", "maximize"):
        raise Rejected(f"metric.goal is {goal!r}; it can be minimize or maximize", field="metric")
    target = said.get("target")
    if target is not None and (isinstance(target, bool) or not isinstance(target, (int, float)) or target != target):
        raise Rejected(f"metric.target is {target!r}, not a number", field="metric")
    while_running = said.get("impute_while_running", "false")
    if while_running is False:  # what YAML makes of a bare `false`
        while_running = "false"
    return Metric(
        said["name"], cast("Goal", goal), None if target is None else float(target),
        cast("Impute", _one_of(said, "impute", said.get("impute", "worst"), warnings) or "worst"),
        None if while_running == "false"
        else cast("Impute | None", _one_of(said, "impute_while_running", while_running, warnings)),
    )  # fmt: skip


def _one_of(said: Mapping[str, Any], key: str, value: Any, warnings: list[str]) -> str | None:
    if value in ("worst", "best", "latest"):
        return str(value)
    warnings.append(f"metric.{key} is {value!r}; it can be worst, best or latest, and is ignored")
    return None


def _run_cap(given: Mapping[str, Any]) -> int | None:
    cap = given.get("run_cap")
    if cap is None:
        return None
    if isinstance(cap, bool) or not isinstance(cap, (int, float)) or cap != int(cap) or cap < 1:
        raise Rejected(f"run_cap is {cap!r}; it must be a whole number over 0", field="run_cap")
    return int(cap)


def _early_terminate(given: Mapping[str, Any], metric: Metric | None, warnings: list[str]) -> Rule | None:
    said = given.get("early_terminate")
    if not said:
        return None
    kind = said.get("type") if isinstance(said, Mapping) else None
    if kind == "custom" and given.get("method") == "custom":
        return None  # the program that chooses the runs stops them
    wrong = "early_terminate needs metric" if metric is None else rules.wrong(said)
    if wrong:
        warnings.append(f"{wrong}; no run is stopped early")
        return None
    warnings += [f"early_terminate.{key} is not known; it is ignored" for key in rules.unknown(said)]
    rule = rules.rule_of(said)
    if not rule.bands:
        warnings.append("early_terminate has no length at which runs are compared; no run is stopped early")
        return None
    return rule


def _text(given: Mapping[str, Any], key: str, warnings: list[str]) -> str:
    value = given.get(key)
    if value is None or isinstance(value, str):
        return value or ""
    warnings.append(f"{key} is {value!r}, not a text")
    return str(value)


def _plain(value: Any, left: list[int], depth: int = 0) -> Any:
    """A value that JSON can say. `left` counts down what may still come: aliases make small texts very large."""
    left[0] -= 1
    if left[0] < 0 or depth > DEEPEST:
        raise Rejected("The sweep's config is too large", field="config")
    if isinstance(value, Mapping):
        return {str(key): _plain(item, left, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item, left, depth + 1) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)  # a date, which YAML knows
