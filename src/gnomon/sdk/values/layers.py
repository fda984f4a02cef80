"""What is drawn over pictures: named classes, boxes, masks."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from gnomon.sdk.values import pixels
from gnomon.sdk.values.content import Content, Held, Local, Raw, local_path
from gnomon.sdk.values.filed import Filed
from gnomon.sdk.values.media import BadValue, Place, Shelf, refusing
from gnomon.sdk.values.plain import Unloggable, is_array, plain

if TYPE_CHECKING:
    from typing_extensions import Self

    from gnomon.sdk.tables.kinds import ClassesId

CORNERS = ("minX", "maxX", "minY", "maxY")
MIDDLE = ("middle", "width", "height")


class Classes:
    """Names of classes, for the boxes and masks of pictures in tables and artifacts.

    `class_set` is a list of dicts with `id` (a number or a text) and `name`.
    """

    suffix: ClassVar[str] = "classes"

    @refusing
    def __init__(self, class_set: Sequence[Mapping[str, Any]]) -> None:
        if isinstance(class_set, Mapping) or not isinstance(class_set, Sequence):
            raise BadValue(f"Classes are a list of dicts with 'id' and 'name', not {type(class_set).__name__}")
        for one in class_set:
            if not isinstance(one, Mapping) or "id" not in one or "name" not in one:
                raise BadValue(f"A class is a dict with 'id' and 'name', not {one!r}")
        self.class_set: list[dict[str, Any]] = [_plainly(one, "A class") for one in class_set]

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """The value that stands for the classes; it has no file."""
        return {"_type": self.suffix, "class_set": self.class_set}

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> list[dict[str, Any]]:
        """One value for each."""
        return [item.bound(place, key, step) for item in items]

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """The JSON object of the classes."""
        return {"_type": self.suffix, "class_set": self.class_set}

    @classmethod
    def restored(cls, said: dict[str, Any], shelf: Shelf) -> Self:
        """The classes back from what `stored` returned."""
        return cls(said["class_set"])

    def get_type(self) -> ClassesId:
        """The type of a table's column that holds ids of these classes."""
        from gnomon.sdk.tables.kinds import ClassesId

        return ClassesId(self.class_set)

    def names(self) -> dict[Any, str]:
        """Each id with its name."""
        return {one["id"]: str(one["name"]) for one in self.class_set}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Classes) and self.class_set == other.class_set

    def __hash__(self) -> int:
        return hash(tuple(sorted(map(str, self.names()))))

    def __repr__(self) -> str:
        return f"Classes({self.class_set!r})"


class BoundingBoxes2D(Filed):
    """One group of boxes over a picture: `Image(array, boxes={"predictions": {"box_data": [...]}})`.

    `val` has `box_data`, a list of dicts: `position` is `minX`, `maxX`, `minY`, `maxY` or `middle` ([x, y]), `width`,
    `height`, in parts of the picture or, with `"domain": "pixel"`, in pixels; `class_id`, `box_caption` and `scores`
    (names to numbers) as wished. `class_labels` names the classes; one without a name is called `class_N`. `key` is
    the name of the group.
    """

    suffix: ClassVar[str] = "boxes2D"
    folder: ClassVar[str] = "media/metadata/boxes2D"

    @refusing
    def __init__(self, val: Mapping[str, Any], key: str = "") -> None:
        if not isinstance(val, Mapping) or "box_data" not in val:
            raise BadValue("Boxes are a dict with 'box_data', a list of boxes, and 'class_labels' if wished")
        self.boxes: list[dict[str, Any]] = [_box(one, number) for number, one in enumerate(_box_list(val))]
        self.class_labels = class_labels(val)
        for box in self.boxes:
            if "class_id" in box:
                self.class_labels.setdefault(str(box["class_id"]), f"class_{box['class_id']}")
        self.key = key
        layer = {"box_data": self.boxes, "class_labels": self.class_labels}
        super().__init__(Held(msgspec.json.encode(layer), "boxes2D.json"))

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        with open(path, "rb") as file:
            return cls(msgspec.json.decode(file.read()))

    def score_names(self) -> set[str]:
        """The names of scores that any of the boxes has."""
        return {name for box in self.boxes for name in box.get("scores", ())}

    def __repr__(self) -> str:
        return f"BoundingBoxes2D({len(self.boxes)} boxes, {self.key!r})"


class ImageMask(Filed):
    """A class for each pixel of a picture: `Image(array, masks={"truth": {"mask_data": classes}})`.

    `val` has `mask_data`, an H×W array of numbers from 0 to 255, or `path`, an image file of such numbers.
    `class_labels` names the classes; without it those that occur are called `class_N`. `key` is the name of the mask.
    """

    suffix: ClassVar[str] = "mask"
    folder: ClassVar[str] = "media/images/mask"

    @refusing
    def __init__(self, val: Mapping[str, Any], key: str = "") -> None:
        if not isinstance(val, Mapping) or ("mask_data" not in val and "path" not in val):
            raise BadValue("A mask is a dict with 'mask_data' (an H×W array) or 'path', and 'class_labels' if wished")
        self.class_labels = class_labels(val)
        content: Content
        if "path" in val:
            path = local_path(val["path"], "ImageMask")
            if path is None:
                raise BadValue(f"The path of a mask is a text, not {type(val['path']).__name__}")
            content = Local(path, "mask.png", "mask")
        else:
            if not is_array(val["mask_data"]):
                raise BadValue(f"mask_data must be an H×W array, not {type(val['mask_data']).__name__}")
            try:
                found, present = pixels.labels(val["mask_data"])
            except pixels.NotAnImage as error:
                raise BadValue(str(error)) from None
            if "class_labels" not in val:
                self.class_labels = {str(number): f"class_{number}" for number in present}
            content = Raw(found.data, "mask.png", **found.how("png"))
        self.key = key
        super().__init__(content)

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        return cls({"path": path, "class_labels": said.get("class_labels") or {}})

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """Bring the mask to the run folder; the value that stands for it, with the names of its classes."""
        value = super().bound(place, key, step)
        if self.class_labels:
            value["class_labels"] = self.class_labels
        return value

    def __repr__(self) -> str:
        return f"ImageMask({self.key!r})"


def class_labels(val: Mapping[str, Any]) -> dict[str, str]:
    """The names of classes given with boxes or a mask, their numbers as text. Raises BadValue."""
    given = val.get("class_labels")
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise BadValue(f"class_labels is a dict of numbers and names, not {type(given).__name__}")
    for number, name in given.items():
        whole = isinstance(number, (numbers.Number, str)) or hasattr(number, "__index__")
        if not whole or not isinstance(name, str):
            raise BadValue(f"class_labels is a dict of numbers and names; {number!r}: {name!r} is none")
    return {str(number): name for number, name in given.items()}


def _box_list(val: Mapping[str, Any]) -> Sequence[Any]:
    boxes = val["box_data"]
    if hasattr(boxes, "tolist"):
        boxes = boxes.tolist()
    if isinstance(boxes, (str, bytes, Mapping)) or not isinstance(boxes, Sequence):
        raise BadValue(f"box_data is a list of boxes, not {type(boxes).__name__}")
    return boxes


def _box(box: Any, number: int) -> dict[str, Any]:
    """One box, checked, as plain values."""
    name = f"Box {number}"
    if not isinstance(box, Mapping):
        raise BadValue(f"{name} is a dict with a 'position', not {type(box).__name__}")
    found = _plainly(box, name)
    position = found.get("position")
    if not isinstance(position, dict) or not (_has(position, CORNERS) or _has(position, MIDDLE)):
        raise BadValue(f"{name} needs a 'position' with minX, maxX, minY, maxY or with middle ([x, y]), width, height")
    scores = found.get("scores", {})
    if not isinstance(scores, dict):
        raise BadValue(f"The scores of {name.lower()} are a dict of names and numbers, not {type(scores).__name__}")
    for label, score in scores.items():
        if not _is_number(score):
            raise BadValue(f"The score {label!r} of {name.lower()} is a number, not {score!r}")
    class_id = found.get("class_id", 0)
    if isinstance(class_id, float) and class_id.is_integer():
        found["class_id"] = class_id = int(class_id)
    if not isinstance(class_id, int):
        raise BadValue(f"The class_id of {name.lower()} is a whole number, not {class_id!r}")
    if not isinstance(found.get("box_caption", ""), str):
        raise BadValue(f"The box_caption of {name.lower()} is a text, not {found['box_caption']!r}")
    return found


def _has(position: Mapping[str, Any], names: Sequence[str]) -> bool:
    for name in names:
        value = position.get(name)
        if name == "middle":
            if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)):
                return False
        elif not _is_number(value):
            return False
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _plainly(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = plain(value)
    except Unloggable as error:
        raise BadValue(f"{name} cannot be kept: {error}") from None
    return found
