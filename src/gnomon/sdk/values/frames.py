"""Frames of a video out of an array: bytes as the shipper encodes them, a batch side by side."""

from __future__ import annotations

from typing import Any, NamedTuple

from gnomon.sdk.values.plain import array_of, is_array, loaded_numpy


class NotAVideo(Exception):
    """The value cannot be read as frames; the message says why."""


class Frames(NamedTuple):
    """Frames one after another, rows from the top, one byte a channel."""

    data: bytes
    width: int
    height: int
    mode: str
    """`L` or `RGB`."""


def taken(value: Any) -> Frames:
    """A copy of T×C×H×W frames, or of B×T×C×H×W of them as one video of B pictures in a grid. Raises NotAVideo."""
    if not is_array(value):
        raise NotAVideo(f"A video is an array, an open file or the path of a file, not {type(value).__name__}")
    try:
        array = array_of(value)
    except Exception as error:
        raise NotAVideo(f"The frames cannot be read: {error}") from None
    shape = tuple(array.shape)
    if len(shape) not in (4, 5) or 0 in shape:
        raise NotAVideo(f"A video has the shape time × channels × height × width, or batch before that, not {shape}")
    if shape[-3] not in (1, 3, 4):
        hint = "; these frames have their channels last: transpose them" if shape[-1] in (1, 3, 4) else ""
        raise NotAVideo(f"A video has 1, 3 or 4 channels, in the third place from the end; its shape is {shape}{hint}")
    if array.dtype.kind not in "buif":
        raise NotAVideo(f"A video is made of numbers, not of {array.dtype}")
    array = _bytes_of(array)
    if array.ndim == 4:
        array = array[None]
    channels = 1 if array.shape[2] == 1 else 3
    sheet = _side_by_side(array[:, :, :channels])
    return Frames(sheet.tobytes(), sheet.shape[2], sheet.shape[1], "L" if channels == 1 else "RGB")


def _side_by_side(batch: Any) -> Any:
    """Time × height × width × channels, the videos of the batch in rows of a power of two."""
    videos, time, channels, height, width = batch.shape
    places = 1 << (videos - 1).bit_length()
    rows = 2 ** ((videos.bit_length() - 1) // 2)
    columns = places // rows
    if places != videos:
        numpy = loaded_numpy()
        empty = numpy.zeros((places - videos, time, channels, height, width), batch.dtype)
        batch = numpy.concatenate((batch, empty))
    sheet = batch.reshape(rows, columns, time, channels, height, width).transpose(2, 0, 4, 1, 5, 3)
    return sheet.reshape(time, rows * height, columns * width, channels)


def _bytes_of(array: Any) -> Any:
    """One byte a channel: floats within 0..1 spread over 0..255, everything else clipped."""
    kind = array.dtype.kind
    if kind == "u" and array.dtype.itemsize == 1:
        return array
    if kind == "b":
        return array.astype("uint8") * 255
    if kind == "f":
        array = array.astype("float32")
        array[array != array] = 0
        if array.min() >= 0 and array.max() <= 1:
            array = array * 255
    return array.clip(0, 255).astype("uint8")
