"""Fetching files of a version: many small ones in one answer, large ones piece by piece, each checked by its digest.

A file has its name only once it is whole. Names come from the server, so none of them leads out of the folder.
"""

from __future__ import annotations

import os
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import quote

from gnomon.sdk.artifacts import digests, references, snapshot
from gnomon.sdk.artifacts.cache import Cache
from gnomon.sdk.artifacts.entry import SCHEME, ArtifactManifestEntry
from gnomon.sdk.artifacts.errors import ArtifactError, MissingReference
from gnomon.sdk.errors import CommError
from gnomon.sdk.service import NotThere, Service

AT_ONCE = 4
SMALL_BYTES = 256 << 10
"""Up to this, files come together."""
BATCH_BYTES = 8 << 20
BATCH_FILES = 2000
RANGES_FROM_BYTES = 2 << 30
RANGE_BYTES = 128 << 20
MOST_READ = 100_000
TRIES = 6
WAIT_SECS = 0.5


_read: dict[str, tuple[snapshot.Identity, str]] = {}
"""Files that this process has read and found right, as they were then: they need not be read again each epoch."""


class Place(NamedTuple):
    """An entry, and where it is to be."""

    entry: ArtifactManifestEntry
    target: str


class Fetch:
    """One download."""

    def __init__(
        self,
        service: Service,
        address: str,
        *,
        cache: Cache | None,
        referred: Callable[[str], ArtifactManifestEntry],
        allow_missing_references: bool = False,
        multipart: bool | None = None,
        progressed: Callable[[int], object] = lambda _: None,
    ) -> None:
        """`address` is the version's path below `/api`; `referred` finds entries of other artifacts. `multipart` says
        whether files come in ranges at one time: None where they are large."""
        self._service, self._address, self._cache, self._referred = service, address, cache, referred
        self._allow_missing, self._multipart, self._progressed = allow_missing_references, multipart, progressed

    def all(self, entries: Sequence[ArtifactManifestEntry], root: str) -> None:
        """Bring the entries below `root`; what is there with the right content stays. Raises CommError, OSError,
        MissingReference."""
        places = [Place(entry, inside(root, entry.path)) for entry in entries]
        for folder in sorted({os.path.dirname(place.target) for place in places}):
            _make_folder(root, folder)
        here = digests.each(_is_here, places)
        left = [place for place, is_here in zip(places, here, strict=True) if not is_here]
        refs = [place for place in left if place.entry.ref is not None]
        files = [place for place in left if place.entry.ref is None]
        small = [place for place in files if (place.entry.size or 0) <= SMALL_BYTES]
        large = [place for place in files if (place.entry.size or 0) > SMALL_BYTES]
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="gnomon-download") as pool:
            jobs = [pool.submit(self._batch, batch) for batch in _batches(small)]
            jobs += [pool.submit(self._large, place) for place in large]
            jobs += [pool.submit(self._reference, place) for place in refs]
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                for job in jobs:
                    job.cancel()
                raise

    def _batch(self, batch: Sequence[Place]) -> None:
        import msgspec

        paths = [place.entry.path for place in batch]
        body = msgspec.json.encode({"paths": paths})
        size = sum(place.entry.size or 0 for place in batch)

        def ask() -> bytes:
            data = bytearray()
            self._service.download(
                self._address + "/read", data.extend, method="POST", body=body,
                headers={"Content-Type": "application/json"},
            )  # fmt: skip
            if len(data) != size:
                raise CommError(f"the server sent {len(data)} bytes of {len(batch)} files, not {size}")
            return bytes(data)

        data = _insisted(ask)
        at = 0
        for entry, target in batch:
            part = data[at : at + (entry.size or 0)]
            at += len(part)
            if not digests.agree(entry.digest, [part], entry.algorithm):
                raise CommError(f"the server sent other bytes for {entry.path!r} than its manifest says")
            with _draft(target) as draft:
                descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o644)
                try:
                    os.write(descriptor, part) if len(part) else None
                finally:
                    os.close(descriptor)
            self._progressed(len(part))

    def _large(self, place: Place) -> None:
        entry, target = place
        with _draft(target) as draft:
            cached = self._cache if entry.algorithm is None else None
            if cached is not None and cached.take(entry.digest, draft):
                self._progressed(entry.size or 0)
                return
            in_ranges = (entry.size or 0) > RANGES_FROM_BYTES if self._multipart is None else self._multipart
            agrees = self._in_ranges(entry, draft) if in_ranges else self._whole(entry, draft)
            if not agrees:
                raise CommError(f"the server sent other bytes for {entry.path!r} than its manifest says")
            if cached is not None and not entry.skip_cache:
                cached.share(entry.digest, draft)

    def _whole(self, entry: ArtifactManifestEntry, draft: str) -> bool:
        """Fetch a file from its start to its end, and on from where it was cut; whether it has its digest."""
        digest = digests.hasher(entry.algorithm)
        with open(draft, "wb", buffering=0) as made:

            def take(piece: bytes) -> None:
                view = memoryview(piece)
                while len(view):
                    view = view[made.write(view) :]
                if digest is not None:
                    digest.update(piece)
                self._progressed(len(piece))

            self._ranged(entry, lambda: made.tell(), entry.size or 0, take)
        return digest is None or b64encode(digest.digest()).decode() == entry.digest

    def _in_ranges(self, entry: ArtifactManifestEntry, draft: str) -> bool:
        """Fetch several ranges of a file at one time; whether it has its digest."""
        size = entry.size or 0
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0), 0o644)
        try:
            os.truncate(descriptor, size)
            digests.each(lambda start: self._range(entry, descriptor, start), range(0, size, RANGE_BYTES), AT_ONCE)
        finally:
            os.close(descriptor)
        return digests.file_agrees(draft, entry.digest, entry.algorithm)

    def _range(self, entry: ArtifactManifestEntry, descriptor: int, start: int) -> None:
        end = min(start + RANGE_BYTES, entry.size or 0)
        at = start

        def take(piece: bytes) -> None:
            nonlocal at
            view = memoryview(piece)
            while len(view):
                written = os.pwrite(descriptor, view, at)
                at += written
                view = view[written:]
            self._progressed(len(piece))

        self._ranged(entry, lambda: at, end, take)

    def _ranged(
        self, entry: ArtifactManifestEntry, at: Callable[[], int], end: int, take: Callable[[bytes], None]
    ) -> None:
        """Fetch from where we are to `end`, again and again from where it was cut."""
        place = f"{self._address}/files/{quote(entry.path)}"

        def ask() -> None:
            if at() < end:
                headers = {"Range": f"bytes={at()}-{end - 1}"}
                self._service.download(place, take, headers=headers)
                if at() < end:
                    raise CommError(f"the server ended {entry.path!r} after {at()} of {end} bytes")

        _insisted(ask, at)

    def _reference(self, place: Place) -> None:
        entry, target = place
        try:
            with _draft(target) as draft:
                if str(entry.ref).startswith(SCHEME + "://"):
                    found = self._referred(str(entry.ref))
                    found.parent_artifact()._fetch_to(found, draft)
                else:
                    references.fetch(entry, draft)
        except (MissingReference, NotThere) as error:
            if not self._allow_missing:
                raise
            from gnomon.sdk import guard

            guard.warn(str(error))


def inside(root: str, path: str) -> str:
    """`root/path`. Raises ArtifactError for a path that would lead out of it."""
    parts = path.split("/")
    if not path or "\0" in path or os.path.isabs(path) or ".." in parts or os.path.splitdrive(path)[0] or "" in parts:
        raise ArtifactError(f"The artifact has an entry {path!r}, which would lead out of {root!r}")
    return os.path.join(root, *parts)


def _make_folder(root: str, folder: str) -> None:
    """Make a folder below `root`, none of whose parents there is a link to somewhere else."""
    os.makedirs(folder, exist_ok=True)
    real, base = os.path.realpath(folder), os.path.realpath(root)
    if real != base and not real.startswith(base.rstrip(os.sep) + os.sep):
        raise ArtifactError(f"{folder!r} is behind a link that leads out of {root!r}; nothing is written there")


def _is_here(place: Place) -> bool:
    """Whether the file is where it is to be, with the right content."""
    entry, target = place
    try:
        stat = os.lstat(target)
        if os.path.islink(target) or (entry.size is not None and stat.st_size != entry.size):
            return False
        if digests.hasher(entry.algorithm) is None:
            return False
        identity = snapshot.identity(stat)
        if _read.get(os.path.abspath(target)) == (identity, entry.digest):
            return True
        agrees = digests.file_agrees(target, entry.digest, entry.algorithm)
        if agrees and snapshot.identity(os.lstat(target)) == identity and not snapshot.is_young(stat):
            if len(_read) > MOST_READ:
                _read.clear()
            _read[os.path.abspath(target)] = (identity, entry.digest)
        return agrees
    except OSError:
        return False


@contextmanager
def _draft(target: str) -> Iterator[str]:
    """A name for a file that becomes `target` once it is whole."""
    draft = f"{target}.{secrets.token_hex(4)}.part"
    try:
        yield draft
        os.replace(draft, target)
    except BaseException:
        try:
            os.unlink(draft)
        except OSError:
            pass
        raise


def _insisted(ask: Callable[[], Any], at: Callable[[], int] = lambda: 0) -> Any:
    """What `ask` says, tried again a few times since it last got on."""
    failures, reached = 0, at()
    while True:
        try:
            return ask()
        except NotThere:
            raise
        except CommError:
            if at() > reached:
                failures, reached = 0, at()
            failures += 1
            if failures >= TRIES:
                raise
            time.sleep(min(8.0, WAIT_SECS * 2**failures))


def _batches(places: Sequence[Place]) -> Iterator[list[Place]]:
    batch: list[Place] = []
    size = 0
    for place in places:
        if batch and (size + (place.entry.size or 0) > BATCH_BYTES or len(batch) >= BATCH_FILES):
            yield batch
            batch, size = [], 0
        batch.append(place)
        size += place.entry.size or 0
    if batch:
        yield batch
