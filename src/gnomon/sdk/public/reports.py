"""Reports of a project, read."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import quote

from gnomon.sdk.public.attrs import Attrs, frame, iso
from gnomon.sdk.public.facts import storage_id
from gnomon.sdk.public.pages import Pages
from gnomon.sdk.public.projects import Project
from gnomon.sdk.public.query_generator import QueryGenerator
from gnomon.sdk.public.runs import Runs
from gnomon.sdk.public.source import Source
from gnomon.sdk.service import path


class Reports(Pages["BetaReport"]):
    """The reports of a project, the one changed last first; with `name` the one called so."""

    def __init__(self, source: Source, project: Project, name: str | None = None, per_page: int = 50) -> None:
        super().__init__(per_page)
        self._source, self.project, self.name = source, project, name
        self._found: list[dict[str, Any]] | None = None

    def _fetch(self) -> list[BetaReport]:
        entity, project = self.project.entity, self.project.name
        if self._found is None:
            said = self._source.service.get(path("projects", entity, project) + "/reports")
            wanted = [one for one in said if not one.get("draft")]
            self._found = [one for one in wanted if self.name in (None, one["title"], one.get("name"))]
            self._total = len(self._found)
        start = len(self.objects)
        page = self._found[start : start + self.per_page]
        self.more = start + len(page) < len(self._found)
        return [BetaReport(self._source, _attrs(one), entity, project) for one in page]

    def __repr__(self) -> str:
        return f"<Reports {'/'.join(self.project.path)}>"


class BetaReport(Attrs):
    """A report: `id`, `name`, `display_name`, `description`, `user`, `spec`, `created_at`, `updated_at`, `url`."""

    def __init__(self, source: Source, attrs: dict[str, Any], entity: str, project: str) -> None:
        super().__init__(attrs)
        self._source, self.entity, self.project = source, entity, project

    @property
    def spec(self) -> dict[str, Any]:
        """What is in it, as its maker wrote it."""
        if "spec" not in self._attrs:
            number = _number(self.id)
            said = self._source.service.get(path("projects", self.entity, self.project, "reports", str(number)))
            self._attrs = {**_attrs(said["info"]), "spec": said["spec"]}
        return self._attrs["spec"]  # type: ignore[no-any-return]

    @property
    def sections(self) -> Any:
        """Its groups of panels; a report of blocks has none, and raises KeyError."""
        return self.spec["panelGroups"]

    def runs(self, section: dict[str, Any], per_page: int = 50, only_selected: bool = True) -> Runs:
        """The runs that a group of panels shows."""
        query = QueryGenerator()
        run_set = section["runSets"][section.get("openRunSet", 0)]
        sort = run_set["sort"]
        order = ("+" if sort.get("ascending") else "-") + query.key_to_server_path(sort["key"])
        filters = query.filter_to_mongo(run_set["filters"]) or {}
        if only_selected:
            chosen = {"name": {"$in": run_set["selections"]["tree"]}}
            filters = {"$and": [filters, chosen]} if filters else chosen
        return Runs(self._source, self.entity, self.project, filters, order, per_page)

    @property
    def id(self) -> str:
        """What the server calls it by itself."""
        return str(self._attrs["id"])

    @property
    def name(self) -> str | None:
        """A name that stays; people read `display_name`."""
        return self._attrs.get("name")

    @property
    def display_name(self) -> str | None:
        """Its title."""
        return self._attrs.get("displayName")

    @property
    def description(self) -> str | None:
        """What its maker says of it."""
        return self._attrs.get("description")

    @property
    def user(self) -> dict[str, Any] | None:
        """Who made it."""
        return self._attrs.get("user")

    @property
    def created_at(self) -> str | None:
        """When it was made."""
        return self._attrs.get("createdAt")

    @property
    def updated_at(self) -> str | None:
        """When it was changed last."""
        return self._attrs.get("updatedAt")

    @property
    def url(self) -> str | None:
        """The address of its page."""
        title = re.sub(r"-+", "-", re.sub(r"\W", "-", self.display_name or "")).strip("-")
        place = f"{quote(self.entity, safe='')}/{quote(self.project, safe='')}/reports"
        return f"{self._source.base_url}/{place}/{quote(title)}--{self.id.replace('=', '')}"

    def to_html(self, height: int = 1024, hidden: bool = False) -> str:
        """HTML that shows its page."""
        return frame(self.url or "", height, hidden, "report")

    _repr_html_ = to_html

    def __repr__(self) -> str:
        return f"<BetaReport {self.entity}/{self.project} {self.display_name!r}>"


def _attrs(info: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": storage_id("View", info["id"]), "name": info.get("name") or info["title"], "displayName": info["title"],
        "description": info.get("description", ""),
        "user": {"username": info.get("user", ""), "photoUrl": None, "email": ""},
        "createdAt": iso(info["created_at"]), "updatedAt": iso(info["updated_at"]),
    }  # fmt: skip


def _number(id: str) -> int:
    """The number in a storage id, which may come without padding.

    >>> _number("Vmlldzo3"), _number("7")
    (7, 7)
    """
    if id.isdecimal():
        return int(id)
    try:
        return int(base64.b64decode(id + "=" * (-len(id) % 4)).decode().rpartition(":")[2])
    except ValueError:
        raise ValueError(f"{id!r} is not the id of a report") from None
