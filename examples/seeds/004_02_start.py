"""From tutorial 004, blocks 2 to 4: begin a run, log, and a hyperparameter afterwards."""

import gnomon as wandb

wandb.init(project="my-test-project")
train_acc, train_loss = 0.9, 0.1
wandb.log({"accuracy": train_acc, "loss": train_loss})
wandb.config.dropout = 0.2
wandb.finish()
