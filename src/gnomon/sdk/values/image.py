"""Pictures: from arrays, PIL, figures and files. The caller pays for one copy of the pixels; the shipper encodes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from hashlib import md5
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from gnomon.sdk import guard
from gnomon.sdk.values import pixels
from gnomon.sdk.values.content import Content, Held, Local, Raw, local_path
from gnomon.sdk.values.filed import Filed, captions_of
from gnomon.sdk.values.layers import BoundingBoxes2D, Classes, ImageMask
from gnomon.sdk.values.media import BadValue, Place, Shelf, refusing

if TYPE_CHECKING:
    from typing_extensions import Self

FILE_TYPES = ("png", "jpg", "jpeg", "bmp", "gif", "webp")
DRAWN_TYPES = ("png", "jpg", "jpeg", "webp")
"""What matplotlib draws of these."""


class Image(Filed):
    """A picture to be logged: `run.log({"examples": Image(array, caption="first")})`, or a list of them.

    `data_or_path` is an array (H×W, H×W×1..4, or a torch tensor C×H×W or N×C×H×W, which becomes a grid), a PIL image, a
    matplotlib figure, the path of an image file, or another Image, of which the picture is taken but not its layers.
    Pixels are copied when the picture is made; changing the array afterwards changes nothing. With `normalize`, values
    within 0..1 (or -1..1) are spread over 0..255. `mode` is `L`, `LA`, `RGB` or `RGBA`, and what PIL knows besides.
    `boxes` and `masks` are dicts of named layers, see `BoundingBoxes2D` and `ImageMask`; `classes` names what they
    show. Raises UsageError for what is no picture.
    """

    suffix: ClassVar[str] = "image-file"
    folder: ClassVar[str] = "media/images"

    @refusing
    def __init__(
        self,
        data_or_path: Any,
        mode: str | None = None,
        caption: str | None = None,
        grouping: int | None = None,
        classes: Classes | Sequence[Mapping[str, Any]] | None = None,
        boxes: Mapping[str, Any] | None = None,
        masks: Mapping[str, Any] | None = None,
        file_type: str | None = None,
        normalize: bool = True,
    ) -> None:
        if file_type is not None and str(file_type).lower() not in FILE_TYPES:
            raise BadValue(f"An image's file_type is one of {', '.join(FILE_TYPES)}, not {file_type!r}")
        self.format = (file_type or "png").lower()
        self.width: int | None = None
        self.height: int | None = None
        self._picture: Any = None
        earlier = data_or_path if isinstance(data_or_path, Image) else None
        if caption is None and earlier is not None:
            caption = earlier.caption
        super().__init__(self._taken(data_or_path, mode, normalize), caption)
        self._grouping: int | None = grouping
        if grouping is None and earlier is not None:
            self._grouping = earlier._grouping
        self._boxes = _layers(boxes, "boxes", BoundingBoxes2D)
        self._masks = _layers(masks, "masks", ImageMask)
        self._classes = _all_classes(classes, self._boxes, self._masks)
        if self._classes is None and earlier is not None:
            self._classes = earlier._classes

    def _taken(self, data: Any, mode: str | None, normalize: bool) -> Content:
        """Where the bytes are, with `format`, `width` and `height` set."""
        if isinstance(data, Image):
            self.format, self.width, self.height = data.format, data.width, data.height
            return data._content
        path = local_path(data, "Image")
        if path is not None:
            extension = os.path.splitext(path)[1][1:].lower()
            self.format = extension or "png"
            content = Local(path, self.format, "image")
            self.width, self.height = pixels.size_of_file(content.source) or (None, None)
            return content
        figure = pixels.figure_of(data)
        if figure is not None:
            if self.format not in DRAWN_TYPES:
                raise BadValue(f"A figure is drawn as {', '.join(DRAWN_TYPES)}, not as {self.format}")
            drawn = pixels.drawn(figure, self.format)
            self.width, self.height = pixels.size_of(drawn) or (None, None)
            return Held(drawn, self.format)
        try:
            found = pixels.taken(data, mode, normalize)
        except pixels.NotAnImage as error:
            raise BadValue(str(error)) from None
        self.width, self.height = found.width, found.height
        if self.format != "png" and find_spec("PIL") is None:
            guard.warn_once("image type", f"pictures are kept as png: {self.format} needs Pillow (pip install pillow)")
            self.format = "png"
        return Raw(found.data, self.format, **found.how(self.format))

    @property
    def image(self) -> Any:
        """The picture as a PIL image. Raises UsageError where Pillow is not installed."""
        if self._picture is None:
            try:
                pil: Any = import_module("PIL.Image")
            except ImportError:
                raise BadValue("Image.image is a PIL image; to get it: pip install pillow") from None
            self._picture = pil.open(BytesIO(self._content.read()))
            self._picture.load()
        return self._picture

    def to_data_array(self) -> list[Any]:
        """The pixels, row by row from the top: a number each, or a tuple of channels. Needs Pillow."""
        width, height = self.image.size
        pixel = self.image.load()
        return [[pixel[x, y] for x in range(width)] for y in range(height)]

    def guess_mode(self, data: Any, file_type: str | None = None) -> str:
        """`L`, `RGB` or `RGBA`: what an array is by its shape. Raises UsageError for other shapes."""
        channels = 1 if len(data.shape) == 2 else data.shape[0 if hasattr(data, "detach") else -1]
        if channels == 4 and file_type in ("jpg", "jpeg"):
            guard.warn_once("jpeg alpha", "JPEG files have no transparency; the alpha channel is left out")
            return "RGB"
        if channels not in (1, 3, 4):
            raise BadValue(f"An image has 1, 3 or 4 channels; this array has the shape {tuple(data.shape)}")
        return {1: "L", 3: "RGB", 4: "RGBA"}[channels]

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> dict[str, Any]:
        """The value that stands for a list of pictures under one key."""
        values = [image.bound(place, key, step) for image in items]
        value: dict[str, Any] = {
            "_type": "images/separated",
            "width": items[0].width,
            "height": items[0].height,
            "format": items[0].format,
            "count": len(items),
            "filenames": [one["path"] for one in values],
        }
        captions = captions_of(items)
        if captions:
            value["captions"] = captions
        for name, plural in (("masks", "all_masks"), ("boxes", "all_boxes")):
            if any(name in one for one in values):
                value[plural] = [one.get(name) for one in values]
        return value

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """Bring the pixels to the run folder; the value that stands for the picture."""
        value = super().bound(place, key, step)
        layers: Mapping[str, Mapping[str, Filed]] = {"boxes": self._boxes, "masks": self._masks}
        for what, named in layers.items():
            if named:
                value[what] = {name: one.bound(place, f"{key}_{name}", step) for name, one in named.items()}
        return value

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """Put picture, masks and classes on the shelf; the JSON object that stands for them."""
        said = super().stored(shelf)
        if self._classes is not None:
            said["classes"] = _shelved_classes(self._classes, shelf)
        if self._boxes:
            said["boxes"] = {name: one.boxes for name, one in self._boxes.items()}
        if self._masks:
            said["masks"] = {name: one.stored(shelf) for name, one in self._masks.items()}
        return said

    @classmethod
    def restored(cls, said: dict[str, Any], shelf: Shelf) -> Self:
        """The picture back from what `stored` returned, with its layers."""
        classes = None
        if said.get("classes"):
            with open(shelf.open_path(said["classes"]["path"]), "rb") as file:
                classes = Classes.restored(msgspec.json.decode(file.read()), shelf)
        boxes = {
            name: BoundingBoxes2D({"box_data": one, "class_labels": classes.names() if classes else None}, name)
            for name, one in (said.get("boxes") or {}).items()
        }
        masks = {name: ImageMask.restored(one, shelf) for name, one in (said.get("masks") or {}).items()}
        return cls(
            shelf.open_path(said["path"]),
            caption=said.get("caption"),
            grouping=said.get("grouping"),
            classes=classes,
            boxes=boxes or None,
            masks=masks or None,
        )

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = {**super()._told(), "format": self.format}
        if self.width is not None:
            told["width"], told["height"] = self.width, self.height
        if self._grouping is not None:
            told["grouping"] = self._grouping
        return told

    def __repr__(self) -> str:
        return f"Image({self.width}x{self.height}, caption={self.caption!r})"


def _layers(given: Mapping[str, Any] | None, what: str, kind: Any) -> dict[str, Any]:
    """Named layers, made of dicts where they are not yet layers."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise BadValue(f"{what} is a dict of named layers, not {type(given).__name__}")
    return {str(name): one if isinstance(one, kind) else kind(one, str(name)) for name, one in given.items()}


def _all_classes(
    given: Classes | Sequence[Mapping[str, Any]] | None,
    boxes: Mapping[str, BoundingBoxes2D],
    masks: Mapping[str, ImageMask],
) -> Classes | None:
    """All classes that a picture speaks of: those of its layers, and those that were given."""
    names: dict[Any, str] = {}
    layers: list[BoundingBoxes2D | ImageMask] = [*boxes.values(), *masks.values()]
    for layer in layers:
        names.update({int(id) if id.lstrip("-").isdigit() else id: name for id, name in layer.class_labels.items()})
    if given is not None:
        names.update((given if isinstance(given, Classes) else Classes(given)).names())
    return Classes([{"id": id, "name": name} for id, name in names.items()]) if names else None


def _shelved_classes(classes: Classes, shelf: Shelf) -> dict[str, Any]:
    """Classes as a file of their own on the shelf, and what points to it."""
    from base64 import b64encode

    data = msgspec.json.encode(classes.stored(shelf))
    digest = md5(data, usedforsecurity=False)
    path = shelf.put(f"media/classes/{digest.hexdigest()}_cls.classes.json", data)
    return {"type": "classes-file", "path": path, "digest": b64encode(digest.digest()).decode()}
