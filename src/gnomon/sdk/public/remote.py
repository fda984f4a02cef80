"""Runs on a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar
from urllib.parse import quote

import msgspec

from gnomon.model.floats import MARK, untagged
from gnomon.model.history import ConsolePage, FileInfo, KeyInfo
from gnomon.model.query import RunSearch
from gnomon.model.reading import Frames, ReadEnd, ReadFrame, ReadQuery
from gnomon.model.record import RecordPage, RecordSearch, RunRecord
from gnomon.sdk.errors import CommError
from gnomon.sdk.public.source import NotFoundError, RunNotFoundError
from gnomon.sdk.service import NotThere, Service, path

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode
READINGS = {"Accept": "application/vnd.gnomon.readings", "Content-Type": "application/json"}


class Remote:
    """A server, as a source of runs. See `Source`."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.base_url = service.base_url

    def record(self, entity: str, project: str, run: str) -> RunRecord:
        """All there is to tell of one run."""
        return self._of_run(path("runs", entity, project, run) + "/record", RunRecord, entity, project, run)

    def records(self, entity: str, project: str, search: RunSearch, *, whole: bool) -> RecordPage:
        """Runs of a project that match."""
        body = _encode(RecordSearch(search=search, whole=whole))
        try:
            reply = self.service.request("POST", path("projects", entity, project) + "/records", body, repeatable=True)
        except NotThere:
            raise NotFoundError(f"Could not find project {entity}/{project} on {self.base_url}") from None
        return decoded(reply.body, RecordPage, self.base_url)

    def readings(self, entity: str, project: str, asked: ReadQuery) -> Iterator[ReadFrame]:
        """Rows of runs, run by run. Raises CommError where the answer ends early."""
        frames, left = Frames(), len(dict.fromkeys(asked.runs))
        target = path("projects", entity, project) + "/readings"
        try:
            data = self.service.read(target, method="POST", body=_encode(asked), headers=READINGS)
            found = list(frames.take(data))
        except NotThere as error:
            raise RunNotFoundError(str(error)) from None
        except msgspec.MsgspecError as error:
            raise CommError(f"{self.base_url} answered what is no frame of readings: {error}") from None
        if not frames.whole or sum(isinstance(frame, ReadEnd) for frame in found) != left:
            raise CommError(f"the answer of {self.base_url} ended early")
        return iter(found)

    def keys(self, entity: str, project: str, run: str, stream: str = "history") -> list[KeyInfo]:
        """Every key the run has logged."""
        target = path("runs", entity, project, run) + f"/keys?stream={stream}"
        return self._of_run(target, list[KeyInfo], entity, project, run)

    def files(self, entity: str, project: str, run: str) -> list[FileInfo]:
        """The files of the run, by path."""
        target = path("runs", entity, project, run) + "/files"
        return self._of_run(target, list[FileInfo], entity, project, run)

    def download(self, entity: str, project: str, run: str, path_: str, take: Callable[[bytes], object]) -> None:
        """The bytes of a file, piece by piece."""
        self.service.download(file_path(entity, project, run, path_), take)

    def console(self, entity: str, project: str, run: str, *, first: int, limit: int) -> ConsolePage:
        """Lines of the terminal."""
        target = path("runs", entity, project, run) + f"/console?first={first}&limit={limit}"
        return self._of_run(target, ConsolePage, entity, project, run)

    def _of_run(self, target: str, type_: type[T], entity: str, project: str, run: str) -> T:
        try:
            reply = self.service.request("GET", target)
        except NotThere:
            raise RunNotFoundError(f"Could not find run {entity}/{project}/{run} on {self.base_url}") from None
        return decoded(reply.body, type_, self.base_url)


def decoded(body: bytes, type_: type[T], base_url: str) -> T:
    """A JSON answer as its type, with the numbers that JSON lacks. Raises CommError for another."""
    try:
        if MARK.encode() in body:
            return msgspec.convert(untagged(msgspec.json.decode(body)), type_)
        return msgspec.json.decode(body, type=type_)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise CommError(f"{base_url} answered what this version does not understand: {error}") from None


def file_path(entity: str, project: str, run: str, path_: str) -> str:
    """The address of a file of a run."""
    return f"{path('runs', entity, project, run)}/files/{quote(path_)}"
