"""Tables in artifacts: one in three versions, one in parts, two joined; for the stories of `artifacts.spec.ts`.

    python web/e2e/versions.py         logs to the server of GNOMON_BASE_URL; prints nothing

In the second version the table has more rows and other answers; the third version lacks it.
"""

from __future__ import annotations

import os

import numpy as np

import gnomon

PROJECT = "lineage"
WORDS = ("zero", "one", "two", "three", "four")


def picture(number: int) -> gnomon.Image:
    return gnomon.Image(np.full((24, 24, 3), 40 * (number % 5) + 30, np.uint8), caption=f"case {number}")


def cases(version: int) -> gnomon.Table:
    table = gnomon.Table(columns=["id", "picture", "truth", "said", "sure"])
    for number in range(12 + 3 * version):
        right = number % 3 > 0 or version > 0
        said = WORDS[number % 5 if right else (number + 1) % 5]
        table.add_data(number, picture(number), WORDS[number % 5], said, round(0.5 + number / 40 + version / 20, 3))
    return table


def part(number: int) -> gnomon.Table:
    rows = [[10 * number + n, f"part {number}", picture(n)] for n in range(4)]
    return gnomon.Table(columns=["id", "part", "picture"], data=rows)


def main() -> None:
    with gnomon.init(project=PROJECT, name="judge") as run:
        for version in range(3):
            judged = gnomon.Artifact("judged", type="evaluation", metadata={"version": version})
            judged.add(gnomon.Table(columns=["version"], data=[[version]]), "about")
            if version < 2:
                judged.add(cases(version), "cases")
            run.log_artifact(judged).wait()
        whole = gnomon.Artifact("whole", type="dataset")
        for number in range(3):
            whole.add(part(number), f"parts/{number}")
        whole.add(gnomon.PartitionedTable("parts"), "all")
        marks = gnomon.Table(columns=["id", "mark"], data=[[n, n * n] for n in (0, 1, 12, 99)])
        whole.add(gnomon.JoinedTable(part(0), marks, "id"), "both")
        whole.add(gnomon.JoinedTable(gnomon.PartitionedTable("parts"), marks, "id"), "marked")
        run.log_artifact(whole).wait()


if __name__ == "__main__":
    os.environ.setdefault("GNOMON_SILENT", "true")
    main()
