"""Pictures: what is taken of arrays, PIL images, figures and files, and where it goes."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image as Pil

from gnomon.protocol import journal
from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError
from gnomon.sdk.values import pixels
from gnomon.sdk.values.content import Raw
from gnomon.sdk.values.image import Image
from gnomon.sdk.values.media import Place

chance = np.random.default_rng(0)


class Tensor:
    """An array as torch shows it."""

    def __init__(self, array: Any) -> None:
        self.array = array
        self.shape, self.dtype = array.shape, f"torch.{array.dtype}"

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> Any:
        return self.array


def taken(data: Any, **how: Any) -> pixels.Pixels:
    content = Image(data, **how)._content
    assert isinstance(content, Raw)
    return pixels.Pixels(content.data, content.how["width"], content.how["height"], content.how["mode"])


@pytest.mark.parametrize(
    ("shape", "mode"), [((4, 6), "L"), ((4, 6, 1), "L"), ((4, 6, 2), "LA"), ((4, 6, 3), "RGB"), ((4, 6, 4), "RGBA")]
)
def test_bytes_are_taken_as_they_are(shape: tuple[int, ...], mode: str) -> None:
    array = chance.integers(2, 256, shape, dtype="uint8")
    found = taken(array)
    assert (found.width, found.height, found.mode) == (6, 4, mode)
    assert found.data == array.tobytes()


def test_an_array_that_is_no_block_of_memory_is_taken_right() -> None:
    array = chance.integers(2, 256, (10, 10, 3), dtype="uint8")[::2, ::-1]
    assert taken(array).data == np.ascontiguousarray(array).tobytes()


@pytest.mark.parametrize(
    ("values", "bytes_of"),
    [
        ([0.0, 0.5, 1.0], [0, 127, 255]),
        ([-1.0, 0.0, 1.0], [0, 127, 255]),
        ([0.0, 100.4, 300.0], [0, 100, 255]),
        ([-5.0, 10.0, 255.0], [0, 10, 255]),
        ([0.0, np.nan, 1.0], [0, 0, 255]),
    ],
)
def test_floats_are_spread_over_the_bytes(values: list[float], bytes_of: list[int]) -> None:
    assert list(taken(np.array([values])).data) == bytes_of


def test_a_mask_of_noughts_and_ones_is_seen() -> None:
    assert list(taken(np.array([[0, 1]], dtype="uint8")).data) == [0, 255]
    assert list(taken(np.array([[False, True]])).data) == [0, 255]
    assert list(taken(np.array([[0, 1]], dtype="uint8"), normalize=False).data) == [0, 1]


def test_without_normalising_floats_are_clipped() -> None:
    assert list(taken(np.array([[0.0, 1.0, 300.0]]), normalize=False).data) == [0, 1, 255]


def test_a_tensor_is_channels_first() -> None:
    array = chance.integers(0, 256, (3, 4, 6), dtype="uint8")
    found = taken(Tensor(array))
    assert (found.width, found.height, found.mode) == (6, 4, "RGB")
    assert found.data == array.transpose(1, 2, 0).tobytes()


def test_a_float_tensor_spans_its_own_range() -> None:
    found = taken(Tensor(np.array([[[2.0, 3.0, 4.0]]])))
    assert list(found.data) == [0, 127, 255]


def test_a_batch_of_tensors_is_a_grid_of_eight_a_row() -> None:
    found = taken(Tensor(chance.random((10, 3, 4, 6))))
    assert (found.width, found.height, found.mode) == (2 + 8 * 8, 2 + 2 * 6, "RGB")
    single = taken(Tensor(np.full((2, 1, 2, 2), 7, dtype="uint8")), normalize=False)
    assert (single.width, single.height, single.mode) == (10, 6, "L")
    assert single.data[2 * 10 + 2 : 2 * 10 + 4] == b"\x07\x07"


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_pil_image_is_taken_as_it_is(mode: str) -> None:
    picture = Pil.new(mode, (6, 4), 7 if mode == "L" else tuple(range(7, 7 + len(mode))))
    found = taken(picture)
    assert (found.width, found.height, found.mode, found.data) == (6, 4, mode, picture.tobytes())


@pytest.mark.parametrize(("mode", "meant"), [("1", "L"), ("P", "RGB"), ("CMYK", "RGB"), ("F", "L"), ("I", "I;16")])
def test_other_pil_images_are_converted(mode: str, meant: str) -> None:
    assert taken(Pil.new(mode, (6, 4))).mode == meant


def test_changing_the_array_afterwards_changes_nothing(place: Place, tmp_path: Path) -> None:
    array = np.full((2, 2), 9, dtype="uint8")
    image = Image(array)
    array[:] = 200
    image.bound(place, "x", 0)
    (about,) = frame_values(place)
    assert raw_bytes(tmp_path / "run", about) == b"\x09" * 4


def frame_values(place: Place) -> list[Any]:
    data = journal.MAGIC + b"".join(place.frames)
    return [journal.decode(frame.payload)[1] for frame in journal.frames(data)]


def raw_bytes(folder: Path, about: dict[str, Any]) -> bytes:
    raw = about["raw"]
    return (folder / raw["path"]).read_bytes()[raw["at"] : raw["at"] + raw["size"]]


def test_the_value_and_the_file_record_name_the_same_path(place: Place, tmp_path: Path) -> None:
    value = Image(np.zeros((4, 6, 3), "uint8"), caption="first").bound(place, "val/samples", 3)
    path = value["path"]
    assert path.startswith("media/images/val/samples_3_")
    assert value == {
        "_type": "image-file",
        "path": path,
        "format": "png",
        "width": 6,
        "height": 4,
        "caption": "first",
    }
    (about,) = frame_values(place)
    assert raw_bytes(tmp_path / "run", about) == bytes(72)
    for name in ("path", "at", "size"):
        del about["raw"][name]
    assert about == {
        "path": path,
        "policy": "now",
        "raw": {"codec": "image", "width": 6, "height": 4, "mode": "RGB", "file_type": "png"},
    }


def test_an_image_logged_twice_is_kept_once(place: Place) -> None:
    image = Image(np.zeros((2, 2), "uint8"))
    assert image.bound(place, "x", 0)["path"] == image.bound(place, "y", 1)["path"]
    assert len(place.frames) == 1


def test_a_list_is_one_value(place: Place) -> None:
    images = [Image(np.zeros((4, 6), "uint8"), caption="a"), Image(np.zeros((4, 6), "uint8"))]
    value = Image.bound_list(images, place, "x", 0)
    names = value.pop("filenames")
    assert len(set(names)) == 2
    assert value == {
        "_type": "images/separated",
        "count": 2,
        "width": 6,
        "height": 4,
        "format": "png",
        "captions": ["a", ""],
    }
    assert "captions" not in Image.bound_list(images[1:], place, "x", 1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_a_file_is_copied_as_it_is_now(kind: str, place: Place, tmp_path: Path) -> None:
    source = tmp_path / f"picture.{kind.lower()}"
    Pil.new("RGB", (60, 40), (1, 2, 3)).save(source, kind)
    before = source.read_bytes()
    value = Image(str(source)).bound(place, "x", 0)
    source.unlink()
    assert (value["width"], value["height"], value["format"]) == (60, 40, kind.lower())
    assert (tmp_path / "run/files" / value["path"]).read_bytes() == before


class Figure:
    """Draws itself, as matplotlib's figures do."""

    def savefig(self, target: io.BytesIO, format: str) -> None:
        Pil.new("RGB", (30, 20)).save(target, {"jpg": "jpeg"}.get(format, format))


def test_a_figure_is_drawn(place: Place, tmp_path: Path) -> None:
    value = Image(Figure()).bound(place, "x", 0)
    assert (value["width"], value["height"]) == (30, 20)
    assert (tmp_path / "run/files" / value["path"]).read_bytes().startswith(b"\x89PNG")


def test_boxes_are_kept_as_a_file_with_names_for_all_classes(place: Place, tmp_path: Path) -> None:
    boxes = {
        "predictions": {
            "box_data": [
                {"position": {"minX": 0.1, "maxX": np.float32(0.5), "minY": 0, "maxY": 1}, "class_id": 2},
                {"position": {"middle": [1, 2], "width": 3, "height": 4}, "domain": "pixel", "class_id": 3},
            ],
            "class_labels": {2: "road"},
        }
    }
    value = Image(np.zeros((2, 2), "uint8"), boxes=boxes).bound(place, "x", 0)
    layer = value["boxes"]["predictions"]
    kept = msgspec.json.decode((tmp_path / "run/files" / layer["path"]).read_bytes())
    assert kept["class_labels"] == {"2": "road", "3": "class_3"}
    assert kept["box_data"][0]["position"]["maxX"] == 0.5
    assert kept["box_data"][1]["domain"] == "pixel"


def test_masks_are_kept_as_pictures(place: Place, tmp_path: Path) -> None:
    masks = {"truth": {"mask_data": np.array([[0, 2], [1, 255]]), "class_labels": {1: "cat"}}}
    value = Image(np.zeros((2, 2, 3), "uint8"), masks=masks).bound(place, "x", 0)
    layer = value["masks"]["truth"]
    assert layer["class_labels"] == {"1": "cat"}
    about = next(one for one in frame_values(place) if one["path"] == layer["path"])
    assert raw_bytes(tmp_path / "run", about) == b"\x00\x02\x01\xff"


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Image(None), "not NoneType"),
        (lambda: Image([[1, 2]]), "made of an array"),
        (lambda: Image("nowhere.png"), "no image file"),
        (lambda: Image(np.zeros(5)), "two or three dimensions"),
        (lambda: Image(np.zeros((9, 9, 7))), "1 to 4 channels"),
        (lambda: Image(np.zeros((0, 4))), "no pixels"),
        (lambda: Image(np.array([["a"]])), "made of numbers"),
        (lambda: Image(np.zeros((2, 2)), mode="nonsense"), "nonsense"),
        (lambda: Image("https://example.org/x.png"), "not on this machine"),
        (lambda: Image(np.zeros((2, 2)), boxes=[1]), "named layers"),
        (lambda: Image(np.zeros((2, 2)), file_type="tiff"), "file_type"),
        (lambda: Image(np.zeros((2, 2)), boxes={"x": {"box_data": [{"position": {"minX": 1}}]}}), "position"),
        (lambda: Image(np.zeros((2, 2)), boxes={"x": [1]}), "box_data"),
        (lambda: Image(np.zeros((2, 2)), masks={"x": {"class_labels": {}}}), "mask_data"),
        (lambda: Image(np.zeros((2, 2)), masks={"x": {"mask_data": np.array([[300]])}}), "0 to 255"),
    ],
)
def test_what_is_no_picture_is_the_callers_mistake(make: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make()


@pytest.mark.parametrize("key", ["../../etc/passwd", "/abs", "a//b", "..", "", "x" * 500, "a\\b", "nul\0", "日本/語"])
def test_no_key_leads_out_of_the_folder_of_media(key: str, place: Place, tmp_path: Path) -> None:
    path = Image(np.zeros((2, 2), "uint8")).bound(place, key, 0)["path"]
    assert path.startswith("media/images/")
    resolved = (tmp_path / "run/files" / path).resolve()
    assert resolved.is_relative_to((tmp_path / "run/files/media/images").resolve())


@pytest.mark.parametrize("given", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("wanted", ["L", "LA", "RGB", "RGBA", "1", "P", "CMYK"])
def test_an_array_in_another_mode_is_what_pil_makes_of_it(given: str, wanted: str) -> None:
    channels = len(given)
    array = chance.integers(0, 256, (7, 5, channels), dtype="uint8")
    picture = Pil.frombytes(given, (5, 7), array.tobytes())
    expected = picture.convert(wanted)
    if wanted not in ("L", "LA", "RGB", "RGBA"):
        expected = expected.convert("L" if wanted == "1" else "RGBA" if "transparency" in expected.info else "RGB")
    found = taken(array, mode=wanted)
    assert (found.mode, found.data) == (expected.mode, expected.tobytes())


def test_sixteen_bits_are_kept_where_a_picture_has_one_channel(place: Any) -> None:
    deep = np.array([[0, 1, 256], [40_000, 65_535, 513]], dtype="uint16")
    for data in (deep, Pil.fromarray(deep)):
        with Pil.open(io.BytesIO(place.made(Image(data).bound(place, "x", 0)["path"]))) as seen:
            assert seen.mode == "I;16"
            assert (np.asarray(seen) == deep).all()
    coloured = taken(np.full((2, 2, 3), 0x1234, "uint16"))
    assert (coloured.mode, set(coloured.data)) == ("RGB", {0x12})
    assert taken(deep, mode="L").data == bytes([0, 0, 1, 156, 255, 2])
    assert set(taken(np.full((2, 2), 7, "uint16")).data) == {7}


@pytest.mark.parametrize("file_type", ["png", "jpg", "jpeg", "bmp", "gif", "webp"])
def test_pictures_are_made_in_the_type_that_was_asked_for(file_type: str, place: Any) -> None:
    for shape in ((8, 8), (8, 8, 2), (8, 8, 3), (8, 8, 4)):
        value = Image(np.full(shape, 200, "uint8"), file_type=file_type).bound(place, "x", 0)
        assert (value["format"], value["path"].rpartition(".")[2]) == (file_type, file_type)
        with Pil.open(io.BytesIO(place.made(value["path"]))) as seen:
            assert seen.format == {"jpg": "JPEG"}.get(file_type, file_type.upper())
            assert seen.convert("L").getpixel((4, 4)) == pytest.approx(200, abs=3)
    deep = Image(np.full((4, 4), 0xC8FF, "uint16"), file_type=file_type).bound(place, "x", 0)
    with Pil.open(io.BytesIO(place.made(deep["path"]))) as seen:
        assert seen.size == (4, 4)


def test_without_pillow_pictures_are_png_and_that_is_said(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    monkeypatch.setattr("gnomon.sdk.values.image.find_spec", lambda name: None)
    guard.forget()
    assert [Image(np.zeros((2, 2)), file_type="jpg").format for _ in range(2)] == ["png", "png"]
    assert ["pip install pillow" in line for line in said] == [True]


def test_what_was_given_can_be_looked_at(tmp_path: Path) -> None:
    array = chance.integers(2, 256, (4, 6, 3), dtype="uint8")
    image = Image(array)
    assert (np.asarray(image.image) == array).all()
    assert image.image is image.image
    assert (np.array(image.to_data_array()) == array).all()
    Pil.fromarray(array).save(tmp_path / "a.png")
    assert (np.asarray(Image(tmp_path / "a.png").image) == array).all()
    assert Image(array[:, :, 0]).to_data_array()[0] == array[0, :, 0].tolist()


def test_an_image_of_an_image_is_the_same_picture_without_layers(place: Any) -> None:
    first = Image(np.full((4, 6), 9, "uint8"), caption="c", grouping=2, masks={"m": {"mask_data": np.eye(2)}})
    same, other = Image(first), Image(first, caption="d")
    assert (same.caption, other.caption, same._grouping) == ("c", "d", 2)
    value = same.bound(place, "x", 0)
    assert "masks" not in value
    assert (value["width"], value["height"]) == (6, 4)
    with Pil.open(io.BytesIO(place.made(value["path"]))) as seen:
        assert set(seen.tobytes()) == {9}


@pytest.mark.parametrize(
    ("array", "mode"),
    [
        (np.zeros((4, 6)), "L"),
        (np.zeros((4, 6, 1)), "L"),
        (np.zeros((4, 6, 3)), "RGB"),
        (np.zeros((4, 6, 4)), "RGBA"),
        (Tensor(np.zeros((3, 4, 6))), "RGB"),
        (Tensor(np.zeros((1, 4, 6))), "L"),
    ],
)
def test_the_mode_of_an_array_is_guessed_by_its_shape(array: Any, mode: str) -> None:
    image = Image(np.zeros((2, 2)))
    assert image.guess_mode(array) == mode


def test_guessing_knows_what_jpeg_cannot_do(said: list[str]) -> None:
    guard.forget()
    image = Image(np.zeros((2, 2)))
    assert image.guess_mode(np.zeros((4, 6, 4)), "jpg") == "RGB"
    assert ["no transparency" in line for line in said] == [True]
    with pytest.raises(UsageError, match="1, 3 or 4 channels"):
        image.guess_mode(np.zeros((4, 6, 7)))


def test_axes_and_pyplot_mean_their_figure(place: Any) -> None:
    for data in (SimpleNamespace(figure=Figure()), SimpleNamespace(gcf=Figure)):
        assert Image(data).bound(place, "x", 0)["width"] == 30
    assert Image(Figure(), file_type="jpg").bound(place, "x", 0)["path"].endswith(".jpg")
    with pytest.raises(UsageError, match="not as gif"):
        Image(Figure(), file_type="gif")
