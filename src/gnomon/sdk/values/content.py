"""Where the bytes of a media value are, until they are in a run folder or in an artifact."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import Any, Protocol

from gnomon.sdk.artifacts import digests
from gnomon.sdk.values.media import BadValue, Place, Shelf

MAX_DIGESTED = 16 << 20
"""Larger files are copied without being read: their value does not say `sha256`."""


class Content(Protocol):
    """The bytes of one file."""

    @property
    def extension(self) -> str:
        """Such as `png` or `pts.json`."""

    def keep(self, place: Place, path: str) -> dict[str, Any]:
        """Bring the bytes to a run folder; `sha256` and `size` as far as they are known."""

    def shelve(self, shelf: Shelf, folder: str) -> dict[str, Any]:
        """Put the bytes on a shelf below `folder`; their `path`, `sha256` and `size`."""

    def read(self) -> bytes:
        """The finished bytes. Raises OSError where a file is gone."""


class Held:
    """Finished bytes in memory."""

    def __init__(self, data: bytes, extension: str) -> None:
        self.extension = extension
        self._data = data

    def keep(self, place: Place, path: str) -> dict[str, Any]:
        """See `Content`."""
        place.file(path, self._data)
        return {} if place.folder is None else facts(self._data)

    def shelve(self, shelf: Shelf, folder: str) -> dict[str, Any]:
        """See `Content`."""
        return shelved(self._data, shelf, folder, self.extension)

    def read(self) -> bytes:
        """See `Content`."""
        return self._data


class Local:
    """A file of the user, copied when it is logged."""

    def __init__(self, source: str | os.PathLike[str], extension: str, what: str) -> None:
        """`what` names the file in the error: `image`, `video`. Raises BadValue where there is no such file."""
        self.extension = extension
        self.source = os.path.abspath(os.fspath(source))
        if not os.path.isfile(self.source):
            raise BadValue(f"There is no {what} file {self.source}")

    def keep(self, place: Place, path: str) -> dict[str, Any]:
        """See `Content`."""
        place.copy(path, self.source)
        return {} if place.folder is None else facts_of_file(os.path.join(place.folder, "files", path))

    def shelve(self, shelf: Shelf, folder: str) -> dict[str, Any]:
        """See `Content`."""
        digest, size = _digest(self.source), os.path.getsize(self.source)
        path = shelf.put_file(f"{folder}/{digest[:20]}/{os.path.basename(self.source)}", self.source)
        return {"path": path, "sha256": digest, "size": size}

    def read(self) -> bytes:
        """See `Content`."""
        with open(self.source, "rb") as file:
            return file.read()


class Raw:
    """Bytes that the shipper encodes; `how` is the `raw` entry of their FILE record, without the path."""

    def __init__(self, data: bytes, extension: str, **how: Any) -> None:
        self.extension = extension
        self.data = data
        self.how = how

    def keep(self, place: Place, path: str) -> dict[str, Any]:
        """See `Content`. Nothing is known of the finished bytes yet."""
        place.raw(path, self.data, **self.how)
        return {}

    def shelve(self, shelf: Shelf, folder: str) -> dict[str, Any]:
        """See `Content`. They are encoded here and now."""
        return shelved(self.read(), shelf, folder, self.extension)

    def read(self) -> bytes:
        """See `Content`."""
        from gnomon.sdk.shipper.encoders import encode

        return encode(self.data, self.how)


def shelved(data: bytes, shelf: Shelf, folder: str, extension: str) -> dict[str, Any]:
    """Put bytes on a shelf under a name that is their digest."""
    said = facts(data)
    return {"path": shelf.put(f"{folder}/{said['sha256'][:20]}.{extension}", data), **said}


def facts(data: bytes) -> dict[str, Any]:
    """`sha256` and `size` of bytes."""
    return {"sha256": sha256(data).hexdigest(), "size": len(data)}


def facts_of_file(path: str) -> dict[str, Any]:
    """`size` of a file, and its `sha256` where reading it costs little."""
    size = os.path.getsize(path)
    return {"sha256": _digest(path), "size": size} if size <= MAX_DIGESTED else {"size": size}


def local_path(value: Any, what: str) -> str | None:
    """The path a user gave, or None where the value is no path. Raises BadValue for one that is not on this machine."""
    if not isinstance(value, (str, os.PathLike)):
        return None
    path = os.fspath(value)
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    scheme = path.partition("://")[0]
    if scheme in ("http", "https", "s3", "gs"):
        raise BadValue(
            f"{path} is not on this machine: download it and give the path of the file, or keep a reference to it with "
            f"Artifact.add_reference(); {what} values hold their own bytes"
        )
    return path


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return digests.sha256(file)
