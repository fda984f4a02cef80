"""Registries, automations and integrations: there are none here, and clients that ask hear so."""

from __future__ import annotations

from typing import Any

from ariadne import ObjectType

from gnomon.server.wandb_api.connection import connection

project, entity = ObjectType("Project"), ObjectType("Entity")


@project.field("triggers")
def triggers(row: Any, *_: Any) -> list[Any]:
    return []


@entity.field("artifactCollections")
@entity.field("artifactMemberships")
@entity.field("triggers")
@entity.field("integrations")
def empty(row: Any, *_: Any, **asked: Any) -> dict[str, Any]:
    return connection([])


bindables = [project, entity]
