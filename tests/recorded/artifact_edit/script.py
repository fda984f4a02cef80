from pathlib import Path

import wandb


def artifact(**files: str) -> wandb.Artifact:
    made = wandb.Artifact("data", type="dataset", description="small", metadata={"rows": len(files)})
    for name, text in files.items():
        path = Path(f"{name}.txt")
        path.write_text(text)
        made.add_file(str(path))
    return made


for id, files in {"one": {"a": "first"}, "two": {"a": "second"}}.items():
    run = wandb.init(project="suite", id=id)
    run.log_artifact(artifact(**files)).wait()
    run.finish()

found = wandb.Api().artifact("ann/suite/data:v1")
found.description = "better"
found.metadata["rows"] = 7
found.aliases.append("chosen")
found.save()
again = wandb.Api().artifact("ann/suite/data:chosen")
assert again.version == "v1"
assert again.description == "better"
assert again.metadata["rows"] == 7
wandb.Api().artifact("ann/suite/data:v0").delete()
assert [one.version for one in wandb.Api().artifacts("dataset", "ann/suite/data")] == ["v1"]
