"""Sweeps of a project, their agents and their runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import msgspec

from gnomon.model.query_match import checked, holds
from gnomon.model.query_mongo import parse_mongo
from gnomon.model.sweep import Sweep as SweepFacts
from gnomon.model.sweep import SweepDetail
from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError
from gnomon.sdk.public.attrs import Attrs, frame, iso
from gnomon.sdk.public.orders import sorts
from gnomon.sdk.public.pages import Pages
from gnomon.sdk.public.query_generator import QueryGenerator
from gnomon.sdk.public.runs import Runs
from gnomon.sdk.public.source import NotFoundError, Source
from gnomon.sdk.service import NotThere, path

if TYPE_CHECKING:
    from gnomon.sdk.public.api import Api
    from gnomon.sdk.public.run import Run


class Sweeps(Pages["Sweep"]):
    """The sweeps of a project that match, the newest first."""

    def __init__(
        self, source: Source, entity: str, project: str, per_page: int = 50, filters: dict[str, Any] | None = None,
        order: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(per_page)
        self._source, self.entity, self.project = source, entity, project
        self._filter = checked(parse_mongo(filters)) if filters else None
        self._sorts = sorts(order) if order else ()
        self._found: list[SweepFacts] | None = None

    def _fetch(self) -> list[Sweep]:
        if self._found is None:
            said = self._source.service.get(path("projects", self.entity, self.project) + "/sweeps")
            self._found = self._chosen(msgspec.convert(said, list[SweepFacts]))
            self._total = len(self._found)
        start = len(self.objects)
        page = self._found[start : start + self.per_page]
        self.more = start + len(page) < len(self._found)
        return [Sweep.of(self._source, self.entity, self.project, one.id) for one in page]

    def _chosen(self, found: list[SweepFacts]) -> list[SweepFacts]:
        if self._filter is not None:
            wanted = self._filter
            found = [one for one in found if holds(wanted, partial(_value, one))]
        for sort in reversed(self._sorts):
            given = [one for one in found if _value(one, sort.field) is not None]
            without = [one for one in found if _value(one, sort.field) is None]
            found = sorted(given, key=lambda one: _value(one, sort.field), reverse=sort.descending) + without
        return found

    def __repr__(self) -> str:
        return f"<Sweeps {self.entity}/{self.project}>"


def _value(sweep: SweepFacts, field: str) -> Any:
    """What a filter finds at a field of a sweep; a run has fields of these names, too."""
    values = {
        "id": sweep.id, "name": sweep.name, "state": sweep.state.value, "notes": sweep.description, "user": sweep.user,
        "created_at": sweep.created_at, "updated_at": sweep.updated_at, "project": sweep.project,
        "entity": sweep.entity,
    }  # fmt: skip
    return values.get(field)


class Sweep(Attrs):
    """A sweep: `id`, `name`, `state`, `config`, `runs`, `description`, `best_loss`, `created_at`, `method`."""

    def __init__(self, source: Source, entity: str, project: str, sweep_id: str, attrs: dict[str, Any]) -> None:
        super().__init__(attrs)
        self._source, self._entity, self.project, self.id = source, entity, project, sweep_id
        self.runs = self._runs("+created_at")

    @classmethod
    def of(cls, source: Source, entity: str, project: str, sweep_id: str) -> Sweep:
        """The sweep of this id. Raises NotFoundError where there is none."""
        return cls(source, entity, project, sweep_id, _attrs(source, entity, project, sweep_id))

    @classmethod
    def get(
        cls, api: Api, entity: str | None = None, project: str | None = None, sid: str | None = None,
        order: str | None = None, query: str | None = None, **kwargs: Any,
    ) -> Sweep | None:  # fmt: skip
        """The sweep of an id, with its runs in an order; None where there is none.

        Raises UsageError for a GraphQL `query` or its variables: those are of another server.
        """
        if query is not None or kwargs:
            raise UsageError("Sweep.get takes no GraphQL here; leave out query and its variables")
        try:
            found = cls.of(
                api._source, entity or api._entity(), project or api.settings["project"] or "uncategorized", sid or ""
            )
        except ValueError:
            return None
        if order:
            found.runs = found._runs(order)
        return found

    def _runs(self, order: str, per_page: int = 50) -> Runs:
        filters = {"$and": [{"sweep": self.id}]}
        return Runs(self._source, self._entity, self.project, filters, order, per_page)

    def load(self, force: bool = False) -> dict[str, Any]:
        """The attributes; with `force` asked for anew."""
        if force:
            self._attrs = _attrs(self._source, self._entity, self.project, self.id)
            self.runs = self._runs("+created_at")
        return self._attrs

    @property
    def entity(self) -> str:
        """Whose project it is in."""
        return self._entity

    @property
    def username(self) -> str:
        """The old name of `entity`."""
        return self._entity

    @property
    def config(self) -> dict[str, Any]:
        """What is searched, and how."""
        return self._attrs["config"]  # type: ignore[no-any-return]

    @property
    def order(self) -> str | None:
        """The order that has the best run first: `+summary_metrics.loss`; None where the config names no metric."""
        metric = self.config.get("metric")
        if not metric:
            return None
        sign = "+" if metric.get("goal", "minimize") == "minimize" else "-"
        return QueryGenerator.format_order_key(sign + metric["name"])

    def best_run(self, order: str | None = None) -> Run | None:
        """The first run in the order of the config's metric, or in another; None where there is no run."""
        order = self.order if order is None else QueryGenerator.format_order_key(order)
        if order is None:
            guard.warn("the sweep's config names no metric, and no order is given; the newest run is taken")
            order = "-created_at"
        found = self._runs(order, 1)[:1]
        return found[0] if found else None

    @property
    def expected_run_count(self) -> int | None:
        """How many runs there will be in the end; None where nothing limits them."""
        return self._attrs.get("runCountExpected")

    @property
    def name(self) -> str:
        """What a person called it, or its config, or else its id."""
        return str(self._attrs.get("displayName") or self.config.get("name") or self.id)

    @property
    def path(self) -> list[str]:
        """Entity, project and id, as they stand in addresses."""
        return [quote_plus(part) for part in (self._entity, self.project, self.id)]

    @property
    def url(self) -> str:
        """The address of its page."""
        entity, project, id = self.path
        return f"{self._source.base_url}/{entity}/{project}/sweeps/{id}"

    def agents(self) -> list[Agent]:
        """The processes that run what it suggests."""
        detail = _detail(self._source, self._entity, self.project, self.id)
        return [Agent(self, msgspec.to_builtins(agent), detail) for agent in detail.agents]

    def agent(self, agent_id: str) -> Agent:
        """The agent of this id. Raises NotFoundError where there is none."""
        for agent in self.agents():
            if agent.id == agent_id:
                return agent
        raise NotFoundError(f"the sweep {self.id!r} has no agent {agent_id!r}")

    def enqueue_run(self, config: dict[str, Any], display_name: str | None = None) -> str:
        """Let an agent run this config next; the id of the run that it will be."""
        said = self._source.service.post(
            path("sweeps", self._entity, self.project, self.id) + "/runs", {"config": config, "name": display_name}
        )
        return str(said["id"])

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """HTML that shows its page."""
        return frame(self.url, height, hidden, "sweep")

    _repr_html_ = to_html

    def __repr__(self) -> str:
        return f"<Sweep {'/'.join(self.path)} ({self._attrs['state']})>"


class Agent(Attrs):
    """A process that runs what a sweep suggests: `id`, `host`, `state`, `total_runs`, `heartbeat_at`."""

    def __init__(self, sweep: Sweep, said: dict[str, Any], detail: SweepDetail) -> None:
        runs = [run.id for run in detail.runs if run.agent == said["id"]]
        super().__init__(
            {
                "id": said["id"], "name": said["id"], "host": said["host"], "state": said["state"],
                "totalRuns": len(runs), "createdAt": iso(said["created_at"]), "heartbeatAt": iso(said["heartbeat_at"]),
            }
        )  # fmt: skip
        self._sweep, self._run_ids = sweep, runs

    def runs(self, per_page: int = 50) -> AgentRuns:
        """The runs that it was given, in the order in which they were made."""
        sweep = self._sweep
        return AgentRuns(sweep._source, sweep.entity, sweep.project, self._run_ids, per_page)

    def __repr__(self) -> str:
        return f"<Agent {self.id} ({self.state})>"


class AgentRuns(Runs):
    """The runs of one agent."""

    def __init__(self, source: Source, entity: str, project: str, ids: Sequence[str], per_page: int = 50) -> None:
        super().__init__(source, entity, project, {"name": {"$in": list(ids)}}, "+created_at", per_page)


def _detail(source: Source, entity: str, project: str, sweep: str) -> SweepDetail:
    return msgspec.convert(source.service.get(path("sweeps", entity, project, sweep)), SweepDetail)


def _attrs(source: Source, entity: str, project: str, sweep: str) -> dict[str, Any]:
    address = path("sweeps", entity, project, sweep)
    try:
        said = source.service.get(address + "/config")
        known = msgspec.convert(source.service.get(address)["sweep"], SweepFacts)
    except NotThere as error:
        raise NotFoundError(f"Could not find sweep {entity}/{project}/{sweep}: {error}") from None
    best = known.best
    return {
        "id": known.id, "name": known.id, "displayName": said["display_name"] or None, "method": known.method,
        "state": known.state.value, "description": known.description, "config": said["values"],
        "bestLoss": best.value if best else None, "runCount": known.runs, "runCountExpected": known.runs_expected,
        "createdAt": iso(known.created_at), "updatedAt": iso(known.updated_at),
        "user": {"name": known.user, "username": known.user},
    }  # fmt: skip
