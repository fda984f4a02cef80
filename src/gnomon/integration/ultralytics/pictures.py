"""What a model finds in a picture, as a row of a table: the picture with its boxes and masks, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gnomon.sdk.values.image import Image

FOUND = ("detect", "segment", "pose", "classify")
"""Tasks that are shown."""

_COLUMNS = {
    "detect": ["Image", "Num-Objects", "Mean-Confidence", "Speed"],
    "segment": ["Image", "Num-Objects", "Mean-Confidence", "Speed"],
    "pose": ["Image-Prediction", "Num-Instances", "Mean-Confidence", "Speed"],
    "classify": [
        "Image", "Predicted-Category", "Prediction-Confidence", "Top-5-Prediction-Categories",
        "Top-5-Prediction-Confindence", "Probabilities", "Speed",
    ],
}  # fmt: skip


def columns(task: str) -> list[str]:
    """What a row of this task has."""
    return list(_COLUMNS[task])


def row(task: str, result: Any, truth: Mapping[str, Any] | None = None, skeleton: bool = True) -> list[Any]:
    """The row of one result. `truth` is a layer of boxes that are really there."""
    if task == "classify":
        return _classes(result)
    confidences = _confidences(result)
    speed = {part: float(value) for part, value in result.speed.items() if value is not None}
    if task == "pose":
        drawn = result.plot(kpt_line=skeleton)
        return [Image(drawn[..., ::-1].copy()), len(result), confidences, speed]
    boxes: dict[str, Any] = {"predictions": _boxes(result)}
    if truth is not None:
        boxes["ground-truth"] = dict(truth)
    masks = {"predictions": _mask(result)} if result.masks is not None and len(result.masks.data) else None
    return [Image(result.orig_img[..., ::-1].copy(), boxes=boxes, masks=masks), len(result), confidences, speed]


def truth(batch: Mapping[str, Any], at: int, names: Mapping[int, str]) -> dict[str, Any] | None:
    """The boxes that are really in a batch's picture, in the pixels of its file; None where none are said."""
    if "bboxes" not in batch:
        return None
    height, width = batch["img"].shape[2:]
    (gain_y, gain_x), (pad_x, pad_y) = _letterbox(batch, at)
    data = []
    for box, kind in zip(
        batch["bboxes"][batch["batch_idx"] == at], batch["cls"][batch["batch_idx"] == at], strict=True
    ):
        x, y, w, h = (float(side) for side in box)
        middle = [(x * width - pad_x) / gain_x, (y * height - pad_y) / gain_y]
        number = int(kind)
        data.append(
            {
                "position": {"middle": middle, "width": w * width / gain_x, "height": h * height / gain_y},
                "domain": "pixel", "class_id": number, "box_caption": names.get(number, str(number)),
            }
        )  # fmt: skip
    return {"box_data": data, "class_labels": dict(names)}


def _letterbox(batch: Mapping[str, Any], at: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """How a file's picture was scaled and padded for the model."""
    found = batch.get("ratio_pad")
    if not found or found[at] is None:
        return (1.0, 1.0), (0.0, 0.0)
    gains, pads = found[at]
    return (float(gains[0]), float(gains[-1])), (float(pads[0]), float(pads[1]))


def _boxes(result: Any) -> dict[str, Any]:
    data = []
    for x, y, w, h, confidence, kind in _numbers(result):
        number = int(kind)
        data.append(
            {
                "position": {"middle": [x, y], "width": w, "height": h},
                "domain": "pixel", "class_id": number, "scores": {"confidence": confidence},
                "box_caption": f"{result.names[number]} {confidence:.2f}",
            }
        )  # fmt: skip
    return {"box_data": data, "class_labels": dict(result.names)}


def _numbers(result: Any) -> list[list[float]]:
    """Middle, size, confidence and class of each box."""
    if result.boxes is None:
        return []
    boxes = result.boxes
    return [
        [*place, sure, kind]
        for place, sure, kind in zip(boxes.xywh.tolist(), boxes.conf.tolist(), boxes.cls.tolist(), strict=True)
    ]


def _mask(result: Any) -> dict[str, Any]:
    """Each pixel's class; a number that no class has where there is nothing."""
    nothing = max(result.names) + 1
    layers = result.masks.data
    drawn: Any = (layers[0] * 0 + nothing).int()
    for layer, kind in zip(layers, result.boxes.cls.tolist(), strict=True):
        drawn[layer > 0.5] = int(kind)
    height, width = result.orig_img.shape[:2]
    whole = drawn.cpu().numpy()
    rows = [at * whole.shape[0] // height for at in range(height)]
    across = [at * whole.shape[1] // width for at in range(width)]
    labels = {**result.names, nothing: "nothing"}
    return {"mask_data": whole[rows][:, across].astype("uint8"), "class_labels": labels}


def _confidences(result: Any) -> dict[str, float]:
    """The mean confidence for each class that was found."""
    found: dict[str, list[float]] = {}
    for *_, confidence, kind in _numbers(result):
        found.setdefault(result.names[int(kind)], []).append(confidence)
    return {name: sum(values) / len(values) for name, values in found.items()}


def _classes(result: Any) -> list[Any]:
    probs, names = result.probs, result.names
    best = [names[at] for at in probs.top5]
    every = {names[at]: float(value) for at, value in enumerate(probs.data.tolist())}
    speed = {part: float(value) for part, value in result.speed.items() if value is not None}
    picture = Image(result.orig_img[..., ::-1].copy())
    return [picture, best[0], float(probs.top1conf), best, [float(one) for one in probs.top5conf], every, speed]
