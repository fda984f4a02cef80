"""Sounds: from arrays and files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon.sdk.values.content import Held, Local, local_path
from gnomon.sdk.values.filed import Filed, captions_of
from gnomon.sdk.values.media import BadValue, Place, refusing
from gnomon.sdk.values.wav import NotAudio, wav

if TYPE_CHECKING:
    from typing_extensions import Self

MAX_RATE = 1 << 32


class Audio(Filed):
    """A sound to be logged: `run.log({"speech": Audio(samples, sample_rate=16000)})`, or a list of them.

    `data_or_path` is an array or a list of frames, or of frames × channels (floats from -1 to 1, or ints), and then
    needs `sample_rate`, in frames a second; it becomes a WAV file of 16 bits. Or it is the path of a file, kept as it
    is when it is logged. Raises UsageError for what is no sound.
    """

    suffix: ClassVar[str] = "audio-file"
    folder: ClassVar[str] = "media/audio"

    @refusing
    def __init__(self, data_or_path: Any, sample_rate: int | None = None, caption: str | None = None) -> None:
        if sample_rate is not None:
            sample_rate = _whole(sample_rate)
        self.sample_rate = sample_rate
        self.duration: float | None = None
        """In seconds; None for files."""
        path = local_path(data_or_path, "Audio")
        if path is not None:
            super().__init__(Local(path, os.path.splitext(path)[1][1:].lower() or "wav", "audio"), caption)
            return
        if sample_rate is None:
            raise BadValue("Audio made of samples needs their sample_rate")
        try:
            data, frames = wav(data_or_path, sample_rate)
        except NotAudio as error:
            raise BadValue(str(error)) from None
        self.duration = frames / sample_rate
        super().__init__(Held(data, "wav"), caption)

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> dict[str, Any]:
        """The value that stands for a list of sounds under one key."""
        value: dict[str, Any] = {
            "_type": "audio",
            "count": len(items),
            "audio": [item.bound(place, key, step) for item in items],
            "sampleRates": cls.sample_rates(items),
            "durations": cls.durations(items),
        }
        captions = captions_of(items)
        if captions:
            value["captions"] = captions
        return value

    @classmethod
    def durations(cls, audio_list: list[Audio]) -> list[float | None]:
        """How long each is, in seconds; None for files."""
        return [one.duration for one in audio_list]

    @classmethod
    def sample_rates(cls, audio_list: list[Audio]) -> list[int | None]:
        """The frames a second of each, where they were said."""
        return [one.sample_rate for one in audio_list]

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        return cls(path, caption=said.get("caption"))

    def __repr__(self) -> str:
        return f"Audio({'a file' if self.duration is None else f'{self.duration:.3g} s'}, caption={self.caption!r})"


def _whole(rate: Any) -> int:
    try:
        whole = int(rate)
    except (TypeError, ValueError, OverflowError):
        whole = 0
    if not 0 < whole < MAX_RATE:
        raise BadValue(f"sample_rate is a whole number of frames a second, not {rate!r}")
    return whole
