import wandb

run = wandb.init(project="suite", id="trunk")
for step in range(6):
    run.log({"loss": step})
run.finish()

run = wandb.init(project="suite", id="branch", fork_from="trunk?_step=2")
for step in range(2):
    run.log({"loss": 100 + step})
run.finish()
