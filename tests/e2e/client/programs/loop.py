"""Log 0, 1, 2, … as `n`; each number is written to `logged` once `log()` has returned. Tells when asked to stop."""

from __future__ import annotations

import time

import wandb
from telling import asked, tell

plan = asked()
try:
    run = wandb.init(**plan["init"])
except wandb.errors.UsageError as error:
    tell({"refused": str(error)})
    raise SystemExit(0) from None
path = [run.entity, run.project, run.id]
first = plan.get("first", 0)
tell({"path": path, "first": first, "start": run.starting_step})
with open("logged", "w", buffering=1) as logged:
    try:
        for number in range(first, first + plan["rows"]):
            run.log({"n": number})
            logged.write(f"{number}\n")
            time.sleep(plan.get("pause_secs", 0))
        run.finish()
        tell({"path": path, "ended": "by itself"})
    except KeyboardInterrupt:
        tell({"path": path, "ended": "stopped"})
        run.finish(exit_code=255)
