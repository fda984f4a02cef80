"""Methods that need packages which are not always there, and how many metrics and parameters each method takes."""

from __future__ import annotations

from importlib.util import find_spec

from gnomon.model.errors import Rejected
from gnomon.sweeps.laws import Choice
from gnomon.sweeps.space import Space

NEEDS = {"tpe": ("optuna",), "gp": ("optuna", "scipy", "torch"), "cmaes": ("cmaes",), "qmc": ("scipy",)}
"""What each of these methods is searched with."""
EXTRA = "pip install 'gnomon[sweeps]'"
SEVERAL_METRICS = ("grid", "random", "tpe", "nsgaii", "qmc", "custom")
"""The methods that make sense with several metrics."""
_WITHOUT_METRIC = ("grid", "random", "qmc", "custom")


def check_there(method: str) -> None:
    """Raises Rejected, naming what to install, where a method cannot be searched by on this machine."""
    missing = [name for name in NEEDS.get(method, ()) if find_spec(name) is None]
    if missing:
        more = " torch" if "torch" in missing else ""
        raise Rejected(
            f"The method {method} needs {' and '.join(missing)} beside the server: {EXTRA}{more}", field="method"
        )


def check(method: str, space: Space, metrics: int) -> None:
    """Raises Rejected where a method cannot search this space for so many metrics."""
    if metrics == 0 and method not in _WITHOUT_METRIC:
        raise Rejected(f"{_called(method)} needs metric: the name of what is logged, and a goal", field="metric")
    if metrics > 1 and method not in SEVERAL_METRICS:
        several = ", ".join(SEVERAL_METRICS[:-1])
        raise Rejected(f"{_called(method)} searches by one metric; by several: {several}", field="metrics")
    if method not in ("grid", "random", "custom") and not space.searched:
        raise Rejected(f"{_called(method)} needs a parameter with more than one value", field="parameters")
    if method == "cmaes":
        _check_cmaes(space)


def _check_cmaes(space: Space) -> None:
    for at in space.searched:
        parameter = space.parameters[at]
        if isinstance(parameter.law, Choice):
            said = f"{parameter.name}: cmaes searches numbers, and not {parameter.distribution}; use tpe"
            raise Rejected(said, field=parameter.name)
    if len(space.searched) < 2:
        raise Rejected("cmaes needs two parameters or more with something to choose; use tpe", field="parameters")


def _called(method: str) -> str:
    return "Bayesian search" if method == "bayes" else f"The method {method}"
