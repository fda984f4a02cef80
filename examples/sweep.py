"""A search over two hyperparameters, each trial a run; the best one at the end.

python examples/sweep.py
"""

import gnomon

search = {
    "name": "a bowl",
    "method": "bayes",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {"x": {"min": -2.0, "max": 2.0}, "y": {"min": -2.0, "max": 2.0}},
}


def trial() -> None:
    with gnomon.init() as run:
        run.log({"loss": (run.config["x"] - 1) ** 2 + (run.config["y"] + 0.5) ** 2})


sweep_id = gnomon.sweep(search, project="searched")
gnomon.agent(sweep_id, function=trial, project="searched", count=6)
best = gnomon.Api().sweep(f"searched/{sweep_id}").best_run()
assert best is not None  # every trial has logged its loss
print(f"best: {best.name}, loss {best.summary['loss']:.3f} at {dict(best.config)}")
