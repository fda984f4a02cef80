from pathlib import Path

import wandb


def artifact(**files: str) -> wandb.Artifact:
    made = wandb.Artifact("data", type="dataset", description="small", metadata={"rows": len(files)})
    for name, text in files.items():
        path = Path(f"{name}.txt")
        path.write_text(text)
        made.add_file(str(path))
    return made


run = wandb.init(project="suite", id="makes")
run.log_artifact(artifact(a="first", b="second")).wait()
run.finish()

run = wandb.init(project="suite", id="uses")
used = run.use_artifact("data:latest")
folder = Path(used.download(root="down"))
assert (folder / "a.txt").read_text() == "first"
assert (folder / "b.txt").read_text() == "second"
used.verify(root="down")
run.finish()

found = wandb.Api().artifact("ann/suite/data:v0")
assert found.logged_by().id == "makes"
assert [run.id for run in found.used_by()] == ["uses"]
assert [one.name for one in wandb.Api().run("ann/suite/uses").used_artifacts()] == ["data:v0"]
