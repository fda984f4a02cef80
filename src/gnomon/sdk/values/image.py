"""Pictures: from arrays, PIL, figures and files. The caller pays for one copy of the pixels; the shipper encodes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values import pixels
from gnomon.sdk.values.media import Place, file_name
from gnomon.sdk.values.plain import is_array, plain

FOLDER = "media/images"
FILE_TYPES = ("png", "jpg", "jpeg", "bmp", "gif", "webp")


class Image:
    """A picture to be logged: `run.log({"examples": Image(array, caption="first")})`, or a list of them.

    `data_or_path` is an array (H×W, H×W×1..4, or a torch tensor C×H×W or N×C×H×W, which becomes a grid), a PIL image, a
    matplotlib figure, or the path of an image file. Pixels are copied when the picture is made; changing the array
    afterwards changes nothing. With `normalize`, values within 0..1 (or -1..1) are spread over 0..255.
    """

    def __init__(
        self,
        data_or_path: Any,
        mode: str | None = None,
        caption: str | None = None,
        grouping: int | None = None,
        classes: Any = None,
        boxes: Mapping[str, Any] | None = None,
        masks: Mapping[str, Any] | None = None,
        file_type: str | None = None,
        normalize: bool = True,
    ) -> None:
        if file_type is not None and file_type.lower() not in FILE_TYPES:
            raise UsageError(f"An image's file_type is one of {', '.join(FILE_TYPES)}, not {file_type!r}")
        self.format = (file_type or "png").lower()
        self.width: int | None = None
        self.height: int | None = None
        self.caption = None if caption is None else str(caption)
        self._grouping = grouping
        self._pixels: pixels.Pixels | None = None
        self._source: str | None = None
        self._encoded: bytes | None = None
        self._path: tuple[str | None, str] | None = None
        self._take(data_or_path, mode, normalize)
        self._classes = _class_list(classes)
        self._boxes = {str(name): _box_layer(layer) for name, layer in boxes.items()} if boxes else {}
        self._masks = {str(name): _Mask(layer) for name, layer in masks.items()} if masks else {}

    def _take(self, data: Any, mode: str | None, normalize: bool) -> None:
        if isinstance(data, Image):
            for name in ("format", "width", "height", "_pixels", "_source", "_encoded"):
                setattr(self, name, getattr(data, name))
            self.caption = self.caption or data.caption
            return
        if isinstance(data, (str, os.PathLike)):
            self._source = os.path.abspath(os.fspath(data))
            if not os.path.isfile(self._source):
                raise UsageError(f"There is no image file {self._source}")
            extension = os.path.splitext(self._source)[1][1:].lower()
            self.format = extension or "png"
            size = pixels.size_of_file(self._source)
            self.width, self.height = size if size else (None, None)
            return
        if callable(getattr(data, "gcf", None)):  # the module pyplot itself
            data = data.gcf()
        if callable(getattr(data, "savefig", None)):
            self._encoded, self.format = pixels.drawn(data), "png"
            self.width, self.height = pixels.size_of(self._encoded) or (None, None)
            return
        try:
            self._pixels = pixels.taken(data, mode, normalize)
        except pixels.NotAnImage as error:
            raise UsageError(str(error)) from None
        self.width, self.height = self._pixels.width, self._pixels.height

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """Bring the pixels to the run folder; the value that stands for the picture."""
        value: dict[str, Any] = {"_type": "image-file", "path": self._bind(place, key, step), "format": self.format}
        if self.width is not None:
            value["width"], value["height"] = self.width, self.height
        if self.caption is not None:
            value["caption"] = self.caption
        if self._grouping is not None:
            value["grouping"] = self._grouping
        if self._classes:
            value["classes"] = self._classes
        value.update(self._bind_layers(place, key, step))
        return value

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> dict[str, Any]:
        """The value that stands for a list of pictures under one key."""
        images: list[Image] = items
        layers = [image._bind_layers(place, key, step) for image in images]
        value: dict[str, Any] = {
            "_type": "images/separated",
            "count": len(images),
            "width": images[0].width,
            "height": images[0].height,
            "format": images[0].format,
            "filenames": [image._bind(place, key, step) for image in images],
            "captions": [image.caption or "" for image in images] if any(image.caption for image in images) else False,
        }
        for name, plural in (("boxes", "all_boxes"), ("masks", "all_masks")):
            if any(name in layer for layer in layers):
                value[plural] = [layer.get(name) for layer in layers]
        return value

    def _bind(self, place: Place, key: str, step: int) -> str:
        """The path of the picture in the run; its bytes go there the first time it is logged into the run."""
        if self._path is not None and self._path[0] == place.folder:
            return self._path[1]
        path = file_name(FOLDER, key, step, self.format)
        if self._pixels is not None:
            p = self._pixels
            place.raw(path, p.data, codec="image", width=p.width, height=p.height, mode=p.mode, file_type=self.format)
        elif self._encoded is not None:
            place.file(path, self._encoded)
        elif self._source is not None:
            place.copy(path, self._source)
        self._path = (place.folder, path)
        return path

    def _bind_layers(self, place: Place, key: str, step: int) -> dict[str, Any]:
        layers: dict[str, Any] = {}
        if self._boxes:
            layers["boxes"] = {}
            for name, layer in self._boxes.items():
                path = file_name("media/metadata/boxes2D", f"{key}_{name}", step, "boxes2D.json")
                place.json(path, layer)
                layers["boxes"][name] = {"_type": "boxes2D", "path": path}
        if self._masks:
            layers["masks"] = {name: mask.bound(place, f"{key}_{name}", step) for name, mask in self._masks.items()}
        return layers

    def __repr__(self) -> str:
        return f"Image({self.width}x{self.height}, caption={self.caption!r})"


class _Mask:
    """One segmentation layer: a number for each pixel, and what the numbers mean."""

    def __init__(self, layer: Any) -> None:
        if not isinstance(layer, Mapping) or ("mask_data" not in layer and "path" not in layer):
            raise UsageError("A mask is a dict with 'mask_data' (an H×W array) or 'path', and 'class_labels' if wished")
        self.labels = {str(number): str(name) for number, name in dict(layer.get("class_labels") or {}).items()}
        self.source: str | None = None
        self.pixels: pixels.Pixels | None = None
        if "mask_data" in layer:
            if not is_array(layer["mask_data"]):
                raise UsageError("mask_data must be an H×W array")
            try:
                self.pixels = pixels.labels(layer["mask_data"])
            except pixels.NotAnImage as error:
                raise UsageError(str(error)) from None
        else:
            self.source = os.path.abspath(os.fspath(layer["path"]))
            if not os.path.isfile(self.source):
                raise UsageError(f"There is no mask file {self.source}")

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        path = file_name(f"{FOLDER}/mask", key, step, "mask.png")
        if self.pixels is not None:
            p = self.pixels
            place.raw(path, p.data, codec="image", width=p.width, height=p.height, mode="L", file_type="png")
        elif self.source is not None:
            place.copy(path, self.source)
        value: dict[str, Any] = {"_type": "mask", "path": path}
        if self.labels:
            value["class_labels"] = self.labels
        return value


def _box_layer(layer: Any) -> dict[str, Any]:
    """One group of boxes, checked, as plain values; classes without a name are called `class_N`."""
    if not isinstance(layer, Mapping) or not isinstance(layer.get("box_data"), Sequence):
        raise UsageError("Boxes are a dict of dicts with 'box_data', a list of boxes, and 'class_labels' if wished")
    boxes = []
    for box in layer["box_data"]:
        position = box.get("position") if isinstance(box, Mapping) else None
        if not isinstance(position, Mapping) or not (
            {"minX", "maxX", "minY", "maxY"} <= set(position) or {"middle", "width", "height"} <= set(position)
        ):
            raise UsageError("A box needs a 'position' with minX, maxX, minY, maxY or with middle, width, height")
        boxes.append(plain(box))
    labels = {str(number): str(name) for number, name in dict(layer.get("class_labels") or {}).items()}
    for box in boxes:
        number = box.get("class_id")
        if number is not None:
            labels.setdefault(str(number), f"class_{number}")
    return {"box_data": boxes, "class_labels": labels}


def _class_list(classes: Any) -> list[dict[str, Any]]:
    if classes is None:
        return []
    if not isinstance(classes, Sequence) or not all(isinstance(one, Mapping) and "id" in one for one in classes):
        raise UsageError("classes is a list of dicts with 'id' and 'name'")
    return [plain(one) for one in classes]
