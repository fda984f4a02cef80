"""Charts that a script asks for come with RUN records, one each, and stand beside the config, not in it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gnomon.protocol.journal import MAGIC, frame

pytestmark = pytest.mark.anyio

BEGIN = [1, {"format": 1, "journal": "a" * 32, "writer": "main", "attempt": "a" * 32, "project": "p", "run": "r"}]


def journal_of(*records: list[Any]) -> bytes:
    return MAGIC + b"".join(frame(msgspec.msgpack.encode(record)) for record in records)


def chart(kind: str) -> dict[str, Any]:
    return {"panel_type": "Vega2", "panel_config": {"panelDefId": f"wandb/{kind}/v0"}}


async def test_each_chart_joins_those_that_are_there(world: Any) -> None:
    await world.post(
        journal_of(
            BEGIN,
            [3, {"lr": 0.1}, []],
            [2, {"client": {"visualize": {"curve": chart("line")}}}],
            [2, {"client": {"visualize": {"bars": chart("bar")}, "viz": {"roc": {"id": "wandb/roc/v1"}}}}],
        )
    )
    row = await world.run()
    assert row.client == {
        "visualize": {"curve": chart("line"), "bars": chart("bar")},
        "viz": {"roc": {"id": "wandb/roc/v1"}},
    }
    assert row.config == {"lr": 0.1}


async def test_a_chart_that_is_asked_for_again_is_as_it_was_asked_for_last(world: Any) -> None:
    await world.post(
        journal_of(
            BEGIN,
            [2, {"client": {"visualize": {"curve": chart("line")}}}],
            [2, {"client": {"visualize": {"curve": chart("scatter")}}}],
        )
    )
    assert (await world.run()).client == {"visualize": {"curve": chart("scatter")}}


async def test_what_is_no_map_is_stepped_over(world: Any) -> None:
    await world.post(journal_of(BEGIN, [2, {"client": "nonsense", "name": "kept"}]))
    row = await world.run()
    assert (row.client, row.name) == ({}, "kept")
