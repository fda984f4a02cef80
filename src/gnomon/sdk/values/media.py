"""What media values share: where their bytes go, and what the journal is told of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, runtime_checkable

import msgspec

from gnomon.protocol.journal import Kind
from gnomon.sdk import spool
from gnomon.sdk.errors import Error, UsageError
from gnomon.sdk.journal import record

if TYPE_CHECKING:
    from typing_extensions import ParamSpec, Self

    Given = ParamSpec("Given")

Made = TypeVar("Made")

MAX_NAME = 100


class BadValue(UsageError, TypeError, ValueError):
    """What was passed cannot be made into a media value; the message says what is wrong with it."""


def refusing(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """A constructor, or a function that makes a chart: it raises BadValue, whatever foreign objects raise in it."""
    kind = make.__qualname__.partition(".")[0]

    @wraps(make)
    def refused(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        try:
            return make(*args, **kwargs)
        except Error:
            raise
        except Exception as error:
            raise BadValue(f"No {kind} can be made of this: {told(error)}") from error

    return refused


def told(error: Exception) -> str:
    """What an error says, for a message of ours; foreign ones may not be able to say it."""
    try:
        return str(error) or type(error).__name__
    except Exception:
        return type(error).__name__


class Place:
    """A run folder, as far as media of one row need it. `frames` go into the same write as the row."""

    def __init__(self, folder: str | None) -> None:
        """`folder` is None where nothing is kept."""
        self.folder = folder
        self.frames: list[bytes] = []

    def raw(self, path: str, data: Any, **how: Any) -> None:
        """Leave bytes for the shipper to encode as the file `path`; `how` says what they are."""
        if self.folder is None:
            return
        self.frames.append(
            record(Kind.FILE, {"path": path, "policy": "now", "raw": {**how, **spool.keep(self.folder, data)}})
        )

    def file(self, path: str, data: Any) -> None:
        """Leave the finished bytes of the file `path`."""
        if self.folder is None:
            return
        _write(os.path.join(self.folder, "files", path), data)
        self.frames.append(record(Kind.FILE, {"path": path, "policy": "now"}))

    def copy(self, path: str, source: str) -> None:
        """Keep a copy of a file as it is now; a link to it where the run was told so."""
        if self.folder is None:
            return
        from shutil import copyfile

        target = os.path.join(self.folder, "files", path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not (self.folder in _linked and _link(source, target)):
            copyfile(source, target)
        self.frames.append(record(Kind.FILE, {"path": path, "policy": "now"}))

    def json(self, path: str, value: Any) -> None:
        """Leave a value as a JSON file."""
        self.file(path, msgspec.json.encode(value))


_linked: set[str] = set()
"""Run folders that get links to the user's files."""


def link_files(folder: str) -> None:
    """Files logged into this run are linked to from now on, not copied: they must stay as they are until sent."""
    _linked.add(folder)


def _link(source: str, target: str) -> bool:
    try:
        os.symlink(os.path.realpath(source), target)
    except OSError:  # this system has no links, or not here
        return False
    return True


@runtime_checkable
class Media(Protocol):
    """A value with bytes of its own."""

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """Bring the bytes to the run folder; the value that stands for them in the row."""

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> dict[str, Any] | list[dict[str, Any]]:
        """The same for a list logged under one key: one value for all, or one for each where there is no such value."""


class Shelf(Protocol):
    """Where the files of one artifact are: a value that is stored puts its bytes there, and finds them there again.

    Paths are those inside the artifact, parts with `/` between.
    """

    def put(self, path: str, data: bytes) -> str:
        """Keep bytes under a path; the path under which they are found."""

    def put_file(self, path: str, source: str) -> str:
        """Keep a copy of a local file as it is now; the path under which it is found."""

    def open_path(self, path: str) -> str:
        """The path on this machine of a file that is there."""


@runtime_checkable
class Storable(Protocol):
    """A value that can stand in a table cell, or be added to an artifact under a name."""

    suffix: ClassVar[str]
    """Such as `image-file`: an artifact keeps the object as `<name>.<suffix>.json`."""

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """Put the bytes on the shelf; the JSON object that stands for the value."""

    @classmethod
    def restored(cls, said: dict[str, Any], shelf: Shelf) -> Self:
        """The value back from what `stored` returned."""


def file_name(folder: str, key: str, step: int, extension: str, token: str | None = None) -> str:
    """Such as `media/images/val/samples_3_ab12cd34.png`: the key's own slashes are folders."""
    parts = [re.sub(r"[^\w.\- ]", "_", part)[:MAX_NAME].strip(" .") or "_" for part in key.split("/") if part] or ["_"]
    return f"{folder}/{'/'.join(parts)}_{step}_{token or os.urandom(4).hex()}.{extension}"


def _write(path: str, data: Any) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags, 0o644)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor = os.open(path, flags, 0o644)
    try:
        view = memoryview(data)
        while len(view):
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)
