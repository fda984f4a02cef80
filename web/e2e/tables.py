"""Tables as a training would log them, sent by the SDK; for the stories of `tables.spec.ts`.

    python web/e2e/tables.py URL KEY [ROWS] [COLUMNS]

Two runs, each with the table `eval/cases` at three steps: pictures with boxes and masks, sound, pages, histograms,
a molecule. A third table, `big`, has ROWS × COLUMNS plain cells. Prints the names of the runs as JSON.
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
from typing import Any

import numpy as np

STEPS = (0, 100, 200)
DIGITS = ("zero", "one", "two", "three", "four")
WATER = """HETATM    1  O   HOH A   1       0.000   0.000   0.117  1.00  0.00           O
HETATM    2  H1  HOH A   1       0.000   0.757  -0.469  1.00  0.00           H
HETATM    3  H2  HOH A   1       0.000  -0.757  -0.469  1.00  0.00           H
END
"""


def picture(seed: int, size: int = 48) -> Any:
    """A disc on a slope."""
    shades = np.random.default_rng(seed)
    y, x = np.mgrid[0:size, 0:size] / size
    disc = (x - 0.3 - 0.4 * shades.random()) ** 2 + (y - 0.3 - 0.4 * shades.random()) ** 2 < 0.05
    base = np.stack([x, y, 1 - x], axis=-1) * 160 + shades.normal(0, 12, (size, size, 3))
    base[disc] = shades.integers(60, 255, 3)
    return np.clip(base, 0, 255).astype(np.uint8), disc


def cases(gnomon: Any, seed: int, step: int) -> Any:
    """What a model says of forty pictures, and it gets better with the steps."""
    chance = random.Random(seed)
    columns = ["id", "picture", "truth", "said", "sure", "right", "why", "weights", "sound", "page"]
    table = gnomon.Table(columns=columns)
    for number in range(40):
        if step == 0 and number >= 37:
            continue  # later versions have more rows
        truth = DIGITS[number % 5]
        hard = chance.random()
        right = hard < 0.45 + step / 400
        said = truth if right else DIGITS[(number + 1 + seed) % 5]
        pixels, disc = picture(number)
        names = dict(enumerate(DIGITS))
        image = gnomon.Image(
            pixels,
            caption=f"case {number}",
            boxes={"found": {
                "box_data": [{
                    "position": {"minX": 0.2, "maxX": 0.7, "minY": 0.2, "maxY": 0.7}, "class_id": number % 5,
                    "box_caption": truth, "scores": {"p": round(1 - hard, 2)},
                }],
                "class_labels": names,
            }},
            masks={"disc": {"mask_data": disc.astype(np.uint8), "class_labels": {0: "ground", 1: "disc"}}},
        )  # fmt: skip
        edge = f"The edge looks like {said}, and the middle is {'open' if right else 'closed'}"
        why = None if number % 6 == 0 else edge
        small = number < 4
        tone = np.sin(np.arange(4000) * (0.05 + number * 0.01)) * np.exp(-np.arange(4000) / 1500)
        table.add_data(
            number, image, truth, said, round(0.99 - hard * (0.8 - step / 500), 4), right, why,
            gnomon.Histogram([math.sin(k * hard) * k for k in range(60)]),
            gnomon.Audio(tone, sample_rate=8000, caption=f"tone {number}") if small else None,
            gnomon.Html(f"<p style='font:14px sans-serif'>case <b>{number}</b>: {said}</p>") if small else None,
        )  # fmt: skip
    return table


def big(gnomon: Any, rows: int, columns: int) -> Any:
    chance = random.Random(5)
    names = ["id", "word", *(f"m{k:02d}" for k in range(columns - 2))]
    data = [
        [n, chance.choice(DIGITS), *(round(chance.gauss(k, 1 + k / 10), 5) for k in range(columns - 2))]
        for n in range(rows)
    ]
    return gnomon.Table(columns=names, data=data)


def main() -> None:
    url, key = sys.argv[1:3]
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 3000
    columns = int(sys.argv[4]) if len(sys.argv) > 4 else 24
    os.environ |= {"GNOMON_BASE_URL": url, "GNOMON_API_KEY": key, "GNOMON_SILENT": "true"}
    import gnomon

    made = []
    for seed, name in ((1, "small-net"), (2, "wide-net")):
        run = gnomon.init(project="cases", name=name, config={"seed": seed})
        for step in range(0, STEPS[-1] + 1, 20):
            values: dict[str, Any] = {"loss": math.exp(-step / 90) + 0.1 * seed}
            if step in STEPS:
                values["eval/cases"] = cases(gnomon, seed, step)
            if step == STEPS[-1] and seed == 1:
                values["big"] = big(gnomon, rows, columns)
                names = gnomon.Table(columns=["id", "name"], data=[[n, f"n{n}"] for n in range(3, 8)])
                marks = gnomon.Table(columns=["id", "mark"], data=[[n, n * n] for n in range(5)])
                values["both"] = gnomon.JoinedTable(names, marks, "id")
                values["page"] = gnomon.Table(
                    columns=["name", "molecule"], data=[["water", gnomon.Molecule(_file("water.pdb", WATER))]]
                )
            run.log(values, step=step)
        made.append(run.id)
        run.finish()
    sys.stdout.write(json.dumps({"runs": made}) + "\n")


def _file(name: str, text: str) -> str:
    import tempfile
    from pathlib import Path

    path = Path(tempfile.mkdtemp()) / name
    path.write_text(text)
    return str(path)


if __name__ == "__main__":
    main()
