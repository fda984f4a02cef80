"""Tables on their way to a run: rows left raw for the shipper, media beside them, and a version that holds both."""

from __future__ import annotations

import base64
import os
import re
import time
import zlib
from typing import TYPE_CHECKING, Any

import msgspec

from gnomon.sdk.artifacts import record as versions
from gnomon.sdk.tables import cells, stored
from gnomon.sdk.values.media import Place, file_name

if TYPE_CHECKING:
    from gnomon.sdk.run.run import Run
    from gnomon.sdk.tables.table import Table

FOLDER = "media/table"
ARRAYS = "media/serialized_data"
MAX_ARTIFACT_NAME = 120
"""Longer names are cut, and their check put behind; 128 letters are possible."""
MAX_ENTRY = 500
"""The same for a path within an artifact."""

_encode = msgspec.msgpack.Encoder().encode


def bound(table: Table, place: Place, key: str, step: int) -> dict[str, Any]:
    """Leave the rows in the run folder; the history value. A table that was logged already is referred to."""
    folder = place.folder
    if folder is None:
        return _value(table)
    if folder in table._told:
        return dict(table._told[folder])
    incremental = table.log_mode == "INCREMENTAL"
    if incremental:
        _resume_increments(table, folder, key)
    rows = table.data[table._increments.rows :] if incremental else table.data
    rows = stored.kept_rows(table, rows, strict=stored.strict_about_rows(run_of(folder)))
    client_id, sequence_id = versions.new_id(), versions.new_id()
    shelf = RunShelf(place, client_id)
    raw = _raw(table, rows, shelf, key, step)
    path = file_name(FOLDER, key, step, "table.json")
    place.raw(path, raw, codec="table")
    name, kind, entry = _version(table, folder, key)
    shelf.entries[entry] = versions.Item(source=f"files/{path}")
    place.frames.append(
        versions.frame(
            folder,
            name=name,
            type=kind,
            entries=shelf.entries,
            client_id=client_id,
            sequence_client_id=sequence_id,
            incremental=incremental,
            history_step=step,
        )
    )
    value = {**_value(table), "path": path, **addresses(client_id, sequence_id, entry)}
    if incremental:
        value["increment_num"] = table._increments.number or 0
        value["previous_increments_paths"] = list(table._increments.paths)
        table._increments.rows = len(table.data)
    table._told[folder] = value
    return dict(value)


def addresses(client_id: str, sequence_id: str, entry: str) -> dict[str, str]:
    """Where a history value says that the object lies: in this version, and in the latest of its collection."""
    return {
        "artifact_path": f"wandb-client-artifact://{client_id}/{entry}",
        "_latest_artifact_path": f"wandb-client-artifact://{sequence_id}:latest/{entry}",
    }


def artifact_name(run_id: str, key: str) -> str:
    """`run-<id>-<key>`; a name that had to be changed ends in a check of what it was, so that two keys stay two."""
    wanted = f"run-{run_id}-{key}"
    clean = re.sub(r"[^a-zA-Z0-9_\-.]+", "", wanted)[:MAX_ARTIFACT_NAME]
    return wanted if clean == wanted else f"{clean}-{_check(wanted)}"


def entry_name(key: str, suffix: str) -> str:
    """`<key>.<suffix>.json`: the path of what was logged under a key, within its artifact.

    A key that is no such path is changed, and ends in a check of what it was.
    """
    parts = key.split("/")
    if parts[0] != "" and ".." not in parts and "\0" not in key and len(key) <= MAX_ENTRY:
        return f"{key}.{suffix}.json"
    clean = "/".join(part.strip(". ") for part in re.sub(r"[\0-\x1f]", "", key)[:MAX_ENTRY].split("/")).strip("/")
    return f"{re.sub('/+', '/', clean)}-{_check(key)}.{suffix}.json"


def _check(text: str) -> str:
    check = zlib.crc32(text.encode("utf-8", "replace")).to_bytes(4, "big")
    return base64.urlsafe_b64encode(check).rstrip(b"=").decode()


def run_of(folder: str) -> Run | None:
    """The run of this process whose folder this is."""
    from gnomon.sdk.run.run import _live

    return next((run for run in list(_live) if run._about.folder == folder), None)


def run_id_of(folder: str) -> str:
    """The id of the run whose folder this is."""
    run = run_of(folder)
    if run is not None:
        return run.id
    with open(os.path.join(folder, "ship.json"), "rb") as file:
        return str(msgspec.json.decode(file.read()).get("run") or "")


class RunShelf:
    """A shelf that is a version of a run: what is put there lies in the run folder until the shipper has sent it."""

    def __init__(self, place: Place, client_id: str) -> None:
        assert place.folder is not None
        self.place = place
        self._folder, self._client_id = place.folder, client_id
        self.entries: dict[str, str | os.PathLike[str] | versions.Item] = {}

    def put(self, path: str, data: bytes) -> str:
        """Keep bytes with the version."""
        target = os.path.join(self._folder, versions.FOLDER, self._client_id, *path.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(data)
        self.entries[path] = versions.Item(source=os.path.relpath(target, self._folder), own=True)
        return path

    def put_file(self, path: str, source: str) -> str:
        """Keep a copy of a file with the version."""
        with open(source, "rb") as file:
            return self.put(path, file.read())

    def open_path(self, path: str) -> str:
        """Where a file of the version is."""
        return os.path.join(self._folder, versions.FOLDER, self._client_id, *path.split("/"))

    def refer(self, value: Any) -> None:
        """Let files of the run that a value names be entries of the version under the same paths."""
        if isinstance(value, dict):
            path = value.get("path")
            if isinstance(path, str) and path.startswith("media/") and path not in self.entries:
                self.entries[path] = versions.Item(source=f"files/{path}")
            for inner in value.values():
                self.refer(inner)
        elif isinstance(value, list):
            for inner in value:
                self.refer(inner)


def _raw(table: Table, rows: list[list[Any]], shelf: RunShelf, key: str, step: int) -> bytes:
    """Head and rows as msgpack."""
    place = shelf.place

    def put(value: Any) -> dict[str, Any]:
        from gnomon.sdk.tables.table import Table

        if isinstance(value, Table) or not hasattr(value, "bound"):
            said: dict[str, Any] = value.stored(shelf)
            return said
        if getattr(value, "suffix", None) == "image-file":
            from gnomon.sdk.tables import pictures

            told = pictures.cell(value, place, shelf, key, step)
        else:
            told = value.bound(place, key, step)
        shelf.refer(told)
        return told

    def put_array(name: str, data: bytes) -> str:
        path = file_name(ARRAYS, name, step, "npz")
        place.raw(path, data, codec="npz", array=name)
        shelf.entries[path] = versions.Item(source=f"files/{path}")
        return path

    head, plain = stored.parts(table, rows, put, put_array, shelf)
    try:
        return _encode([head, plain])
    except Exception:  # a huge int, a lone surrogate, a cell that was put into `data` by hand
        return _encode([head, [[cells.packed(cells.said(cell, put)) for cell in row] for row in plain]])


def _version(table: Table, folder: str, key: str) -> tuple[str, str, str]:
    """The name and type of the artifact, and the table's path in it."""
    run_id = run_id_of(folder)
    if table.log_mode != "INCREMENTAL":
        return artifact_name(run_id, key), "run_table", entry_name(key, "table")
    entry = entry_name(f"{table._increments.number or 0}-{time.time_ns() // 1_000_000}.{key}", "table")
    return artifact_name(run_id, f"incr-{key}"), "wandb-run-incremental-table", entry


def _resume_increments(table: Table, folder: str, key: str) -> None:
    """Let a table that is new to this run go on where an earlier attempt of the run left it."""
    if table._increments.folder == folder:
        return
    table._increments = type(table._increments)(folder)
    run = run_of(folder)
    last = run.summary.get(key) if run is not None and run.resumed else None
    if isinstance(last, dict) and last.get("_type") == "incremental-table-file":
        table._increments.follow(last)


def _value(table: Table) -> dict[str, Any]:
    return {
        "_type": "incremental-table-file" if table.log_mode == "INCREMENTAL" else "table-file",
        "ncols": len(table.columns),
        "nrows": len(table.data),
        "log_mode": table.log_mode,
    }
