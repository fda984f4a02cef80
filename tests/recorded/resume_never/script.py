import wandb

run = wandb.init(project="suite", id="once", resume="never")
run.log({"loss": 0})
run.finish()

refused = ""
try:
    wandb.init(project="suite", id="once", resume="never")
except Exception as error:
    refused = str(error)
assert "once" in refused, refused
