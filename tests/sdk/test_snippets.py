"""Snippets as tutorials print them, run as they are with `import gnomon as wandb`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gnomon

pytestmark = pytest.mark.usefixtures("alone")

SNIPPETS = {
    "the first tutorial": """
import gnomon as wandb
import random

wandb.init(
    project="wandb_demo",
    config={"learning_rate": 0.01, "architecture": "CNN", "dataset": "CIFAR-100", "epochs": 10},
)
epochs = 10
offset = random.random() / 5
for epoch in range(2, epochs):
    acc = 1 - 2 ** -epoch - random.random() / epoch - offset
    loss = 2 ** -epoch + random.random() / epoch + offset
    wandb.log({"acc": acc, "loss": loss})
wandb.finish()
""",
    "arguments of a parser": """
from argparse import Namespace
import gnomon as wandb

args = Namespace(project_name="p", team_name="team", run_name="n", lr=0.1)
run = wandb.init(project=args.project_name, entity=args.team_name, name=args.run_name, config=vars(args), resume=None)
assert wandb.config.lr == 0.1
assert wandb.run.id == run.id
wandb.log({"epoch": 1, "val_acc": 0.5, "best_val_acc": 0.5})
wandb.finish()
""",
    "pictures by name, nested": """
import gnomon as wandb
import numpy as np

wandb.init(project="p", save_code=True)
images, true, pred = np.random.rand(8, 8, 3), np.random.rand(8, 8), np.random.rand(8, 8)
wandb.log({
    "loss": np.float32(0.5), "epoch": 1, "learning rate": 1e-3,
    "images": wandb.Image(images),
    "masks": {"true": wandb.Image(true), "pred": wandb.Image(pred)},
})
examples = []
for i in range(3):
    pixels = np.random.randint(low=0, high=256, size=(100, 100, 3))
    examples.append(wandb.Image(pixels, caption=f"random field {i}"))
wandb.run.log({"examples": examples}, sync=False)
""",
    "config and notes": """
import gnomon as wandb

config = dict(learning_rate=0.01, momentum=0.2, architecture="CNN", dataset_id="peds-0192", infra="AWS")
wandb.init(project="detect-pedestrians", notes="tweak baseline", tags=["baseline", "paper1"], config=config)
wandb.config.dropout = 0.2
wandb.config.update(dict(epochs=5, batch_size=32))
for epoch in range(3):
    wandb.log({"acc": 0.9, "epoch": epoch, "batch": 117})
wandb.run.summary["best_accuracy"] = 0.9
assert dict(wandb.config)["batch_size"] == 32
""",
    "sections by slash": """
import gnomon as wandb

with wandb.init(project="p", group="g", job_type="train") as run:
    run.define_metric("validate/*", step_metric="epoch", summary="max")
    run.log({"train/accuracy": 0.9, "train/loss": 30, "validate/accuracy": 0.8, "validate/loss": 20})
""",
    "boxes over a picture": """
import gnomon as wandb
import numpy as np

wandb.init(project="p")
labels = {1: "car", 2: "road", 3: "building"}
img = wandb.Image(np.zeros((8, 8, 3)), boxes={
    "predictions": {
        "box_data": [
            {"position": {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4}, "class_id": 2, "box_caption": labels[2],
             "scores": {"acc": 0.1, "loss": 1.2}},
            {"position": {"middle": [150, 20], "width": 68, "height": 112}, "domain": "pixel", "class_id": 3},
        ],
        "class_labels": labels,
    },
    "ground_truth": {"box_data": [], "class_labels": labels},
})
wandb.log({"driving_scene": img})
""",
    "go on with a run": """
import gnomon as wandb

run = wandb.init(project="p", id="again")
wandb.log({"x": 1})
wandb.finish()
run = wandb.init(project="p", id=run.id, resume="must")
assert run.resumed and run.step == 1
wandb.finish()
""",
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_runs_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    monkeypatch.setenv("WANDB_MODE", "offline")
    exec(compile(SNIPPETS[name], name, "exec"), {"__name__": "__main__"})
    gnomon.finish()
    assert not [line for line in said if "WARNING" in line]


def test_every_name_of_the_front_door_opens(read: Any) -> None:
    for name in gnomon.__all__:
        assert getattr(gnomon, name, None) is not None or name == "run", name
    assert set(gnomon.__all__) <= set(dir(gnomon))
    assert isinstance(np.zeros(1), np.ndarray)
    with pytest.raises(AttributeError, match="'gnomon' has no attribute 'zzz'"):
        _ = gnomon.zzz  # type: ignore[attr-defined]
