from pathlib import Path

import wandb


def artifact(**files: str) -> wandb.Artifact:
    made = wandb.Artifact("data", type="dataset", description="small", metadata={"rows": len(files)})
    for name, text in files.items():
        path = Path(f"{name}.txt")
        path.write_text(text)
        made.add_file(str(path))
    return made


for id in ("one", "two"):
    run = wandb.init(project="suite", id=id)
    logged = run.log_artifact(artifact(a="first"))
    logged.wait()
    assert logged.version == "v0", logged.version
    run.finish()
