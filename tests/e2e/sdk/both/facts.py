"""What is said of a run: config, summary, rules of metrics, names, notes and tags."""

import argparse

import numpy as np
import wandb

config = {
    "lr": 0.1, "layers": [1, 2, {"deep": True}], "nested": {"optimizer": {"name": "sgd", "momentum": None}},
    "array": np.arange(3), "f32": np.float32(0.5), "tuple": (1, 2), "out": "excluded",
}  # fmt: skip
run = wandb.init(
    project="both", id="facts", name="a name", notes="a note\nof two lines", tags=["one", "two", "one"],
    group="a group", job_type="a job", config=config, config_exclude_keys=["out"],
)  # fmt: skip
run.config.update({"epochs": 3, "nested": {"optimizer": {"name": "adam"}}}, allow_val_change=True)
run.config.update(argparse.Namespace(seed=1, words="text"))
run.config["by item"] = 1
run.config.attribute = 2
run.config.setdefaults({"lr": 9, "default": 4})
run.tags = (*run.tags, "three")
run.define_metric("epoch", hidden=True)
run.define_metric("loss", step_metric="epoch", summary="min")
run.define_metric("accuracy", step_metric="epoch", summary="max,mean")
run.define_metric("wild/*", step_metric="epoch", summary="last")
run.define_metric("quiet", summary="none")
for epoch, (loss, accuracy) in enumerate([(1.0, 0.2), (0.25, 0.9), (0.5, 0.8)]):
    run.log({"epoch": epoch, "loss": loss, "accuracy": accuracy, "wild/one": epoch * 2, "quiet": 1})
run.summary["set"] = 1
run.summary["dotted.key"] = 2
run.summary.update({"many": {"x": 1, "y": [1, 2]}, "text": "words"})
run.summary["gone"] = 1
del run.summary["gone"]
run.summary["array"] = np.arange(3)
run.log({"set": 5})
run.finish()
