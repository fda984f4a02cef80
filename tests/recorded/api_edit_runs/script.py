import wandb

run = wandb.init(project="suite", id="plain", config={"lr": 0.1})
run.log({"loss": 1.0})
run.finish()

run = wandb.Api().run("ann/suite/plain")
run.config["lr"] = 0.5
run.config["added"] = "later"
run.tags.append("seen")
run.notes = "good"
run.name = "renamed"
run.update()
run.summary["score"] = 2
run.summary.update()
again = wandb.Api().run("ann/suite/plain")
assert again.config == {"lr": 0.5, "added": "later"}, again.config
assert again.tags == ["seen"]
assert again.summary["score"] == 2
