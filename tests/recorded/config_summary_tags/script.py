import wandb

run = wandb.init(
    project="suite",
    id="told",
    config={"lr": 0.1, "net": {"layers": [1, 2], "act": "gelu"}, "seed": None},
    tags=["base"],
    notes="as given",
    group="g1",
    job_type="train",
)
run.config.update({"lr": 0.2, "batch": 64}, allow_val_change=True)
run.config["net.act"] = "flat, with a dot"
run.tags += ("late",)
run.notes = "as changed"
run.name = "as renamed"
run.log({"loss": 0.5, "nested": {"acc": 0.25}, "a.b": 1})
run.summary["best"] = 0.125
run.summary.update({"more": {"deep": [1, 2, 3]}})
run.finish()
