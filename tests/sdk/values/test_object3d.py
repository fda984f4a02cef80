"""Things in three dimensions: clouds, scenes, files, and boxes that are turned."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values.object3d import Object3D, box3d

CORNERS = [[0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 1]]


def kept(thing: Object3D, place: Any) -> Any:
    value = thing.bound(place, "scan", 0)
    assert value["_type"] == "object3D-file"
    assert value["path"].startswith("media/object3D/scan_0_")
    assert value["path"].endswith(".pts.json")
    return msgspec.json.decode(place.made(value["path"]))


@pytest.mark.parametrize("columns", [3, 4, 6])
@pytest.mark.parametrize("dtype", ["float64", "float32", "int32", "uint8", "bool"])
def test_a_cloud_is_kept_point_by_point(columns: int, dtype: str, place: Any) -> None:
    points = (np.arange(5 * columns) % 7).reshape(5, columns).astype(dtype)
    thing = Object3D(points)
    meant = points.astype(int).tolist() if dtype == "bool" else points.tolist()
    points[:] = 0
    assert kept(thing, place) == meant
    assert isinstance(kept(thing, place)[0][0], float if dtype.startswith("float") else int)


def test_a_scene_has_boxes_and_vectors(place: Any) -> None:
    box = {"corners": CORNERS, "label": "Box", "color": [123, 321, 111]}
    vector = {"start": [0, 0, 0], "end": [0.1, 0.2, 0.5]}
    points = np.array([[0.4, 1, 1.3], [1, 1, 1]])
    scene = {"type": "lidar/beta", "points": points, "boxes": np.array([box]), "vectors": np.array([vector])}
    meant = {"type": "lidar/beta", "points": points.tolist(), "boxes": [box], "vectors": [vector]}
    assert kept(Object3D(scene), place) == meant
    assert kept(Object3D({**scene, "points": points.tolist(), "boxes": [box]}), place) == meant
    assert kept(Object3D.from_point_cloud(points.tolist(), [box], [vector]), place) == meant
    assert kept(Object3D({"type": "lidar/beta"}), place) == {
        "type": "lidar/beta",
        "points": [],
        "boxes": [],
        "vectors": [],
    }


@pytest.mark.parametrize("file_type", ["obj", "gltf", "glb", "babylon", "stl", "ply", "pts.json"])
def test_files_are_kept_byte_by_byte_however_they_were_opened(file_type: str, place: Any, tmp_path: Path) -> None:
    source = tmp_path / f"shape.{file_type}"
    source.write_bytes(bytes(range(256)))
    with open(source, encoding="latin-1") as text, open(source, "rb") as raw:
        for data in (source, str(source), text, raw):
            value = Object3D(data).bound(place, "x", 0)
            assert value["path"].endswith("." + file_type)
            assert place.made(value["path"]) == bytes(range(256))
    assert Object3D.from_file(str(source))._content.read() == bytes(range(256))


def test_an_open_file_without_a_name_says_its_type(place: Any) -> None:
    thing = Object3D(io.StringIO("v 0 0 0"), file_type="obj")
    assert place.made(thing.bound(place, "x", 0)["path"]) == b"v 0 0 0"
    assert Object3D.from_file(io.BytesIO(b"x"), "glb")._content.extension == "glb"


def test_a_list_is_one_value(place: Any) -> None:
    things = [Object3D(np.zeros((2, 3)), caption="a"), Object3D.from_numpy(np.zeros((2, 3)))]
    value = Object3D.bound_list(things, place, "dir/x", 0)
    assert (value["_type"], value["count"]) == ("object3D", 2)
    assert value["filenames"] == [one["path"].removeprefix("media/object3D/") for one in value["objects"]]
    assert value["objects"][0]["caption"] == "a"


def test_it_comes_back_from_an_artifact(shelf: Any) -> None:
    said = Object3D(np.ones((2, 3)), caption="c").stored(shelf)
    back = Object3D.restored(said, shelf)
    assert back.caption == "c"
    assert back._content.extension == "pts.json"
    assert msgspec.json.decode(back._content.read()) == [[1.0] * 3] * 2


numbers = st.floats(-100, 100)


@given(st.tuples(numbers, numbers, numbers), st.tuples(numbers, numbers, numbers), st.tuples(*[st.floats(0.1, 9)] * 4))
def test_a_turned_box_keeps_its_middle_and_its_edges(middle: Any, size: Any, turn: Any) -> None:
    corners = np.array(box3d(center=middle, size=size, orientation=turn, color=(1, 0, 0))["corners"])
    assert np.allclose(corners.mean(axis=0), middle, atol=1e-6)
    edges = [np.linalg.norm(corners[0] - corners[step]) for step in (4, 2, 1)]
    assert np.allclose(edges, np.abs(size), atol=1e-6)


def test_a_box_that_is_not_turned_has_its_corners_along_the_axes() -> None:
    box = box3d(center=(0, 0, 1), size=(2, 4, 6), orientation=(1, 0, 0, 0), color=(1, 0, 0), label="car", score=0.5)
    assert box["corners"][0] == [-1, -2, -2]
    assert box["corners"][7] == [1, 2, 4]
    assert (box["label"], box["score"], box["color"]) == ("car", 0.5, [1, 0, 0])
    half = box3d(center=(0, 0, 0), size=(2, 4, 6), orientation=(0, 0, 0, 1e-200), color=(1, 0, 0))
    assert np.allclose(half["corners"][0], [1, 2, -3])  # turned around the third axis by half


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Object3D(7), "not int"),
        (lambda: Object3D(np.zeros((2, 5))), "N×3, N×4 or N×6"),
        (lambda: Object3D(np.zeros(3)), "N×3, N×4 or N×6"),
        (lambda: Object3D(np.array([["a"] * 3])), "made of numbers"),
        (lambda: Object3D.from_numpy([[1, 2, 3]]), "not list"),
        (lambda: Object3D({"points": []}), "'type': 'lidar/beta'"),
        (lambda: Object3D({"type": "lidar/beta", "boxes": [{}]}), "eight points"),
        (lambda: Object3D({"type": "lidar/beta", "points": [[1, 2]]}), "3, 4 or 6 numbers"),
        (lambda: Object3D({"type": "lidar/beta", "points": 7}), "points of a scene cannot be kept"),
        (lambda: Object3D.from_point_cloud([], [], point_cloud_type="other"), "not 'other'"),
        (lambda: Object3D("a.fbx"), "files are babylon"),
        (lambda: Object3D("nowhere.obj"), "no 3D file"),
        (lambda: Object3D(io.StringIO("x")), "needs file_type"),
        (lambda: Object3D(io.StringIO("x"), file_type="fbx"), "no 3D object"),
        (lambda: Object3D(np.zeros((1, 3)), colour="red"), "takes file_type, not colour"),
        (lambda: box3d(center=(1, 2), size=(1, 1, 1), orientation=(1, 0, 0, 0), color=(1, 1, 1)), "center"),
        (lambda: box3d(center=(1, 2, 3), size=(1, 1, 1), orientation=(0, 0, 0, 0), color=(1, 1, 1)), "not zero"),
        (lambda: box3d(center=(1, 2, 3), size="abc", orientation=(1, 0, 0, 0), color=(1, 1, 1)), "size"),
    ],
)
def test_what_has_no_three_dimensions_is_the_callers_mistake(make: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make()
