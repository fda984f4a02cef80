"""Pixels out of whatever holds them, as rows of bytes that the shipper can encode."""

from __future__ import annotations

import struct
from importlib import import_module
from io import BytesIO
from math import ceil
from typing import Any, NamedTuple

from gnomon.sdk.values.plain import array_of, is_array, loaded_numpy

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
CHANNELS = {mode: channels for channels, mode in MODES.items()}
DEEP = "I;16"
"""One channel of 16 bits, little end first."""
GRID_COLUMNS = 8
GRID_GAP = 2


class NotAnImage(Exception):
    """The value cannot be read as a picture; the message says why."""


class Pixels(NamedTuple):
    """A picture in memory: rows from the top, one byte a channel (two in the mode `I;16`)."""

    data: bytes
    width: int
    height: int
    mode: str
    """`L`, `LA`, `RGB`, `RGBA` or `I;16`."""

    def how(self, file_type: str) -> dict[str, Any]:
        """What the shipper must know to make a file of the pixels."""
        return {
            "codec": "image",
            "width": self.width,
            "height": self.height,
            "mode": self.mode,
            "file_type": file_type,
        }


def taken(value: Any, mode: str | None = None, normalize: bool = True) -> Pixels:
    """A copy of the pixels of an array or a PIL image. Raises NotAnImage."""
    if hasattr(value, "tobytes") and hasattr(value, "convert") and hasattr(value, "getbands"):
        return _from_pil(value, mode)
    if isinstance(value, (list, tuple)):
        raise NotAnImage("An image is made of an array; for a list of pictures log a list of Image objects")
    if not is_array(value):
        raise NotAnImage(f"An image is an array, a PIL image, a figure or a path, not {type(value).__name__}")
    torch_like = hasattr(value, "detach")
    try:
        array = array_of(value)
        array = _torch_grid(array, normalize) if torch_like else _numpy_layout(array)
        if _is_deep(array):
            if array.ndim == 2 and mode is None:
                return Pixels(array.astype("<u2").tobytes(), array.shape[1], array.shape[0], DEEP)
            array = (array >> 8).astype("uint8")
        array = _bytes_of(array, normalize and not torch_like)
        if mode is not None and mode not in CHANNELS:
            return _through_pil(array, mode)
        if mode is not None:
            array = _in_mode(array, mode)
    except NotAnImage:
        raise
    except Exception as error:
        raise NotAnImage(f"An array of shape {tuple(value.shape)} cannot be an image: {error}") from None
    channels = array.shape[2] if array.ndim == 3 else 1
    return Pixels(array.tobytes(), array.shape[1], array.shape[0], MODES[channels])


def labels(value: Any) -> tuple[Pixels, list[int]]:
    """A mask: the numbers 0..255 of an H×W array as they are, and which of them occur. Raises NotAnImage."""
    array = array_of(value)
    if array.ndim == 3 and 1 in (array.shape[0], array.shape[2]):
        array = array.reshape([size for size in array.shape if size != 1] or [1, 1])
    if array.ndim != 2:
        raise NotAnImage(f"A mask is an H×W array, not one of shape {tuple(value.shape)}")
    if not array.size:
        raise NotAnImage(f"There are no pixels in a mask of the shape {tuple(value.shape)}")
    if array.dtype.kind not in "buif" or not (array.min() >= 0 and array.max() <= 255):
        raise NotAnImage("A mask holds whole numbers from 0 to 255")
    array = array.astype("uint8")
    counts = loaded_numpy().bincount(array.reshape(-1), minlength=256)
    return Pixels(array.tobytes(), array.shape[1], array.shape[0], "L"), counts.nonzero()[0].tolist()


def _from_pil(picture: Any, mode: str | None) -> Pixels:
    if 0 in picture.size:
        raise NotAnImage(f"There are no pixels in a picture of {picture.size[0]}×{picture.size[1]}")
    if mode is not None and mode != picture.mode:
        picture = picture.convert(mode)
    if picture.mode.startswith("I;16") or picture.mode == "I":
        if picture.mode != DEEP:
            picture = picture.convert(DEEP)
        return Pixels(picture.tobytes(), picture.size[0], picture.size[1], DEEP)
    if picture.mode not in MODES.values():
        clear = "transparency" in getattr(picture, "info", {}) or picture.mode in ("PA", "La", "RGBa")
        picture = picture.convert("RGBA" if clear else "L" if picture.mode in ("1", "F") else "RGB")
    return Pixels(picture.tobytes(), picture.size[0], picture.size[1], picture.mode)


def _numpy_layout(array: Any) -> Any:
    """H×W or H×W×channels; a batch becomes a grid."""
    if array.ndim > 3:
        array = array.reshape(-1, *array.shape[-3:])
        return _numpy_layout(array[0]) if len(array) == 1 else _grid([_numpy_layout(one) for one in array])
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim == 3 and array.shape[2] not in MODES:
        if array.shape[0] not in MODES:
            raise NotAnImage(f"An image has 1 to 4 channels; this array has the shape {tuple(array.shape)}")
        array = array.transpose(1, 2, 0)
        array = array[:, :, 0] if array.shape[2] == 1 else array
    if array.ndim != 2 and array.ndim != 3:
        raise NotAnImage(f"An image has two or three dimensions, not the shape {tuple(array.shape)}")
    if 0 in array.shape:
        raise NotAnImage(f"There are no pixels in an array of the shape {tuple(array.shape)}")
    return array


def _torch_grid(array: Any, normalize: bool) -> Any:
    """C×H×W or N×C×H×W as torchvision's `make_grid` lays them out; with `normalize`, floats span their own range."""
    if array.dtype.kind == "f":
        if normalize:
            low, high = float(array.min()), float(array.max())
            array = (array - low) / max(high - low, 1e-5)
        array = (array * 255).clip(0, 255)
    elif array.dtype.kind == "b":
        array = array.astype("uint8") * 255
    if array.ndim == 2:
        return array
    if array.ndim == 3:
        array = array.transpose(1, 2, 0)
        return array[:, :, 0] if array.shape[2] == 1 else _numpy_layout(array)
    if array.ndim != 4:
        raise NotAnImage(f"A tensor of the shape {tuple(array.shape)} is no image: C×H×W or N×C×H×W is")
    pictures = [one.transpose(1, 2, 0) for one in array]
    return pictures[0][:, :, 0] if len(pictures) == 1 and array.shape[1] == 1 else _grid(pictures)


def _grid(pictures: list[Any]) -> Any:
    """Pictures of one size, eight a row, with a dark gap between."""
    if len(pictures) == 1:
        return pictures[0]
    if not pictures:
        raise NotAnImage("There are no pictures in an empty batch")
    first = pictures[0] if pictures[0].ndim == 3 else pictures[0][:, :, None]
    height, width, channels = first.shape
    columns = min(GRID_COLUMNS, len(pictures))
    rows = ceil(len(pictures) / columns)
    shape = (GRID_GAP + rows * (height + GRID_GAP), GRID_GAP + columns * (width + GRID_GAP), channels)
    sheet = first.repeat(1, axis=0)
    sheet = sheet[:1, :1].repeat(shape[0], axis=0).repeat(shape[1], axis=1)
    sheet[...] = 0
    for index, picture in enumerate(pictures):
        top = GRID_GAP + index // columns * (height + GRID_GAP)
        left = GRID_GAP + index % columns * (width + GRID_GAP)
        sheet[top : top + height, left : left + width] = picture if picture.ndim == 3 else picture[:, :, None]
    return sheet[:, :, 0] if channels == 1 else sheet


def _bytes_of(array: Any, normalize: bool) -> Any:
    """One byte a channel. Values within 0..1 or -1..1 are spread over 0..255 where asked; others are clipped."""
    kind = array.dtype.kind
    if kind == "b":
        return array.astype("uint8") * 255
    if kind not in "uif":
        raise NotAnImage(f"An image is made of numbers, not of {array.dtype}")
    if kind == "f" and array.sum() - array.sum() != 0:  # NaN or an infinity among them
        array = array.copy()
        array[array != array] = 0
        array = array.clip(-3e38, 3e38)
    if normalize and not array[::16, ::16].max() > 1:  # a few tell for most pictures that they are bytes
        high = array.max()
        if high <= 1:
            low = array.min()
            if low >= 0:
                return (array * 255.0).astype("uint8") if kind == "f" else array.astype("uint8") * 255
            if low >= -1:
                return ((array + 1) * 127.5).astype("uint8")
    return array if kind == "u" and array.dtype.itemsize == 1 else array.clip(0, 255).astype("uint8")


def _is_deep(array: Any) -> bool:
    """Whether an array holds more than bytes can: 16 bits of a depth camera, a microscope, a scan."""
    return array.dtype.kind == "u" and array.dtype.itemsize == 2 and int(array.max()) > 255


def _in_mode(array: Any, mode: str) -> Any:
    """An array of bytes with the channels of another mode."""
    if array.ndim == 2:
        array = array[:, :, None]
    found = MODES[array.shape[2]]
    if mode == found:
        return array[:, :, 0] if mode == "L" else array
    alpha = array[:, :, -1:] if found in ("LA", "RGBA") else None
    colours = array[:, :, : len(found) - (alpha is not None)]
    if mode.startswith("L") and colours.shape[2] == 3:
        wide = colours.astype("uint32")  # the weights of television, in parts of 65,536
        colours = (wide[:, :, :1] * 19595 + wide[:, :, 1:2] * 38470 + wide[:, :, 2:] * 7471 + 32768) >> 16
    channels = CHANNELS[mode]
    made = array[:, :, :1].repeat(channels, axis=2)
    made[:, :, : len(mode) - mode.endswith("A")] = colours
    if mode.endswith("A"):
        made[:, :, -1:] = 255 if alpha is None else alpha
    return made[:, :, 0] if channels == 1 else made


def _through_pil(array: Any, mode: str) -> Pixels:
    """The pixels in a mode that only PIL knows, as they can be kept."""
    try:
        pil: Any = import_module("PIL.Image")
    except ImportError:
        raise NotAnImage(
            f"Images of mode {mode!r} need Pillow (pip install pillow); without it there are {', '.join(CHANNELS)}"
        ) from None
    found = MODES[array.shape[2] if array.ndim == 3 else 1]
    picture = pil.frombytes(found, (array.shape[1], array.shape[0]), array.tobytes())
    try:
        return _from_pil(picture, mode)
    except ValueError as error:
        raise NotAnImage(f"An image cannot have the mode {mode!r}: {error}") from None


def figure_of(value: Any) -> Any:
    """The matplotlib figure that a figure, axes, something drawn on them or the module `pyplot` means; or None."""
    if callable(getattr(value, "gcf", None)):  # the module itself
        value = value.gcf()
    for found in (value, getattr(value, "figure", None)):
        if callable(getattr(found, "savefig", None)):
            return found
    return None


def drawn(figure: Any, file_type: str = "png") -> bytes:
    """A matplotlib figure as an image file. Raises what drawing raises."""
    buffer = BytesIO()
    figure.savefig(buffer, format=file_type)
    return buffer.getvalue()


def size_of_file(path: str) -> tuple[int, int] | None:
    """Width and height of an image file, from its head; None where the format is not known."""
    try:
        with open(path, "rb") as file:
            return size_of(file.read(1 << 16))
    except OSError:
        return None


def size_of(head: bytes) -> tuple[int, int] | None:
    """Width and height from the first bytes of a PNG, GIF, BMP, WebP or JPEG file."""
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return struct.unpack(">II", head[16:24])
        if head[:6] in (b"GIF87a", b"GIF89a"):
            return struct.unpack("<HH", head[6:10])
        if head[:2] == b"BM":
            width, height = struct.unpack("<ii", head[18:26])
            return width, abs(height)
        if head[:4] == b"RIFF" and head[8:15] == b"WEBPVP8":
            return _webp(head)
        if head[:2] == b"\xff\xd8":
            return _jpeg(head)
    except struct.error:
        pass
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    if head[15:16] == b"X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[15:16] == b"L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", head[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(head: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", head[at + 2 : at + 4])[0])
    return None
