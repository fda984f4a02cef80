"""What a run has logged, read back: rows, keys and system metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from gnomon.model.errors import Rejected
from gnomon.server.actions import sampling
from gnomon.server.storage.metrics.store import MetricStore, RunKey
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.wandb_api import rows_json
from gnomon.server.wandb_api.door import Asked
from gnomon.server.wandb_api.rows_json import PLACES, Spec
from gnomon.server.wandb_api.scalars import from_json

Info = GraphQLResolveInfo[Asked]

SAMPLES = 500
MOST_SPECS = 1000

run = ObjectType("Run")


@run.field("history")
async def history(
    row: RunRow, info: Info, *, samples: int | None = None, minStep: int | None = None, maxStep: int | None = None
) -> list[str]:
    """Rows as texts; `maxStep` is not among them."""
    found = await sampling.rows(
        _metrics(info),
        row.key,
        samples=samples or SAMPLES,
        first=minStep,
        last=None if maxStep is None else maxStep - 1,
    )
    return rows_json.texts(rows_json.history_row(one, row) for one in found)


@run.field("sampledHistory")
async def sampled_history(row: RunRow, info: Info, *, specs: Sequence[str]) -> list[list[dict[str, Any]]]:
    """Of each spec the rows that have all of its keys."""
    if len(specs) > MOST_SPECS:
        raise Rejected(f"{len(specs)} specs are asked for; one request may ask for {MOST_SPECS}", field="specs")
    known = {one.key for one in await _metrics(info).keys(RunKey(row.key))}
    return [await _chosen(row, info, _spec(text), known) for text in specs]


async def _chosen(row: RunRow, info: Info, spec: Spec, known: set[str]) -> list[dict[str, Any]]:
    logged = [key for key in dict.fromkeys(spec.keys) if key not in PLACES]
    if not spec.keys or not known.issuperset(logged):
        return []
    read = [*logged, *(["_runtime"] if "_runtime" in known else [])]
    found = await sampling.rows(
        _metrics(info), row.key, samples=spec.samples, keys=read if logged else None, every=logged, first=spec.first,
        last=spec.last,
    )  # fmt: skip
    return [rows_json.chosen_row(one, spec.keys, row) for one in found]


@run.field("historyKeys")
async def history_keys(row: RunRow, info: Info) -> dict[str, Any] | None:
    return rows_json.history_keys(await _metrics(info).keys(RunKey(row.key)))


@run.field("parquetHistory")
async def parquet_history(row: RunRow, info: Info, *, liveKeys: Sequence[str] | None = None) -> dict[str, Any]:
    """Nothing is exported: all rows are live, and the first of them says so."""
    known = await _metrics(info).keys(RunKey(row.key))
    live = [{"_step": min(one.first_step for one in known)}] if known else []
    return {"parquetUrls": [], "liveData": live}


@run.field("events")
async def events(row: RunRow, info: Info, *, samples: int | None = None) -> list[str]:
    found = await sampling.rows(_metrics(info), row.key, stream="system", samples=samples or SAMPLES)
    return rows_json.texts(rows_json.event_row(one, row) for one in found)


@run.field("sampledEvents")
async def sampled_events(row: RunRow, info: Info, *, specs: Sequence[str] | None = None) -> list[list[dict[str, Any]]]:
    """Of each spec the rows of system metrics that have all of its keys."""
    answer = []
    for text in specs or ():
        spec = _spec(text)
        rows = await sampling.rows(_metrics(info), row.key, stream="system", samples=spec.samples)
        shown = [{"_step": one["_step"], **rows_json.event_row(one, row)} for one in rows]
        answer.append([{key: one[key] for key in spec.keys} for one in shown if all(key in one for key in spec.keys)])
    return answer


@run.field("systemMetrics")
async def system_metrics(row: RunRow, info: Info) -> str:
    return rows_json.system_metrics(await _metrics(info).keys(RunKey(row.key), "system"))


def _spec(text: str) -> Spec:
    """Raises Rejected for a text that says none. One without keys asks for nothing, as `wandb agent` does."""
    said = from_json(text, field="specs")
    keys = said.get("keys", []) if isinstance(said, dict) else None
    if not (isinstance(keys, list) and all(isinstance(key, str) for key in keys)):
        raise Rejected('A spec is like {"keys": ["_step", "loss"], "samples": 500}', field="specs")
    numbers = {name: said.get(name) for name in ("samples", "minStep", "maxStep")}
    for name, value in numbers.items():
        if value is not None and type(value) is not int:
            raise Rejected(f"{name} of a spec is {value!r:.40}; it has to be a whole number", field="specs")
    first, last, samples = numbers["minStep"], numbers["maxStep"], numbers["samples"] or SAMPLES
    if first is not None and last is not None and last - first == samples:
        last -= 1  # a page of a client in Python, which does not count the last step in; newer ones do
    return Spec(tuple(keys), samples, first, last)


def _metrics(info: Info) -> MetricStore:
    return info.context.services.storage.metrics


bindables = [run]
