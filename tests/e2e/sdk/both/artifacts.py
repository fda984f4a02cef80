"""Artifacts: files, folders, references, objects, aliases, metadata, next versions, use."""

import os

import numpy as np
import wandb

os.makedirs("folder/inner", exist_ok=True)
for name, text in (("folder/a.txt", "a"), ("folder/inner/b.txt", "b" * 10_000), ("one.bin", "\0" * 100), ("empty", "")):
    with open(name, "w") as file:
        file.write(text)
pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)

run = wandb.init(project="both", id="artifacts", name="artifacts")
first = wandb.Artifact("files", type="dataset", description="words", metadata={"rows": 3, "deep": {"x": [1, 2]}})
first.add_file("one.bin")
first.add_file("one.bin", name="renamed/two.bin")
first.add_file("empty")
first.add_dir("folder", name="data")
with first.new_file("made.txt") as file:
    file.write("made")
first.add_reference("https://example.invalid/far.bin", name="far.bin", checksum=False)
first.add_reference(f"file://{os.path.abspath('one.bin')}", name="near.bin")
run.log_artifact(first, aliases=["best", "ü"]).wait()
same = wandb.Artifact("files", type="dataset")
for path in ("one.bin", "empty"):
    same.add_file(path)
run.log_artifact(same).wait()
more = wandb.Artifact("files", type="dataset", incremental=True)
with more.new_file("more.txt") as file:
    file.write("more")
run.log_artifact(more).wait()
objects = wandb.Artifact("objects", type="things")
objects.add(wandb.Image(pixels, caption="four by four"), "picture")
objects.add(wandb.Table(columns=["n", "i"], data=[[1, wandb.Image(pixels)], [2, wandb.Image(255 - pixels)]]), "table")
run.log_artifact(objects).wait()
joined = wandb.Artifact("joined", type="things")
left = wandb.Table(columns=["id", "a"], data=[[1, "x"], [2, "y"]])
right = wandb.Table(columns=["id", "b"], data=[[1, 0.5], [2, 1.5]])
joined.add(left, "left")
joined.add(right, "right")
joined.add(wandb.JoinedTable(left, right, "id"), "joint")
joined.add(wandb.data_types.PartitionedTable(parts_path="parts"), "partitioned")
joined.add(left, "parts/one")
run.log_artifact(joined).wait()
run.log_artifact("one.bin", name="bare", type="file").wait()
used = run.use_artifact("files:best")
run.log({"used": len(used.manifest.entries), "down": len(os.listdir(used.download("down", path_prefix="data")))})
run.log_model("one.bin", name="net")
run.finish()
