"""Reports, workspaces and charts, and the alerts of runs."""

from __future__ import annotations

from typing import Any

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from gnomon.model.errors import NotFound
from gnomon.model.run import Alert
from gnomon.server.actions import alerts, views
from gnomon.server.actions.views import ViewWish
from gnomon.server.caller import not_there
from gnomon.server.storage.tables import accounts
from gnomon.server.storage.tables import projects as project_rows
from gnomon.server.storage.tables import views as rows
from gnomon.server.storage.tables.accounts import UserRow
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.storage.tables.views import ViewRow
from gnomon.server.wandb_api.connection import page_of
from gnomon.server.wandb_api.door import Asked, Door, Root
from gnomon.server.wandb_api.ids import key_of, to_id
from gnomon.server.wandb_api.scalars import iso

Info = GraphQLResolveInfo[Asked]

VIEWS_A_PAGE = 50

query, mutation = Root("Query"), Root("Mutation")
project, run, view, alert = ObjectType("Project"), ObjectType("Run"), ObjectType("View"), ObjectType("RunAlert")


@project.field("allViews")
async def all_views(
    row: ProjectRow, info: Info, *, viewType: str | None = None, viewName: str | None = None,
    userName: str | None = None, first: int | None = None, after: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    found = await views.listed(
        info.context.services.storage.tables, row, kind=viewType, name=viewName or None, user=userName or None
    )
    return page_of(found, first=VIEWS_A_PAGE if first is None else first, after=after)


@query.field("view", operation="view.get")
async def get(door: Door, *, id: str) -> ViewRow | None:
    try:
        return await _view(door, id)
    except NotFound:
        return None


@mutation.field("upsertView", operation="view.save")
async def upsert_view(
    door: Door, *, id: str | None = None, entityName: str | None = None, projectName: str | None = None,
    type: str | None = None, name: str | None = None, displayName: str | None = None,
    description: str | None = None, spec: str | None = None, **unused: Any,
) -> dict[str, Any]:  # fmt: skip
    """Make a report or a workspace, or change one. Pictures of it and locks there are not here."""
    services = door.services
    wish = ViewWish(kind=type, name=name, display_name=displayName, description=description, spec=spec)
    if id:
        known = await _view(door, id)
        row = await views.change(services.storage.tables, known, wish, door.caller, services.clock())
        return {"view": row, "inserted": False}
    into = await door.the_project(entityName, projectName)
    row, inserted = await views.save(services.storage.tables, into, wish, door.caller, services.clock())
    return {"view": row, "inserted": inserted}


@mutation.field("deleteView", operation="view.delete")
async def delete_view(door: Door, *, id: str, deleteDrafts: bool | None = None) -> dict[str, Any]:
    services = door.services
    await views.delete(services.storage.tables, await _view(door, id), door.caller, services.clock())
    return {"success": True, "pendingDrafts": False}


@mutation.field("createCustomChart", operation="chart.save")
async def create_custom_chart(
    door: Door, *, entity: str, name: str, displayName: str, spec: str, type: str, access: str
) -> dict[str, Any]:
    """Keep a chart that runs name as `entity/name`, for those who may see the entity."""
    owner = await door.entity(entity)
    services = door.services
    row = await views.create_chart(
        services.storage.tables, owner.key, name=name, display_name=displayName, spec=spec, caller=door.caller,
        now=services.clock(),
    )  # fmt: skip
    return {"chart": {"id": f"{row.entity_name}/{row.name}"}}


async def _view(door: Door, id: str) -> ViewRow:
    """The view, looked up through what the caller may see; what the page keeps for one person is not here. Clients send
    ids without padding too, as in addresses."""
    key = key_of("View", id + "=" * (-len(id) % 4))
    row = await door.services.storage.tables.read(lambda conn: rows.by_key(conn, key))
    if row is None or row.kind not in views.PUBLIC or await door.entity_named(row.entity_name) is None:
        raise not_there("view", id[:100])
    return row


@view.field("id")
def view_id(row: ViewRow, *_: Any) -> str:
    return to_id("View", row.key)


@view.field("type")
def view_type(row: ViewRow, *_: Any) -> str:
    return row.kind


@view.field("displayName")
def display_name(row: ViewRow, *_: Any) -> str:
    return row.display_name


@view.field("entityName")
def entity_name(row: ViewRow, *_: Any) -> str:
    return row.entity_name


@view.field("project")
async def project_of(row: ViewRow, info: Info) -> ProjectRow | None:
    key = row.project
    if key is None:
        return None
    return await info.context.services.storage.tables.read(lambda conn: project_rows.by_key(conn, key))


@view.field("user")
async def maker(row: ViewRow, info: Info) -> UserRow | None:
    return await info.context.services.storage.tables.read(lambda conn: accounts.find_user(conn, row.user))


@view.field("createdAt")
def created_at(row: ViewRow, *_: Any) -> str | None:
    return iso(row.created_at)


@view.field("updatedAt")
def updated_at(row: ViewRow, *_: Any) -> str | None:
    return iso(row.updated_at)


@mutation.field("notifyScriptableRunAlert", operation="run.alert")
async def notify(
    door: Door, *, entityName: str, projectName: str, runName: str, title: str, text: str,
    severity: str | None = None, waitDuration: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Keep an alert of a run. One that was said a moment ago already is no failure."""
    row = await door.the_run(entityName, projectName, runName)
    services = door.services
    await alerts.raise_alert(
        services.storage.tables, services.live, row, title=title, text=text, severity=(severity or "INFO").lower(),
        wait_secs=None if waitDuration is None else waitDuration / 1000, now=services.clock(),
    )  # fmt: skip
    return {"success": True}


@run.field("alerts")
async def alerts_of(row: RunRow, info: Info) -> list[Alert]:
    return await alerts.of_run(info.context.services.storage.tables, row)


@alert.field("id")
def alert_id(row: Alert, *_: Any) -> str:
    return to_id("Alert", row.id)


@alert.field("createdAt")
def alert_at(row: Alert, *_: Any) -> str | None:
    return iso(row.at)


@alert.field("severity")
def severity(row: Alert, *_: Any) -> str:
    return row.severity.upper()


bindables = [query, mutation, project, run, view, alert]
