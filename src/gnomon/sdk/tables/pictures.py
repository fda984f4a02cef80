"""Pictures in cells: what their column says of layers and classes, and how a logged table names them.

A picture in a cell is written as one in an artifact is, since a reader of the table has no run to look into: boxes
stand in the object itself, classes in a file beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gnomon.sdk.tables.kinds import ImageFile
from gnomon.sdk.values.filed import Filed
from gnomon.sdk.values.image import Image, _shelved_classes
from gnomon.sdk.values.media import Place

if TYPE_CHECKING:
    from gnomon.sdk.values.media import Shelf


def image_type(image: Image) -> ImageFile:
    """The type of one picture: its groups of boxes and masks, and the classes they speak of."""
    boxes, masks, classes = image._boxes, image._masks, image._classes
    return ImageFile(
        box_layers={name: _ids(layer.class_labels) for name, layer in boxes.items()},
        box_score_keys={score for layer in boxes.values() for score in layer.score_names()},
        box_class_maps={name: layer.class_labels for name, layer in boxes.items()},
        mask_layers={name: _ids(layer.class_labels) for name, layer in masks.items()},
        mask_class_maps={name: layer.class_labels for name, layer in masks.items()},
        class_map={} if classes is None else {str(id): name for id, name in classes.names().items()},
    )


def cell(image: Image, place: Place, shelf: Shelf, key: str, step: int) -> dict[str, Any]:
    """Bring a picture to the run folder, its pixels as they are; the object for its cell."""
    said = Filed.bound(image, place, key, step)
    if image._classes is not None:
        said["classes"] = _shelved_classes(image._classes, shelf)
    if image._boxes:
        said["boxes"] = {name: layer.boxes for name, layer in image._boxes.items()}
    if image._masks:
        said["masks"] = {name: layer.bound(place, f"{key}_{name}", step) for name, layer in image._masks.items()}
    return said


def _ids(labels: Iterable[str]) -> set[Any]:
    return {int(label) if label.lstrip("-").isdigit() else label for label in labels}
