"""Logged tables: questions in SQL about them, and parts of them that are kept as tables of their own."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from typing import Any, NamedTuple

import anyio
import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.errors import Rejected
from gnomon.model.manifest import Entry, digest_of, render
from gnomon.model.table import TableFiles, TableQuery, TableSlice
from gnomon.server.actions.artifacts import contents, intake, names
from gnomon.server.actions.artifacts.commit import commit
from gnomon.server.actions.artifacts.create import Wish, create
from gnomon.server.actions.artifacts.intake import FileWish
from gnomon.server.actions.export import Answer
from gnomon.server.actions.files import check_path
from gnomon.server.actions.sql import LONGEST_QUERY
from gnomon.server.caller import Caller, not_there
from gnomon.server.sql.process import Processes
from gnomon.server.storage.blobs.store import BlobStore, Digest
from gnomon.server.storage.open import Storage
from gnomon.server.storage.tables import files, runs
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, ArtifactRow
from gnomon.server.storage.tables.projects import ProjectRow

TYPE = "table"
MOST_FILES = 500
MOST_BYTES = 256 << 20
"""Of the files of a table that a question is about: all of it is read."""

_encoder = msgspec.json.Encoder()


class Part(NamedTuple):
    """A file of a table."""

    blob: str
    size_bytes: int


async def ask(
    processes: Processes, storage: Storage, project: ProjectRow, asked: TableQuery, format: str
) -> Answer:  # fmt: skip
    """The answer to a question about a table, once nothing can go wrong with it any more.

    Raises NotFound where a file is not there, and Rejected for a query that makes no sense or may not be asked.
    """
    if len(asked.query) > LONGEST_QUERY:
        raise Rejected(f"A query has at most {LONGEST_QUERY} characters", field="query")
    parts = {"t": await _parts(storage, project, asked.t)}
    if asked.u is not None:
        parts["u"] = await _parts(storage, project, asked.u)
    total = sum(part.size_bytes for some in parts.values() for part in some)
    if total > MOST_BYTES:
        raise Rejected(f"The table has {total >> 20} MB; up to {MOST_BYTES >> 20} MB can be asked about", field="t")
    streams = {name: [_opened(storage.blobs, part) for part in some] for name, some in parts.items()}
    return await _answered(processes, asked.query, format, streams)


async def convert(processes: Processes, data: bytes, format: str) -> Answer:
    """A table that is given as JSON, as a file of another format. Raises Rejected where it is no table."""

    async def pieces() -> AsyncIterator[bytes]:
        yield data

    return await _answered(processes, "from t", format, {"t": [pieces()]})


async def _answered(
    processes: Processes, query: str, format: str, tables: dict[str, list[AsyncIterator[bytes]]]
) -> Answer:
    stack = AsyncExitStack()
    try:
        with anyio.fail_after(processes.settings.secs):
            counts = {name: len(streams) for name, streams in tables.items()}
            process = await stack.enter_async_context(processes.running(query=query, format=format, files=counts))
            for streams in tables.values():
                for stream in streams:
                    await process.feed(_pieces(stream))
            await process.columns()
            return Answer(process.answer(), stack.aclose)
    except TimeoutError:
        await stack.aclose()
        raise Rejected(
            f"The query took more than {processes.settings.secs:g} s and was ended; the server's setting is sql_secs",
            field="query",
        ) from None
    except BaseException:
        with anyio.CancelScope(shield=True):
            await stack.aclose()
        raise


async def _pieces(stream: AsyncIterator[bytes]) -> Any:
    async for piece in stream:
        if piece:  # an empty frame would end it
            yield piece


async def _opened(blobs: BlobStore, part: Part) -> AsyncIterator[bytes]:
    async for piece in await blobs.open(Digest(part.blob)):
        yield piece


async def _parts(storage: Storage, project: ProjectRow, wanted: TableFiles) -> list[Part]:
    """The files of a table, in order. Raises NotFound where one is not there."""
    if not 0 < len(wanted.paths) <= MOST_FILES:
        raise Rejected(f"A table has 1 to {MOST_FILES} files, not {len(wanted.paths)}", field="paths")
    if wanted.run is None:
        rows = await contents.files(storage.tables, await _version(storage, project, wanted), wanted.paths)
        return [Part(str(row.blob), row.size_bytes) for row in rows]
    return await _of_run(storage, project, wanted.run, wanted.paths)


async def _of_run(storage: Storage, project: ProjectRow, run_id: str, given: Sequence[str]) -> list[Part]:
    """Files of a run, in this order. Raises NotFound where one is not there."""
    paths = [check_path(path) for path in given]

    def find(conn: Connection) -> list[Part]:
        run = runs.keys_by_id(conn, project.key, [run_id]).get(run_id)
        if run is None:
            raise not_there("run", f"{project.entity_name}/{project.name}/{run_id}")
        found = []
        for path in paths:
            row = files.find(conn, run, path)
            if row is None:
                raise not_there("file", path)
            found.append(Part(row.digest, row.size_bytes))
        return found

    return await storage.tables.read(find)


async def _version(storage: Storage, project: ProjectRow, wanted: TableFiles) -> int:
    if wanted.collection is None:
        raise Rejected("The files of a table are those of a run or of an artifact", field="collection")
    collection, version = wanted.collection, wanted.version
    return await storage.tables.read(lambda conn: names.the_version(conn, project, collection, version).artifact.key)


async def save(storage: Storage, project: ProjectRow, slice: TableSlice, caller: Caller, *, now: float) -> ArtifactRow:
    """The part of a table as a version of an artifact, which the run has logged; media of its cells come along.

    Raises Rejected for a table that is none, and NotFound where media of its cells are not there.
    """
    tables, blobs = storage.tables, storage.blobs
    if not slice.columns or any(len(row) != len(slice.columns) for row in slice.data):
        raise Rejected("A table has columns, and a cell of each in every row", field="data")
    data = await asyncio.to_thread(_file, slice)
    media = await _media(storage, project, slice)
    path = f"{slice.name}.table.json"
    entries = {name: one.entry for name, one in media.items()}
    entries[path] = Entry(digest=_base64(hashlib.md5(data, usedforsecurity=False)), size_bytes=len(data))
    wish = Wish(
        type=TYPE, collection=slice.name, digest=digest_of(entries), run=slice.run, description=slice.description,
        metadata={**slice.metadata, "rows": len(slice.data), "columns": list(slice.columns)}, aliases=("latest",),
    )  # fmt: skip
    row = (await create(tables, project.entity, project.name, wish, caller, now=now)).artifact
    if row.state == COMMITTED:
        return row
    wishes = [FileWish(name, one.digest) for name, one in entries.items() if one.ref is None]
    made = await intake.announce(tables, row, wishes, now=now)
    for one in made:
        if one.blob is None:  # nothing of these bytes was in an artifact before
            chunks = _once(data) if one.path == path else await blobs.open(Digest(media[one.path].blob))
            await intake.take_file(tables, blobs, row.key, one.key, chunks, now=now)
    manifest = b"".join(render(sorted(entries.items())))
    digest = _base64(hashlib.md5(manifest, usedforsecurity=False))
    told = await intake.add_manifest(
        tables, row, kind="full", name="wandb_manifest.json", digest=digest, base=None, now=now
    )
    await intake.take_manifest(tables, blobs, told.key, _once(manifest), now=now)
    return await commit(tables, blobs, row.key, caller, now=now)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


class Medium(NamedTuple):
    """A file that a cell names: what manifests say of it, and where its bytes are."""

    entry: Entry
    blob: str


async def _media(storage: Storage, project: ProjectRow, slice: TableSlice) -> dict[str, Medium]:
    """The files that the cells name, by their paths, as the artifact or the run of the table has them."""
    wanted = sorted(set(_paths(cell for row in slice.data for cell in row)))
    if not wanted:
        return {}
    if slice.files is None:
        raise Rejected("Cells have media, and nothing says where they are kept", field="files")
    if slice.files.run is not None:
        parts = await _of_run(storage, project, slice.files.run, wanted)
        return {path: await _hashed(storage.blobs, part) for path, part in zip(wanted, parts, strict=True)}
    version = await _version(storage, project, slice.files)
    found: dict[str, Medium] = {}
    for start in range(0, len(wanted), contents.MOST_AT_ONCE):
        rows = await contents.files(storage.tables, version, wanted[start : start + contents.MOST_AT_ONCE])
        found.update((row.path, Medium(contents.as_entry(row), str(row.blob))) for row in rows)
    return found


async def _hashed(blobs: BlobStore, part: Part) -> Medium:
    """A file of a run with the digest that manifests have for it."""
    digest = hashlib.md5(usedforsecurity=False)
    async for piece in await blobs.open(Digest(part.blob)):
        digest.update(piece)
    return Medium(Entry(digest=_base64(digest), size_bytes=part.size_bytes), part.blob)


def _base64(digest: Any) -> str:
    return base64.b64encode(digest.digest()).decode()


def _paths(cells: Iterable[Any]) -> Iterator[str]:
    """The files that media in cells name, and those that these have besides: boxes, masks, classes."""
    for cell in cells:
        if isinstance(cell, dict) and isinstance(cell.get("_type"), str):
            yield from _named(cell)


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        path = value.get("path")
        if isinstance(path, str) and path:
            yield path
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _file(slice: TableSlice) -> bytes:
    """The table as clients keep it in an artifact."""
    columns = {
        name: _kept(slice.types.get(name)) or column_type([row[place] for row in slice.data])
        for place, name in enumerate(slice.columns)
    }
    return _encoder.encode(
        {
            "_type": "table",
            "column_types": {"wb_type": "typedDict", "params": {"type_map": columns}},
            "columns": slice.columns,
            "data": slice.data,
            "log_mode": "IMMUTABLE",
            "ncols": len(slice.columns),
            "nrows": len(slice.data),
        }
    )


def _kept(kind: Any) -> Any:
    """The type, unless it says that the cells are in a file beside: there they are as many as the whole table has."""
    return None if b'"serialization_path"' in _encoder.encode(kind) else kind


def column_type(values: Sequence[Any]) -> dict[str, Any]:
    """What a column holds, as clients say it.

    >>> column_type([1, 2.5])["params"]["allowed_types"]
    [{'wb_type': 'none'}, {'wb_type': 'number'}]
    """
    kinds = {type(value) for value in values} - {type(None)}
    known = "any"
    if kinds and kinds <= {int, float}:
        known = "number"
    elif kinds == {str}:
        known = "string"
    elif kinds == {bool}:
        known = "boolean"
    return {"wb_type": "union", "params": {"allowed_types": [{"wb_type": "none"}, {"wb_type": known}]}}
