from pathlib import Path

import wandb

Path("far.txt").write_text("far away")
made = wandb.Artifact("refs", type="dataset")
made.add_reference(Path("far.txt").resolve().as_uri())
made.add_reference("https://example.org/key", name="cloud", checksum=False)
run = wandb.init(project="suite", id="refers")
run.log_artifact(made).wait()
run.finish()
found = wandb.Api().artifact("ann/suite/refs:v0")
assert found.manifest.entries["cloud"].ref == "https://example.org/key"
assert sorted(found.manifest.entries) == ["cloud", "far.txt"], found.manifest.entries
