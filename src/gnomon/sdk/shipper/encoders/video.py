"""Raw frames to video files, by whatever encoder is installed, away from the training process."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from importlib import import_module
from shutil import which
from typing import Any, NamedTuple

from gnomon.sdk.shipper.encoders.gif import gif

ENCODERS = {"mp4": ("libx264", "libopenh264", "mpeg4"), "webm": ("libvpx-vp9", "libvpx"), "ogg": ("libtheora",)}
"""For each type of file what may encode it, the best first."""
LIMIT_SECS = 600


class Clip(NamedTuple):
    """Frames one after another, of even width and height, and how fast they are shown."""

    data: bytes
    width: int
    height: int
    mode: str
    fps: float

    @property
    def format(self) -> str:
        """The pixel format by the name that encoders know."""
        return "gray" if self.mode == "L" else "rgb24"


def encode(data: bytes, raw: dict[str, Any]) -> bytes:
    """The file a `raw` entry of a FILE record asks for. Raises ValueError where nothing here can make it."""
    width, height, mode, fps = int(raw["width"]), int(raw["height"]), str(raw["mode"]), float(raw.get("fps") or 4)
    file_type = str(raw.get("file_type") or "gif")
    if mode not in ("L", "RGB"):
        raise ValueError(f"frames are L or RGB, not {mode!r}")
    if width < 1 or height < 1 or not data or len(data) % (width * height * len(mode)):
        raise ValueError(f"{len(data)} bytes are no frames of {width}×{height} {mode}")
    if file_type == "gif":
        return gif(data, width, height, mode, fps)
    if file_type not in ENCODERS:
        raise ValueError(f"videos are gif, {', '.join(ENCODERS)}, not {file_type!r}")
    clip = _even(Clip(data, width, height, mode, fps))
    troubles = []
    for program in _programs():
        for encoder in ENCODERS[file_type]:
            try:
                return _by_program(program, clip, encoder, file_type)
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                troubles.append(f"{encoder}: {error}")
    for encoder in ENCODERS[file_type]:
        try:
            return _by_av(clip, encoder, file_type)
        except Exception as error:  # foreign code of any kind ran
            troubles.append(f"av, {encoder}: {error}")
    raise ValueError(f"no {file_type} could be made ({'; '.join(troubles)}); pip install imageio-ffmpeg")


def _programs() -> Iterator[str]:
    """The ffmpeg programs that are here."""
    found = which("ffmpeg")
    if found:
        yield found
    try:
        bundled: Any = import_module("imageio_ffmpeg")
        yield str(bundled.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        pass


def _by_program(program: str, clip: Clip, encoder: str, file_type: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="gnomon-") as folder:
        made = os.path.join(folder, f"video.{file_type}")
        command = [
            *(program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", clip.format),
            *("-s", f"{clip.width}x{clip.height}", "-r", f"{clip.fps:g}", "-i", "-", "-an", "-c:v", encoder),
            *("-threads", "1"),  # the others are the training's
            *("-pix_fmt", "yuv420p", *(("-movflags", "+faststart") if file_type == "mp4" else ()), made),
        ]
        done = subprocess.run(command, input=clip.data, capture_output=True, timeout=LIMIT_SECS)
        if done.returncode:
            raise ValueError(done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or done.returncode)
        with open(made, "rb") as file:
            return file.read()


def _by_av(clip: Clip, encoder: str, file_type: str) -> bytes:
    av: Any = import_module("av")
    with tempfile.TemporaryDirectory(prefix="gnomon-") as folder:
        made = os.path.join(folder, f"video.{file_type}")
        with av.open(made, "w") as container:
            stream = container.add_stream(encoder, rate=Fraction(clip.fps).limit_denominator(1000))
            stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
            stream.thread_count = 1
            line, size = clip.width * len(clip.mode), clip.width * clip.height * len(clip.mode)
            for at in range(0, len(clip.data), size):
                frame = av.VideoFrame(clip.width, clip.height, clip.format)
                plane, filler = frame.planes[0], b"\0" * (frame.planes[0].line_size - line)
                rows = (clip.data[row : row + line] + filler for row in range(at, at + size, line))
                plane.update(b"".join(rows))
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        with open(made, "rb") as file:
            return file.read()


def _even(clip: Clip) -> Clip:
    """A black column or row more where width or height are odd: the usual encoders halve both for colours."""
    data, width, height, mode, fps = clip
    if width % 2:
        line, black = width * len(mode), b"\0" * len(mode)
        data = b"".join(data[at : at + line] + black for at in range(0, len(data), line))
        width += 1
    if height % 2:
        size, black = width * height * len(mode), b"\0" * (width * len(mode))
        data = b"".join(data[at : at + size] + black for at in range(0, len(data), size))
        height += 1
    return Clip(data, width, height, mode, fps)
