"""Saved views: reports and workspaces of a project, and charts of an entity."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timezone
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.errors import Conflict, Rejected
from gnomon.server.caller import Caller, not_there
from gnomon.server.storage.tables import audit, views
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.views import ViewRow

REPORT = "runs"
DRAFT = "runs/draft"
CHART = "chart"
KINDS = (REPORT, DRAFT, "project-view", "run-view")
"""What the official client may keep of a project; a report is called `runs`."""
PUBLIC = (*KINDS, CHART)
"""What all who see the project may read; any other kind is one person's own."""

LONGEST_NAME = 256
LONGEST_TEXT = 1 << 16
LONGEST_SPEC = 16 << 20

_chart_name = re.compile(r"[\w .-]{1,128}")


class ViewWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a view is to be; None leaves a known one as it is."""

    kind: str | None = None
    name: str | None = None
    display_name: str | None = None
    description: str | None = None
    spec: str | None = None


async def listed(
    tables: Database, project: ProjectRow, *, kind: str | None = None, name: str | None = None, user: str | None = None
) -> list[ViewRow]:
    """What the official client may keep of a project, the one changed last first: what is one person's is not in it."""
    found = await tables.read(lambda conn: views.of_project(conn, project.key, kind=kind, name=name, user=user))
    return [row for row in found if row.kind in KINDS]


async def save(
    tables: Database, project: ProjectRow, wish: ViewWish, caller: Caller, now: float
) -> tuple[ViewRow, bool]:
    """A new view of the project, or the one that has this kind and name already; and whether it is new."""
    _check_kind(wish)
    return await keep(tables, project, wish, caller, now)


async def keep(
    tables: Database, project: ProjectRow, wish: ViewWish, caller: Caller, now: float
) -> tuple[ViewRow, bool]:
    """What `save` does, of any kind."""
    user = caller.signed_in()
    _check(wish)
    kind, name = wish.kind or REPORT, wish.name or secrets.token_hex(6)

    def work(conn: Connection) -> tuple[ViewRow, bool]:
        known = views.find(conn, project.entity, project.key, kind, name)
        if known is not None:
            return _change(conn, known, wish, caller, now), False
        key = views.add(
            conn, entity=project.entity, project=project.key, kind=kind, name=name, now=now, user=user.key,
            **_given(wish),
        )  # fmt: skip
        return _told(conn, key, "view.create", caller, now), True

    return await tables.write(work)


async def change(tables: Database, view: ViewRow, wish: ViewWish, caller: Caller, now: float) -> ViewRow:
    """The view after the change; what was not said stays."""
    _check_kind(wish)
    return await alter(tables, view, wish, caller, now)


async def alter(tables: Database, view: ViewRow, wish: ViewWish, caller: Caller, now: float) -> ViewRow:
    """What `change` does, to any kind."""
    _check(wish)
    return await tables.write(lambda conn: _change(conn, view, wish, caller, now))


async def delete(tables: Database, view: ViewRow, caller: Caller, now: float) -> None:
    """Delete the view."""

    def work(conn: Connection) -> None:
        views.delete(conn, view.key)
        _audit(conn, view, "view.delete", caller, now)

    await tables.write(work)


async def create_chart(
    tables: Database, entity: int, *, name: str, display_name: str, spec: str, caller: Caller, now: float
) -> ViewRow:
    """A chart that runs of any project may name as `entity/name`; one of this name is replaced."""
    user = caller.signed_in()
    if not _chart_name.fullmatch(name):
        raise Rejected(f"A chart cannot be called {name[:80]!r}; take letters, digits, spaces and . _ -", field="name")
    wish = ViewWish(display_name=display_name, spec=spec)
    _check(wish)

    def work(conn: Connection) -> ViewRow:
        known = views.find(conn, entity, None, CHART, name)
        if known is not None:
            return _change(conn, known, wish, caller, now)
        key = views.add(
            conn, entity=entity, project=None, kind=CHART, name=name, now=now, user=user.key, **_given(wish)
        )
        return _told(conn, key, "view.create", caller, now)

    return await tables.write(work)


def _change(conn: Connection, view: ViewRow, wish: ViewWish, caller: Caller, now: float) -> ViewRow:
    if views.by_key(conn, view.key) is None:
        raise not_there("view", view.name)
    values = _given(wish)
    for column, value in (("kind", wish.kind), ("name", wish.name)):
        if value:
            values[column] = value
    views.change(conn, view.key, now=now, **values)
    return _told(conn, view.key, "view.edit", caller, now)


def _given(wish: ViewWish) -> dict[str, Any]:
    said = {"display_name": wish.display_name, "description": wish.description, "spec": wish.spec}
    return {column: value for column, value in said.items() if value is not None}


def _told(conn: Connection, key: int, operation: str, caller: Caller, now: float) -> ViewRow:
    row = views.by_key(conn, key)
    assert row is not None
    _audit(conn, row, operation, caller, now)
    return row


def _audit(conn: Connection, view: ViewRow, operation: str, caller: Caller, now: float) -> None:
    audit.add(
        conn, at=now, user=caller.name, origin=caller.origin, operation=operation, target=target_of(view),
        detail={"kind": view.kind},
    )  # fmt: skip


def target_of(view: ViewRow) -> str:
    """What the audit log calls the view."""
    return "/".join(part for part in (view.entity_name, view.project_name, view.name) if part)


def is_newer(view: ViewRow, since: float) -> bool:
    """Whether somebody has saved the view since."""
    return view.updated_at > since + _SAME_SECS


def check_fresh(view: ViewRow, since: float | None) -> None:
    """Raise Conflict where somebody has saved the view since."""
    if since is not None and is_newer(view, since):
        when = datetime.fromtimestamp(view.updated_at, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
        raise Conflict(f"It was saved at {when}, after you began to edit it.")


_SAME_SECS = 1e-3
"""Times that have been through JSON and a browser may differ in the last digit."""


def _check_kind(wish: ViewWish) -> None:
    if wish.kind is not None and wish.kind not in KINDS:
        raise Rejected(f"{wish.kind[:40]!r} is no kind of view; there are {', '.join(KINDS)}", field="type")


def _check(wish: ViewWish) -> None:
    for field, value, most in (
        ("name", wish.name, LONGEST_NAME),
        ("displayName", wish.display_name, LONGEST_TEXT),
        ("description", wish.description, LONGEST_TEXT),
        ("spec", wish.spec, LONGEST_SPEC),
    ):
        if value is not None and len(value) > most:
            raise Rejected(f"{field} has at most {most} characters", field=field)
    if wish.spec is not None:
        try:
            found = msgspec.json.decode(wish.spec)
        except msgspec.DecodeError as error:
            raise Rejected(f"spec is not JSON: {error}", field="spec") from None
        if not isinstance(found, dict):
            raise Rejected("spec has to be a JSON object", field="spec")
