"""A dataset, fifty runs that used it, and the three versions of a model that each of them made; for the artifact pages.

    python web/e2e/lineage.py          logs to the server of GNOMON_BASE_URL; prints nothing

The last two versions differ: a file was added, one removed, one changed, and the metadata too.
"""

from __future__ import annotations

import os

import gnomon

PROJECT = "lineage"
RUNS = 50
EPOCHS = 3


def main() -> None:
    with gnomon.init(project=PROJECT, name="prepare", job_type="prepare") as run:
        data = gnomon.Artifact("digits", type="dataset", description="What everything is trained on.")
        with data.new_file("rows.csv") as file:
            file.write("x,y\n1,2\n")
        run.log_artifact(data)
    for number in range(RUNS):
        with gnomon.init(project=PROJECT, name=f"train-{number:02d}", job_type="train") as run:
            run.use_artifact("digits:latest")
            for epoch in range(EPOCHS):
                run.log_artifact(trained(EPOCHS * number + epoch), aliases=["best"] if number == RUNS - 1 else [])


def trained(number: int) -> gnomon.Artifact:
    net = gnomon.Artifact("net", type="model", metadata={"depth": number, "width": 64})
    with net.new_file("weights.txt") as file:
        file.write(f"{number}\n" * 200)
    with net.new_file(f"notes-{number % 2}.md") as file:
        file.write("# Notes\n")
    with net.new_file("vocabulary.txt") as file:
        file.write("the same in all\n")
    return net


if __name__ == "__main__":
    os.environ.setdefault("GNOMON_SILENT", "true")
    main()
