"""What was logged, read back: runs of a project, their values, and a row of the best one's history.

python examples/read_back.py
"""

import gnomon

for lr in (0.1, 0.01, 0.001):
    with gnomon.init(project="read", config={"lr": lr}, group="rates") as run:
        for step in range(50):
            run.log({"loss": 1 / (1 + step * lr)})

api = gnomon.Api()
runs = api.runs("read", filters={"group": "rates", "summary_metrics.loss": {"$lt": 0.9}}, order="+summary_metrics.loss")
for found in runs:
    print(f"{found.name}: lr {found.config['lr']}, loss {found.summary['loss']:.3f}, {found.state}")
history = list(runs[0].scan_history(keys=["loss"]))
print(f"{len(history)} rows, the last one {history[-1]['loss']:.3f}")
