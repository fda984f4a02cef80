"""Questions in SQL about the runs of a project."""

from __future__ import annotations

import io
from typing import Any

import msgspec

from gnomon.sdk.errors import UsageError
from gnomon.sdk.public.frames import load
from gnomon.sdk.service import Service, path

PARQUET = "application/vnd.apache.parquet"
ARROW = "application/vnd.apache.arrow.stream"
FORMATS = ("dicts", "pandas", "polars")


def ask(service: Service, entity: str, project: str, query: str, format: str) -> Any:
    """See `Api.sql`."""
    if format not in FORMATS:
        raise UsageError(f"format is {format!r}; it is one of {', '.join(FORMATS)}")
    address = path("projects", entity, project) + "/sql"
    if format == "dicts":
        said = msgspec.json.decode(_answer(service, address, query, "application/json"))
        names = [column["name"] for column in said["columns"]]
        return [dict(zip(names, row, strict=True)) for row in said["rows"]]
    if format == "polars":
        pl = load("polars", "format='polars'")
        return pl.read_ipc_stream(io.BytesIO(_answer(service, address, query, ARROW)))
    pd = load("pandas", "format='pandas'")
    said = msgspec.json.decode(_answer(service, address, query, "application/json"))
    table = pd.DataFrame(said["rows"], columns=[column["name"] for column in said["columns"]])
    for column in said["columns"]:
        if str(column.get("type", "")).startswith("TIMESTAMP"):
            table[column["name"]] = pd.to_datetime(table[column["name"]])
    return table


def _answer(service: Service, address: str, query: str, accept: str) -> bytes:
    body = msgspec.json.encode({"query": query})
    headers = {"Accept": accept, "Content-Type": "application/json"}
    return service.read(address, method="POST", body=body, headers=headers)
