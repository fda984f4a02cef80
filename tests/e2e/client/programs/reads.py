"""Read a run back with the public API, every way there is, and tell what came."""

from __future__ import annotations

from pathlib import Path

import wandb
from telling import asked, tell

plan = asked()
api = wandb.Api()
run = api.run(plan["path"])
entity, project, _ = plan["path"].split("/")
files = {one.name: one.size for one in run.files()}
Path("downloaded").mkdir()
for name in plan.get("download", []):
    run.file(name).download(root="downloaded")
tell(
    {
        "attributes": {
            name: getattr(run, name)
            for name in (
                "id", "name", "state", "tags", "notes", "group", "job_type", "url", "entity", "project", "created_at",
            )
        },
        "user": run.user.username,
        "config": run.config,
        "raw_config": run.rawconfig,
        "summary": run.summary._json_dict,  # its `items()` strips keys
        "last_step": run.lastHistoryStep,
        "scan": list(run.scan_history(page_size=plan.get("page_size", 1000))),
        "scan_keys": list(run.scan_history(keys=plan["keys"], page_size=plan.get("page_size", 1000))),
        "sampled": run.history(samples=plan.get("samples", 500), pandas=False),
        "sampled_keys": run.history(keys=plan["keys"], pandas=False),
        "system": run.history(stream="system", pandas=False),
        "files": files,
        "metadata": run.metadata,
        "found": [one.id for one in api.runs(f"{entity}/{project}", filters=plan["filters"])],
        "projects": [one.name for one in api.projects(entity)],
    }
)  # fmt: skip
