"""The files of a run, listed, found and deleted."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ariadne import ObjectType
from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, get_argument_values

from gnomon.model.errors import NotFound
from gnomon.model.history import FileInfo
from gnomon.server.actions import files as actions
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.wandb_api import run_files
from gnomon.server.wandb_api.connection import page_of
from gnomon.server.wandb_api.door import Asked, Door, Root
from gnomon.server.wandb_api.ids import to_id
from gnomon.server.wandb_api.scalars import iso

Info = GraphQLResolveInfo[Asked]

FILES_A_PAGE = 50
TYPE = "RunFile"

mutation, run = Root("Mutation"), ObjectType("Run")


@dataclass(frozen=True)
class RunFile:
    """A file of a run, with the names that the schema has for what is known of it."""

    run: int
    file: FileInfo

    @property
    def id(self) -> str:
        return to_id(TYPE, f"{self.run}:{self.file.path}")

    @property
    def name(self) -> str:
        return self.file.path

    @property
    def displayName(self) -> str:
        return self.file.path

    @property
    def sizeBytes(self) -> int:
        return self.file.size_bytes

    @property
    def mimetype(self) -> str:
        return self.file.mime

    @property
    def updatedAt(self) -> str | None:
        return iso(self.file.updated_at)

    def url(self, info: Info, upload: bool | None = None) -> str:
        make = run_files.upload_url if upload else run_files.download_url
        return make(info.context.services, info.context.origin_url, self.run, self.file.path)

    def directUrl(self, info: Info) -> str:
        return self.url(info)


@run.field("fileCount")
async def file_count(row: RunRow, info: Info) -> int:
    return len(await actions.listed(info.context.services.storage.tables, row.key))


@run.field("files")
async def files_of(
    row: RunRow, info: Info, *, names: Sequence[str | None] | None = None, pattern: str | None = None,
    first: int | None = None, after: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The files of a run by path: all, those of some names, or those whose name is like a pattern."""
    found = await actions.listed(info.context.services.storage.tables, row.key)
    # A script may name the file as it saved it: `./notes.txt`.
    wanted = {posixpath.normpath(name) for name in names or () if name}
    if wanted:
        found = [file for file in found if file.path in wanted]
        if _uploads(info.field_nodes, info):
            found += [_to_come(path) for path in sorted(wanted - {file.path for file in found})]
    elif pattern:
        like = actions.like(pattern)
        found = [file for file in found if like(file.path)]
    page = FILES_A_PAGE if first is None else first
    return page_of([RunFile(row.key, file) for file in found], first=page, after=after, uploadHeaders=[])


def _to_come(path: str) -> FileInfo:
    """A file that an old client is about to put, and asks where."""
    return FileInfo(path=actions.check_path(path), size_bytes=0, mime=actions.mime_of(path), digest="", updated_at=0)


def _uploads(nodes: Iterable[Any], info: Info) -> bool:
    """Whether the document asks for addresses to put files at: `url(upload: true)`, at any depth."""
    for node in nodes:
        if isinstance(node, FieldNode) and node.name.value == "url":
            url = info.schema.get_type("File").fields["url"]  # type: ignore[union-attr]
            if get_argument_values(url, node, info.variable_values).get("upload"):
                return True
        within = info.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        if within.selection_set is not None and _uploads(within.selection_set.selections, info):
            return True
    return False


@mutation.field("deleteFiles", operation="run.file.delete")
async def delete_files(
    door: Door, *, files: Sequence[str], entityName: str | None = None, projectName: str | None = None,
    projectId: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Delete files by their ids, which say where they are; all of them or none."""
    chosen: list[tuple[RunRow, str]] = []
    for id in files:
        key, path = _named(id)
        row = await door.run_by_id(to_id("Run", key))
        if row is None or projectId not in (None, row.project):
            raise NotFound(f"There is no file with the id {id[:100]!r}")
        chosen.append((row, path))
    services = door.services
    await actions.delete(services.storage.tables, services.live, chosen, door.caller, services.clock())
    return {"success": True}


def _named(id: str) -> tuple[int, str]:
    """The run's key and the path in the id of a file. Raises NotFound for another text."""
    try:
        kind, run_key, path = base64.b64decode(id, validate=True).decode().split(":", 2)
    except ValueError:
        kind, run_key, path = "", "", ""
    if kind != TYPE or not (run_key.isascii() and run_key.isdigit() and len(run_key) < 19):
        raise NotFound(f"There is no file with the id {id[:100]!r}")
    return int(run_key), path


bindables = [mutation, run]
