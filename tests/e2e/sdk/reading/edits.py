"""One script for both public APIs: change a run, and tell what it is then."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

name, logged_by, number = sys.argv[1:]
wandb: Any = importlib.import_module(name)
api = wandb.Api()
told: dict[str, Any] = {}


def edit() -> None:
    """Change a run of its own."""
    path = f"ann/both/{logged_by}-edited-{number}"
    run = api.run(path)
    run.name, run.notes, run.group = "better", "why", "exp"
    run.tags.append("best")
    run.config["lr"] = 0.5
    run.config["new"] = {"a": [1, None]}
    del run.config["old"]
    run.summary["top"] = {"deep": 1}
    run.update()
    Path("up").mkdir(exist_ok=True)
    Path("up/new.txt").write_text("new")
    run.upload_file("up/new.txt")
    run.file("up/new.txt").delete()
    run.upload_file("up/new.txt", root="up")
    api.flush()
    run = api.run(path)
    told["edited"] = {
        "name": run.name, "notes": run.notes, "group": run.group, "tags": run.tags, "config": run.config,
        "summary": {key: value for key, value in run.summary_metrics.items() if not key.startswith("_")},
        "files": [one.name for one in run.files() if one.name.endswith("new.txt")],
    }  # fmt: skip
    id = f"made-{logged_by}-{number}"
    made = api.create_run(run_id=id, project="made", entity="ann")
    told["made"] = [
        made.state,
        made.update_state("failed"),
        made.state,
        api.run(f"ann/made/{id}").state,
    ]
    made.delete()
    api.flush()
    try:
        api.run(f"ann/made/{id}")
    except Exception as error:
        told["deleted"] = str(error).startswith("Could not find run")
    api.create_project(f"project-{logged_by}-{number}", "ann")
    told["project made"] = f"project-{logged_by}-{number}" in [one.name for one in wandb.Api().projects("ann")]


edit()
Path("told.json").write_text(json.dumps(told, default=repr))
