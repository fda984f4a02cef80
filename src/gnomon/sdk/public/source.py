"""Where what is read lies: a server, or run folders of this disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from gnomon.model.history import ConsolePage, FileInfo, KeyInfo
from gnomon.model.query import RunSearch
from gnomon.model.reading import ReadFrame, ReadQuery
from gnomon.model.record import RecordPage, RunRecord
from gnomon.sdk.errors import UsageError
from gnomon.sdk.service import NotThere, Service


class NotFoundError(NotThere, ValueError):
    """There is no project, sweep or file of this name."""


class RunNotFoundError(NotFoundError):
    """There is no run of this name, or it cannot be read."""


class BadPathError(UsageError, ValueError):
    """A path, an order or a format cannot mean anything."""


class Source(Protocol):
    """What can be asked about runs. Every method raises CommError; of a run that is not there, RunNotFoundError."""

    base_url: str
    """The address of the server, or of the folder."""

    @property
    def service(self) -> Service:
        """The server. Raises UnsupportedError where there is none."""

    def record(self, entity: str, project: str, run: str) -> RunRecord:
        """All there is to tell of one run."""

    def records(self, entity: str, project: str, search: RunSearch, *, whole: bool) -> RecordPage:
        """Runs of a project that match."""

    def readings(self, entity: str, project: str, asked: ReadQuery) -> Iterator[ReadFrame]:
        """Rows of runs, run by run."""

    def keys(self, entity: str, project: str, run: str, stream: str = "history") -> list[KeyInfo]:
        """Every key the run has logged."""

    def files(self, entity: str, project: str, run: str) -> list[FileInfo]:
        """The files of the run, by path."""

    def download(self, entity: str, project: str, run: str, path: str, take: Callable[[bytes], object]) -> None:
        """The bytes of a file, piece by piece."""

    def console(self, entity: str, project: str, run: str, *, first: int, limit: int) -> ConsolePage:
        """Lines of the terminal; a negative `first` counts from the end."""
