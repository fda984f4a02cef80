"""What the official client logs, for the pages that show it; run with a Python that has `wandb`.

    python web/e2e/client.py

Logs a run with media, tables and charts, an artifact with three versions and one who uses it, and a sweep of six runs.
Prints one JSON line: {"run", "sweep"}.
"""

from __future__ import annotations

import json
import math
import sys
import wave
from pathlib import Path
from tempfile import mkdtemp

import wandb
from PIL import Image

PROJECT = "official"


def picture(shade: int) -> Image.Image:
    image = Image.new("RGB", (48, 32), (shade, 90, 160))
    image.paste((240, 200, 60), (8, 8, 24, 24))
    return image


def sound(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        samples = (int(9000 * math.sin(n / 5) * math.exp(-n / 2000)) for n in range(4000))
        file.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))
    return path


def media(scratch: Path) -> str:
    run = wandb.init(project=PROJECT, name="all-media", config={"lr": 0.1}, notes="Every *kind*.")
    for step in range(3):
        box = {"position": {"minX": 0.1, "maxX": 0.5, "minY": 0.2, "maxY": 0.8}, "class_id": 1, "scores": {"p": 0.9}}
        run.log(
            {
                "loss": 1 / (step + 1),
                "pictures": [wandb.Image(picture(60 * step), caption=f"shade {step}"), wandb.Image(picture(255))],
                "found": wandb.Image(picture(20), boxes={"seen": {"box_data": [box], "class_labels": {1: "sun"}}}),
                "weights": wandb.Histogram([n % (step + 3) for n in range(50)]),
                "page": wandb.Html(f"<p id=here>step {step}</p><script>here.append(' by a script')</script>"),
                "rows": wandb.Table(columns=["n", "shown"], data=[[n, wandb.Image(picture(n * 20))] for n in range(4)]),
            }
        )
    run.log({"sound": wandb.Audio(str(sound(scratch / "a.wav")), caption="a fading note")})
    cells = wandb.Table(columns=["label", "value"], data=[["a", 1.0], ["b", 3.0]])
    run.log({"bars": wandb.plot.bar(cells, "label", "value", title="Two bars")})
    run.finish()
    return str(run.id)


def artifacts() -> None:
    for version in range(3):
        with wandb.init(project=PROJECT, name=f"maker-{version}") as run:
            artifact = wandb.Artifact("net", type="model", metadata={"depth": version}, description="A **small** net")
            with artifact.new_file("weights/part.csv") as file:
                file.write("x,y\n" + "".join(f"{n},{n * version}\n" for n in range(20)))
            with artifact.new_file("readme.md") as file:
                file.write("# Net\n\nVersion " + str(version))
            run.log_artifact(artifact, aliases=["good"] if version == 1 else [])
    with wandb.init(project=PROJECT, name="user") as run:
        run.use_artifact("net:good").download(str(Path(mkdtemp())))


def sweep() -> str:
    config = {
        "name": "hill",
        "method": "grid",
        "metric": {"name": "height", "goal": "maximize"},
        "parameters": {"x": {"values": [1, 2, 3]}, "way": {"values": ["up", "down"]}},
    }

    def climb() -> None:
        with wandb.init() as run:
            x, way = run.config["x"], run.config["way"]
            run.log({"height": x if way == "up" else -x})

    made = wandb.sweep(config, project=PROJECT)
    wandb.agent(made, function=climb, count=6, project=PROJECT)
    return str(made)


if __name__ == "__main__":
    ran = media(Path(mkdtemp()))
    artifacts()
    sys.stdout.write(json.dumps({"run": ran, "sweep": sweep()}) + "\n")
