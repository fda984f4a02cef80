"""Videos: from arrays of frames, and from files. The caller pays for one copy of the frames; the shipper encodes."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.util import find_spec
from shutil import which
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon.sdk import guard
from gnomon.sdk.values import frames
from gnomon.sdk.values.content import Content, Held, Local, Raw, local_path
from gnomon.sdk.values.filed import Filed, captions_of
from gnomon.sdk.values.media import BadValue, Place, refusing

if TYPE_CHECKING:
    from typing_extensions import Self

DEFAULT_RATE = 4


class Video(Filed):
    """A video to be logged: `run.log({"rollout": Video(frames, fps=30)})`, or a list of them.

    `data_or_path` is an array T×C×H×W (C is 1 or 3), or B×T×C×H×W, which becomes one video of a grid; numbers are
    bytes, or floats within 0..1. Frames are copied now and encoded in the shipper. Or it is the path of a gif, mp4,
    webm or ogg file, copied when it is logged, or an open file, read now. `fps` is for arrays, 4 where it is not said.
    `format` is needed for open files without a name; arrays become mp4, and gif where nothing that encodes mp4 is
    installed (ffmpeg, imageio-ffmpeg or av). Raises UsageError for what is no video.
    """

    EXTS: ClassVar[tuple[str, ...]] = ("gif", "mp4", "webm", "ogg")
    suffix: ClassVar[str] = "video-file"
    folder: ClassVar[str] = "media/videos"

    @refusing
    def __init__(
        self, data_or_path: Any, caption: str | None = None, fps: int | None = None, format: str | None = None
    ) -> None:
        if fps is not None:
            fps = _rate(fps)
        if format is not None and str(format).lower() not in self.EXTS:
            raise BadValue(f"The format of a video is one of {', '.join(self.EXTS)}, not {format!r}")
        self.width: int | None = None
        self.height: int | None = None
        self.format = format.lower() if format else None
        self._frames: frames.Frames | None = None
        super().__init__(self._taken(data_or_path, fps), caption)

    def _taken(self, data: Any, fps: float | None) -> Content:
        path = local_path(data, "Video")
        is_file = path is None and callable(getattr(data, "read", None))
        if fps is not None and (path is not None or is_file):
            guard.warn_once("video fps", "fps is for the frames of an array; videos from files keep theirs")
        if path is not None:
            self.format = self._known(os.path.splitext(path)[1][1:], path)
            return Local(path, self.format, "video")
        if is_file:
            name = getattr(data, "name", "")
            self.format = self.format or self._known(os.path.splitext(str(name))[1][1:], name or "an open file")
            return Held(_read(data), self.format)
        try:
            self._frames = frames.taken(data)
        except frames.NotAVideo as error:
            raise BadValue(str(error)) from None
        self.width, self.height = self._frames.width, self._frames.height
        if self.format != "gif" and not has_encoder():
            guard.warn_once(
                "video encoder",
                "videos are kept as gif: nothing that encodes mp4 is installed (pip install imageio-ffmpeg)",
            )
            self.format = "gif"
        self.format = self.format or "mp4"
        return self._raw(fps or DEFAULT_RATE)

    def encode(self, fps: int = DEFAULT_RATE) -> None:
        """Have the frames of an array shown at another rate, in frames a second. Raises UsageError for a file."""
        if self._frames is None:
            raise BadValue("Only videos made of an array are encoded; a file is kept as it is")
        self._content, self._kept = self._raw(_rate(fps)), None

    def _raw(self, fps: float) -> Raw:
        assert self._frames is not None and self.format is not None
        data, width, height, mode = self._frames
        how = {"width": width, "height": height, "mode": mode, "fps": fps, "file_type": self.format}
        return Raw(data, self.format, codec="video", **how)

    @classmethod
    def _known(cls, extension: str, what: str) -> str:
        if extension.lower() not in cls.EXTS:
            raise BadValue(f"{what} is no video: files are {', '.join(cls.EXTS)}")
        return extension.lower()

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> dict[str, Any]:
        """The value that stands for a list of videos under one key."""
        return {
            "_type": "videos",
            "count": len(items),
            "videos": [item.bound(place, key, step) for item in items],
            "captions": captions_of(items),
        }

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        found = cls(path, caption=said.get("caption"))
        found.width, found.height = said.get("width"), said.get("height")
        return found

    def _told(self) -> dict[str, Any]:
        told = super()._told()
        if self.width is not None:
            told["width"], told["height"] = self.width, self.height
        return told

    def __repr__(self) -> str:
        return f"Video({self.format}, caption={self.caption!r})"


@lru_cache(maxsize=1)
def has_encoder() -> bool:
    """Whether the shipper will find something that encodes more than gif."""
    return which("ffmpeg") is not None or any(find_spec(name) is not None for name in ("imageio_ffmpeg", "av"))


def _rate(fps: Any) -> Any:
    """A rate as a number of Python's own."""
    rate = fps.item() if callable(getattr(fps, "item", None)) else fps
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate <= 1000:
        raise BadValue(f"fps is a number of frames a second, not {fps!r}")
    return rate


def _read(file: Any) -> bytes:
    if callable(getattr(file, "seek", None)):
        file.seek(0)
    data = file.read()
    if not isinstance(data, bytes):
        raise BadValue("An open video must be opened for bytes, as open(path, 'rb') does")
    return data
