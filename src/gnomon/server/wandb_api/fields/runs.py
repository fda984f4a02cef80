"""A run: made, changed and gone on with by the process that logs it, and what it says of itself."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from gnomon.model.client_config import unwrapped
from gnomon.model.depth import MOST, too_deep
from gnomon.model.errors import NotFound, Rejected
from gnomon.model.run import RunState
from gnomon.server.actions import files as file_actions
from gnomon.server.actions.upserts import Said
from gnomon.server.caller import not_there
from gnomon.server.storage.metrics.store import RunKey
from gnomon.server.storage.tables import accounts, projects, runs
from gnomon.server.storage.tables.accounts import UserRow
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.wandb_api import run_files
from gnomon.server.wandb_api.door import Asked, Door, Root
from gnomon.server.wandb_api.ids import to_id
from gnomon.server.wandb_api.runs_json import client_json, config_json, summary_json
from gnomon.server.wandb_api.scalars import from_json, iso, to_json

Info = GraphQLResolveInfo[Asked]

query, mutation = Root("Query"), Root("Mutation")
project, run = ObjectType("Project"), ObjectType("Run")

_OLD_AGENT = "W&B Internal Client"
"""What clients before 0.17 call themselves; they repeat all they know of a run whenever something changes."""
_SYNC = re.compile(r"(^|[/\\])(wandb|wb)(\.exe)?$|^-m wandb(\.__main__)?$")
"""The program of a run that `wandb sync` brings is the command itself."""


@mutation.field("upsertBucket", operation="run.upsert")
async def upsert_bucket(door: Door, **given: Any) -> dict[str, Any]:
    """Make a run or change it; by whom is told from what is said."""
    known = await door.run_by_id(given["id"]) if given.get("id") else None
    if given.get("id") and known is None and not given.get("name"):
        raise NotFound(f"There is no run with the id {given['id'][:100]!r}")
    said = _said(given, known=known is not None, asked=door.asked)
    if known is not None and not given.get("name"):
        return {"bucket": await door.services.upserts.edit(known, said, door.caller), "inserted": False}
    entity = await door.entity(given.get("entityName"))
    row, inserted = await door.services.upserts.upsert(entity.key, said, door.caller)
    return {"bucket": row, "inserted": inserted}


def _said(given: dict[str, Any], *, known: bool, asked: Asked) -> Said:
    config, summary = given.get("config"), given.get("summaryMetrics")
    program = given.get("jobProgram")
    return Said(
        known=known,
        run=given.get("name") or None,
        project=given.get("modelName") or None,
        name=given.get("displayName"),
        notes=given.get("notes") if given.get("notes") is not None else given.get("description"),
        group=given.get("groupName"),
        job_type=given.get("jobType"),
        tags=None if given.get("tags") is None else tuple(given["tags"]),
        host=given.get("host"),
        program=program if program is None or _SYNC.search(program) is None else None,
        commit=given.get("commit"),
        repo=given.get("jobRepo"),
        sweep=given.get("sweep") or None,
        state=given.get("state"),
        config=None if not config else unwrapped(_object(config, "config")),
        summary=None if not summary else _object(summary, "summaryMetrics"),
        begins_by_name=not asked.agent.startswith(_OLD_AGENT),
        shared=asked.shared,
    )


def _object(text: str, field: str) -> dict[str, Any]:
    value = from_json(text, field=field)
    if not isinstance(value, dict):
        raise Rejected(f"{field} holds a {type(value).__name__}, not an object", field=field)
    if too_deep(value):
        raise Rejected(f"{field} is nested deeper than {MOST}", field=field)
    return value


@mutation.field("rewindRun", operation="run.edits.add")
async def rewind_run(
    door: Door,
    *,
    runName: str,
    metricName: str,
    metricValue: float,
    entityName: str | None = None,
    projectName: str | None = None,
) -> dict[str, Any]:
    """Take away what was logged after a step, for a process that logs on from there."""
    if metricName != "_step":
        raise Rejected(f"A run is rewound to a value of _step, not of {metricName!r}", field="metricName")
    row = await door.run(entityName, projectName, runName)
    if row is None:
        return {"rewoundRun": None}
    return {"rewoundRun": await door.services.upserts.rewind(row, int(metricValue), door.caller)}


@mutation.field("createRunFiles", operation="run.file.put")
async def create_run_files(
    door: Door, *, entityName: str, projectName: str, runName: str, files: Sequence[str]
) -> dict[str, Any]:
    """Addresses to put files at; for a path that no file can have there is none."""
    row = await door.the_run(entityName, projectName, runName)
    found = [{"name": path, "uploadUrl": _upload_url(door, row.key, path)} for path in files]
    return {"runID": to_id("Run", row.key), "uploadHeaders": [], "files": found}


@mutation.field("markRunFilesUploaded", operation="run.file.put")
async def mark_run_files_uploaded(
    door: Door, *, entityName: str, projectName: str, runName: str, files: Sequence[str]
) -> dict[str, Any]:
    """Whether the files are there; they are from the moment their bytes were."""
    row = await door.the_run(entityName, projectName, runName)
    known = {file.path for file in await file_actions.listed(door.services.storage.tables, row.key)}
    return {"success": known.issuperset(files)}


def _upload_url(door: Door, run_key: int, path: str) -> str | None:
    try:
        return run_files.upload_url(door.services, door.origin_url, run_key, path)
    except Rejected:
        return None


@query.field("model", operation="project.get")
async def model(door: Door, *, name: str | None = None, entityName: str | None = None) -> ProjectRow | None:
    return await door.project(entityName, name)


@project.field("id")
def project_id(row: ProjectRow, *_: Any) -> str:
    return to_id("Project", row.key)


@project.field("internalId")
def internal_id(row: ProjectRow, *_: Any) -> str:
    return str(row.key)


@project.field("entityName")
def entity_name(row: ProjectRow, *_: Any) -> str:
    return row.entity_name


@project.field("entity")
def project_entity(row: ProjectRow, *_: Any) -> dict[str, Any]:
    return {"id": to_id("Entity", row.entity), "name": row.entity_name, "key": row.entity}


@project.field("createdAt")
def project_created_at(row: ProjectRow, *_: Any) -> str | None:
    return iso(row.created_at)


@project.field("updatedAt")
def project_updated_at(row: ProjectRow, *_: Any) -> str | None:
    return iso(row.updated_at)


@project.field("isBenchmark")
def is_benchmark(row: ProjectRow, *_: Any) -> bool:
    return False


@project.field("access")
def access(row: ProjectRow, *_: Any) -> str:
    return "PRIVATE"


@project.field("bucket")
async def bucket(
    row: ProjectRow, info: Info, *, name: str, missingOk: bool = False, desc: str | None = None
) -> RunRow | None:
    """The run of a name. A client that may find it missing is about to go on with it."""
    found = await _run_named(row, info, name)
    if found is None and not missingOk:
        raise not_there("run", f"{row.entity_name}/{row.name}/{name}")
    if found is not None and missingOk:
        info.context.services.upserts.announce(found.key)
    return found


@project.field("run")
async def run_of(row: ProjectRow, info: Info, *, name: str, desc: str | None = None) -> RunRow | None:
    """The run of a name. `wandb verify` sends megabytes as `desc`, to see whether they come through."""
    return await _run_named(row, info, name)


async def _run_named(row: ProjectRow, info: Info, name: str) -> RunRow | None:
    return await info.context.services.storage.tables.read(lambda conn: runs.find(conn, row.key, name))


@run.field("id")
def run_id(row: RunRow, *_: Any) -> str:
    return to_id("Run", row.key)


@run.field("name")
def run_name(row: RunRow, *_: Any) -> str:
    return row.id


@run.field("displayName")
def display_name(row: RunRow, *_: Any) -> str:
    return row.name


@run.field("state")
def state(row: RunRow, *_: Any) -> str:
    """The state. One that said it would be preempted, and then ended with an error, was."""
    return "preempted" if row.state == RunState.PREEMPTING and row.finished_at is not None else row.state


@run.field("description")
def description(row: RunRow, *_: Any) -> str:
    return row.notes


@run.field("config")
def config(row: RunRow, *_: Any) -> str:
    return config_json(row)


@run.field("summaryMetrics")
def summary_metrics(row: RunRow, *_: Any) -> str:
    return summary_json(row)


@run.field("wandbConfig")
def wandb_config(row: RunRow, info: Info, *, keys: Sequence[str] | None = None) -> str | None:
    return client_json(row, keys)


@run.field("group")
@run.field("groupName")
def group(row: RunRow, *_: Any) -> str | None:
    return row.group or None


@run.field("jobType")
def job_type(row: RunRow, *_: Any) -> str | None:
    return row.job_type or None


@run.field("commit")
def commit(row: RunRow, *_: Any) -> str | None:
    return _git(row).get("commit")


@run.field("repo")
def repo(row: RunRow, *_: Any) -> str | None:
    return _git(row).get("remote")


def _git(row: RunRow) -> dict[str, Any]:
    git = row.metadata.get("git")
    return git if isinstance(git, dict) else {}


@run.field("stopped")
def stopped(row: RunRow, *_: Any) -> bool:
    return row.stop_asked_at is not None


@run.field("exitcode")
def exit_code(row: RunRow, *_: Any) -> int | None:
    return row.exit_code


@run.field("readOnly")
def read_only(row: RunRow, *_: Any) -> bool:
    return False


@run.field("createdAt")
def created_at(row: RunRow, *_: Any) -> str | None:
    return iso(row.created_at)


@run.field("updatedAt")
@run.field("heartbeatAt")
def heartbeat_at(row: RunRow, *_: Any) -> str | None:
    return iso(row.updated_at)


@run.field("historyLineCount")
async def history_lines(row: RunRow, info: Info) -> int:
    return (await info.context.services.streams.counts(row.key)).history


@run.field("eventsLineCount")
async def event_lines(row: RunRow, info: Info) -> int:
    return (await info.context.services.streams.counts(row.key)).events


@run.field("logLineCount")
async def console_lines(row: RunRow, info: Info) -> int:
    return (await info.context.services.streams.counts(row.key)).console


@run.field("historyTail")
async def history_tail(row: RunRow, info: Info) -> str:
    """The last row of the history, in a list: all that its client reads of it is where to go on."""
    metrics = info.context.services.storage.metrics
    known = await metrics.keys(RunKey(row.key))
    if not known:
        return "[]"
    last = max(known, key=lambda one: one.last_step)
    runtime = next((one.last for one in known if one.key == "_runtime"), max(0.0, last.last_time - row.created_at))
    tail = {"_step": last.last_step, "_runtime": runtime, "_timestamp": last.last_time}
    return json.dumps([to_json(tail)])


@run.field("eventsTail")
def events_tail(row: RunRow, *_: Any) -> str:
    runtime = max(0.0, row.updated_at - row.created_at)
    return json.dumps([to_json({"_runtime": runtime, "_timestamp": row.updated_at})])


@run.field("project")
async def project_of(row: RunRow, info: Info) -> ProjectRow | None:
    return await info.context.services.storage.tables.read(lambda conn: projects.by_key(conn, row.project))


@run.field("projectId")
def project_key(row: RunRow, *_: Any) -> int:
    return row.project


@run.field("user")
async def user_of(row: RunRow, info: Info) -> UserRow | None:
    return await info.context.services.storage.tables.read(lambda conn: accounts.find_user(conn, row.user))


bindables = [query, mutation, project, run]
