"""Digits on a page, read by a model that another run has trained: pictures, a sound, a film, and how it went."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import joblib  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

import gnomon
from gnomon.demo import source

Array = NDArray[np.float64]

MODEL = "digits-wide:seed-0"
SIDE, EACH, ZOOM = 40, 5, 4
NOISES = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6)
PAGES = 4
CLASSES = {0: "nothing", **{digit + 1: str(digit) for digit in range(10)}}
FRAMES = 24
RATE = 8000


def look(project: str, quick: bool) -> None:
    """One run: the noisier the pages, the more is misread."""
    data = load_digits()
    x, y = data.data / 16.0, data.target
    with gnomon.init(
        project=project, name="read-noisy-pages", job_type="evaluate", tags=["evaluation"],
        notes=f"How much noise does `{MODEL}` bear? A step is a level of noise; masks and boxes are what it said.",
        config={"model": MODEL, "noises": NOISES, "digits_a_page": EACH},
    ) as run:  # fmt: skip
        source.keep(run, __file__)
        model = joblib.load(Path(run.use_artifact(MODEL).download(), "model.joblib"))
        run.define_metric("read/right", summary="mean", goal="maximize")
        result = gnomon.Artifact("reading-noise", type="evaluation", metadata={"model": MODEL})
        found = []
        for step, noise in enumerate(NOISES[:3] if quick else NOISES):
            rng = np.random.default_rng(step)
            pages = [_page(model, x, y, noise, rng) for _ in range(PAGES)]
            right = float(np.mean([part["right"] for _, parts in pages for part in parts]))
            found.append([noise, right])
            table = gnomon.Table(columns=["page", "is", "said", "sure", "right"])
            for at, (_, parts) in enumerate(pages):
                for part in parts:
                    table.add_data(at, part["is"], part["said"], round(part["sure"], 4), part["right"])
            run.log(
                {
                    "read/noise": noise,
                    "read/right": right,
                    "read/pages": [_picture(page, parts, f"noise {noise:g}") for page, parts in pages],
                    "read/what": table,
                },
                step=step,
            )
            if right < 0.8:
                run.alert("Misreads more than one in five", f"At noise {noise:g}: {right:.0%} right.", level="WARN")
        run.log({"cloud/turning": gnomon.Video(_turning(x, y), fps=12, format="gif"), "read/sound": _sound(found)})
        with result.new_file("right-by-noise.csv") as file:
            file.write("noise,right\n" + "".join(f"{noise},{right:.4f}\n" for noise, right in found))
        run.log_artifact(result)


def _page(model: Any, x: Array, y: Any, noise: float, rng: Any) -> tuple[Array, list[dict[str, Any]]]:
    """Digits beside and below each other without touching, under noise; and what the model says of each."""
    page = np.zeros((SIDE, SIDE))
    parts: list[dict[str, Any]] = []
    for cell in rng.permutation(9)[:EACH]:
        which = int(rng.integers(len(x)))
        left, top = (int(at * 13 + rng.integers(0, 4)) for at in (cell % 3, cell // 3))
        page[top : top + 8, left : left + 8] = x[which].reshape(8, 8)
        parts.append({"is": int(y[which]), "left": left, "top": top})
    page = np.clip(page + rng.normal(0, noise, page.shape), 0, 1)
    for part in parts:
        seen = page[part["top"] : part["top"] + 8, part["left"] : part["left"] + 8]
        sure = model.predict_proba(seen.reshape(1, -1))[0]
        said = int(sure.argmax())
        part |= {"said": said, "sure": float(sure[said]), "right": said == part["is"], "ink": seen > 0.35}
    return page, parts


def _picture(page: Array, parts: list[dict[str, Any]], caption: str) -> Any:
    grey = (255 * (1 - page)).astype(np.uint8)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    boxes = []
    for part in parts:
        left, top = part["left"], part["top"]
        mask[top : top + 8, left : left + 8][part["ink"]] = part["said"] + 1
        boxes.append(
            {
                "position": {
                    "minX": left / SIDE,
                    "maxX": (left + 8) / SIDE,
                    "minY": top / SIDE,
                    "maxY": (top + 8) / SIDE,
                },
                "class_id": part["said"] + 1,
                "box_caption": f"{part['said']}" if part["right"] else f"{part['said']}, is {part['is']}",
                "scores": {"sure": part["sure"]},
            }
        )
    big = np.ones((ZOOM, ZOOM), np.uint8)
    return gnomon.Image(
        np.kron(grey, big), caption=caption,
        masks={"said": {"mask_data": np.kron(mask, big), "class_labels": CLASSES}},
        boxes={"said": {"box_data": boxes, "class_labels": CLASSES}},
    )  # fmt: skip


def _turning(x: Array, y: Any) -> Any:
    """All digits as a cloud of three dimensions that turns once around; frames × colours × rows × columns."""
    cloud = PCA(3, random_state=0).fit_transform(x)
    cloud /= np.abs(cloud).max()
    hues = np.array([[64 + 40 * (d % 5), 220 - 36 * (d // 2), 60 + 19 * d] for d in range(10)], np.uint8)
    frames = np.full((FRAMES, 3, 120, 120), 16, np.uint8)
    for at in range(FRAMES):
        angle = 2 * np.pi * at / FRAMES
        across = np.cos(angle) * cloud[:, 0] + np.sin(angle) * cloud[:, 2]
        columns, rows = (60 + 52 * across).astype(int), (60 - 52 * cloud[:, 1]).astype(int)
        frames[at, :, rows, columns] = hues[y]
    return frames


def _sound(found: list[list[float]]) -> Any:
    """The share that was read right as a tune: high notes for pages that were read well."""
    time = np.arange(RATE // 3) / RATE
    notes = [np.sin(2 * np.pi * (220 + 440 * right) * time) * np.exp(-4 * time) for _, right in found]
    return gnomon.Audio(0.6 * np.concatenate(notes), sample_rate=RATE, caption="how well each page was read, as a tune")
