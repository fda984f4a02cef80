from pathlib import Path

import wandb


def artifact(**files: str) -> wandb.Artifact:
    made = wandb.Artifact("data", type="dataset")
    for name, text in files.items():
        path = Path(f"{name}.txt")
        path.write_text(text)
        made.add_file(str(path))
    return made


run = wandb.init(project="suite", id="makes")
logged = run.log_artifact(artifact(a="first"))
logged.wait()
run.link_artifact(logged, "ann/suite/chosen", aliases=["good"])
run.finish()

found = wandb.Api().artifact("ann/suite/chosen:good")
assert (found.version, found.source_name) == ("v0", "data:v0"), (found.version, found.source_name)
folder = Path(found.download(root="down"))
assert (folder / "a.txt").read_text() == "first"
