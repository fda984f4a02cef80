"""The door of every root field: who asks, may they, and on what. The same rules as for our own routes.

    query = Root("Query")

    @query.field("project", operation="project.get")
    async def project(door: Door, *, name: str, entityName: str | None = None) -> ProjectRow | None:
        return await door.project(entityName, name)

A root field without an operation of `access.RULES` cannot be served: `schema.load` refuses it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from gnomon.model.errors import NotFound, Rejected
from gnomon.server.access import RULES, Entity, Right, Rule, check
from gnomon.server.caller import Caller, not_there
from gnomon.server.services import Services
from gnomon.server.storage.tables import projects, runs
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.wandb_api.ids import key_of

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])


@dataclass(frozen=True)
class Asked:
    """One GraphQL request: what every resolver finds as `info.context`."""

    services: Services
    caller: Caller
    origin_url: str
    """Where the client reaches this server: what absolute addresses begin with."""
    agent: str = ""
    """What the client calls itself."""
    shared: bool = False
    """Whether it is one of several processes that write into a run at the same time."""

    def door(self, operation: str) -> Door:
        """The door for an operation. Raises SignInNeeded or Forbidden where the caller may not do it anywhere."""
        rule = RULES[operation]
        check(self.caller, rule.needs)
        return Door(self, rule)


@dataclass(frozen=True)
class Door:
    """What a root field may reach: things looked up through what the caller may see.

    What is not there and what the caller may not see are the same; for what they see but may not change, Forbidden is
    raised.
    """

    asked: Asked
    rule: Rule

    @property
    def services(self) -> Services:
        return self.asked.services

    @property
    def caller(self) -> Caller:
        return self.asked.caller

    @property
    def origin_url(self) -> str:
        return self.asked.origin_url

    async def entity(self, name: str | None = None) -> Entity:
        """The entity of this name, or the caller's own. Raises NotFound."""
        return await self.services.access.entity(self.caller, name or "-", self._needs)

    async def project(self, entity: str | None, name: str | None) -> ProjectRow | None:
        """The project, where there is one the caller may see."""
        try:
            found = await self.entity(entity)
        except NotFound:
            return None
        return await self.services.storage.tables.read(lambda conn: projects.find(conn, found.key, name or ""))

    async def run(self, entity: str | None, project: str | None, id: str | None) -> RunRow | None:
        """The run, where there is one the caller may see."""
        try:
            found = await self.entity(entity)
        except NotFound:
            return None
        return await self.services.storage.tables.read(
            lambda conn: runs.find_named(conn, found.key, project or "", id or "")
        )

    async def run_by_id(self, id: str, *, deleted: bool = False) -> RunRow | None:
        """The run of this storage id, where there is one the caller may see; a deleted one only with `deleted`."""
        try:
            key = key_of("Run", id)
            row = await self.services.storage.tables.read(lambda conn: runs.by_key(conn, key))
            if row is None or (row.deleted_at is not None and not deleted):
                return None
            await self.entity(row.entity)
        except NotFound:
            return None
        return row

    async def the_project(self, entity: str | None, name: str | None) -> ProjectRow:
        """The project. Raises NotFound."""
        row = await self.project(entity, name)
        if row is None:
            raise not_there("project", f"{entity or self.caller.name}/{name}")
        return row

    async def the_run(self, entity: str | None, project: str | None, id: str | None) -> RunRow:
        """The run. Raises NotFound."""
        row = await self.run(entity, project, id)
        if row is None:
            raise not_there("run", f"{entity or self.caller.name}/{project}/{id}")
        return row

    async def project_by_key(self, key: int) -> ProjectRow | None:
        """The project of this key, where there is one the caller may see."""
        row = await self.services.storage.tables.read(lambda conn: projects.by_key(conn, key))
        if row is None:
            return None
        try:
            await self.entity(row.entity_name)
        except NotFound:
            return None
        return row

    async def entity_named(self, name: str) -> Entity | None:
        """The entity, where there is one the caller may see."""
        try:
            return await self.entity(name)
        except NotFound:
            return None

    @property
    def _needs(self) -> Right:
        return max(self.rule.needs, Right.READ) if self.rule.needs != Right.ADMIN else Right.READ


class Root(ObjectType):
    """`Query` or `Mutation`. Each field names the operation whose rule it is under; resolvers get a `Door`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.operations: dict[str, str] = {}

    def field(self, name: str, *, operation: str) -> Callable[[F], F]:  # type: ignore[override]
        """Bind a root field; its arguments come by the names they have in the schema.

        A mutation with the one argument `input` gets what is in it as arguments.
        """
        self.operations[name] = operation
        whole_input = self.name == "Mutation"

        def bind(resolver: F) -> F:
            async def resolve(_: Any, info: GraphQLResolveInfo[Asked], **given: Any) -> Any:
                if whole_input and set(given) == {"input"}:
                    given = dict(given["input"])
                    given.pop("clientMutationId", None)
                return await resolver(info.context.door(operation), **given)

            self._resolvers[name] = resolve
            return resolver

        return bind


def needed(value: Any, name: str) -> Any:
    """The value. Raises Rejected where it was not given."""
    if value is None or value == "":
        raise Rejected(f"{name} is missing", field=name)
    return value


__all__ = ["Asked", "Door", "Root", "needed"]
