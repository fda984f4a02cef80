"""Events to rows of a run: keys as wandb names them, media as what `log` takes."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from gnomon.sdk import guard
from gnomon.sdk.tensorboard.events import Bins, Curve, Picture, Settings, Sound, Value

MAX_BINS = 512
STEP = "global_step"

Scratch = Callable[[bytes, str], str]
"""Keeps bytes as a file with this ending until the row is logged; its path."""


def row(values: list[Value], step: int, namespace: str, scratch: Scratch) -> dict[str, Any]:
    """The row of one step, with `global_step`; empty where nothing of it can be logged. `namespace` begins each key."""
    found: dict[str, Any] = {}
    for tag, value in values:
        try:
            _put(found, tag, value, namespace, scratch)
        except Exception as error:
            guard.warn_once(f"tag {tag}", f"a value of TensorBoard's tag {tag!r} cannot be logged: {error}")
    if found:
        found[STEP] = step
    return found


def _put(found: dict[str, Any], tag: str, value: Any, namespace: str, scratch: Scratch) -> None:
    key = named(tag, namespace)
    if isinstance(value, (Picture, Sound, list)):
        items = value if isinstance(value, list) else [value]
        media = [one for one in (_medium(item, scratch) for item in items) if one is not None]
        if media:
            _add(found, tag, namespace, media)
    elif isinstance(value, Bins):
        found[key] = histogram(value)
    elif isinstance(value, Curve):
        found[key] = _curve(value, key)
    elif not isinstance(value, Settings):
        found[key] = value


def settings(values: list[Value]) -> Mapping[str, Any]:
    """The hyperparameters among these values."""
    found: dict[str, Any] = {}
    for _, value in values:
        if isinstance(value, Settings):
            found.update(value.values)
    return found


def named(tag: str, namespace: str) -> str:
    """The key of a tag.

    >>> named("loss", ""), named("loss", "train")
    ('loss', 'train/loss')
    """
    return f"{namespace}/{tag}" if namespace else tag


def histogram(bins: Bins) -> Any:
    """A histogram of at most 512 bins; neighbours are taken together until it has no more."""
    from gnomon.sdk.values.histogram import Histogram

    counts, edges = bins
    together = -(-len(counts) // MAX_BINS) or 1
    if together > 1:
        starts = range(0, len(counts), together)
        edges = [*(edges[start] for start in starts), edges[-1]]
        counts = [sum(counts[start : start + together]) for start in starts]
    return Histogram(np_histogram=(counts, edges))


def _add(found: dict[str, Any], tag: str, namespace: str, media: list[Any]) -> None:
    """Pictures `tag/0`, `tag/1`, … are one list."""
    base, _, last = tag.rpartition("/")
    together = bool(base) and last.isdigit()
    key = named(base if together else tag, namespace)
    if together and isinstance(found.get(key), list):
        found[key] += media
    else:
        found[key] = media


def _medium(item: Picture | Sound, scratch: Scratch) -> Any:
    if isinstance(item, Sound):
        from gnomon.sdk.values.audio import Audio

        return Audio(scratch(item.data, "wav"), sample_rate=round(item.sample_rate) or None)
    if item.data.startswith(b"GIF8"):
        from gnomon.sdk.values.video import Video

        return Video(scratch(item.data, "gif"), format="gif")
    ending = next((end for mark, end in _MARKS if item.data.startswith(mark)), None)
    if ending is None:
        return None
    from gnomon.sdk.values.image import Image

    return Image(scratch(item.data, ending))


_MARKS = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpg"), (b"BM", "bmp"), (b"RIFF", "webp"))


def _curve(curve: Curve, key: str) -> Any:
    """A line of precision over recall, in the order TensorBoard draws it."""
    points = sorted(
        (point for point in zip(curve.recall, curve.precision, strict=False) if any(point)),
        key=lambda point: (point[0], -point[1]),
    )
    gnomon: Any = import_module("gnomon")
    table = gnomon.Table(columns=["recall", "precision"], data=[list(point) for point in points])
    return gnomon.plot_table(
        "wandb/line/v0", table, {"x": "recall", "y": "precision"}, {"title": f"{key}: precision over recall"}
    )


class Files:
    """A Scratch: a folder that is made for its first file, and removed in the end."""

    def __init__(self) -> None:
        self._folder: str | None = None
        self._made = 0

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __call__(self, data: bytes, ending: str) -> str:
        """Keep the bytes; their path."""
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="gnomon-")
        self._made += 1
        path = os.path.join(self._folder, f"{self._made}.{ending}")
        with open(path, "wb") as file:
            file.write(data)
        return path
