"""Curves, as columns: Arrow for whoever draws them, JSON for whoever reads them."""

from __future__ import annotations

import asyncio
import io
import time
from typing import Any

import msgspec
import nanoarrow as na
import numpy as np
from nanoarrow import ipc
from starlette.responses import Response

from gnomon.model.history import SeriesHeads, SeriesQuery
from gnomon.server.actions import history
from gnomon.server.actions.history import COUNTS, Curves
from gnomon.server.edge.route import Bytes, Call, Route

ARROW = "application/vnd.apache.arrow.stream"
INLINE_CELLS = 50_000
"""Answers up to this size are encoded at once: a thread would cost more than it frees."""

_SCHEMA = na.c_schema(
    na.struct({name: (na.int32 if name in COUNTS else na.float64)(nullable=False) for name in history.COLUMNS})
)
_encoder = msgspec.json.Encoder()


class SeriesColumns(msgspec.Struct, frozen=True, kw_only=True):
    """A series answer as JSON. NaN is null; the infinities are the texts `Infinity` and `-Infinity`."""

    heads: SeriesHeads
    columns: dict[str, list[Any]]


async def series(call: Call) -> Response:
    started = time.perf_counter()
    services = call.services
    curves = await history.series(services.storage.tables, services.storage.metrics, call.project.key, call.body)
    wants_json = "application/json" in call.request.headers.get("accept", "")
    encode = as_json if wants_json else as_arrow
    cells = len(curves.columns["count"]) * len(curves.columns)
    body = encode(curves) if cells <= INLINE_CELLS else await asyncio.to_thread(encode, curves)
    services.meters.series_secs.observe(time.perf_counter() - started)
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    return Response(body, 200, headers, "application/json" if wants_json else ARROW)


def as_arrow(curves: Curves) -> bytes:
    """One Arrow IPC stream with one record batch; the schema's metadata `gnomon` holds the heads as JSON."""
    schema = _SCHEMA.modify(metadata={"gnomon": _encoder.encode(curves.heads)})
    children = [
        na.c_array(np.ascontiguousarray(column), schema.child(place))
        for place, column in enumerate(curves.columns[name] for name in history.COLUMNS)
    ]
    batch = na.c_array_from_buffers(schema, len(curves.columns["count"]), [None], children=children)
    out = io.BytesIO()
    with ipc.StreamWriter.from_writable(out) as writer:
        writer.write_array(batch)
    return out.getvalue()


def as_json(curves: Curves) -> bytes:
    """The same columns as JSON."""
    columns = {name: _listed(column) for name, column in curves.columns.items()}
    return _encoder.encode(SeriesColumns(heads=curves.heads, columns=columns))


def _listed(column: np.ndarray[Any, Any]) -> list[Any]:
    values: list[Any] = column.tolist()
    for place in np.flatnonzero(np.isinf(column)).tolist():
        values[place] = "Infinity" if values[place] > 0 else "-Infinity"
    return values  # msgspec writes NaN as null


routes = [
    Route(
        "POST", "/api/projects/{entity}/{project}/series", "project.series", series,
        doc="Curves of some keys of some runs, each in at most `buckets` exact buckets.\n\n"
        "One Arrow IPC stream with one record batch: `x_min`, `x_max`, `low`, `high`, `mean`, `first`, `last`, "
        "`step_first`, `step_last`, `step_low`, `step_high` (float64), `count`, `nan`, `pos_inf`, `neg_inf` (int32). "
        "`step_low` and `step_high` are the steps of the least and the greatest finite value, the earliest where "
        "several are equal, and `step_first` where there is none. The schema's metadata `gnomon` is a SeriesHeads in "
        "JSON: which slice is which curve. With `Accept: application/json` the same as JSON.\n\n"
        f"A run that is not there is left out; at most {history.MOST_CURVES} curves a request. A curve over another "
        "key has the points at whose step that key has a finite number, in the order of these.",
        body=SeriesQuery,
        answer=Bytes("An Arrow IPC stream, or SeriesColumns as JSON.", ARROW),
    ),
]  # fmt: skip
