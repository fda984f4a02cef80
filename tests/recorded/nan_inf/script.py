import math

import wandb

run = wandb.init(project="suite", id="odd", config={"bound": math.inf})
run.log({"loss": math.nan, "up": math.inf, "down": -math.inf, "none": None, "big": 2**60, "text": "NaN"})
run.log({"loss": 1.0})
run.finish()

run = wandb.Api().run("ann/suite/odd")
first, second = list(run.scan_history())
assert math.isnan(float(first["loss"])), first
assert float(first["up"]) == math.inf, first
assert second["loss"] == 1.0
