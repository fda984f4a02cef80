"""Gymnasium, or gym: videos that are recorded of environments are logged. `init(monitor_gym=True)` calls `monitor`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from gnomon.sdk import current, guard
from gnomon.sdk.errors import Error

_KINDS = (
    ("gymnasium.wrappers", "RecordVideo", "stop_recording"),
    ("gymnasium.wrappers.monitoring.video_recorder", "VideoRecorder", "close"),
    ("gym.wrappers.monitoring.video_recorder", "VideoRecorder", "close"),
    ("gym.wrappers.monitoring.video_recorder", "ImageEncoder", "close"),
)
"""Where, in newer and older versions, a class ends a recording, and the method that does."""


def monitor() -> None:
    """From here on, log each video that is recorded of an environment to the run that is active then.

    Raises Error where neither gymnasium nor gym is installed.
    """
    found = False
    for module, name, method in _KINDS:
        try:
            recorder = getattr(import_module(module), name, None)
        except ImportError:
            continue
        if recorder is not None and hasattr(recorder, method):
            found = True
            _follow(recorder, method)
            break
    if not found:
        raise Error("Videos of environments need gymnasium; to get it: pip install gymnasium[other]")


def _follow(recorder: Any, method: str) -> None:
    own: Callable[..., Any] = getattr(recorder, method)
    if getattr(own, "followed", False):
        return

    @wraps(own)
    def end(self: Any, *arguments: Any, **named: Any) -> Any:
        place = _path(self)
        answer = own(self, *arguments, **named)
        run = current.get()
        if run is not None and place is not None and os.path.exists(place):
            with guard.guarded("log a video of an environment"):
                from gnomon.sdk.values.video import Video

                run.log({_key(place): Video(place)})
        return answer

    end.followed = True  # type: ignore[attr-defined]
    setattr(recorder, method, end)


def _path(recorder: Any) -> str | None:
    """Where the video will be when its recording has ended."""
    if hasattr(recorder, "video_folder"):
        name = getattr(recorder, "_video_name", None)
        return os.path.join(recorder.video_folder, f"{name}.mp4") if name else None
    return getattr(recorder, "path", None) or getattr(recorder, "output_path", None)


def _key(path: str) -> str:
    """The key of a video: `video.3` of older names, else `videos`.

    >>> _key("/x/openaigym.video.3.99.video000001.mp4"), _key("/x/rl-video-episode-0.mp4")
    ('video.3', 'videos')
    """
    found = re.search(r"(video\.\d+)", os.path.basename(path))
    return found[1] if found else "videos"
