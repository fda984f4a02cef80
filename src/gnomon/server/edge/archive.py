"""Many files as one ZIP archive, made while it is sent, so that its size does not matter."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime, timezone

Opened = Callable[[], Awaitable[AsyncIterator[bytes]]]

_FIRST, _LAST = datetime(1980, 1, 1, tzinfo=timezone.utc), datetime(2107, 12, 31, tzinfo=timezone.utc)
"""What the format can say of time."""


async def pieces(files: Iterable[tuple[str, float, Opened]]) -> AsyncIterator[bytes]:
    """The bytes of an archive of files: path, time in Unix seconds, and what opens each when its turn comes."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for path, changed_at, opened in files:
            at = min(max(datetime.fromtimestamp(changed_at, timezone.utc), _FIRST), _LAST)
            about = zipfile.ZipInfo(path, at.timetuple()[:6])
            with archive.open(about, "w", force_zip64=True) as entry:
                async for chunk in await opened():
                    entry.write(chunk)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """Takes what is written until it is taken; it cannot go back, so sizes are told behind each file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing to let go of."""

    def taken(self) -> bytes:
        """What was written since it was taken last."""
        data, self._parts = b"".join(self._parts), []
        return data
