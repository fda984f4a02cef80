"""What is on its way into versions that are not committed: manifests, files and parts of files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import (
    artifact_bytes,
    artifact_collections,
    artifact_manifests,
    artifact_upload_parts,
    artifact_uploads,
    artifacts,
    projects,
)

FULL, INCREMENTAL, PATCH = "full", "incremental", "patch"


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """A manifest; `blob` is the SHA-256 of its file, once that is here."""

    key: int
    artifact: int
    kind: str
    name: str
    digest: str
    base: int | None
    blob: str | None


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A file that was announced; `blob` is the SHA-256 of its bytes, once they are here."""

    key: int
    artifact: int
    path: str
    digest: str
    blob: str | None
    size_bytes: int
    parts: list[str] | None
    """The MD5 of each part in hex, where it is sent in parts."""


@dataclass(frozen=True, slots=True)
class PartRow:
    number: int
    blob: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Known:
    """Bytes that an entity has."""

    blob: str
    size_bytes: int


_manifests = select(
    artifact_manifests.c.key,
    artifact_manifests.c.artifact,
    artifact_manifests.c.kind,
    artifact_manifests.c.name,
    artifact_manifests.c.digest,
    artifact_manifests.c.base,
    artifact_manifests.c.blob,
)
_uploads = select(
    artifact_uploads.c.key,
    artifact_uploads.c.artifact,
    artifact_uploads.c.path,
    artifact_uploads.c.digest,
    artifact_uploads.c.blob,
    artifact_uploads.c.size_bytes,
    artifact_uploads.c.parts,
)


def add_manifest(
    conn: Connection, artifact: int, *, kind: str, name: str, digest: str, base: int | None, now: float
) -> ManifestRow:
    """A manifest whose file is to come."""
    values = {"artifact": artifact, "kind": kind, "name": name, "digest": digest, "base": base, "created_at": now}
    key = conn.execute(insert(artifact_manifests).values(**values)).inserted_primary_key[0]  # type: ignore[index]
    return ManifestRow(key, artifact, kind, name, digest, base, None)


def manifest(conn: Connection, key: int) -> ManifestRow | None:
    row = conn.execute(_manifests.where(artifact_manifests.c.key == key)).first()
    return ManifestRow(*row) if row else None


def manifests_of(conn: Connection, artifact: int) -> list[ManifestRow]:
    """The manifests of a version in the order in which they were made."""
    query = _manifests.where(artifact_manifests.c.artifact == artifact).order_by(artifact_manifests.c.key)
    return [ManifestRow(*row) for row in conn.execute(query)]


def change_manifest(conn: Connection, key: int, **values: object) -> None:
    """Set columns of a manifest."""
    conn.execute(update(artifact_manifests).where(artifact_manifests.c.key == key).values(**values))


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that a sender is about to send; `known` where its entity has these bytes."""

    path: str
    digest: str
    parts: tuple[str, ...] | None = None
    known: Known | None = None


def announce(conn: Connection, artifact: int, files: Sequence[Announced], now: float) -> list[UploadRow]:
    """Files that are to come, or whose bytes are known, in the same order; one announced twice is the same."""
    found: dict[tuple[str, str], UploadRow] = {}
    for start in range(0, len(files), 500):
        paths = {file.path for file in files[start : start + 500]}
        query = _uploads.where(artifact_uploads.c.artifact == artifact, artifact_uploads.c.path.in_(paths))
        found.update(((row.path, row.digest), UploadRow(*row)) for row in conn.execute(query))
    missing = list({(file.path, file.digest): file for file in files if (file.path, file.digest) not in found}.values())
    values = [
        {
            "artifact": artifact,
            "path": file.path,
            "digest": file.digest,
            "blob": file.known.blob if file.known else None,
            "size_bytes": file.known.size_bytes if file.known else 0,
            "parts": list(file.parts) if file.parts else None,
            "created_at": now,
        }
        for file in missing
    ]
    if values:
        made = insert(artifact_uploads).returning(artifact_uploads.c.key, sort_by_parameter_order=True)
        for key, file in zip(conn.execute(made, values).scalars(), missing, strict=True):
            blob, size = (file.known.blob, file.known.size_bytes) if file.known else (None, 0)
            parts = list(file.parts) if file.parts else None
            found[file.path, file.digest] = UploadRow(key, artifact, file.path, file.digest, blob, size, parts)
    return [_now_known(conn, found[file.path, file.digest], file) for file in files]


def _now_known(conn: Connection, row: UploadRow, file: Announced) -> UploadRow:
    """An upload that was announced before: perhaps its bytes are here meanwhile, or it comes in other parts."""
    values: dict[str, Any] = {}
    if row.blob is None and file.known is not None:
        values = {"blob": file.known.blob, "size_bytes": file.known.size_bytes}
    elif row.blob is None and file.parts and list(file.parts) != row.parts:
        values = {"parts": list(file.parts)}
    if values:
        conn.execute(update(artifact_uploads).where(artifact_uploads.c.key == row.key).values(**values))
    return replace(row, **values)


def upload(conn: Connection, key: int) -> UploadRow | None:
    row = conn.execute(_uploads.where(artifact_uploads.c.key == key)).first()
    return UploadRow(*row) if row else None


class Whose(NamedTuple):
    """Whose a file that is announced is: the entity of its artifact, and when that last had a sign of its senders."""

    entity: int
    heard_at: float


def whose(conn: Connection, upload: int) -> Whose | None:
    query = (
        select(projects.c.entity, artifacts.c.updated_at)
        .select_from(artifact_uploads)
        .join(artifacts, artifacts.c.key == artifact_uploads.c.artifact)
        .join(artifact_collections, artifact_collections.c.key == artifacts.c.collection)
        .join(projects, projects.c.key == artifact_collections.c.project)
        .where(artifact_uploads.c.key == upload)
    )
    row = conn.execute(query).first()
    return Whose(*row) if row else None


def uploads_of(conn: Connection, artifact: int) -> list[UploadRow]:
    """Every file announced for a version."""
    return [UploadRow(*row) for row in conn.execute(_uploads.where(artifact_uploads.c.artifact == artifact))]


def received(conn: Connection, key: int, blob: str, size_bytes: int) -> bool:
    """The bytes of a file are here; whether it is still waited for."""
    values = {"blob": blob, "size_bytes": size_bytes}
    return bool(conn.execute(update(artifact_uploads).where(artifact_uploads.c.key == key).values(**values)).rowcount)


def uploads_by_keys(conn: Connection, artifact: int, keys: Sequence[int]) -> dict[int, UploadRow]:
    """Those of the files announced for a version that have these keys."""
    found: dict[int, UploadRow] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        query = _uploads.where(artifact_uploads.c.artifact == artifact, artifact_uploads.c.key.in_(part))
        found.update((row.key, UploadRow(*row)) for row in conn.execute(query))
    return found


def received_all(conn: Connection, got: Mapping[int, Known]) -> None:
    """The bytes of many files are here, all of which are still waited for."""
    query = update(artifact_uploads).where(artifact_uploads.c.key == bindparam("upload"))
    conn.execute(
        query.values(blob=bindparam("is_blob"), size_bytes=bindparam("is_size")),
        [{"upload": key, "is_blob": one.blob, "is_size": one.size_bytes} for key, one in got.items()],
    )


def parts_of(conn: Connection, upload: int) -> list[PartRow]:
    """The parts of a file that are here, in order."""
    query = select(artifact_upload_parts.c.number, artifact_upload_parts.c.blob, artifact_upload_parts.c.size_bytes)
    rows = conn.execute(query.where(artifact_upload_parts.c.upload == upload).order_by(artifact_upload_parts.c.number))
    return [PartRow(*row) for row in rows]


def part_received(conn: Connection, upload: int, part: PartRow) -> str | None:
    """A part of a file is here; the blob that it was before, where it was another one."""
    place = (artifact_upload_parts.c.upload == upload) & (artifact_upload_parts.c.number == part.number)
    old = conn.execute(select(artifact_upload_parts.c.blob).where(place)).scalar()
    values = {"blob": part.blob, "size_bytes": part.size_bytes}
    if old is None:
        conn.execute(insert(artifact_upload_parts).values(upload=upload, number=part.number, **values))
    else:
        conn.execute(update(artifact_upload_parts).where(place).values(**values))
    return None if old == part.blob else old


def drop_parts(conn: Connection, upload: int) -> list[str]:
    """Forget the parts of a file; the blobs they were."""
    blobs = [part.blob for part in parts_of(conn, upload)]
    conn.execute(delete(artifact_upload_parts).where(artifact_upload_parts.c.upload == upload))
    return blobs


def forget(conn: Connection, artifact: int) -> list[str]:
    """Forget all that was on its way into a version; the blobs it named."""
    blobs: list[str] = []
    for row in uploads_of(conn, artifact):
        if row.parts is not None:
            blobs += drop_parts(conn, row.key)
        if row.blob is not None:
            blobs.append(row.blob)
    blobs += [row.blob for row in manifests_of(conn, artifact) if row.blob is not None]
    conn.execute(delete(artifact_uploads).where(artifact_uploads.c.artifact == artifact))
    conn.execute(update(artifact_manifests).where(artifact_manifests.c.artifact == artifact).values(blob=None))
    return blobs


def known_bytes(conn: Connection, entity: int, digests: Collection[str]) -> dict[str, Known]:
    """What an entity has of these digests."""
    found: dict[str, Known] = {}
    ordered = list(digests)
    for start in range(0, len(ordered), 500):
        query = select(artifact_bytes.c.digest, artifact_bytes.c.blob, artifact_bytes.c.size_bytes).where(
            artifact_bytes.c.entity == entity, artifact_bytes.c.digest.in_(ordered[start : start + 500])
        )
        found.update((row.digest, Known(row.blob, row.size_bytes)) for row in conn.execute(query))
    return found


def know_bytes(conn: Connection, entity: int, digest: str, known: Known) -> None:
    """An entity has these bytes from now on; the first blob of a digest stays."""
    if digest not in known_bytes(conn, entity, [digest]):
        conn.execute(
            insert(artifact_bytes).values(entity=entity, digest=digest, blob=known.blob, size_bytes=known.size_bytes)
        )


def know_all(conn: Connection, entity: int, known: Mapping[str, Known]) -> None:
    """An entity has all of these bytes, by their digests, from now on; the first blob of a digest stays."""
    there = known_bytes(conn, entity, known)
    new = [
        {"entity": entity, "digest": digest, "blob": one.blob, "size_bytes": one.size_bytes}
        for digest, one in known.items()
        if digest not in there
    ]
    if new:
        conn.execute(insert(artifact_bytes), new)
