"""The executable schema: every `schema/*.graphql` with every resolver of `fields/`, checked before it is served."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from ariadne import load_schema_from_path, make_executable_schema
from graphql import GraphQLSchema

from gnomon.server.access import RULES
from gnomon.server.wandb_api import fields, scalars
from gnomon.server.wandb_api.door import Root

FOLDER = Path(__file__).parent / "schema"


@cache
def load() -> GraphQLSchema:
    """The schema. Raises LookupError where a root field has no operation, or one without a rule."""
    found = list(_bindables())
    schema = make_executable_schema(load_schema_from_path(FOLDER), *found, convert_names_case=False)
    check_rules(schema, [one for one in found if isinstance(one, Root)])
    return schema


def operations() -> set[str]:
    """The operations that root fields stand for."""
    return {operation for one in _bindables() if isinstance(one, Root) for operation in one.operations.values()}


def check_rules(schema: GraphQLSchema, roots: Iterable[Root]) -> None:
    """Raises LookupError where a field of Query or Mutation is not under a rule."""
    under: dict[str, dict[str, str]] = {"Query": {}, "Mutation": {}}
    for root in roots:
        under[root.name].update(root.operations)
    for type_ in (schema.query_type, schema.mutation_type):
        assert type_ is not None
        bare = sorted(f"{type_.name}.{name}" for name in type_.fields if under[type_.name].get(name) not in RULES)
        if bare:
            raise LookupError(f"no rule says who may ask for {', '.join(bare)}; see gnomon.server.wandb_api.door")


def _bindables() -> Iterable[Any]:
    yield from scalars.bindables
    for module in sorted(pkgutil.iter_modules(fields.__path__), key=lambda module: module.name):
        yield from importlib.import_module(f"{fields.__name__}.{module.name}").bindables
