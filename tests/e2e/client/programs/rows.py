"""Log rows as they are asked for, with config, metric rules and summary."""

from __future__ import annotations

import wandb
from telling import asked, tell

plan = asked()
with wandb.init(**plan["init"]) as run:
    for rule in plan.get("define", []):
        run.define_metric(**rule)
    run.config.update(plan.get("config", {}))
    for row in plan["rows"]:
        run.log(row)
    run.summary.update(plan.get("summary", {}))
    tell({"path": [run.entity, run.project, run.id], "url": run.url, "name": run.name})
