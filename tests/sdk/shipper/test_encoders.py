"""What the shipper makes of raw frames and points."""

from __future__ import annotations

import io
import sys
from types import ModuleType
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pil

from gnomon.sdk.shipper import encoders
from gnomon.sdk.shipper.encoders import gif, points, video

chance = np.random.default_rng(0)


@given(st.integers(1, 40), st.integers(1, 20), st.integers(1, 4), st.sampled_from(["L", "RGB"]), st.randoms())
def test_a_plain_gif_shows_each_pixel_nearly_as_it_was(width: int, height: int, count: int, mode: str, random: Any) -> None:  # noqa: E501  # fmt: skip
    size = width * height * len(mode)
    data = random.randbytes(size * count)
    made = gif.plain_gif(iter([data[at : at + size] for at in range(0, len(data), size)]), width, height, mode, 4)
    with Pil.open(io.BytesIO(made)) as seen:
        assert (seen.n_frames, seen.size, seen.info["duration"], seen.info["loop"]) == (count, (width, height), 40, 0)
        for number in range(count):
            seen.seek(number)
            shown = np.asarray(seen.convert(mode)).reshape(-1).astype(int)
            meant = np.frombuffer(data[number * size : (number + 1) * size], "uint8").astype(int)
            assert abs(shown - meant).max() <= (2 if mode == "L" else 32)


def test_with_pillow_a_gif_has_its_own_colours() -> None:
    frame = np.zeros((8, 8, 3), "uint8")
    frame[:4] = (200, 30, 77)
    made = gif.gif(frame.tobytes() + frame[::-1].tobytes(), 8, 8, "RGB", 1000)
    with Pil.open(io.BytesIO(made)) as seen:
        assert seen.info["duration"] == 20  # the shortest that browsers show
        assert seen.convert("RGB").getpixel((0, 0)) == (200, 30, 77)


def test_without_pillow_there_is_a_gif_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    with monkeypatch.context() as patch:
        patch.setattr(gif, "import_module", missing)
        made = gif.gif(bytes(2 * 4 * 4), 4, 4, "L", 4)
    with Pil.open(io.BytesIO(made)) as seen:
        assert (seen.n_frames, seen.info["duration"]) == (2, 250)


HOW = {"codec": "video", "width": 6, "height": 4, "mode": "RGB", "fps": 4, "file_type": "mp4"}


@pytest.fixture
def ffmpeg(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A program that takes frames as ffmpeg does, and writes down how it was called; `refuses` names encoders."""

    def install(refuses: str = "none") -> None:
        program = tmp_path / "ffmpeg"
        program.write_text(
            f"#!{sys.executable}\n"
            "import sys\n"
            "arguments, frames = sys.argv[1:], sys.stdin.buffer.read()\n"
            f"if arguments[arguments.index('-c:v') + 1] in {refuses.split(',')!r}:\n"
            "    sys.exit('Unknown encoder')\n"
            "open(arguments[-1], 'w').write(' '.join(arguments[:-1]) + f' | {len(frames)}')\n"
        )
        program.chmod(0o755)
        monkeypatch.setattr(video, "which", lambda name: str(program))

    return install


def test_frames_go_through_ffmpeg_where_it_is_installed(ffmpeg: Any) -> None:
    ffmpeg()
    made = encoders.encode(bytes(2 * 6 * 4 * 3), HOW).decode()
    for part in (
        "-f rawvideo -pix_fmt rgb24 -s 6x4 -r 4",
        "-c:v libx264 -threads 1 -pix_fmt yuv420p -movflags +faststart | 144",
    ):
        assert part in made


def test_odd_sizes_are_made_even(ffmpeg: Any) -> None:
    ffmpeg()
    made = encoders.encode(
        bytes(2 * 5 * 3), {**HOW, "width": 5, "height": 3, "mode": "L", "file_type": "webm"}
    ).decode()
    for part in ("-pix_fmt gray -s 6x4", "-c:v libvpx-vp9", "| 48"):
        assert part in made
    grown = video._even(video.Clip(bytes([1, 2, 3] * 3), 3, 3, "L", 4))
    assert grown.data == bytes([1, 2, 3, 0] * 3 + [0] * 4)


def test_the_next_encoder_is_tried_where_one_is_missing(ffmpeg: Any) -> None:
    ffmpeg(refuses="libx264")
    assert "libopenh264" in encoders.encode(bytes(6 * 4 * 3), HOW).decode()


def test_where_nothing_encodes_the_reason_is_said(ffmpeg: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ffmpeg(refuses="libx264,libopenh264,mpeg4")
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(ValueError, match="no mp4 could be made .*Unknown encoder.*pip install imageio-ffmpeg"):
        encoders.encode(bytes(6 * 4 * 3), HOW)


def test_the_program_that_imageio_brings_is_used(ffmpeg: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ffmpeg()
    brought = ModuleType("imageio_ffmpeg")
    program = video.which("ffmpeg")
    brought.get_ffmpeg_exe = lambda: program  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", brought)
    monkeypatch.setattr(video, "which", lambda name: None)
    assert b"libx264" in encoders.encode(bytes(6 * 4 * 3), HOW)


@pytest.mark.parametrize(
    ("data", "how", "why"),
    [
        (bytes(10), HOW, "no frames of 6×4 RGB"),
        (b"", HOW, "no frames"),
        (bytes(24), {**HOW, "mode": "CMYK"}, "L or RGB"),
        (bytes(72), {**HOW, "file_type": "avi"}, "gif, mp4, webm, ogg"),
        (bytes(72), {**HOW, "codec": "nonsense"}, "no codec 'nonsense'"),
        (b"abc", {"codec": "points", "kind": "d", "columns": 3}, "no points"),
        (points.packed(None, bytes(20)), {"codec": "points", "kind": "d", "columns": 3}, "no rows of 3"),
        (b"\xff\xff\0\0", {"codec": "points", "kind": "d", "columns": 3}, "no rows"),
        (points.packed(None, bytes(24)), {"codec": "points", "kind": "x", "columns": 3}, "no points"),
    ],
)
def test_bytes_that_are_not_what_they_are_said_to_be_are_refused(data: bytes, how: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        encoders.encode(data, how)


def test_points_become_rows_of_numbers() -> None:
    array = chance.normal(size=(5, 3))
    raw = points.packed({"type": "lidar/beta", "boxes": []}, array.tobytes())
    made = msgspec.json.decode(encoders.encode(raw, {"codec": "points", "kind": "d", "columns": 3}))
    assert made == {"type": "lidar/beta", "boxes": [], "points": array.tolist()}
    whole = points.packed(None, np.arange(6).tobytes())
    assert encoders.encode(whole, {"codec": "points", "kind": "q", "columns": 3}) == b"[[0,1,2],[3,4,5]]"
