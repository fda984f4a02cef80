"""Videos: frames of arrays side by side, files as they are, and what a shipper makes of frames."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pil

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values import frames, video
from gnomon.sdk.values.video import Video

chance = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def an_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which encoders this machine has makes no difference to what is asked of them."""
    monkeypatch.setattr(video, "has_encoder", lambda: True)


def test_frames_are_turned_so_that_channels_stand_last() -> None:
    array = chance.integers(0, 256, (5, 3, 4, 6), dtype="uint8")
    found = frames.taken(array)
    assert (found.width, found.height, found.mode) == (6, 4, "RGB")
    assert found.data == array.transpose(0, 2, 3, 1).tobytes()


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (3, "RGB"), (4, "RGB")])
def test_grey_frames_stay_grey_and_transparency_is_left_out(channels: int, mode: str) -> None:
    found = frames.taken(np.full((2, channels, 4, 6), 7, "uint8"))
    assert found.mode == mode
    assert found.data == b"\7" * (2 * 4 * 6 * len(mode))


@pytest.mark.parametrize(
    ("batch", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (3, 4, 1), (4, 2, 2), (5, 4, 2), (8, 4, 2), (16, 4, 4)]
)
def test_a_batch_is_one_video_of_a_grid(batch: int, columns: int, rows: int) -> None:
    array = chance.integers(1, 256, (batch, 2, 1, 4, 6), dtype="uint8")
    found = frames.taken(array)
    assert (found.width, found.height) == (6 * columns, 4 * rows)
    sheet = np.frombuffer(found.data, "uint8").reshape(2, rows, 4, columns, 6)
    for number in range(rows * columns):
        seen = sheet[:, number // columns, :, number % columns]
        assert (seen == (array[number, :, 0] if number < batch else 0)).all()


@pytest.mark.parametrize(
    ("array", "value"),
    [
        (np.full((1, 1, 1, 1), 0.5), 127),
        (np.full((1, 1, 1, 1), 100.7), 100),
        (np.full((1, 1, 1, 1), 300), 255),
        (np.full((1, 1, 1, 1), -5), 0),
        (np.full((1, 1, 1, 1), True), 255),
        (np.full((1, 1, 1, 1), np.nan), 0),
    ],
)
def test_numbers_of_any_type_become_bytes(array: Any, value: int) -> None:
    assert list(frames.taken(array).data) == [value]


def test_the_caller_leaves_frames_and_the_value_names_the_file(place: Any) -> None:
    array = chance.integers(0, 256, (5, 3, 4, 6), dtype="uint8")
    made = Video(array, caption="walk", fps=30, format="gif")
    array[:] = 0
    value = made.bound(place, "rollout", 1)
    assert value["path"].startswith("media/videos/rollout_1_")
    assert value["path"].endswith(".gif")
    assert (value["_type"], value["caption"], value["width"], value["height"]) == ("video-file", "walk", 6, 4)
    with Pil.open(io.BytesIO(place.made(value["path"]))) as seen:
        assert (seen.n_frames, seen.size, seen.info["duration"]) == (5, (6, 4), 30)


def test_the_rate_may_be_changed_afterwards(place: Any) -> None:
    made = Video(chance.integers(0, 256, (2, 1, 4, 6), dtype="uint8"), format="gif")
    made.encode(fps=10)
    with Pil.open(io.BytesIO(place.made(made.bound(place, "x", 0)["path"]))) as seen:
        assert seen.info["duration"] == 100
    with pytest.raises(UsageError, match="made of an array"):
        Video(io.BytesIO(b"x"), format="mp4").encode()


def test_what_cannot_be_encoded_becomes_gif_and_that_is_said(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    array = np.zeros((2, 3, 4, 6), "uint8")
    assert Video(array).format == "mp4"
    assert Video(array, format="webm").format == "webm"
    assert not said
    monkeypatch.setattr(video, "has_encoder", lambda: False)
    video.guard.forget()
    assert [Video(array).format, Video(array, format="mp4").format] == ["gif", "gif"]
    assert len(said) == 1
    assert "imageio-ffmpeg" in said[0]


def test_files_are_kept_as_they_are(place: Any, tmp_path: Path, said: list[str]) -> None:
    source = tmp_path / "a.MP4"
    source.write_bytes(b"film")
    video.guard.forget()
    made = [Video(source), Video(str(source), fps=3), Video(io.BytesIO(b"film"), format="mp4")]
    with open(source, "rb") as file:
        made.append(Video(file))
    for one in made:
        assert place.made(one.bound(place, "x", 0)["path"]) == b"film"
    assert ["fps" in line for line in said] == [True]


def test_a_list_is_one_value(place: Any) -> None:
    value = Video.bound_list([Video(io.BytesIO(b"x"), format="ogg", caption="a")] * 2, place, "x", 0)
    assert (value["_type"], value["count"], value["captions"]) == ("videos", 2, ["a", "a"])
    assert value["videos"][0] == value["videos"][1]


def test_it_comes_back_from_an_artifact(shelf: Any) -> None:
    said = Video(np.zeros((2, 3, 4, 6), "uint8"), caption="c", format="gif").stored(shelf)
    back = Video.restored(said, shelf)
    assert (back.width, back.height, back.format, back.caption) == (6, 4, "gif", "c")
    assert back.stored(shelf)["sha256"] == said["sha256"]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Video([1]), "not list"),
        (lambda: Video(np.zeros((3, 4, 6))), "time × channels"),
        (lambda: Video(np.zeros((0, 3, 4, 6))), "time × channels"),
        (lambda: Video(np.zeros((5, 40, 60, 3))), "channels last"),
        (lambda: Video(np.zeros((5, 2, 4, 6))), "1, 3 or 4 channels"),
        (lambda: Video(np.full((1, 1, 1, 1), "a")), "made of numbers"),
        (lambda: Video(np.zeros((1, 1, 2, 2)), format="avi"), "gif, mp4, webm, ogg"),
        (lambda: Video(np.zeros((1, 1, 2, 2)), fps=0), "frames a second"),
        (lambda: Video("a.avi"), "files are gif"),
        (lambda: Video("nowhere.mp4"), "no video file"),
        (lambda: Video(io.BytesIO(b"x")), "an open file is no video"),
        (lambda: Video(io.StringIO("x"), format="mp4"), "for bytes"),
        (lambda: Video("https://example.org/a.mp4"), "not on this machine"),
    ],
)
def test_what_is_no_video_is_the_callers_mistake(make: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make()
