"""Organizations and run queues: there are none here, and clients that ask hear so."""

from __future__ import annotations

from typing import Any

from ariadne import ObjectType

from gnomon.server.wandb_api.door import Door, Root

query, project = Root("Query"), ObjectType("Project")


@query.field("organization", operation="viewer.get")
async def organization(door: Door, *, name: str | None = None) -> None:
    return None


@project.field("runQueues")
def run_queues(row: Any, *_: Any) -> list[Any]:
    return []


bindables = [query, project]
