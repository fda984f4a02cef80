import wandb

sweep = wandb.sweep(
    {
        "method": "grid",
        "metric": {"name": "loss", "goal": "minimize"},
        "parameters": {"lr": {"values": [0.1, 0.2]}, "net": {"value": "small"}},
    },
    project="suite",
    entity="ann",
)
tried = []


def train() -> None:
    run = wandb.init()
    tried.append(run.config["lr"])
    run.log({"loss": run.config["lr"]})
    run.finish()


wandb.agent(sweep, function=train, project="suite", entity="ann", count=2)
assert sorted(tried) == [0.1, 0.2], tried
found = wandb.Api().sweep(f"ann/suite/{sweep}")
assert len(found.runs) == 2
assert found.best_run().config["lr"] == 0.1
