import wandb

for id in ("stays", "goes"):
    run = wandb.init(project="suite", id=id, reinit=True)
    run.log({"loss": 1.0})
    run.finish()

api = wandb.Api()
api.run("ann/suite/goes").delete()
assert [run.id for run in wandb.Api().runs("ann/suite")] == ["stays"]
