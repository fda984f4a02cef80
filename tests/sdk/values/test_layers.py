"""Boxes, masks and classes: what is checked, what is kept, and what comes back."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image as Pil

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values.image import Image
from gnomon.sdk.values.layers import BoundingBoxes2D, Classes, ImageMask
from gnomon.sdk.values.restored import restored

BOX = {"position": {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4}, "class_id": 2}
PICTURE = np.zeros((2, 2, 3), "uint8")


def scalar(value: Any) -> Any:
    """A number as torch shows it."""
    return SimpleNamespace(shape=(), dtype="torch.float32", item=lambda: value)


def test_numbers_of_any_library_become_plain() -> None:
    made = BoundingBoxes2D(
        {
            "box_data": np.array(
                [
                    {
                        "position": {"middle": np.array([1.0, 2.0]), "width": np.float32(3), "height": scalar(4.0)},
                        "domain": "pixel",
                        "class_id": np.int64(3),
                        "box_caption": "a car",
                        "scores": {"acc": np.float64(0.5), "rank": np.int8(2)},
                    }
                ]
            )
        }
    )
    assert made.boxes == [
        {
            "position": {"middle": [1.0, 2.0], "width": 3.0, "height": 4.0},
            "domain": "pixel",
            "class_id": 3,
            "box_caption": "a car",
            "scores": {"acc": 0.5, "rank": 2},
        }
    ]
    assert made.class_labels == {"3": "class_3"}
    assert made.score_names() == {"acc", "rank"}


def test_layers_may_be_made_before_the_picture(place: Any) -> None:
    boxes = BoundingBoxes2D({"box_data": [BOX]}, "truth")
    mask = ImageMask({"mask_data": np.array([[0, 1], [2, 2]]), "class_labels": {1: "cat"}}, "m")
    value = Image(PICTURE, boxes={"truth": boxes}, masks={"m": mask}).bound(place, "x", 0)
    assert value["boxes"]["truth"]["_type"] == "boxes2D"
    assert value["masks"]["m"]["class_labels"] == {"1": "cat"}
    with Pil.open(io.BytesIO(place.made(value["masks"]["m"]["path"]))) as seen:
        assert list(seen.tobytes()) == [0, 1, 2, 2]


def test_classes_of_a_mask_without_names_are_those_that_occur() -> None:
    assert ImageMask({"mask_data": np.array([[7, 0], [7, 200]])}).class_labels == {
        "0": "class_0",
        "7": "class_7",
        "200": "class_200",
    }
    assert ImageMask({"mask_data": np.array([[True, False]])}).class_labels == {"0": "class_0", "1": "class_1"}


def test_a_mask_may_be_a_file(place: Any, tmp_path: Path) -> None:
    Pil.fromarray(np.eye(4, dtype="uint8")).save(tmp_path / "m.png")
    value = ImageMask({"path": tmp_path / "m.png"}).bound(place, "x", 0)
    assert value["path"].endswith(".mask.png")
    assert place.made(value["path"]) == (tmp_path / "m.png").read_bytes()
    assert "class_labels" not in value


def test_a_list_of_pictures_says_which_has_layers(place: Any) -> None:
    with_boxes = Image(PICTURE, boxes={"a": {"box_data": [BOX]}})
    with_mask = Image(PICTURE, masks={"m": {"mask_data": np.eye(2)}})
    value = Image.bound_list([with_boxes, with_mask, Image(PICTURE)], place, "x", 0)
    assert [None if one is None else list(one) for one in value["all_boxes"]] == [["a"], None, None]
    assert [None if one is None else list(one) for one in value["all_masks"]] == [None, ["m"], None]


def test_a_picture_with_layers_comes_back_from_an_artifact(shelf: Any) -> None:
    image = Image(
        PICTURE,
        caption="c",
        grouping=3,
        classes=[{"id": 9, "name": "nine"}],
        boxes={"b": {"box_data": [BOX], "class_labels": {2: "two"}}},
        masks={"m": {"mask_data": np.eye(2, dtype="uint8"), "class_labels": {0: "zero"}}},
    )
    said = image.stored(shelf)
    assert (said["_type"], said["width"], said["format"]) == ("image-file", 2, "png")
    assert said["boxes"] == {"b": [BOX]}
    assert set(said["masks"]["m"]) == {"_type", "path", "sha256", "size"}
    assert said["classes"]["type"] == "classes-file"
    kept = msgspec.json.decode((shelf.folder / said["classes"]["path"]).read_bytes())
    assert kept["class_set"] == [{"id": 2, "name": "two"}, {"id": 0, "name": "zero"}, {"id": 9, "name": "nine"}]
    back = restored(msgspec.json.decode(msgspec.json.encode(said)), shelf)
    assert isinstance(back, Image)
    assert (back.caption, back._grouping, back.width, back.height) == ("c", 3, 2, 2)
    assert back._boxes["b"].boxes == [BOX]
    assert back._classes == image._classes
    assert back._masks["m"]._content.read() == image._masks["m"]._content.read()


def test_classes_are_kept_and_come_back(place: Any, shelf: Any) -> None:
    classes = Classes([{"id": np.int64(1), "name": "cat"}, {"id": "d", "name": "dog"}])
    said = classes.stored(shelf)
    assert said == classes.bound(place, "x", 0) == Classes.bound_list([classes], place, "x", 0)[0]
    assert said == {"_type": "classes", "class_set": [{"id": 1, "name": "cat"}, {"id": "d", "name": "dog"}]}
    assert restored(said, shelf) == classes
    assert len({classes, Classes.restored(said, shelf)}) == 1
    assert classes.names() == {1: "cat", "d": "dog"}


def test_classes_have_the_type_of_a_column() -> None:
    kind = Classes([{"id": 1, "name": "cat"}]).get_type()
    assert kind.to_json()["wb_type"] == "classesId"


def test_what_was_stored_under_another_name_is_said() -> None:
    with pytest.raises(UsageError, match="type 'pickle' cannot be read"):
        restored({"_type": "pickle"}, None)  # type: ignore[arg-type]


def boxes(**changed: Any) -> Any:
    return lambda: BoundingBoxes2D({"box_data": [{**BOX, **changed}]})


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: BoundingBoxes2D({}), "'box_data'"),
        (lambda: BoundingBoxes2D({"box_data": "abc"}), "list of boxes, not str"),
        (lambda: BoundingBoxes2D({"box_data": [7]}), "Box 0 is a dict"),
        (boxes(position={"minX": 1}), "Box 0 needs a 'position'"),
        (boxes(position={"middle": [1], "width": 1, "height": 1}), "needs a 'position'"),
        (boxes(position={"minX": "a", "maxX": 1, "minY": 1, "maxY": 1}), "needs a 'position'"),
        (boxes(position=None), "needs a 'position'"),
        (boxes(scores=[1]), "scores of box 0"),
        (boxes(scores={"acc": "high"}), "The score 'acc' of box 0 is a number, not 'high'"),
        (boxes(scores={"acc": True}), "is a number"),
        (boxes(class_id="car"), "class_id of box 0 is a whole number"),
        (boxes(class_id=1.5), "whole number"),
        (boxes(box_caption=7), "box_caption"),
        (boxes(extra=1j), "Box 0 cannot be kept"),
        (lambda: BoundingBoxes2D({"box_data": [], "class_labels": {1: 2}}), "numbers and names"),
        (lambda: BoundingBoxes2D({"box_data": [], "class_labels": ["a"]}), "not list"),
        (lambda: ImageMask({}), "'mask_data'"),
        (lambda: ImageMask({"mask_data": [[1]]}), "H×W array, not list"),
        (lambda: ImageMask({"mask_data": np.zeros((2, 2, 2))}), "H×W array"),
        (lambda: ImageMask({"mask_data": np.array([[-1]])}), "0 to 255"),
        (lambda: ImageMask({"mask_data": np.array([[np.nan]])}), "0 to 255"),
        (lambda: ImageMask({"mask_data": np.array([["a"]])}), "0 to 255"),
        (lambda: ImageMask({"mask_data": np.zeros((0, 2))}), "no pixels"),
        (lambda: ImageMask({"path": "nowhere.png"}), "no mask file"),
        (lambda: ImageMask({"path": None}), "a text, not NoneType"),
        (lambda: Classes({"id": 1}), "list of dicts"),
        (lambda: Classes([{"id": 1}]), "'id' and 'name'"),
        (lambda: Image(PICTURE, classes=[1]), "'id' and 'name'"),
        (lambda: Image(PICTURE, masks=[1]), "named layers"),
    ],
)
def test_a_layer_that_says_too_little_is_the_callers_mistake(make: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        make()
    assert isinstance(caught.value, (TypeError, ValueError))
