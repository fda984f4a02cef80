"""One version of an artifact on its way: files are read, announced, sent and committed.

Everything here may be done again from the start: the server knows the version by its client id and the files by their
digests, so what arrived once is not sent again, and a version is committed once.
"""

from __future__ import annotations

import hashlib
import os
import struct
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec.structs import replace

from gnomon.model.manifest import Entry, artifact_key, digest_of, render
from gnomon.sdk.artifacts import digests, record, snapshot
from gnomon.sdk.artifacts.record import Item, Made, Wanted
from gnomon.sdk.shipper.asking import Connections, Refused, ask, path_of, quoted
from gnomon.sdk.shipper.uploads import Counted

AT_ONCE = 4
"""So many requests with files are under way at one time."""
SMALL_BYTES = 256 << 10
"""Up to this, files are sent together."""
BATCH_BYTES = 4 << 20
BATCH_FILES = 1000
ANNOUNCED_AT_ONCE = 4000
PARTS_FROM_BYTES = 1 << 30
"""Larger files are sent in parts: what arrived need not be sent again after a cut."""
PART_BYTES = 128 << 20

_head = struct.Struct("<I")


class Version:
    """What is to be made of one wish."""

    def __init__(
        self,
        folder: Path,
        wanted: Wanted,
        connections: Connections,
        run: tuple[str, str, str],
        progressed: Callable[[int], None],
    ) -> None:
        self._folder, self._wanted, self._run = folder, wanted, run
        self._ask = partial(ask, connections)
        self._progressed = progressed
        self._project = path_of("artifacts", wanted.entity or run[0], wanted.project or run[1])

    def make(self) -> Made:
        """The version as the server has it. Raises Refused, NotNow, Unreachable."""
        if self._wanted.again is not None:
            return self._once_more(self._wanted.again)
        self._read_all()
        entries = self._wanted.entries
        drafted = self._draft(digest_of({path: Entry(digest=item.digest) for path, item in entries.items()}))
        if drafted["state"] == "COMMITTED":
            return self._settled(drafted)
        self._send_all(drafted)
        self._send_manifest(drafted)
        return self._finished(drafted)

    def _once_more(self, client_id: str) -> Made:
        """A version of this run that was made, under more names, or now whole."""
        made = record.read_made(self._folder, client_id)
        if made is None or not made.id:
            raise Refused("the version that was logged before was not made" + (f": {made.error}" if made else ""))
        if made.state == "PENDING":
            place = path_of("artifacts", made.entity, made.project, "drafts", made.id)
            return self._finished(self._ask("GET", place))
        return self._settled(self._draft(made.digest))

    def _draft(self, digest: str) -> dict[str, Any]:
        wanted = self._wanted
        wish: dict[str, Any] = {
            "type": wanted.type, "collection": wanted.name, "digest": digest, "client_id": wanted.client_id,
            "sequence_client_id": wanted.sequence_client_id, "tags": wanted.tags,
            "aliases": [one for one in wanted.aliases if one != "latest"],
            "description": wanted.description, "metadata": wanted.metadata,
            "ttl_secs": wanted.ttl_secs, "history_step": wanted.history_step, "distributed_id": wanted.distributed_id,
        }  # fmt: skip
        if wanted.again is not None:
            del wish["client_id"]
        if wanted.logs and self._same_project():
            wish["run"] = self._run[2]
        said = {name: one for name, one in wish.items() if one is not None}
        drafted: dict[str, Any] = self._ask("POST", self._project + "/drafts", said)
        return drafted

    def _same_project(self) -> bool:
        wanted, (entity, project, _) = self._wanted, self._run
        return wanted.entity in ("", entity) and wanted.project in ("", project)

    # What it holds

    def _read_all(self) -> None:
        """Find the digests of files that nobody has read yet, and keep them for whoever comes after us."""
        unread = {path: item for path, item in self._wanted.entries.items() if not item.digest and item.source}
        for path, item in self._wanted.entries.items():
            if item.seen is not None and path not in unread:
                self._check_unchanged(path, item)
        if not unread:
            return
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = dict(zip(unread, pool.map(self._read, unread.items()), strict=True))
        self._wanted = replace(self._wanted, entries={**self._wanted.entries, **found})
        try:
            record.write_wanted(self._folder, self._wanted)
        except OSError:  # it is found out once more
            pass

    def _read(self, named: tuple[str, Item]) -> Item:
        path, item = named
        digest, size = hashlib.md5(usedforsecurity=False), 0
        with self._opened(path, item) as file:
            for piece in digests.pieces(file, item.at, item.size if item.at is not None else None):
                digest.update(piece)
                size += len(piece)
                self._progressed(len(piece))
        self._check_unchanged(path, item)
        return replace(item, digest=b64encode(digest.digest()).decode(), size=size)

    @contextmanager
    def _opened(self, path: str, item: Item) -> Iterator[IO[bytes]]:
        try:
            file = open(self._place(item), "rb")  # noqa: SIM115  # closed below
        except OSError as error:
            raise Refused(f"the file of {path!r} cannot be read: {error.strerror} ({item.source})") from None
        with file:
            yield file

    def _place(self, item: Item) -> Path:
        return self._folder / str(item.source)

    def _check_unchanged(self, path: str, item: Item) -> None:
        if item.seen is None:
            return
        try:
            now = snapshot.identity(os.stat(self._place(item)))
        except OSError:
            now = (-1, 0, 0)
        if now != tuple(item.seen):
            raise Refused(
                f"{item.source} was changed after it was added as {path!r} with the policy 'immutable'; add it with "
                "'mutable', or leave it alone until the artifact is there"
            )

    # On its way

    def _send_all(self, drafted: Mapping[str, Any]) -> None:
        place = f"{self._project}/drafts/{quoted(drafted['id'])}"
        files = {path: item for path, item in self._wanted.entries.items() if item.ref is None and item.source}
        known = {
            path: item
            for path, item in self._wanted.entries.items()
            if item.ref is None and not item.source and "alg" not in item.extra  # those are found by their birth
        }
        small: list[tuple[int, str, Item]] = []
        large: list[tuple[int, str, Item, list[str], set[int]]] = []
        for told, path, item, parts in self._announced(place, {**files, **known}):
            key = told.get("upload")
            if key is None:
                continue
            if path in known:
                raise Refused(f"the server does not have the bytes of {path!r}, nor does this machine")
            if not parts and (item.size or 0) <= SMALL_BYTES:
                small.append((key, path, item))
            else:
                large.append((key, path, item, parts, set(told.get("parts_here") or ())))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sent = [pool.submit(self._send_batch, place, batch) for batch in _batches(small)]
            sent += [pool.submit(self._send_file, place, *one) for one in large if not one[3]]
            for key, path, item, parts, here in large:
                sent += [
                    pool.submit(self._send_part, place, key, path, item, number)
                    for number in range(1, len(parts) + 1)
                    if number not in here
                ]
            try:
                for one in sent:
                    one.result()
            except BaseException:
                for one in sent:
                    one.cancel()
                raise
        for key, path, item, parts, _ in large:
            if parts:
                self._check_unchanged(path, item)
                self._ask("POST", f"{place}/uploads/{key}/complete")

    def _announced(
        self, place: str, files: Mapping[str, Item]
    ) -> Iterator[tuple[dict[str, Any], str, Item, list[str]]]:
        """What the server says of each file: whether it wants it, and where."""
        named = list(files.items())
        for start in range(0, len(named), ANNOUNCED_AT_ONCE):
            part = named[start : start + ANNOUNCED_AT_ONCE]
            in_parts = {path: self._parts(path, item) for path, item in part}
            told = self._ask(
                "POST", place + "/uploads",
                {
                    "files": [
                        {"path": path, "digest": item.digest, **({"parts": in_parts[path]} if in_parts[path] else {})}
                        for path, item in part
                    ]
                },
            )  # fmt: skip
            for said, (path, item) in zip(told["uploads"], part, strict=True):
                yield said, path, item, in_parts[path]

    def _parts(self, path: str, item: Item) -> list[str]:
        if not item.source or (item.size or 0) <= PARTS_FROM_BYTES:
            return []
        parts = []
        with self._opened(path, item) as file:
            for start in range(0, item.size or 0, PART_BYTES):
                digest = hashlib.md5(usedforsecurity=False)
                for piece in digests.pieces(file, (item.at or 0) + start, min(PART_BYTES, (item.size or 0) - start)):
                    digest.update(piece)
                    self._progressed(len(piece))
                parts.append(digest.hexdigest())
        return parts

    def _send_batch(self, place: str, batch: list[tuple[int, str, Item]]) -> None:
        data, last, file = [], None, None
        try:
            for _, path, item in batch:
                if file is None or item.source != last:
                    if file is not None:
                        file.close()
                    try:
                        file, last = open(self._place(item), "rb"), item.source  # noqa: SIM115  # closed below
                    except OSError as error:
                        raise Refused(f"the file of {path!r} cannot be read: {error.strerror}") from None
                file.seek(item.at or 0)
                data.append(file.read(item.size or 0))
                if digests.of_bytes(data[-1]) != item.digest:
                    self._check_unchanged(path, item)
                    raise Refused(f"the file of {path!r} is not what it was when it was added ({item.source})")
        finally:
            if file is not None:
                file.close()
        head = msgspec.json.encode([(key, len(one)) for (key, _, _), one in zip(batch, data, strict=True)])
        body = b"".join([_head.pack(len(head)), head, *data])
        self._ask("POST", place + "/batch", raw=body)
        self._progressed(len(body))

    def _send_file(self, place: str, key: int, path: str, item: Item, *_: object) -> None:
        with self._opened(path, item) as file:
            body = Counted(file, item.size or 0, self._progressed, at=item.at or 0)
            self._put(f"{place}/uploads/{key}", body, item.size or 0, path, item)

    def _send_part(self, place: str, key: int, path: str, item: Item, number: int) -> None:
        start = (number - 1) * PART_BYTES
        size = min(PART_BYTES, (item.size or 0) - start)
        with self._opened(path, item) as file:
            body = Counted(file, size, self._progressed, at=(item.at or 0) + start)
            self._put(f"{place}/uploads/{key}/parts/{number}", body, size, path, item)

    def _put(self, place: str, body: IO[bytes], size: int, path: str, item: Item) -> None:
        try:
            self._ask("PUT", place, raw=body, size=size)
        except Refused as error:
            self._check_unchanged(path, item)
            raise Refused(f"{path!r}: {error}") from None
        self._check_unchanged(path, item)

    def _send_manifest(self, drafted: Mapping[str, Any]) -> None:
        wanted = self._wanted
        entries = (
            (path, Entry(digest=item.digest, size_bytes=item.size, ref=item.ref, extra=item.extra,
                         birth=artifact_key(item.birth) if item.birth else None))
            for path, item in sorted(wanted.entries.items())
        )  # fmt: skip
        data = b"".join(render(entries))
        kind = "patch" if wanted.distributed_id else "incremental" if wanted.incremental else "full"
        base = wanted.base_id or drafted.get("latest_id")
        query = f"?kind={kind}" + (f"&base={quoted(base)}" if kind == "incremental" and base else "")
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        place = f"{self._project}/drafts/{quoted(drafted['id'])}/manifest{query}"
        self._ask("PUT", place, raw=data, headers={"X-Gnomon-MD5": md5})

    def _finished(self, drafted: Mapping[str, Any]) -> Made:
        if not self._wanted.finalize:
            return Made(state="PENDING", id=drafted["id"], entity=drafted["entity"], project=drafted["project"])
        place = path_of("artifacts", drafted["entity"], drafted["project"], "drafts", drafted["id"])
        return self._settled(self._ask("POST", place + "/commit"))

    def _settled(self, version: Mapping[str, Any]) -> Made:
        """What is to be said of the version once it is there."""
        wanted = self._wanted
        if wanted.uses:
            use = {"id": version["id"], **({"used_as": wanted.use_as} if wanted.use_as else {})}
            self._ask("POST", path_of("runs", *self._run) + "/artifacts", use)
        for target, aliases in wanted.links:
            entity, project, collection = _target(target, str(version["entity"]), str(version["project"]))
            place = path_of("artifacts", entity, project, "collections", collection) + "/links"
            self._ask("POST", place, {"id": version["id"], "aliases": aliases})
        return Made(
            state="COMMITTED", id=version["id"], entity=version["entity"], project=version["project"],
            version=version["version"] or "", digest=version["digest"],
        )  # fmt: skip


def _batches(files: Iterable[tuple[int, str, Item]]) -> Iterator[list[tuple[int, str, Item]]]:
    batch: list[tuple[int, str, Item]] = []
    size = 0
    for one in sorted(files, key=lambda file: (str(file[2].source), file[2].at or 0)):
        if batch and (size + (one[2].size or 0) > BATCH_BYTES or len(batch) >= BATCH_FILES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one[2].size or 0
    if batch:
        yield batch


def _target(path: str, entity: str, project: str) -> tuple[str, str, str]:
    """Where a portfolio is: `collection`, `project/collection` or `entity/project/collection`."""
    parts = path.split("/")
    if len(parts) > 3 or not all(parts):
        raise Refused(f"{path!r} is no place to link to; it is entity/project/collection")
    return ("", "", *parts)[-3] or entity, ("", *parts)[-2] or project, parts[-1]
