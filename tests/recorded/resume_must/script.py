import wandb

run = wandb.init(project="suite", id="there")
run.log({"loss": 0})
run.finish()

run = wandb.init(project="suite", id="there", resume="must")
run.log({"loss": 1})
run.finish()

refused = ""
try:
    wandb.init(project="suite", id="absent", resume="must")
except Exception as error:
    refused = str(error)
assert "absent" in refused, refused
