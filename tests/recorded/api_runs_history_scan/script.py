import wandb

for id, lr in (("slow", 0.1), ("fast", 0.3)):
    run = wandb.init(project="suite", id=id, config={"lr": lr}, tags=[id, "both"], reinit=True)
    for step in range(25):
        run.log({"loss": lr * step, "only": step} if step % 2 else {"loss": lr * step})
    run.finish()

api = wandb.Api()
assert [run.id for run in api.runs("ann/suite", order="+created_at")] == ["slow", "fast"]
assert [run.id for run in api.runs("ann/suite", filters={"config.lr": {"$gt": 0.2}})] == ["fast"]
assert [run.id for run in api.runs("ann/suite", filters={"tags": "slow"})] == ["slow"]
assert [run.id for run in api.runs("ann/suite", order="-summary_metrics.loss")] == ["fast", "slow"]
assert len(api.runs("ann/suite", filters={"state": "finished"})) == 2

run = api.run("ann/suite/fast")
assert run.config == {"lr": 0.3}, run.config
assert run.state == "finished"
assert abs(run.summary["loss"] - 7.2) < 1e-9
assert run.lastHistoryStep == 24
rows = list(run.scan_history(page_size=10))
assert [row["_step"] for row in rows] == list(range(25)), rows
assert [row["only"] for row in run.scan_history(keys=["only"])] == list(range(1, 25, 2))
assert len(run.history(samples=100, pandas=False)) == 25
assert [row["only"] for row in run.history(keys=["only"], pandas=False)] == list(range(1, 25, 2))
refused = ""
try:
    api.run("ann/suite/nothing")
except Exception as error:
    refused = str(error)
assert "nothing" in refused, refused
