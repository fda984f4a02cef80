"""A data set as versions, a model trained on one of them, and who made what of what.

python examples/artifacts.py
"""

import json
from pathlib import Path

import gnomon

folder = Path("numbers")
folder.mkdir(exist_ok=True)

with gnomon.init(project="lineage", job_type="prepare") as run:
    for rows in (10, 20):
        (folder / "rows.json").write_text(json.dumps(list(range(rows))))
        data = gnomon.Artifact("numbers", type="dataset", metadata={"rows": rows})
        data.add_dir(str(folder))
        run.log_artifact(data, aliases=["latest", f"of-{rows}"]).wait()

with gnomon.init(project="lineage", job_type="train") as run:
    where = run.use_artifact("numbers:of-20").download()
    numbers = json.loads(Path(where, "rows.json").read_text())
    Path("model.json").write_text(json.dumps({"mean": sum(numbers) / len(numbers)}))
    run.log_model("model.json", name="mean", aliases=["best"])
    run.log({"rows": len(numbers)})
