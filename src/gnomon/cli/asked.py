"""Commands that ask a server through `gnomon.Api()`: one run, and errors in one line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gnomon.cli import where
from gnomon.sdk.errors import Error

if TYPE_CHECKING:
    from gnomon.sdk.public.run import Run

F = TypeVar("F", bound=Callable[..., Any])


def run_of(named: str, entity: str | None, project: str | None, host: str | None) -> Run:
    """The run that is named, on a server or in a folder. Raises ClickException where there is none."""
    from gnomon.sdk.public.api import Api

    said = {"entity": entity, "project": project}
    overrides = {name: value for name, value in said.items() if value}
    try:
        return Api({"base_url": where.base_url(host), **overrides}).run(named)
    except Error as error:
        raise click.ClickException(str(error)) from None


def told(command: F) -> F:
    """What the SDK raises while a command works becomes its one line."""

    @wraps(command)
    def work(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Error as error:
            raise click.ClickException(str(error)) from None

    return work  # type: ignore[return-value]
