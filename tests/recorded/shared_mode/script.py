import os
import subprocess
import sys

import wandb

OTHER = """
import wandb

settings = wandb.Settings(mode="shared", x_primary=False, x_label="node-b", x_update_finish_state=False)
run = wandb.init(project="suite", id="both", settings=settings)
for step in range(3):
    run.log({"b/loss": 10 + step})
print("from the other")
run.finish()
"""

settings = wandb.Settings(mode="shared", x_primary=True, x_label="node-a")
run = wandb.init(project="suite", id="both", settings=settings, config={"lr": 0.1})
run.log({"a/loss": 0})
# A process of its own, as on another machine: not served by this one's background process.
alone = {name: value for name, value in os.environ.items() if name != "WANDB_SERVICE"}
subprocess.run([sys.executable, "-c", OTHER], env=alone, check=True)
run.log({"a/loss": 1})
print("from the first")
run.finish()
