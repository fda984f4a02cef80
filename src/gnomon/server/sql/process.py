"""DuckDB processes as the server sees them: started, fed, read and ended, a few at a time.

The process is another program with an empty environment, in an empty folder that goes with it. It is ended as soon as
nobody waits for its answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import logging
import os
import shutil
import signal
import struct
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from gnomon.model.errors import Rejected, Unavailable
from gnomon.server.sql.plan import Need

log = logging.getLogger(__name__)

READ_BYTES = 256 << 10
WAIT_SECS = 10.0
"""How long a query waits for others to end."""
LEAST_DISK_MB = 64
LINE_BYTES = 4 << 20
"""Longest line that is read of what a process says."""
GRACE_SECS = 5.0
"""How long after its time limit a process ends by itself, should nobody have ended it."""
INSTALL = "This needs DuckDB on the server; install it with: pip install 'gnomon[server]'"
_size = struct.Struct("<I")


@dataclass(frozen=True, kw_only=True)
class SqlSettings:
    """What a process may use."""

    folder: Path
    """Where each has its own folder while it runs."""
    secs: float = 30.0
    """How long a query may take until its answer is ready."""
    memory_mb: int = 256
    disk_mb: int = 4096
    """Of each file a process writes, and of what it puts on the disk for want of memory."""
    threads: int = 2
    at_once: int = 2


class AskAgain(Exception):
    """The query reads a table more often than its plan said: it has to be asked without streams."""


class Processes:
    """As many as may run at one time."""

    def __init__(self, settings: SqlSettings, spare_bytes: Callable[[], int]) -> None:
        """`spare_bytes` says how much of the disk may be used; all together never take more than half of it."""
        self.settings = settings
        self._spare_bytes = spare_bytes
        self._free = asyncio.Semaphore(settings.at_once)

    @asynccontextmanager
    async def running(
        self, *, query: str | None, format: str, streams: bool = True, files: Mapping[str, int] | None = None
    ) -> AsyncIterator[Process]:
        """A process for this task, which ends with the block. Raises Unavailable where too many others are busy.

        `files` says of which logged tables it is, and in how many files each of them comes.

        With `streams` a table that is read once is not written down first; where that fails it says AskAgain.
        """
        if importlib.util.find_spec("duckdb") is None:
            raise Unavailable(INSTALL)
        try:
            with anyio.fail_after(WAIT_SECS):
                await self._free.acquire()
        except TimeoutError:
            raise Unavailable(
                "The server is busy with other queries; ask again in a moment", retry_after_secs=5
            ) from None
        try:
            async with self._started(query, format, streams, files or {}) as process:
                yield process
        finally:
            self._free.release()

    @asynccontextmanager
    async def _started(
        self, query: str | None, format: str, streams: bool, files: Mapping[str, int]
    ) -> AsyncIterator[Process]:
        settings = self.settings
        disk_mb = min(settings.disk_mb, (self._spare_bytes() >> 20) // (4 * settings.at_once))
        if disk_mb < LEAST_DISK_MB:
            raise Unavailable("There is too little room on the server's disk for a query or a conversion")
        settings.folder.mkdir(parents=True, exist_ok=True)
        folder = tempfile.mkdtemp(prefix="query-", dir=settings.folder)
        task = {
            "query": query, "format": format, "streams": streams, "files": dict(files),
            "memory_mb": settings.memory_mb, "disk_mb": disk_mb, "threads": settings.threads,
            "secs": settings.secs + GRACE_SECS,
        }  # fmt: skip
        running, transport = None, None
        reading, writing = os.pipe()  # a loop may make sockets of pipes, and these cannot be opened by name
        try:
            output, transport = await _reader(reading)
            running = await asyncio.create_subprocess_exec(
                sys.executable, "-B", "-m", "gnomon.server.sql.child", cwd=folder, env=_environment(),
                stdin=asyncio.subprocess.PIPE, stdout=writing, stderr=asyncio.subprocess.PIPE,
                start_new_session=True, limit=LINE_BYTES,
            )  # fmt: skip
            os.close(writing)
            writing = -1
            process = Process(running, output, settings)
            await process.send(json.dumps(task).encode())
            yield process
        finally:
            with anyio.CancelScope(shield=True):
                if writing >= 0:
                    os.close(writing)
                if transport is not None:
                    transport.close()
                if running is not None:
                    _kill(running)
                    await running.wait()
                    _let_go(running)
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def clear(self) -> None:
        """Takes away what processes of a server that was killed have left."""
        shutil.rmtree(self.settings.folder, ignore_errors=True)


class Process:
    """One task. Everything it says comes from a program that runs what users wrote: it is read with limits."""

    def __init__(
        self, running: asyncio.subprocess.Process, output: asyncio.StreamReader, settings: SqlSettings
    ) -> None:
        self._running = running
        self._out = output
        self._settings = settings
        assert running.stdin is not None and running.stderr is not None
        self._in, self._said = running.stdin, running.stderr

    async def send(self, data: bytes) -> None:
        """A frame; returns when the process has taken most of it."""
        self._in.write(_size.pack(len(data)) + data)
        await self._in.drain()

    async def feed(self, table: AsyncGenerator[bytes, None]) -> None:
        """A table, as the bytes of an Arrow stream."""
        try:
            async with aclosing(table):
                async for data in table:
                    await self.send(data)
            await self.send(b"")
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has ended, and says why

    def end(self) -> None:
        """Ends it now; what is left of its answer does not come."""
        _kill(self._running)

    async def needs(self) -> dict[str, list[Need]]:
        """Which rows of which tables the query can need; these are to be fed, in this order."""
        said: Mapping[str, Any] = (await self._status())["needs"]
        return {
            str(name): [
                Need(_names(one["runs"]), _names(one["keys"]), one["first"], one["last"]) for one in said[name]
            ]
            for name in said
        }  # fmt: skip

    async def columns(self) -> list[tuple[str, str]]:
        """The columns of the answer and their types, once all of it can be read."""
        return [(name, type_) for name, type_ in (await self._status())["columns"]]

    async def answer(self) -> AsyncIterator[bytes]:
        """The bytes of the answer. Raises Unavailable where not all of them come."""
        while data := await self._out.read(READ_BYTES):
            yield data
        if "done" not in await self._status():
            raise Unavailable("The answer ended early")

    async def _status(self) -> dict[str, Any]:
        while line := await self._line():
            try:
                said = json.loads(line)
            except ValueError:
                log.warning("DuckDB: %s", line.decode(errors="replace").rstrip())
                continue
            if "error" in said:
                raise _refusal(str(said["error"]), str(said.get("kind", "")))
            if "again" in said:
                raise AskAgain
            return dict(said)
        raise self._ended(await self._running.wait())

    async def _line(self) -> bytes:
        try:
            return await self._said.readline()
        except ValueError:  # longer than a line may be
            raise Unavailable("DuckDB said something that is not to be understood") from None

    def _ended(self, code: int) -> Exception:
        if code in (-signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
            return Rejected(
                f"The query needs more than it may use ({self._settings.memory_mb} MB of memory); it was ended",
                field="query",
            )
        if code in (-signal.SIGXFSZ, -signal.SIGALRM):
            return Rejected("The query needs more time or more room on the disk than it may use", field="query")
        return Unavailable(f"DuckDB ended unexpectedly (code {code}); the server's log may say why")


def _names(names: Any) -> tuple[str, ...] | None:
    return None if names is None else tuple(map(str, names))


def _refusal(message: str, kind: str) -> Exception:
    if kind == "OutOfMemoryException":
        message = f"The query needs more memory or room on the disk than it may use: {message}"
    return Rejected(message[:4000], field="query")


def _environment() -> dict[str, str]:
    """What the program needs to find its libraries, and nothing else."""
    return {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


async def _reader(descriptor: int) -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    """The reading end of a pipe, which is closed with its transport."""
    reader = asyncio.StreamReader()
    file = os.fdopen(descriptor, "rb", buffering=0)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), file
    )
    return reader, transport


def _kill(running: asyncio.subprocess.Process) -> None:
    if running.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGKILL)  # `running.kill()` would take its exit code away from who waits for it


def _let_go(running: asyncio.subprocess.Process) -> None:
    if running.stdin is not None:
        running.stdin.close()
    transport = getattr(running, "_transport", None)
    if transport is not None:
        transport.close()
