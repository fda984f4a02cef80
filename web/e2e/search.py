"""Two searches, for the pages of sweeps: one whose agent left, and one of two metrics that has come to its end.

    python web/e2e/search.py

Prints one JSON line: {"waiting", "over"}, the ids of the sweeps.
"""

from __future__ import annotations

import json
import math
import sys

import gnomon

PROJECT = "searches"


def search(config: dict[str, object], count: int) -> str:
    sweep = gnomon.sweep(config, project=PROJECT)

    def train() -> None:
        with gnomon.init(project=PROJECT) as run:
            lr, depth = float(run.config["lr"]), int(run.config["depth"])
            for step in range(1, 4):
                run.log({"loss": abs(math.log10(lr) + 2) / step + 0.05 * depth, "speed": 100 / depth})

    gnomon.agent(sweep, function=train, project=PROJECT, count=count)
    return sweep


def main() -> None:
    parameters = {
        "lr": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1.0},
        "depth": {"values": [1, 2, 4]},
        "act": {"values": ["relu", "tanh"]},
    }
    waiting = search(
        {
            "name": "by hand", "method": "random", "program": "train.py", "parameters": parameters,
            "metric": {"name": "loss", "goal": "minimize"},
        },
        12,
    )  # fmt: skip
    over = search(
        {
            "name": "two metrics", "method": "random", "run_cap": 6, "parameters": parameters,
            "metrics": [{"name": "loss", "goal": "minimize"}, {"name": "speed", "goal": "maximize"}],
        },
        6,
    )  # fmt: skip
    print(json.dumps({"waiting": waiting, "over": over}))


if __name__ == "__main__":
    sys.exit(main())
