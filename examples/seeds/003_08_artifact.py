"""From tutorial 003, block 8: everything that an artifact may be told, and its next version made of the one before."""

import os

import gnomon as wandb

os.makedirs("data", exist_ok=True)
for name in ("one.txt", "two.txt"):
    with open(f"data/{name}", "w") as file:
        file.write(name)

with wandb.init(project="versions") as run:
    artifact = wandb.Artifact(
        name="words",
        type="dataset",
        description="two words",
        metadata={"rows": 2},
        incremental=False,
        use_as=None,
    )
    artifact.add_dir("data")
    run.log_artifact(artifact, aliases=["first"]).wait()
    more = wandb.Artifact("words", "dataset", incremental=True)
    with more.new_file("three.txt") as file:
        file.write("three.txt")
    run.log_artifact(more).wait()

with wandb.init(project="versions", job_type="reads") as run:
    folder = run.use_artifact("words:latest").download()
    run.log({"files": len(os.listdir(folder))})
