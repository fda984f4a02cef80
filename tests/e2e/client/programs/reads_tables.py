"""Read tables back through the artifacts that the client made of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import wandb
from telling import asked, tell

plan = asked()
api = wandb.Api()
entity, project, id = plan["path"]
run = api.run(f"{entity}/{project}/{id}")
made = {one.name: one for one in run.logged_artifacts()}
plain = api.artifact(f"{entity}/{project}/run-{id}-plain:latest").get("plain")
(of_pictures,) = [one for name, one in made.items() if name.startswith(f"run-{id}-deeppictures-")]
pictures = of_pictures.get("deep/pictures")
shown = json.loads(Path(run.file(run.summary["plain"]["path"]).download(root="files").name).read_text())
tell(
    {
        "artifacts": sorted((name, one.type) for name, one in made.items()),
        "plain": {"columns": plain.columns, "data": plain.data},
        "pictures": {
            "columns": pictures.columns,
            "captions": [row[1]._caption for row in pictures.data],
            "digests": [hashlib.sha256(Path(row[1]._path).read_bytes()).hexdigest() for row in pictures.data],
            "said": [row[1]._sha256 for row in pictures.data],
            "when": [row[3].isoformat() for row in pictures.data],
        },
        "shown": shown,
        "visualize": run.rawconfig["_wandb"]["visualize"],
    }
)
