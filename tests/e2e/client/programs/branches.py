"""Go on with runs in every way there is: resume in each mode, rewind, fork; tell what each was given."""

from __future__ import annotations

from typing import Any

import wandb
from telling import tell

said: dict[str, Any] = {}


def logs(name: str, values: list[float], **init: Any) -> str:
    """A run that logs these, and what it knew when it began."""
    try:
        run = wandb.init(project="branches", **init)
    except (wandb.errors.UsageError, wandb.errors.CommError) as error:
        said[name] = {"refused": str(error)}
        return ""
    said[name] = {
        "path": [run.entity, run.project, run.id],
        "starts at": run.starting_step,
        "resumed": run.resumed,
        "config": dict(run.config),
        "summary": {key: run.summary.get(key) for key in ("n", "kept")},
    }
    for value in values:
        run.log({"n": value})
    if name == "base":
        run.summary["kept"] = "yes"
    run.finish()
    return str(run.id)


base = logs("base", [0, 1, 2, 3, 4, 5], config={"lr": 0.1, "depth": 3})
logs("must", [6, 7], id=base, resume="must", config={"lr": 0.2})
logs("allow", [8], id=base, resume="allow")
logs("never", [99], id=base, resume="never")
logs("must of nothing", [99], id="nothing-there", resume="must")
logs("allow of nothing", [0], id="allowed", resume="allow")
logs("never of nothing", [0], id="nevered", resume="never")
logs("auto", [0, 1], resume="auto")

rewound = logs("before rewind", [0, 1, 2, 3, 4, 5])
logs("rewind", [40, 50], resume_from=f"{rewound}?_step=3")
logs("fork", [30], fork_from=f"{base}?_step=2")
logs("overwritten", [0, 1, 2])
logs("again", [10], id=said["overwritten"]["path"][2])
tell(said)
