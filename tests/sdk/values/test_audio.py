"""Sounds: what is taken of samples and files, and where it goes."""

from __future__ import annotations

import io
import struct
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values.audio import Audio
from gnomon.sdk.values.wav import wav


def samples(data: bytes) -> tuple[int, int, int, list[int]]:
    """Channels, rate, frames and samples of a WAV file, as Python's own reader sees them."""
    with wave.open(io.BytesIO(data)) as file:
        assert file.getsampwidth() == 2
        count = file.getnframes()
        return file.getnchannels(), file.getframerate(), count, list(struct.unpack(f"<{count * file.getnchannels()}h", file.readframes(count)))  # noqa: E501  # fmt: skip


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        (
            [0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, np.nan],
            "float64",
            [0, 16384, -16384, 32767, -32768, 32767, -32768, 0],
        ),
        ([0.0, 0.5, -0.5], "float16", [0, 16384, -16384]),
        ([0, 1, -32768, 32767], "int16", [0, 1, -32768, 32767]),
        ([0, 1 << 16, -(1 << 31)], "int32", [0, 1, -32768]),
        ([0, 1, -128], "int8", [0, 256, -32768]),
        ([0, 128, 255], "uint8", [-32768, 0, 32512]),
        ([0, 32768, 65535], "uint16", [-32768, 0, 32767]),
    ],
)
def test_samples_of_every_type_fill_sixteen_bits(values: list[Any], dtype: str, expected: list[int]) -> None:
    data, frames = wav(np.array(values, dtype), 8000)
    assert samples(data) == (1, 8000, len(values), expected)
    assert frames == len(values)


@given(arrays.arrays("float32", st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.floats(-2, 2, width=32)))
def test_a_list_is_heard_like_the_array_of_it(array: Any) -> None:
    assert wav(array.tolist(), 100) == wav(array.astype("float64"), 100)


def test_channels_stand_side_by_side() -> None:
    assert samples(wav(np.array([[1, 2], [3, 4]], "int16"), 44100)[0]) == (2, 44100, 2, [1, 2, 3, 4])
    assert samples(wav([1, -70000, 70000], 8000)[0])[3] == [1, -32768, 32767]


def test_the_value_tells_of_the_file(place: Any) -> None:
    audio = Audio(np.zeros(4000), sample_rate=8000, caption="silence")
    value = audio.bound(place, "voice", 2)
    assert value["path"].startswith("media/audio/voice_2_")
    assert value["path"].endswith(".wav")
    assert (value["_type"], value["caption"], value["size"]) == ("audio-file", "silence", 44 + 8000)
    assert samples(place.made(value["path"]))[2] == 4000


def test_a_list_is_one_value(place: Any, tmp_path: Path) -> None:
    source = tmp_path / "a.wav"
    source.write_bytes(wav([0.0, 0.1], 8000)[0])
    value = Audio.bound_list([Audio([0.0] * 80, 8000, "first"), Audio(source)], place, "x", 0)
    assert [one["_type"] for one in value.pop("audio")] == ["audio-file"] * 2
    assert value == {
        "_type": "audio",
        "count": 2,
        "sampleRates": [8000, None],
        "durations": [0.01, None],
        "captions": ["first", ""],
    }
    assert "captions" not in Audio.bound_list([Audio(source)], place, "x", 0)


def test_a_file_is_copied_when_it_is_logged(place: Any, tmp_path: Path) -> None:
    source = tmp_path / "a.mp3"
    source.write_bytes(b"before")
    audio = Audio(str(source))
    source.write_bytes(b"logged")
    value = audio.bound(place, "x", 0)
    source.write_bytes(b"after")
    assert place.made(value["path"]) == b"logged"
    assert value["path"].endswith(".mp3")


def test_it_comes_back_from_an_artifact(shelf: Any) -> None:
    said = Audio([0.5, -0.5], sample_rate=8000, caption="a").stored(shelf)
    assert (said["_type"], said["caption"]) == ("audio-file", "a")
    back = Audio.restored(said, shelf)
    assert back.caption == "a"
    assert back.stored(shelf)["sha256"] == said["sha256"]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Audio(np.zeros(4)), "needs their sample_rate"),
        (lambda: Audio(np.zeros(4), sample_rate=0), "sample_rate is a whole number"),
        (lambda: Audio(np.zeros(4), sample_rate="fast"), "sample_rate is a whole number"),
        (lambda: Audio(np.zeros((2, 3, 4)), 8000), "frames × channels"),
        (lambda: Audio(np.zeros((2, 8000)), 8000), "8000 channels are too many"),
        (lambda: Audio(np.zeros(0), 8000), "no samples"),
        (lambda: Audio(np.array(["a"]), 8000), "made of numbers"),
        (lambda: Audio([], 8000), "no samples"),
        (lambda: Audio([[1], [1, 2]], 8000), "same channels"),
        (lambda: Audio(["a"], 8000), "list of numbers"),
        (lambda: Audio(7, 8000), "list of numbers"),
        (lambda: Audio("nowhere.wav"), "no audio file"),
        (lambda: Audio("https://example.org/a.wav"), "not on this machine"),
    ],
)
def test_what_is_no_sound_is_the_callers_mistake(make: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make()
