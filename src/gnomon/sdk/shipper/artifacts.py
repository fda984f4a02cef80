"""The thread that makes versions of artifacts: one ARTIFACT record after the other.

It sends beside the rows, never before them, and waits where the server does not answer; what it knows of a version
lies in the run folder, so the next shipper goes on where this one was ended.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from gnomon.sdk.artifacts import record
from gnomon.sdk.artifacts.record import Made, Wanted
from gnomon.sdk.shipper import answers
from gnomon.sdk.shipper.asking import Connections, NotNow, Refused, ask, path_of
from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.transport import Address, Transport, Unreachable

LOOK_SECS = 1.0
"""How often it is asked whether a server, or a file that is being encoded, is there now."""
READY_SECS = 0.05
ANSWER_SECS = 30.0
"""So long an answer is waited for as a sign of life: a commit of many files takes its time."""


class Job(NamedTuple):
    """One ARTIFACT record: a version to make, or one that the run uses."""

    client_id: str = ""
    use: str = ""
    use_as: str | None = None


class Versions(threading.Thread):
    """Takes ARTIFACT records in order."""

    def __init__(
        self,
        folder: RunFolder,
        transport: Callable[[], Transport] | None,
        run: Callable[[], Address],
        may_send: Callable[[], bool],
        is_encoding: Callable[[str], bool],
        *,
        say: Callable[[str], None],
        retries_failed: bool = False,
        chance: Random | None = None,
    ) -> None:
        """`is_encoding` says of a path in the run folder whether it is still to be written; `retries_failed` tries
        again what could not be made before."""
        super().__init__(name="gnomon-artifacts", daemon=True)
        self.done_count = 0
        self.refused_count = 0
        self._bytes = 0
        self._moved_at = time.monotonic()
        self._failures = 0
        self.version = 0
        self._folder, self._run, self._may_send, self._is_encoding = folder, run, may_send, is_encoding
        self._say, self._retries_failed = say, retries_failed
        self._chance = chance or Random()
        self._connections = Connections(transport) if transport is not None else None
        self._wake = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._busy = False
        self._closing = False
        self._stopped = False

    # What the supervisor calls

    def add(self, said: list[Any]) -> None:
        """Take an ARTIFACT record."""
        about = said[1] if len(said) > 1 and isinstance(said[1], dict) else {}
        job = Job(str(about.get("client_id") or ""), str(about.get("use") or ""), about.get("use_as"))
        if not job.use and (not job.client_id.isalnum() or self._is_made(job.client_id)):
            return
        with self._wake:
            self._jobs.append(job)
            self._wake.notify()

    def close_soon(self) -> None:
        """The script has ended: somebody may be waiting."""
        with self._wake:
            self._closing = True
            self._wake.notify()

    def stop(self) -> None:
        """Leave, and do not wait for the request under way."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._connections is not None:
            self._connections.abort()

    def wake(self) -> None:
        """The server may be there now."""
        with self._wake:
            self._wake.notify()

    @property
    def waiting(self) -> int:
        """How many versions are not on the server yet."""
        return len(self._jobs) + int(self._busy)

    @property
    def bytes_count(self) -> int:
        """Bytes read and sent, and seconds waited for an answer: what shows that something moves."""
        return self._bytes + (int(self._answer_secs) if self._is_answered else 0)

    @property
    def progress_at(self) -> float:
        """When something moved last; now, where a server that has answered so far is thinking about its answer."""
        return time.monotonic() if self._is_answered else self._moved_at

    @property
    def _answer_secs(self) -> float:
        return self._connections.waiting_secs if self._connections is not None else 0.0

    @property
    def _is_answered(self) -> bool:
        return self._failures == 0 and 0.0 < self._answer_secs < ANSWER_SECS

    # The loop

    def run(self) -> None:
        """Work until stopped."""
        while (job := self._next()) is not None:
            told: float | None = None
            try:
                self._do(job)
                self._failures = 0
                continue
            except NotNow as error:
                told = error.told_secs
            except Unreachable:
                pass
            except Exception as error:  # one odd version must not keep the others
                self._failed(job, str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}")
                self._failures = 0
                continue
            finally:
                with self._wake:
                    self._busy = False
                self.version += 1
            self._failures += 1
            with self._wake:
                self._jobs.appendleft(job)
                longest = 2.0 if self._closing else answers.MAX_WAIT_SECS
                self._pause(answers.wait_secs(self._failures, self._chance, told, longest))
        if self._connections is not None:
            self._connections.close()

    def _pause(self, secs: float) -> None:
        """Wait, but not once the rows have found that the server is there again."""
        until, was_there = time.monotonic() + secs, self._may_send()
        while not self._stopped and (left := until - time.monotonic()) > 0:
            self._wake.wait(min(LOOK_SECS, left))
            is_there = self._may_send()
            if is_there and not was_there:
                return
            was_there = is_there

    def _next(self) -> Job | None:
        with self._wake:
            while not self._stopped:
                if self._jobs and self._connections is not None and self._may_send():
                    if self._is_ready(self._jobs[0]):
                        self._busy = True
                        return self._jobs.popleft()
                    self._wake.wait(READY_SECS)
                    continue
                self._wake.wait(LOOK_SECS if self._jobs else 30.0)
        return None

    def _is_ready(self, job: Job) -> bool:
        """Whether every file of the run that the version holds is written."""
        wanted = record.read_wanted(self._folder.path, job.client_id) if job.client_id else None
        sources = [item.source for item in wanted.entries.values() if item.source] if wanted is not None else []
        return not any(self._is_encoding(source.removeprefix("files/")) for source in sources if source[:6] == "files/")

    def _do(self, job: Job) -> None:
        assert self._connections is not None
        if job.use:
            said = {"id": job.use, **({"used_as": job.use_as} if job.use_as else {})}
            ask(self._connections, "POST", path_of("runs", *self._run()) + "/artifacts", said)
            self._moved(0)
            return
        wanted = record.read_wanted(self._folder.path, job.client_id)
        if wanted is None:
            raise Refused("what it was to be is not to be read any more")
        if self._outside(wanted):
            raise Refused("its files are outside of the run folder")
        from gnomon.sdk.shipper.version import Version  # most runs log no artifact

        made = Version(self._folder.path, wanted, self._connections, self._run(), self._moved).make()
        record.write_made(self._folder.path, job.client_id, made)
        self._clear(job.client_id)
        self.done_count += 1
        self._moved(0)

    def _outside(self, wanted: Wanted) -> bool:
        sources = [item.source for item in wanted.entries.values() if item.source and not os.path.isabs(item.source)]
        return any(self._folder.inside(self._folder.path, source) is None for source in sources)

    def _is_made(self, client_id: str) -> bool:
        made = record.read_made(self._folder.path, client_id)
        if made is None:
            return False
        if made.state != "FAILED":
            self._clear(client_id)  # a shipper may have been killed just before that
            return True
        return not (self._retries_failed and record.read_wanted(self._folder.path, client_id) is not None)

    def _clear(self, client_id: str) -> None:
        """The files of a version that the server has go to the cache of this machine, or away."""
        wanted = record.read_wanted(self._folder.path, client_id)
        if wanted is None:
            return
        from gnomon.sdk.artifacts.cache import Cache

        cache = Cache()
        folders = {record.own_folder(self._folder.path, client_id)}
        for item in wanted.entries.values():
            if not item.own or not item.source:
                continue
            place = self._folder.path / item.source
            folders.add(place.parent)
            if item.at is None and item.keep and item.digest:
                cache.give(item.digest, str(place))
        for folder in folders:
            if folder.name == client_id:  # nothing but a version's own
                shutil.rmtree(folder, ignore_errors=True)
        try:
            os.unlink(self._folder.path / record.FOLDER / f"{client_id}.wanted")
        except OSError:
            pass

    def _failed(self, job: Job, why: str) -> None:
        self.refused_count += 1
        self._moved(0)
        if job.use:
            self._say(f"the server does not know that the run uses the artifact {job.use}: {why}")
            return
        wanted = record.read_wanted(self._folder.path, job.client_id)
        self._say(f"the artifact {wanted.name if wanted else job.client_id!r} was not logged: {why}")
        try:
            record.write_made(self._folder.path, job.client_id, Made(state="FAILED", error=why))
        except OSError:
            pass

    def _moved(self, count: int) -> None:
        self._bytes += count
        self._moved_at = time.monotonic()
