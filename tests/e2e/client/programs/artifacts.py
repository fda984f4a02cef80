"""Artifacts up and down: versions, duplicates, incremental ones, references, links; tell what came back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import wandb
from telling import tell


def folder(name: str, **files: str) -> Path:
    """A folder with these files; `__` in a name is a `/`."""
    root = Path(name)
    for path, text in files.items():
        file = root / path.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def contents(root: str | Path) -> dict[str, str]:
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(Path(root).rglob("*"))
        if file.is_file()
    }


said: dict[str, Any] = {}
first, second = folder("first", a="one", deep__b="two", empty=""), folder("second", a="changed", c="new")
Path("aside.txt").write_text("only referred to")

with wandb.init(project="artifacts", job_type="makes") as run:
    data = wandb.Artifact("data", type="dataset", description="words", metadata={"rows": 3, "split": {"train": 0.8}})
    data.add_dir("first")
    logged = run.log_artifact(data, aliases=["best", "ü alias"], tags=["raw"]).wait()
    said["first"] = [logged.version, sorted(logged.aliases), contents("first"), logged.digest, logged.size]

    again = wandb.Artifact("data", type="dataset")
    again.add_dir("first")
    said["again"] = run.log_artifact(again).wait().version

    other = wandb.Artifact("data", type="dataset")
    other.add_dir("second")
    with other.new_file("made.txt") as file:
        file.write("made in place")
    said["second"] = run.log_artifact(other).wait().version
    Path("second/made.txt").write_text("made in place")

    more = wandb.Artifact("data", type="dataset", incremental=True)
    more.add_file("first/deep/b", name="added/b")
    more = run.log_artifact(more).wait()
    said["incremental"] = [more.version, sorted(more.manifest.entries)]

    pointers = wandb.Artifact("pointers", type="dataset")
    pointers.add_reference(Path("aside.txt").absolute().as_uri(), name="aside.txt")
    pointers.add_reference(logged.get_entry("a"), name="of data/a")
    run.log_artifact(pointers).wait()

    far = wandb.Artifact("far", type="dataset")
    far.add_reference("https://example.invalid/far.bin", name="far.bin", checksum=False)
    said["far"] = {name: entry.ref for name, entry in run.log_artifact(far).wait().manifest.entries.items()}

    table = wandb.Artifact("kept-table", type="predictions")
    table.add(wandb.Table(columns=["n"], data=[[1], [2]]), "numbers")
    run.log_artifact(table).wait()

    model = run.log_model("first/a", name="net", aliases=["candidate"])
    said["link"] = run.link_artifact(logged, "shelf", aliases=["chosen"]).version
    said["path"] = [run.entity, run.project, run.id]

with wandb.init(project="artifacts", job_type="uses") as run:
    used = run.use_artifact("data:v0")
    said["down"] = contents(used.download("down"))
    used.verify("down")
    said["latest"] = contents(run.use_artifact("data:latest").download("latest"))
    said["best"] = run.use_artifact("data:best", use_as="training").version
    said["referred"] = contents(run.use_artifact("pointers:latest").download("referred"))
    said["table"] = run.use_artifact("kept-table:v0").get("numbers").data
    said["model"] = Path(run.use_model("net:candidate")).read_text()
    said["by digest"] = run.use_artifact(f"data:{logged.digest}").version
    said["user"] = run.id

api = wandb.Api()
entity, project, _ = said["path"]
versions = {one.version: one for one in api.artifacts("dataset", f"{entity}/{project}/data")}
said["versions"] = {name: [sorted(one.aliases), one.size, one.file_count] for name, one in versions.items()}
v0 = api.artifact(f"{entity}/{project}/data:v0")
said["read"] = [v0.type, v0.description, dict(v0.metadata), sorted(v0.tags)]
said["lineage"] = [v0.logged_by().id, [one.id for one in v0.used_by()]]
said["shelf"] = api.artifact(f"{entity}/{project}/shelf:chosen").digest
said["types"] = sorted(one.name for one in api.artifact_types(f"{entity}/{project}"))
said["collections"] = sorted(one.name for one in api.artifact_type("dataset", f"{entity}/{project}").collections())
said["files"] = {one.name: one.size for one in v0.files()}

v0.aliases.remove("best")
v0.metadata["rows"] = 4
v0.description = "more words"
v0.tags.append("clean")
v0.ttl = None
v0.save()
versions["v1"].aliases.append("best")
versions["v1"].save()
v0 = api.artifact(f"{entity}/{project}/data:v0")
said["edited"] = [v0.description, v0.metadata, sorted(v0.tags), sorted(v0.aliases)]
said["best now"] = api.artifact(f"{entity}/{project}/data:best").version
said["exists"] = [
    api.artifact_exists(f"{entity}/{project}/{name}") for name in ("data:v0", "data:v9", "nothing:latest")
]
api.artifact(f"{entity}/{project}/data:v2").delete(delete_aliases=True)
said["left"] = sorted(one.version for one in api.artifacts("dataset", f"{entity}/{project}/data"))
run = api.run("/".join(said["path"]))
said["outputs"] = sorted(one.name for one in run.logged_artifacts())
said["inputs"] = sorted(one.name for one in api.run(f"{entity}/{project}/{said['user']}").used_artifacts())
tell(said)
