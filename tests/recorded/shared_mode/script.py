import wandb

first = wandb.init(
    project="suite",
    id="both",
    settings=wandb.Settings(mode="shared", x_primary=True, x_label="node-a"),
)
second = wandb.init(
    project="suite",
    id="both",
    reinit="create_new",
    settings=wandb.Settings(mode="shared", x_primary=False, x_label="node-b", x_update_finish_state=False),
)
for step in range(3):
    first.log({"a/loss": step})
    second.log({"b/loss": 10 + step})
second.finish()
first.finish()
