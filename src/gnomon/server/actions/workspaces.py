"""Saved views of workspaces: with a name, one's own, or what a link stands for."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timezone
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.errors import Conflict, Forbidden, Rejected
from gnomon.model.view import NewView, Opening, View, ViewEdit, ViewInfo
from gnomon.server.actions import views as saved
from gnomon.server.actions.views import ViewWish
from gnomon.server.caller import Caller, not_there
from gnomon.server.storage.tables import audit, views
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.views import ViewRow

_STORED = {
    "shared": "workspace",
    "personal": "workspace/personal",
    "own": "workspace/own",
    "link": "workspace/link",
}
_KINDS = {stored: kind for kind, stored in _STORED.items()}
_DEFAULT = "workspace/default"
"""Of each page one: its spec holds the number of the view the project opens with."""

NAMED = ("shared", "personal")
PAGES = ("project", "run")


async def listed(tables: Database, project: ProjectRow, caller: Caller) -> list[ViewInfo]:
    """The views the caller may open, the one changed last first; links are in no list."""
    rows, defaults = await tables.read(lambda conn: (views.of_project(conn, project.key), _defaults(conn, project)))
    return [
        _info(row, defaults)
        for row in rows
        if row.kind == _STORED["shared"]
        or (row.kind in (_STORED["own"], _STORED["personal"]) and row.user == caller.name)
    ]


async def opening(tables: Database, project: ProjectRow, page: str, caller: Caller) -> Opening:
    """What the page opens with where its address names no view."""
    _page(page)

    def work(conn: Connection) -> View | None:
        defaults = _defaults(conn, project)
        own = views.find(conn, project.entity, project.key, _STORED["own"], f"{page}/{caller.name}")
        if own is not None:
            return _whole(own, defaults)
        chosen = [row for key in defaults if (row := views.by_key(conn, key)) and _page_of(row) == page]
        return _whole(chosen[0], defaults) if chosen else None

    return Opening(view=await tables.read(work))


async def get(tables: Database, project: ProjectRow, view: str, caller: Caller) -> View:
    """The view of this number. Raises NotFound, also for one of another project or of another person alone."""
    row = await _row(tables, project, view, caller)
    return _whole(row, await tables.read(lambda conn: _defaults(conn, project)))


async def create(tables: Database, project: ProjectRow, wish: NewView, caller: Caller, now: float) -> View:
    """Keep a view under a name, or what a link stands for: the same picture has the same link."""
    if wish.kind not in (*NAMED, "link"):
        raise Rejected(f"kind is {wish.kind[:40]!r}; it can be shared, personal or link", field="kind")
    page, name, spec = _page(wish.page), wish.name.strip(), _text(wish.spec)
    if wish.kind in NAMED and not name:
        raise Rejected("A view needs a name", field="name")
    word = hashlib.blake2b(spec.encode(), digest_size=12).hexdigest() if wish.kind == "link" else secrets.token_hex(6)
    made = ViewWish(kind=_STORED[wish.kind], name=f"{page}/{word}", display_name=name, spec=spec)
    row, _ = await saved.keep(tables, project, made, caller, now)
    return _whole(row)


async def leave(
    tables: Database, project: ProjectRow, page: str, spec: dict[str, Any], caller: Caller, now: float
) -> View:
    """Keep the caller's own view of a page, in the place of the one before."""
    caller.signed_in()
    name = f"{_page(page)}/{caller.name}"
    wish = ViewWish(kind=_STORED["own"], name=name, display_name="", spec=_text(spec))
    row, _ = await saved.keep(tables, project, wish, caller, now)
    return _whole(row)


async def edit(tables: Database, project: ProjectRow, view: str, wish: ViewEdit, caller: Caller, now: float) -> View:
    """Change a view with a name. Raises Conflict where it was saved after `wish.since`, Forbidden for other kinds."""
    row = await _row(tables, project, view, caller)
    kind = _KINDS[row.kind]
    if kind not in NAMED:
        raise Forbidden("Only views with a name can be changed")
    if wish.since is not msgspec.UNSET and saved.is_newer(row, wish.since):
        raise Conflict(await tables.read(lambda conn: _who_saved(conn, row)))
    name = None if wish.name is msgspec.UNSET else wish.name.strip()
    if name == "":
        raise Rejected("A view needs a name", field="name")
    if wish.kind is not msgspec.UNSET:
        if wish.kind not in NAMED:
            raise Rejected(f"kind is {wish.kind[:40]!r}; it can be shared or personal", field="kind")
        if wish.kind != kind and row.user != caller.name:
            raise Forbidden(f"Only {row.user}, who made it, decides who sees this view")
        kind = wish.kind
    if wish.default is True and kind != "shared":
        raise Rejected("Only a shared view can be what the project opens with", field="default")
    spec = None if wish.spec is msgspec.UNSET else _text(wish.spec)
    if name is not None or spec is not None or _STORED[kind] != row.kind:
        changed = ViewWish(kind=_STORED[kind], display_name=name, spec=spec)
        row = await saved.alter(tables, row, changed, caller, now)
    if wish.default is not msgspec.UNSET:
        await _choose(tables, project, row, wish.default, caller, now)
    return _whole(row, await tables.read(lambda conn: _defaults(conn, project)))


async def delete(tables: Database, project: ProjectRow, view: str, caller: Caller, now: float) -> None:
    """Delete a view; one's own only by oneself."""
    row = await _row(tables, project, view, caller)
    if row.kind == _STORED["own"] and row.user != caller.name:
        raise Forbidden(f"This is {row.user}'s own view")
    await saved.delete(tables, row, caller, now)


def _page(page: str) -> str:
    if page not in PAGES:
        raise Rejected(f"page is {page[:40]!r}; it can be {' or '.join(PAGES)}", field="page")
    return page


def _page_of(row: ViewRow) -> str:
    return row.name.partition("/")[0]


async def _row(tables: Database, project: ProjectRow, view: str, caller: Caller) -> ViewRow:
    key = int(view) if view.isascii() and view.isdecimal() and len(view) < 19 else -1
    row = await tables.read(lambda conn: views.by_key(conn, key))
    if row is None or row.project != project.key or row.kind not in _KINDS:
        raise not_there("view", view)
    if row.kind == _STORED["personal"] and row.user != caller.name:
        raise not_there("view", view)
    return row


async def _choose(
    tables: Database, project: ProjectRow, row: ViewRow, chosen: bool, caller: Caller, now: float
) -> None:
    """Make the view the one its page opens with, or take that from it."""
    defaults = await tables.read(lambda conn: _defaults(conn, project))
    if not chosen and row.key not in defaults:
        return
    spec = _text({"view": row.key if chosen else None})
    wish = ViewWish(kind=_DEFAULT, name=_page_of(row), display_name="", spec=spec)
    await saved.keep(tables, project, wish, caller, now)


def _defaults(conn: Connection, project: ProjectRow) -> frozenset[int]:
    """The views that pages of the project open with; those that are gone or no longer shared are none."""
    found = set()
    for row in views.of_project(conn, project.key, kind=_DEFAULT):
        key = msgspec.json.decode(row.spec).get("view")
        view = views.by_key(conn, key) if isinstance(key, int) else None
        if view is not None and view.project == project.key and view.kind == _STORED["shared"]:
            found.add(view.key)
    return frozenset(found)


def _who_saved(conn: Connection, row: ViewRow) -> str:
    target = saved.target_of(row)
    when = datetime.fromtimestamp(row.updated_at, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    last = audit.last_of(conn, target, ("view.create", "view.edit"))
    return f"{last['user'] if last else row.user} saved it at {when}, after you began to edit it."


def _info(row: ViewRow, defaults: frozenset[int] = frozenset()) -> ViewInfo:
    return ViewInfo(
        id=row.key,
        name=row.display_name,
        kind=_KINDS[row.kind],
        page=_page_of(row),
        default=row.key in defaults,
        user=row.user,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _whole(row: ViewRow, defaults: frozenset[int] = frozenset()) -> View:
    return View(info=_info(row, defaults), spec=msgspec.json.decode(row.spec) if row.spec else {})


def _text(spec: dict[str, Any]) -> str:
    return msgspec.json.encode(spec, order="sorted").decode()
