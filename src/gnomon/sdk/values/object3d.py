"""Things in three dimensions: clouds of points, scenes of points and boxes, and files of shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import sqrt
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from gnomon.sdk.shipper.encoders.points import packed
from gnomon.sdk.values.content import Content, Held, Local, Raw, local_path
from gnomon.sdk.values.filed import Filed
from gnomon.sdk.values.media import BadValue, Place, refusing
from gnomon.sdk.values.opened import file_type_of, opened
from gnomon.sdk.values.plain import Unloggable, array_of, is_array, plain

if TYPE_CHECKING:
    from typing_extensions import Self

SCENE = "lidar/beta"
COLUMNS = (3, 4, 6)


class Object3D(Filed):
    """Something in three dimensions to be logged: `run.log({"scan": Object3D(points)})`, or a list of them.

    `data_or_path` is an array of points N×3 (x, y, z), N×4 (and a category from 1 to 14) or N×6 (and red, green, blue
    from 0 to 255); a scene, a dict with `"type": "lidar/beta"` and `points`, `boxes` (dicts of `corners`, `label`,
    `color`, see `box3d`) and `vectors` (dicts of `start` and `end`); or the path of an obj, gltf, glb, babylon, stl,
    ply or pts.json file, or such a file opened. An open file without a name needs `file_type`. Raises UsageError for
    anything else.
    """

    SUPPORTED_TYPES: ClassVar[frozenset[str]] = frozenset({"obj", "gltf", "glb", "babylon", "stl", "ply", "pts.json"})
    SUPPORTED_POINT_CLOUD_TYPES: ClassVar[frozenset[str]] = frozenset({SCENE})
    suffix: ClassVar[str] = "object3D-file"
    folder: ClassVar[str] = "media/object3D"

    @refusing
    def __init__(self, data_or_path: Any, caption: str | None = None, **kwargs: Any) -> None:
        super().__init__(self._taken(data_or_path, file_type_of(kwargs, "Object3D")), caption)

    def _taken(self, data: Any, file_type: str | None) -> Content:
        path = local_path(data, "Object3D")
        if path is not None:
            return Local(path, self._known(path), "3D")
        found = opened(data, file_type, self._known, "A 3D object")
        if found is not None:
            return found
        if isinstance(data, Mapping):
            return _scene(data)
        if is_array(data):
            return _cloud(data)
        raise BadValue(f"A 3D object is an array of points, a scene, a file or its path, not {type(data).__name__}")

    @classmethod
    def _known(cls, name: str) -> str:
        """The type of a file by its name."""
        for file_type in sorted(cls.SUPPORTED_TYPES):
            if name.lower() == file_type or name.lower().endswith("." + file_type):
                return file_type
        raise BadValue(f"{name} is no 3D object: files are {', '.join(sorted(cls.SUPPORTED_TYPES))}")

    @classmethod
    def from_file(cls, data_or_path: Any, file_type: str | None = None) -> Self:
        """From a path or an open file; `file_type` is needed for an open file without a name."""
        return cls(data_or_path, file_type=file_type)

    @classmethod
    def from_numpy(cls, data: Any) -> Self:
        """From an array of points N×3, N×4 or N×6."""
        if not is_array(data):
            raise BadValue(f"Points are an array, not {type(data).__name__}")
        return cls(data)

    @classmethod
    def from_point_cloud(
        cls,
        points: Sequence[Any],
        boxes: Sequence[Mapping[str, Any]],
        vectors: Sequence[Mapping[str, Any]] | None = None,
        point_cloud_type: str = SCENE,
    ) -> Self:
        """From points with boxes and vectors; see `box3d`."""
        return cls({"type": point_cloud_type, "points": points, "boxes": boxes, "vectors": vectors or []})

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> dict[str, Any]:
        """The value that stands for a list of objects under one key."""
        objects = [item.bound(place, key, step) for item in items]
        return {
            "_type": "object3D",
            "filenames": [one["path"].removeprefix(f"{cls.folder}/") for one in objects],
            "count": len(objects),
            "objects": objects,
        }

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        return cls(path, caption=said.get("caption"))

    def __repr__(self) -> str:
        return f"Object3D({self._content.extension}, caption={self.caption!r})"


def box3d(
    *,
    center: Sequence[float],
    size: Sequence[float],
    orientation: Sequence[float],
    color: Sequence[float],
    label: str | None = None,
    score: float | None = None,
) -> dict[str, Any]:
    """A box of a scene, from its middle, its size along x, y, z and how it is turned.

    `orientation` is a quaternion of four numbers (r, x, y, z), which turns the box's own axes; `color` is red, green,
    blue. Raises UsageError where a number is missing, or the quaternion is zero.
    """
    middle, extent = _numbers(center, 3, "center"), _numbers(size, 3, "size")
    turn = _turned(_numbers(orientation, 4, "orientation"))
    corners = []
    for signs in product((-1, 1), repeat=3):
        arm = [0.5 * length * sign for length, sign in zip(extent, signs, strict=True)]
        corners.append([middle[axis] + sum(arm[row] * turn[row][axis] for row in range(3)) for axis in range(3)])
    return {"corners": corners, "color": _numbers(color, 3, "color"), "label": label, "score": score}


def _turned(quaternion: list[float]) -> list[list[float]]:
    """The axes of a box that was turned, one a row."""
    largest = max(abs(part) for part in quaternion)
    if largest == 0:
        raise BadValue("The orientation of a box is a quaternion that is not zero")
    parts = [part / largest for part in quaternion]  # so that no square is lost or too large
    length = sqrt(sum(part * part for part in parts))
    r, i, j, k = (part / length for part in parts)
    return [
        [1 - 2 * (j * j + k * k), 2 * (i * j + k * r), 2 * (i * k - j * r)],
        [2 * (i * j - k * r), 1 - 2 * (i * i + k * k), 2 * (j * k + i * r)],
        [2 * (i * k + j * r), 2 * (j * k - i * r), 1 - 2 * (i * i + j * j)],
    ]


def _numbers(values: Any, count: int, what: str) -> list[float]:
    try:
        found = [float(value) for value in values]
    except (TypeError, ValueError):
        found = []
    if len(found) != count:
        raise BadValue(f"The {what} of a box is {count} numbers, not {values!r}")
    return found


def _cloud(data: Any) -> Raw:
    try:
        points = array_of(data)
    except Exception as error:
        raise BadValue(f"The points cannot be read: {error}") from None
    return _raw(points, None, tuple(data.shape))


def _scene(data: Mapping[str, Any]) -> Content:
    if data.get("type") != SCENE:
        raise BadValue(f"A scene is a dict with 'type': {SCENE!r}, not {data.get('type')!r}")
    rest = {"type": SCENE, "vectors": _listed(data, "vectors"), "boxes": _listed(data, "boxes")}
    for box in rest["boxes"]:
        if not isinstance(box, dict) or not isinstance(box.get("corners"), list) or len(box["corners"]) != 8:
            raise BadValue("A box of a scene is a dict with 'corners', eight points; box3d() makes one")
    points: Any = data.get("points")
    if is_array(points) and len(points):
        found = array_of(points)
        return _raw(found, rest, tuple(found.shape))
    listed = _listed(data, "points")
    for point in listed:
        if not isinstance(point, list) or len(point) not in COLUMNS:
            raise BadValue(f"A point has 3, 4 or 6 numbers, not {point!r}")
    return Held(msgspec.json.encode({**rest, "points": listed}), "pts.json")


def _raw(points: Any, rest: Any, shape: tuple[int, ...]) -> Raw:
    if len(shape) != 2 or shape[1] not in COLUMNS:
        raise BadValue(f"Points are an array N×3, N×4 or N×6, not one of the shape {shape}")
    if points.dtype.kind not in "buif":
        raise BadValue(f"Points are made of numbers, not of {points.dtype}")
    kind = "d" if points.dtype.kind == "f" else "q"
    numbers = points.astype("float64" if kind == "d" else "int64").tobytes()
    return Raw(packed(rest, numbers), "pts.json", codec="points", kind=kind, columns=shape[1])


def _listed(data: Mapping[str, Any], name: str) -> list[Any]:
    values = data.get(name)
    if values is None:
        return []
    try:
        found = plain(values.tolist() if hasattr(values, "tolist") else list(values))
    except (TypeError, Unloggable) as error:
        raise BadValue(f"The {name} of a scene cannot be kept: {error}") from None
    return found if isinstance(found, list) else [found]
