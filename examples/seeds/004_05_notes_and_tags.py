"""From tutorial 004, block 5: notes, tags and hyperparameters; and what the text around it says of the summary."""

import gnomon as wandb

config = dict(  # noqa: C408
    learning_rate=0.01,
    momentum=0.2,
    architecture="CNN",
    dataset_id="peds-0192",
    infra="AWS",
)
wandb.init(
    project="detect-pedestrians",
    notes="tweak baseline",
    tags=["baseline", "paper1"],
    config=config,
)
best_accuracy = 0.0
for epoch, accuracy in enumerate((0.5, 0.9, 0.7)):
    best_accuracy = max(best_accuracy, accuracy)
    wandb.log({"acc": accuracy, "epoch": epoch, "batch": 117})
assert wandb.run is not None
wandb.run.summary["best_accuracy"] = best_accuracy
wandb.finish()
