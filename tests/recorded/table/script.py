import numpy as np
import wandb

run = wandb.init(project="suite", id="tabled")
pixels = np.full((4, 4, 3), 128, dtype=np.uint8)
table = wandb.Table(columns=["name", "score", "picture"])
table.add_data("a", 0.5, wandb.Image(pixels))
table.add_data("b", None, wandb.Image(pixels + 1))
run.log({"answers": table, "loss": 1})
run.finish()

artifact = wandb.Api().artifact("ann/suite/run-tabled-answers:v0", type="run_table")
found = artifact.get("answers")
assert found.columns == ["name", "score", "picture"], found.columns
assert [row[:2] for row in found.data] == [["a", 0.5], ["b", None]], found.data
