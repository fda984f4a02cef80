from pathlib import Path

import wandb

for id, name in (("one", "a"), ("two", "b")):
    run = wandb.init(project="suite", id=id)
    made = wandb.Artifact("data", type="dataset", incremental=True)
    path = Path(f"{name}.txt")
    path.write_text(f"of {id}")
    made.add_file(str(path))
    run.log_artifact(made).wait()
    run.finish()
found = wandb.Api().artifact("ann/suite/data:latest")
assert found.version == "v1", found.version
assert sorted(found.manifest.entries) == ["a.txt", "b.txt"], found.manifest.entries
folder = Path(found.download(root="down"))
assert (folder / "a.txt").read_text() == "of one"
