import wandb

run = wandb.init(project="suite", id="rules")
run.define_metric("epoch")
run.define_metric("val/*", step_metric="epoch")
run.define_metric("loss", summary="min")
run.define_metric("acc", summary="max,mean")
for step, loss in enumerate([3.0, 1.0, 2.0]):
    run.log({"loss": loss, "acc": step, "val/f1": step / 2, "epoch": 10 * step})
run.finish()
