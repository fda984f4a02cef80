"""From tutorial 002, block 1: `init`, `log`, `finish`, which is all there is to tracking."""

import gnomon as wandb

wandb.init(project="three_steps")  # 1. begin
wandb.log({"val_acc": 0.9})  # 2. say what is to be kept
wandb.finish()  # 3. end
