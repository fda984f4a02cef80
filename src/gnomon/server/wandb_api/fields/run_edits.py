"""What a person does to a run: delete it, stop it, say that it has ended."""

from __future__ import annotations

from typing import Any

from gnomon.model.errors import Conflict, NotFound
from gnomon.server.actions import runs
from gnomon.server.actions.artifacts import delete as artifacts
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.wandb_api.door import Door, Root

mutation = Root("Mutation")


@mutation.field("deleteRun", operation="run.delete")
async def delete_run(door: Door, *, id: str, deleteArtifacts: bool | None = None) -> dict[str, Any]:
    """Delete a run, and with it the artifacts that it made, if that is wanted. One that is deleted stays so."""
    row = await door.run_by_id(id, deleted=True)
    if row is None:
        raise _no_run(id)
    services = door.services
    if row.deleted_at is None:
        await runs.delete(services.storage.tables, row, door.caller, services.clock())
        services.live.publish(row.project, "run", row.id)
    if deleteArtifacts:
        await artifacts.of_run(services.storage.tables, row.key, door.caller, now=services.clock())
    return {"success": True}


@mutation.field("stopRun", operation="run.stop")
async def stop_run(door: Door, *, id: str) -> dict[str, Any]:
    """Ask a run's script to end; one that has ended already is left as it is."""
    row = await _run(door, id)
    services = door.services
    try:
        await runs.ask_to_stop(services.storage.tables, row, door.caller, services.clock())
    except Conflict:
        return {"success": True}
    services.live.publish(row.project, "run", row.id)
    return {"success": True}


@mutation.field("updateRunState", operation="run.state")
async def update_run_state(door: Door, *, id: str, state: str) -> dict[str, Any]:
    row = await _run(door, id)
    services = door.services
    await runs.set_state(services.storage.tables, row, state, door.caller, services.clock())
    services.live.publish(row.project, "run", row.id)
    return {"success": True}


async def _run(door: Door, id: str) -> RunRow:
    row = await door.run_by_id(id)
    if row is None:
        raise _no_run(id)
    return row


def _no_run(id: str) -> NotFound:
    return NotFound(f"There is no run with the id {id[:100]!r}")


bindables = [mutation]
