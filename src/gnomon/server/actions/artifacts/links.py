"""Versions in portfolios: the same version, under another name, with a number and aliases of its own there."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from gnomon.model.artifact_name import LATEST, check_alias, check_collection
from gnomon.model.errors import NotFound, Rejected
from gnomon.server.actions.artifacts.names import Found
from gnomon.server.actions.artifacts.removal import name_latest
from gnomon.server.actions.projects import check_name
from gnomon.server.storage.tables import projects
from gnomon.server.storage.tables.artifacts import collections, versions
from gnomon.server.storage.tables.artifacts.collections import CollectionRow
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, ArtifactRow
from gnomon.server.storage.tables.database import Database


async def link(
    tables: Database, artifact: ArtifactRow, entity: int, project: str, portfolio: str, aliases: Iterable[str], *,
    now: float,
) -> Found:  # fmt: skip
    """The version in the portfolio, which is made where it is missing, as is its project.

    Linking again gives it the aliases. Raises Rejected where the name is a sequence's, or the portfolio has versions
    of another type.
    """
    check_collection(portfolio)
    names = [*dict.fromkeys(map(check_alias, aliases)), LATEST]

    def work(conn: Connection) -> Found:
        row = versions.by_key(conn, artifact.key)
        if row is None or row.state != COMMITTED:
            raise NotFound("The artifact is not there, or not committed yet")
        place = projects.ensure(conn, entity, check_name(project), now)[0]
        target = collections.find(conn, place.key, portfolio)
        if target is None:
            type = collections.ensure_type(conn, place.key, row.type_name, now)
            target = collections.add(conn, place.key, type.key, portfolio, kind="portfolio", now=now)
        if target.kind != "portfolio":
            raise Rejected(
                f"{target.path} is logged to by runs; nothing is linked to it", field="artifactPortfolioName"
            )
        if target.type_name != row.type_name:
            raise Rejected(
                f"{target.path} has versions of the type {target.type_name!r}, not {row.type_name!r}",
                field="artifactPortfolioName",
            )
        if versions.membership(conn, target.key, row.key) is None:
            versions.join(conn, target.key, row.key, collections.take_version(conn, target.key, now), now)
        for alias in names:
            versions.set_alias(conn, target.key, alias, row.key, now)
        membership = versions.membership(conn, target.key, row.key)
        assert membership is not None
        return Found(target, membership, row)

    return await tables.write(work)


async def unlink(tables: Database, artifact: int, portfolio: CollectionRow, *, now: float) -> None:
    """Take the version out of the portfolio. Raises Rejected for a sequence, and NotFound where it is not in it."""
    if portfolio.kind != "portfolio":
        raise Rejected(f"{portfolio.path} is no portfolio: its versions are deleted, not unlinked",
                       field="artifactPortfolioID")  # fmt: skip

    def work(conn: Connection) -> None:
        if versions.membership(conn, portfolio.key, artifact) is None:
            raise NotFound(f"{portfolio.path} has no such version")
        versions.leave(conn, artifact, collection=portfolio.key)
        name_latest(conn, portfolio.key, now)
        collections.change(conn, portfolio.key, updated_at=now)

    await tables.write(work)
