import wandb

run = wandb.init(project="suite", id="fails")
run.log({"loss": 1.0})
try:
    raise RuntimeError("out of luck")
except RuntimeError:
    run.finish(exit_code=3)
