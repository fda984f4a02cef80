"""Bring a file of a run back."""

from pathlib import Path

import wandb
from telling import asked, tell

file = wandb.restore("model.bin", run_path="/".join(asked()), root="restored", replace=True)
assert file is not None
tell(Path(file.name).read_text())
