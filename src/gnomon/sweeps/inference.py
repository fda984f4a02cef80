"""Which law a parameter of a sweep's config means: the first form that fits, in the order of `FORMS`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gnomon.model.errors import Rejected
from gnomon.sweeps.laws import (
    Beta,
    Choice,
    Constant,
    IntUniform,
    InverseLogUniform,
    Law,
    LogNormal,
    LogUniform,
    Normal,
    Quantized,
    Uniform,
)

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """One way to write a parameter: which keys it has and what they make."""

    distribution: str
    law: Callable[[Given], Law]
    needs: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    implied: bool = False
    """Whether the keys alone say it, without `distribution`."""
    whole: bool = False
    """Whether the bounds must be whole numbers, 1 and not 1.0."""

    def fits(self, given: Given) -> bool:
        """Whether these are the form's keys."""
        keys = given.keys() - {"distribution"}
        if not self.needs <= keys <= self.needs | self.defaults.keys():
            return False
        if self.whole and not all(isinstance(given[key], int) for key in self.needs):
            return False
        return bool(given["distribution"] == self.distribution) if "distribution" in given else self.implied


def _quantized(law: Callable[[Given], Any]) -> Callable[[Given], Law]:
    return lambda given: Quantized(law(given), given["q"])


def _beta(given: Given) -> Beta:
    return Beta(given["a"], given["b"])


def _uniform(given: Given) -> Uniform:
    return Uniform(given["min"], given["max"])


def _log_uniform(given: Given) -> LogUniform:
    return LogUniform(given["min"], given["max"])


def _log_uniform_values(given: Given) -> LogUniform:
    return LogUniform(math.log(given["min"]), math.log(given["max"]))


def _normal(given: Given) -> Normal:
    return Normal(given["mu"], given["sigma"])


def _log_normal(given: Given) -> LogNormal:
    return LogNormal(given["mu"], given["sigma"])


_BOUNDS = frozenset({"min", "max"})
_NORMAL = {"mu": 0.0, "sigma": 1.0}
_BETA = {"a": 1, "b": 1}
_Q = {"q": 1.0}
_VALUES = frozenset({"values"})

FORMS = (
    Form("q_beta", _quantized(_beta), defaults=_BETA | _Q),
    Form("beta", _beta, defaults=_BETA),
    Form("categorical", lambda given: Choice(tuple(given["values"])), _VALUES, implied=True),
    Form(
        "categorical_w_probabilities",
        lambda given: Choice(tuple(given["values"]), tuple(given["probabilities"])),
        _VALUES | {"probabilities"}, implied=True,
    ),
    Form("int_uniform", lambda given: IntUniform(given["min"], given["max"]), _BOUNDS, implied=True, whole=True),
    Form("uniform", _uniform, _BOUNDS, implied=True),
    Form("log_normal", _log_normal, defaults=_NORMAL),
    Form("log_uniform", _log_uniform, _BOUNDS),
    Form("inv_log_uniform", lambda given: InverseLogUniform(given["min"], given["max"]), _BOUNDS),
    Form("normal", _normal, defaults=_NORMAL),
    Form("q_log_normal", _quantized(_log_normal), defaults=_NORMAL | _Q),
    Form("q_log_uniform", _quantized(_log_uniform), _BOUNDS, _Q),
    Form("q_normal", _quantized(_normal), defaults=_NORMAL | _Q),
    Form("q_uniform", _quantized(_uniform), _BOUNDS, _Q),
    Form("constant", lambda given: Constant(given["value"]), frozenset({"value"}), implied=True),
    Form(
        "inv_log_uniform_values",
        lambda given: InverseLogUniform(-math.log(given["max"]), -math.log(given["min"])), _BOUNDS,
    ),
    Form("log_uniform_values", _log_uniform_values, _BOUNDS),
    Form("q_log_uniform_values", _quantized(_log_uniform_values), _BOUNDS, _Q),
)  # fmt: skip
"""In the order in which they are tried."""

DEPRECATED = ("log_uniform", "q_log_uniform", "inv_log_uniform")
"""Their bounds are exponents; the forms of the same names with `_values` take bounds as they are."""

_BY_NAME = {form.distribution: form for form in FORMS}
_NUMBERS = ("min", "max", "mu", "sigma", "q", "a", "b")
_EXPONENT = re.compile(r"[+-]?[0-9]+[eE][+-]?[0-9]+")
_OVER_ZERO = ("q", "a", "b")


def law_of(name: str, given: Given) -> tuple[Form, Law]:
    """The law of a parameter, and the form it was written in. Raises Rejected saying what is wrong with it.

    >>> law_of("lr", {"min": 1, "max": 3})[1]
    IntUniform(low=1, high=3)
    >>> law_of("lr", {"min": 1, "max": 3.0})[1]
    Uniform(low=1, high=3.0)
    """
    read = {key: _as_number(value) if key in _NUMBERS else value for key, value in given.items()}
    for key in _NUMBERS:
        if key in read:
            _check_number(name, key, read[key])
    form = next((form for form in FORMS if form.fits(read)), None)
    if form is None:
        raise Rejected(f"{name}: {_why_not(read)}", field=name)
    filled = {**form.defaults, **read}
    _check(name, form.distribution, filled)
    return form, form.law(filled)


def read_as_numbers(given: Given) -> list[str]:
    """The keys whose values are texts that are read as numbers, such as `1e-4`, which YAML does not take for one."""
    return [key for key in _NUMBERS if isinstance(given.get(key), str) and not isinstance(_as_number(given[key]), str)]


def texts_like_numbers(given: Given) -> list[str]:
    """Those of the values that are texts such as `1e-4`, which look like numbers and are kept as they are."""
    values = given.get("values")
    said = values if isinstance(values, (list, tuple)) else [given.get("value")]
    return [one for one in said if isinstance(one, str) and _EXPONENT.fullmatch(one)]


def _as_number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    for read in (int, float):
        try:
            return read(value)
        except ValueError:
            pass
    return value


def _check_number(name: str, key: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Rejected(f"{name}: {key} is {value!r}, not a number", field=name)


def _check(name: str, distribution: str, given: Given) -> None:
    if "min" in given and given["min"] >= given["max"]:
        raise Rejected(f"{name}: min {given['min']} is not less than max {given['max']}", field=name)
    if distribution.endswith("_values") and given["min"] <= 0:
        raise Rejected(f"{name}: min {given['min']} has no logarithm; it must be over 0", field=name)
    if given.get("sigma", 0) < 0:
        raise Rejected(f"{name}: sigma {given['sigma']} is negative", field=name)
    for key in _OVER_ZERO:
        if key in given and given[key] <= 0:
            raise Rejected(f"{name}: {key} {given[key]} must be over 0", field=name)
    if "values" in given and (not isinstance(given["values"], (list, tuple)) or not given["values"]):
        raise Rejected(f"{name}: values must be a list of at least one, not {given['values']!r}", field=name)
    if "probabilities" in given:
        _check_probabilities(name, given["values"], given["probabilities"])


def _check_probabilities(name: str, values: Any, probabilities: Any) -> None:
    numbers = probabilities if isinstance(probabilities, (list, tuple)) else ()
    good = all(isinstance(one, (int, float)) and not isinstance(one, bool) and one >= 0 for one in numbers)
    if not numbers or not good:
        raise Rejected(f"{name}: probabilities must be a list of numbers from 0 on", field=name)
    if len(numbers) != len(values):
        raise Rejected(f"{name}: there are {len(values)} values and {len(numbers)} probabilities", field=name)
    if not math.isclose(sum(numbers), 1.0, rel_tol=1e-5):
        raise Rejected(f"{name}: the probabilities add up to {sum(numbers):g}, not 1", field=name)


def _why_not(given: Given) -> str:
    """What keeps a parameter from being any of the forms."""
    said = given.get("distribution")
    if said is None:
        keys = ", ".join(sorted(given)) or "nothing"
        return f"{keys} does not say how values are spread; give value, values, or min and max, or name a distribution"
    form = _BY_NAME.get(said) if isinstance(said, str) else None
    if form is None:
        return f"there is no distribution {said!r}; there are {', '.join(sorted(_BY_NAME))}"
    there = given.keys() - {"distribution"}
    missing, unknown = sorted(form.needs - there), sorted(there - form.needs - form.defaults.keys())
    parts = [f"needs {' and '.join(missing)}"] if missing else []
    parts += [f"has no {' nor '.join(unknown)}"] if unknown else []
    return f"the distribution {said} {' and '.join(parts) or 'takes whole numbers only'}"
