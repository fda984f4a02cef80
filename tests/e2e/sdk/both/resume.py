"""A run that is left and gone on with, and modes of `reinit`."""

import wandb

with wandb.init(project="both", id="resume", name="resume", config={"a": 1, "b": [1, 2]}, tags=["one"]) as run:
    for step in range(3):
        run.log({"loss": 1 / (step + 1), "text": f"word {step}"})
    run.summary["kept"] = "yes"
    run.define_metric("best", summary="max")
    run.log({"best": 3})
with wandb.init(project="both", id="resume", resume="must", config={"c": 3}) as run:
    assert run.resumed
    run.log({"resumed at": run.step, "config a": run.config["a"]})
    run.log({"loss": 0.1, "best": 2})
    run.config.update({"a": 5}, allow_val_change=True)
with wandb.init(project="both", id="resume", resume="allow") as run:
    run.log({"again at": run.step})
    run.summary["later"] = True
