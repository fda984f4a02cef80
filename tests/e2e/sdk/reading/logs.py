"""Runs that both public APIs read afterwards, logged by the SDK that is named."""

from __future__ import annotations

import importlib
import math
import sys
from pathlib import Path
from typing import Any

name = sys.argv[1]
wandb: Any = importlib.import_module(name)

run = wandb.init(
    project="both", id=f"{name}-first", name="first", notes="hello", group="g", job_type="train", tags=["a", "b"],
    config={"lr": 0.1, "net": {"w": 3}, "a.b": 1, "nan": math.nan, "list": [1, "x"]},
)  # fmt: skip
run.define_metric("loss", summary="min")
for i in range(40):
    row: dict[str, Any] = {"loss": 1 / (i + 1), "acc": i, "n": {"x": i, "deep": {"y": 2}}, "s": f"t{i}"}
    row["odd"] = math.nan if i % 2 else math.inf
    if i % 5 == 0:
        row["val"] = i * 2.5
    run.log(row)
run.log({"list": [1, 2.5, "x"], "big": 2**53 + 1, "yes": True})
Path("note.txt").write_text("note")
run.save("note.txt", policy="now")
run.summary["best"] = {"a": {"b": 1}}
run.finish()

run = wandb.init(project="both", id=f"{name}-long", name="long", config={"lr": 0.2}, tags=["b"])
for i in range(3000):
    run.log({"loss": i * 0.5, "even": i % 2 == 0})
run.finish()

for number in range(2):
    run = wandb.init(project="both", id=f"{name}-edited-{number}", config={"lr": 0.3, "old": 1})
    run.log({"loss": 1.0})
    run.finish()
