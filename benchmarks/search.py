"""How good is what sweeps suggest? The methods of this server beside chance and beside Optuna by itself.

Three functions whose least value is known: Branin (2 numbers), Hartmann6 (6 numbers), and a bowl of 4 numbers, one of
them on a logarithmic axis, whose values come with noise. Each method makes TRIALS trials, one after the other, with
SEEDS different beginnings. *Regret* is how much the best point it found, judged by what it saw, lies above the least
value; the mean of all beginnings. A whole run takes about a minute; a method whose package is not there is left out.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

from benchmarks.harness import number
from gnomon.model.errors import Rejected
from gnomon.sweeps.config import SweepConfig, parse
from gnomon.sweeps.methods import engines
from gnomon.sweeps.suggest import next_params
from gnomon.sweeps.trial import Trial

HEADING = "Search: regret after 60 trials"
TRIALS = 60
SEEDS = 20
METHODS = ("random", "qmc", "bayes", "tpe", "gp", "cmaes")
NOISE = 0.5

Values = Mapping[str, float]


class Problem(NamedTuple):
    """A function over named numbers, its parameters as a sweep's config writes them, and its least value."""

    name: str
    parameters: dict[str, dict[str, Any]]
    value: Callable[[Values], float]
    least: float
    noise: float = 0.0


def branin(x: Values) -> float:
    a, b = x["x0"], x["x1"]
    valley = b - 5.1 * a * a / (4 * math.pi**2) + 5 * a / math.pi - 6
    return valley * valley + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10


_ALPHA = (1.0, 1.2, 3.0, 3.2)
_A = ((10, 3, 17, 3.5, 1.7, 8), (0.05, 10, 17, 0.1, 8, 14), (3, 3.5, 1.7, 10, 17, 8), (17, 8, 0.05, 10, 0.1, 14))
_P = (
    (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886), (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
    (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650), (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381),
)  # fmt: skip


def hartmann(x: Values) -> float:
    total = 0.0
    for alpha, row, centre in zip(_ALPHA, _A, _P, strict=True):
        away = sum(a * (x[f"x{at}"] - p) ** 2 for at, (a, p) in enumerate(zip(row, centre, strict=True)))
        total -= alpha * math.exp(-away)
    return total


def bowl(x: Values) -> float:
    return sum((x[f"x{at}"] - 1) ** 2 for at in range(3)) + (math.log10(x["x3"]) + 3) ** 2


def uniform(low: float, high: float) -> dict[str, Any]:
    return {"min": float(low), "max": float(high)}


PROBLEMS = (
    Problem("Branin", {"x0": uniform(-5, 10), "x1": uniform(0, 15)}, branin, 0.397887),
    Problem("Hartmann6", {f"x{at}": uniform(0, 1) for at in range(6)}, hartmann, -3.32237),
    Problem(
        "noisy bowl",
        {**{f"x{at}": uniform(-4, 4) for at in range(3)},
         "x3": {"distribution": "log_uniform_values", "min": 1e-6, "max": 1.0}},
        bowl, 0.0, NOISE,
    ),
)  # fmt: skip


def config_of(problem: Problem, method: str, seed: int) -> SweepConfig:
    """A sweep over the problem. The names of parameters, from which methods take their chance, differ by the seed."""
    parameters = {f"{name}s{seed}": spec for name, spec in problem.parameters.items()}
    return parse({"method": method, "metric": {"name": "value"}, "parameters": parameters}).config


def ours(problem: Problem, method: str, seed: int) -> float:
    """The regret of one sweep."""
    config, rng, noise = config_of(problem, method, seed), Random(seed), Random(1000 + seed)
    trials: list[Trial] = []
    best = (math.inf, math.inf)
    for _ in range(TRIALS):
        params = next_params(config, trials, rng)
        assert params is not None
        true = problem.value({name.partition("s")[0]: value for name, value in params.items()})
        seen = true + noise.gauss(0.0, problem.noise)
        trials.append(Trial("finished", params, seen, seen, seen))
        best = min(best, (seen, true))
    return best[1] - problem.least


def optuna_alone(problem: Problem, seed: int) -> float:
    """The regret of a study of Optuna as its first page shows it."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    noise, best = Random(1000 + seed), [(math.inf, math.inf)]

    def objective(trial: Any) -> float:
        x = {
            name: trial.suggest_float(name, spec["min"], spec["max"], log="distribution" in spec)
            for name, spec in problem.parameters.items()
        }
        true = problem.value(x)
        seen = true + noise.gauss(0.0, problem.noise)
        best[0] = min(best[0], (seen, true))
        return seen

    optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed)).optimize(objective, n_trials=TRIALS)
    return best[0][1] - problem.least


def section() -> str:
    """A table of regrets, and how long a suggestion takes."""
    rows = {}
    for method in METHODS:
        try:
            engines.check_there(method)
        except Rejected:
            continue
        rows[f"`{method}`"] = _row(lambda problem, seed, method=method: ours(problem, method, seed))  # type: ignore[misc]
    rows["Optuna by itself (TPE)"] = _row(optuna_alone)
    heads = " | ".join(f"{problem.name}" for problem in PROBLEMS)
    lines = [f"| method | {heads} | one suggestion |", "|---|" + "---|" * (len(PROBLEMS) + 1)]
    for name, (regrets, took_ms) in rows.items():
        cells = " | ".join(number(regret) for regret in regrets)
        lines.append(f"| {name} | {cells} | {number(took_ms)} ms |")
    about = (
        f"Mean of {SEEDS} sweeps of {TRIALS} trials each, one trial after the other; less is better, and 0 is the "
        f"least value there is. The noise of the bowl has a standard deviation of {NOISE}. What the columns mean "
        "exactly is said in [search.py](search.py)."
    )
    return about + "\n\n" + "\n".join(lines)


def _row(search: Callable[[Problem, int], float]) -> tuple[list[float], float]:
    """The mean regret for each problem, and the milliseconds of one trial."""
    started = time.perf_counter()
    regrets = [statistics.fmean(search(problem, seed) for seed in range(SEEDS)) for problem in PROBLEMS]
    return regrets, 1000 * (time.perf_counter() - started) / (len(PROBLEMS) * SEEDS * TRIALS)
