import time

import wandb

run = wandb.init(project="suite", id="first", name="the first")
for step in range(5):
    run.log({"loss": 1 / (step + 1), "epoch": step})
print("done")
time.sleep(1.5)  # the machine is looked at meanwhile
run.finish()
