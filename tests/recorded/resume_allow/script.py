import wandb

run = wandb.init(project="suite", id="again", resume="allow", config={"lr": 0.1, "old": True})
for step in range(3):
    run.log({"loss": step})
run.finish()

run = wandb.init(project="suite", id="again", resume="allow", config={"lr": 0.2})
assert run.resumed
assert run.config["old"] is True
assert run.summary["loss"] == 2
for step in range(2):
    run.log({"loss": 10 + step})
run.finish()
