from pathlib import Path

import wandb


def artifact(**files: str) -> wandb.Artifact:
    made = wandb.Artifact("data", type="dataset", description="small", metadata={"rows": len(files)})
    for name, text in files.items():
        path = Path(f"{name}.txt")
        path.write_text(text)
        made.add_file(str(path))
    return made


for id, files in {"one": {"a": "first"}, "two": {"a": "first", "b": "more"}}.items():
    run = wandb.init(project="suite", id=id)
    logged = run.log_artifact(artifact(**files), aliases=[id])
    logged.wait()
    run.finish()
assert logged.version == "v1", logged.version
latest = wandb.Api().artifact("ann/suite/data:latest")
assert latest.version == "v1"
assert sorted(latest.aliases) == ["latest", "two"], latest.aliases
