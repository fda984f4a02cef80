"""Which run made and which used which version. Runs and versions that are deleted are not told of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Table, insert, select
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.artifacts.versions import COMMITTED
from gnomon.server.storage.tables.schema import artifact_outputs, artifact_uses, artifacts, runs


def add_use(conn: Connection, artifact: int, run: int, *, used_as: str | None, now: float) -> None:
    """The run uses the version; the first time counts."""
    if not _known(conn, artifact_uses, artifact, run):
        conn.execute(insert(artifact_uses).values(artifact=artifact, run=run, used_as=used_as, at=now))


def add_output(conn: Connection, artifact: int, run: int, now: float) -> None:
    """The run logged the version, be it the first to do so or not."""
    if not _known(conn, artifact_outputs, artifact, run):
        conn.execute(insert(artifact_outputs).values(artifact=artifact, run=run, at=now))


def used_by(conn: Connection, run: int) -> list[int]:
    """The versions that a run used, in that order."""
    return _versions(conn, artifact_uses, run)


def logged_by(conn: Connection, run: int) -> list[int]:
    """The versions that a run logged, in that order."""
    return _versions(conn, artifact_outputs, run)


def users_of(conn: Connection, keys: Collection[int]) -> list[tuple[int, int]]:
    """Pairs of a version and a run that used it, in that order."""
    return _pairs(conn, artifact_uses, keys)


def makers_of(conn: Connection, keys: Collection[int]) -> list[tuple[int, int]]:
    """Pairs of a version and a run that logged it, in that order."""
    return _pairs(conn, artifact_outputs, keys)


def _versions(conn: Connection, edges: Table, run: int) -> list[int]:
    query = (
        select(edges.c.artifact)
        .join(artifacts, artifacts.c.key == edges.c.artifact)
        .where(edges.c.run == run, artifacts.c.state == COMMITTED)
        .order_by(edges.c.at, edges.c.artifact)
    )
    return list(conn.execute(query).scalars())


def _pairs(conn: Connection, edges: Table, keys: Collection[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    ordered = list(keys)
    for start in range(0, len(ordered), 500):
        query = (
            select(edges.c.artifact, edges.c.run)
            .join(runs, runs.c.key == edges.c.run)
            .where(edges.c.artifact.in_(ordered[start : start + 500]), runs.c.deleted_at.is_(None))
            .order_by(edges.c.at, edges.c.run)
        )
        found += [(row.artifact, row.run) for row in conn.execute(query)]
    return found


def _known(conn: Connection, edges: Table, artifact: int, run: int) -> bool:
    query = select(edges.c.at).where(edges.c.artifact == artifact, edges.c.run == run)
    return conn.execute(query).first() is not None
