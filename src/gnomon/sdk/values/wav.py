"""Samples to WAV files of 16 bits, as every browser plays them."""

from __future__ import annotations

import math
import struct
import sys
from array import array
from typing import Any

from gnomon.sdk.values.plain import array_of, is_array, loaded_numpy

MAX_CHANNELS = 64
LARGEST = (1 << 15) - 1


class NotAudio(Exception):
    """The value cannot be read as samples; the message says why."""


def wav(samples: Any, sample_rate: int) -> tuple[bytes, int]:
    """A WAV file of samples, and how many frames it has. Raises NotAudio.

    Samples are an array or a list of frames, or of frames of channels. Floats are from -1 to 1 and clipped there, and
    rounded down, as libsndfile does; ints fill the width of their type, and those of a list are of 16 bits.
    """
    if is_array(samples):
        data, frames, channels = _of_array(array_of(samples))
    else:
        data, frames, channels = _of_list(samples)
    block = 2 * channels
    if len(data) + 36 >= 1 << 32:
        raise NotAudio(f"{frames} frames of {channels} channels are more than a WAV file can hold")
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(data), b"WAVE"),
        *(b"fmt ", 16, 1, channels, sample_rate, sample_rate * block, block, 16),
        *(b"data", len(data)),
    )
    return head + data, frames


def _of_array(samples: Any) -> tuple[bytes, int, int]:
    if samples.ndim not in (1, 2):
        raise NotAudio(f"Audio is an array of frames, or of frames × channels, not of the shape {tuple(samples.shape)}")
    frames, channels = len(samples), samples.shape[1] if samples.ndim == 2 else 1
    _check(frames, channels, f"an array of the shape {tuple(samples.shape)}")
    kind, width = samples.dtype.kind, samples.dtype.itemsize
    if kind == "f":
        numpy = loaded_numpy()
        wide = samples.astype("float64" if width > 4 else "float32")
        wide *= LARGEST + 1.0
        numpy.clip(wide, -LARGEST - 1, LARGEST, out=wide)
        numpy.floor(wide, out=wide)
        if wide.min() != wide.min():
            wide[wide != wide] = 0
        return wide.astype("<i2").tobytes(), frames, channels
    if kind == "u":
        samples = (samples.astype("int64") - (1 << 8 * width - 1)).astype(f"int{8 * width}")
    elif kind != "i":
        raise NotAudio(f"Audio is made of numbers, not of {samples.dtype}")
    if width < 2:
        samples = samples.astype("int16") << 8
    elif width > 2:
        samples = samples >> 8 * (width - 2)
    return samples.astype("<i2").tobytes(), frames, channels


def _of_list(samples: Any) -> tuple[bytes, int, int]:
    try:
        frames = [list(one) if hasattr(one, "__len__") else [one] for one in samples]
        channels = len(frames[0]) if frames else 0
        _check(len(frames), channels, "an empty list")
        if any(len(frame) != channels for frame in frames):
            raise NotAudio("The frames of audio must all have the same channels")
        flat = [value for frame in frames for value in frame]
        if all(isinstance(value, int) for value in flat):
            made = array("h", [max(-LARGEST - 1, min(LARGEST, value)) for value in flat])
        else:
            made = array("h", [_from_float(float(value)) for value in flat])
    except (TypeError, ValueError) as error:
        raise NotAudio(f"Audio is an array or a list of numbers: {error}") from None
    if sys.byteorder == "big":
        made.byteswap()
    return made.tobytes(), len(frames), channels


def _from_float(value: float) -> int:
    return math.floor(max(-LARGEST - 1, min(LARGEST, value * (LARGEST + 1)))) if value == value else 0


def _check(frames: int, channels: int, what: str) -> None:
    if not frames or not channels:
        raise NotAudio(f"There are no samples in {what}")
    if channels > MAX_CHANNELS:
        raise NotAudio(f"Audio has the shape frames × channels; {channels} channels are too many")
