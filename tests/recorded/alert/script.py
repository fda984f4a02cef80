import wandb

run = wandb.init(project="suite", id="cries")
run.alert(title="Loss is up", text="it was 3", level=wandb.AlertLevel.WARN, wait_duration=5)
run.finish()
