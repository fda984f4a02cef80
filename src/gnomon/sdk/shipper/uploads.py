"""Files of a run: encoded, hashed, offered, sent. Rows never wait for them.

What is done is kept in `uploads.jsonl`, so that a later shipper does not send it again.
"""

from __future__ import annotations

import io
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from random import Random
from typing import IO, Any, NamedTuple

import msgspec

from gnomon.sdk.artifacts import digests
from gnomon.sdk.shipper import answers, encoders
from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.raw import RawFiles
from gnomon.sdk.shipper.transport import Address, Reply, Transport, Unreachable

OFFER_FROM_BYTES = 64 << 10
"""Smaller files are sent at once: asking first costs more than the bytes."""
LIVE_SECS = 10.0
LOOK_SECS = 1.0
"""How often a server that is not there is looked for."""
TRIES = 5
MAX_ENCODE_SECS = 300.0
"""As long as this, one file that is being encoded counts as something that moves: a long video takes its time."""


class Job(NamedTuple):
    """One FILE record."""

    path: str
    source: str
    raw: dict[str, Any] | None
    policy: str


class Uploads(threading.Thread):
    """Takes FILE records in order; encodes always, sends where there is a transport."""

    def __init__(
        self,
        folder: RunFolder,
        transport: Transport | None,
        run: Callable[[], Address],
        may_send: Callable[[], bool],
        *,
        say: Callable[[str], None],
        chance: Random | None = None,
        ignore: Sequence[str] = (),
        live_secs: float = LIVE_SECS,
    ) -> None:
        super().__init__(name="gnomon-uploads", daemon=True)
        self.done_count = 0
        self.refused_count = 0
        self._moved_bytes = 0
        self._moved_at = time.monotonic()
        self._encode_at = 0.0
        self.version = 0
        self._folder, self._transport, self._run, self._may_send, self._say = folder, transport, run, may_send, say
        self._chance = chance or Random()
        self._ignore, self._live_secs = ignore, live_secs
        self._globs: dict[tuple[str, str], str] = {}
        """Patterns of files, with what their paths are relative to, and the policy of those that come later."""
        self._announced: set[str] = set()
        self._raw = RawFiles(folder)
        self._wake = threading.Condition()
        self._to_encode: deque[Job] = deque()
        self._to_send: deque[Job] = deque()
        self._at_end: dict[str, Job] = {}
        self._live: dict[str, Job] = {}
        self._sent: dict[str, tuple[int, int]] = self._read_done()
        self._busy = False
        self._encoding: str | None = None
        self._closing = False
        self._stopped = False
        self._live_at = time.monotonic()

    # What the supervisor calls

    def add(self, record: list[Any]) -> None:
        """Take a FILE record."""
        about = record[1] if len(record) > 1 and isinstance(record[1], dict) else {}
        if isinstance(about.get("glob"), str):
            with self._wake:
                self._globs[about["glob"], str(about.get("base") or "")] = str(about.get("policy") or "live")
            return
        path = about.get("path")
        if not isinstance(path, str) or self._folder.inside(self._folder.files, path) is None:
            self._say(f"a file with the path {path!r} cannot be sent: it would leave the run")
            return
        self._announced.add(path)
        if any(fnmatch(path, pattern) for pattern in self._ignore):
            return
        raw = about.get("raw")
        job = Job(
            path,
            str(about.get("source") or ""),
            raw if isinstance(raw, dict) else None,
            str(about.get("policy") or "now"),
        )
        with self._wake:
            if job.raw is not None:
                self._to_encode.append(job)
            else:
                self._place(job)
            self._wake.notify()

    def close_soon(self) -> None:
        """The script has ended: files that wait for the end are due, live ones for the last time."""
        with self._wake:
            if not self._closing:
                self._find_later()
                self._closing = True
                self._find_rest()
                self._to_send.extend(self._at_end.values())
                self._to_send.extend(self._live.values())
                self._at_end, self._live = {}, {}
            encoded = not self._to_encode and not self._busy
            self._wake.notify()
        if encoded:
            self._raw.close()

    def stop(self) -> None:
        """Leave, and do not wait for the file under way."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._transport is not None:
            self._transport.abort()

    def wake(self) -> None:
        """The server may be there now."""
        with self._wake:
            self._wake.notify()

    @property
    def waiting(self) -> int:
        """How many files are not on the server yet."""
        return len(self._to_encode) + len(self._to_send) + len(self._at_end) + int(self._busy)

    @property
    def encoded(self) -> bool:
        """Whether no raw data waits for being encoded: all that can be done without a server."""
        return not self._to_encode and (self._transport is not None or not self._busy)

    @property
    def bytes_count(self) -> int:
        """Bytes encoded and sent, and the seconds that the file being encoded took so far: what shows that it moves."""
        return self._moved_bytes + int(self._encode_secs())

    @property
    def progress_at(self) -> float:
        """When something moved last, on the monotonic clock."""
        return time.monotonic() if 0.0 < self._encode_secs() < MAX_ENCODE_SECS else self._moved_at

    def _encode_secs(self) -> float:
        began = self._encode_at
        return min(time.monotonic() - began, MAX_ENCODE_SECS) if began else 0.0

    def is_encoding(self, path: str) -> bool:
        """Whether the file of this path is still to be written by us."""
        with self._wake:
            return self._encoding == path or any(job.path == path for job in self._to_encode)

    # The loop

    def run(self) -> None:
        """Work until stopped."""
        failures = 0
        while True:
            job, encode = self._next()
            if job is None:
                if self._transport is not None:
                    self._transport.close()
                return
            try:
                if encode:
                    self._encode(job)
                    continue
                told = self._send(job)
            except Exception as error:  # one odd file must not keep the others
                self._refuse(job, f"{type(error).__name__}: {error}")
                continue
            finally:
                with self._wake:
                    if self._closing and not self._to_encode:
                        self._raw.close()
                    self._busy = False
                    self._encoding = None
                self.version += 1
            if told is None:
                failures = 0
                continue
            failures += 1
            with self._wake:
                self._to_send.appendleft(job)
                longest = 2.0 if self._closing else answers.MAX_WAIT_SECS
                self._wake.wait(answers.wait_secs(failures, self._chance, told or None, longest))

    def _next(self) -> tuple[Job | None, bool]:
        with self._wake:
            while not self._stopped:
                if self._to_encode:
                    self._busy = True
                    job = self._to_encode.popleft()
                    self._encoding = job.path
                    return job, True
                if self._to_send and self._transport is not None and self._may_send():
                    self._busy = True
                    return self._to_send.popleft(), False
                if (self._live or self._globs) and time.monotonic() - self._live_at >= self._live_secs:
                    self._live_at = time.monotonic()
                    self._find_later()
                    self._to_send.extend(self._live.values())
                    continue
                self._wake.wait(LOOK_SECS if self._to_send or self._live or self._globs else 30.0)
        return None, False

    def _find_later(self) -> None:
        """Files that came into being since somebody asked for all of a pattern."""
        for (pattern, base), policy in self._globs.items():
            for source in sorted(glob(pattern)):
                path = os.path.relpath(source, base).replace(os.sep, "/")
                new = path not in self._sent and path not in self._live and path not in self._at_end
                fits = self._folder.inside(self._folder.files, path) is not None
                if new and fits and os.path.isfile(source) and not any(fnmatch(path, one) for one in self._ignore):
                    self._place(Job(path, source, None, policy))

    def _find_rest(self) -> None:
        """Files that the script has put among those of the run without a word."""
        queued = {job.path for job in (*self._to_encode, *self._to_send)} | {self._encoding}
        known = queued.union(self._sent, self._announced)
        for folder, _, names in os.walk(self._folder.files):
            for name in sorted(names):
                place = os.path.join(folder, name)
                path = os.path.relpath(place, self._folder.files).replace(os.sep, "/")
                if path in known or name.startswith(".") or os.path.islink(place):
                    continue
                if not any(fnmatch(path, pattern) for pattern in self._ignore):
                    self._to_send.append(Job(path, "", None, "now"))

    def _place(self, job: Job) -> None:
        if job.policy == "end" and not self._closing:
            self._at_end[job.path] = job
            return
        if job.policy == "live" and not self._closing:
            self._live[job.path] = job
        self._to_send.append(job)

    def _encode(self, job: Job) -> None:
        raw = job.raw or {}
        target = self._folder.inside(self._folder.files, job.path)
        if target is None or self._raw.inside(raw) is None:
            self._refuse(job, "its path leaves the run folder")
            return
        if not target.exists():  # else it was encoded before a shipper was killed
            self._encode_at = time.monotonic()
            try:
                made = encoders.encode(self._raw.read(raw), raw)
            except FileNotFoundError:
                self._refuse(job, "its raw data is gone")
                return
            finally:
                self._encode_at = 0.0
            self._progressed(len(made))
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f".{target.name}.{os.getpid()}")
            draft.write_bytes(made)
            draft.replace(target)
        self._raw.taken(raw)
        with self._wake:
            self._place(job)

    def _send(self, job: Job) -> float | None:
        """Send one file: None when that is settled, else how long the server asked to wait (0: it did not say)."""
        path = Path(job.source) if job.source else self._folder.inside(self._folder.files, job.path)
        assert self._transport is not None and path is not None
        for _ in range(TRIES):
            try:
                with open(path, "rb") as file:
                    stat = os.fstat(file.fileno())
                    if self._sent.get(job.path) == (stat.st_size, stat.st_mtime_ns):
                        return None
                    digest = digests.sha256(file)
                    size = file.tell()
                    reply = self._offer_and_put(job.path, digest, file, size)
            except Unreachable:
                return 0.0
            except OSError as error:
                self._refuse(job, error.strerror or str(error))
                return None
            if reply.status == 200 and _says(reply, "stored", "have"):
                self._settle(job, digest, stat.st_size, stat.st_mtime_ns)
                return None
            if reply.status == 400 and _changed(path, stat):
                continue  # it was written to while it was sent: read it again
            if reply.status in (400, 404, 405, 409, 410, 411, 413, 415, 422) and _says(reply, "error"):
                self._refuse(job, _message(reply))
                return None
            if reply.status == 401:
                self._transport.look_for_key()
            return answers.retry_after_secs(reply.headers.get("retry-after"), now=time.time()) or 0.0
        self._refuse(job, "it changes faster than it can be read")
        return None

    def _offer_and_put(self, path: str, digest: str, file: IO[bytes], size: int) -> Reply:
        assert self._transport is not None
        if size >= OFFER_FROM_BYTES:
            reply = self._transport.offer_file(self._run(), path, digest)
            if reply.status != 200 or already_there(reply):
                return reply
        return self._transport.put_file(self._run(), path, digest, Counted(file, size, self._progressed), size)

    def _progressed(self, count: int) -> None:
        self._moved_bytes += count
        self._moved_at = time.monotonic()

    def _settle(self, job: Job, digest: str, size: int, mtime_ns: int) -> None:
        self._sent[job.path] = (size, mtime_ns)
        self.done_count += 1
        self._moved_at = time.monotonic()
        line = {"path": job.path, "digest": digest, "size": size, "mtime_ns": mtime_ns}
        try:
            with open(self._folder.path / "uploads.jsonl", "a", encoding="utf-8") as file:
                file.write(msgspec.json.encode(line).decode() + "\n")
        except OSError:
            pass

    def _refuse(self, job: Job, why: str) -> None:
        self.refused_count += 1
        self.version += 1
        self._say(f"the file {job.path!r} was not sent: {why}")

    def _read_done(self) -> dict[str, tuple[int, int]]:
        done: dict[str, tuple[int, int]] = {}
        try:
            with open(self._folder.path / "uploads.jsonl", encoding="utf-8") as file:
                for line in file:
                    try:
                        said = msgspec.json.decode(line)
                        done[said["path"]] = (int(said["size"]), int(said["mtime_ns"]))
                    except (ValueError, KeyError, TypeError):  # the torn last line of a killed shipper
                        continue
        except OSError:
            pass
        return done


class Counted(io.BytesIO):
    """At most `size` bytes of a file, from `at` on, that tell of each piece taken."""

    def __init__(self, file: IO[bytes], size: int, on_read: Callable[[int], None], *, at: int = 0) -> None:
        super().__init__()
        file.seek(at)
        self._file, self._left, self._on_read = file, size, on_read

    def read(self, size: int | None = -1) -> bytes:
        data = self._file.read(min(1 << 18, self._left))
        if not data and self._left:
            raise ConnectionError("the file became shorter while it was sent")
        self._left -= len(data)
        self._on_read(len(data))
        return data


def _changed(path: Path, before: os.stat_result) -> bool:
    try:
        now = os.stat(path)
    except OSError:
        return True
    return (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns)


def _says(reply: Reply, *names: str) -> bool:
    try:
        said = msgspec.json.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return isinstance(said, dict) and any(name in said for name in names)


def already_there(reply: Reply) -> bool:
    """Whether the server says to an offer that it has these bytes."""
    try:
        return bool(msgspec.json.decode(reply.body).get("have"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, AttributeError):
        return False


def _message(reply: Reply) -> str:
    try:
        return str(msgspec.json.decode(reply.body)["error"]["message"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return f"the server answered {reply.status}"
