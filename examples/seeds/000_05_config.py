"""From tutorial 000, block 5: hyperparameters given to `init`, and afterwards."""

import gnomon as wandb

# given to init
config = dict(learning_rate=0.1, batch_size=2, epoch=50)  # noqa: C408
wandb.init(project="configs", name="at once", config=config)
wandb.log({"seen": wandb.config["learning_rate"]})
wandb.finish()

# not given to init
wandb.init(project="configs", name="afterwards")
wandb.config.update({"learning rate": 0.1, "batch size": 2, "epoch": 50})
wandb.log({"seen": wandb.config["learning rate"]})
wandb.finish()
