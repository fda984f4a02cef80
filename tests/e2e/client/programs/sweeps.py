"""A grid searched by two function agents at once; tell what each run got."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import wandb
from telling import tell

if len(sys.argv) > 1:  # one agent
    found = []

    def train() -> None:
        with wandb.init() as run:
            found.append([run.id, run.config.lr, dict(run.config.net), run.config.fixed])
            run.log({"loss": run.config.lr * run.config.net["width"]})

    wandb.agent(sys.argv[1], function=train, project="sweeps", count=int(sys.argv[3]))
    Path(sys.argv[2]).write_text(json.dumps(found))
else:
    id = wandb.sweep(
        {
            "method": "grid",
            "name": "two agents",
            "metric": {"name": "loss", "goal": "minimize"},
            "parameters": {
                "lr": {"values": [0.5, 0.25]},
                "net": {"parameters": {"width": {"values": [1, 2]}}},
                "fixed": {"value": "yes"},
            },
        },
        project="sweeps",
    )
    agents = [subprocess.Popen([sys.executable, __file__, id, f"agent-{number}.json", "10"]) for number in range(2)]
    codes = [agent.wait(90) for agent in agents]
    sweep = wandb.Api().sweep(f"sweeps/{id}")
    tell(
        {
            "id": id,
            "codes": codes,
            "runs": [json.loads(Path(f"agent-{number}.json").read_text()) for number in range(2)],
            "state": sweep.state,
            "seen": sorted([one.id, one.state, one.config["lr"], one.summary["loss"]] for one in sweep.runs),
            "best": sweep.best_run().summary["loss"],
            "name": sweep.name,
            "config": sweep.config,
        }
    )
