"""Projects: rows, and what is asked about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, insert, select, union, update
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import artifact_bytes, entities, files, projects, runs, users


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project; `entity` is the key of its entity, `entity_name` its name."""

    key: int
    entity: int
    entity_name: str
    name: str
    description: str
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True)
class ProjectCounts:
    """What the runs of a project come to."""

    runs: int = 0
    running: int = 0
    updated_at: float = 0.0
    users: tuple[str, ...] = ()


_projects = select(
    projects.c.key,
    projects.c.entity,
    entities.c.name.label("entity_name"),
    projects.c.name,
    projects.c.description,
    projects.c.created_at,
    projects.c.updated_at,
).join(entities, entities.c.key == projects.c.entity)


def find(conn: Connection, entity: int, name: str) -> ProjectRow | None:
    named = (projects.c.entity == entity, projects.c.name == name, projects.c.deleted_at.is_(None))
    row = conn.execute(_projects.where(*named)).first()
    return ProjectRow(*row) if row else None


def by_key(conn: Connection, key: int) -> ProjectRow | None:
    """The project of this key, unless it was deleted."""
    row = conn.execute(_projects.where(projects.c.key == key, projects.c.deleted_at.is_(None))).first()
    return ProjectRow(*row) if row else None


def ensure(conn: Connection, entity: int, name: str, now: float) -> tuple[ProjectRow, bool]:
    """The project of this name, and whether it had to be made. The caller has checked the name."""
    row = find(conn, entity, name)
    if row is not None:
        return row, False
    conn.execute(insert(projects).values(entity=entity, name=name, created_at=now, updated_at=now))
    made = find(conn, entity, name)
    assert made is not None
    return made, True


def of_entities(conn: Connection, keys: Collection[int] | None) -> list[ProjectRow]:
    """The projects of these entities, or of all with None, newest first."""
    query = _projects.where(projects.c.deleted_at.is_(None))
    query = query.order_by(projects.c.created_at.desc(), projects.c.key.desc())
    if keys is not None:
        query = query.where(projects.c.entity.in_(keys))
    return [ProjectRow(*row) for row in conn.execute(query)]


def all_keys(conn: Connection) -> list[int]:
    return list(conn.execute(select(projects.c.key)).scalars())


def counts(conn: Connection, keys: Collection[int]) -> dict[int, ProjectCounts]:
    """Counts over the runs that are not deleted; projects without one are left out."""
    found: dict[int, ProjectCounts] = {}
    rows = conn.execute(
        select(
            runs.c.project,
            users.c.name,
            func.count(),
            func.count().filter(runs.c.state == "running"),
            func.max(runs.c.updated_at),
        )
        .join(users, users.c.key == runs.c.user)
        .where(runs.c.project.in_(keys), runs.c.deleted_at.is_(None))
        .group_by(runs.c.project, users.c.name)
        .order_by(users.c.name)
    )
    for project, user, count, running, updated_at in rows:
        known = found.get(project, ProjectCounts())
        found[project] = ProjectCounts(
            runs=known.runs + count,
            running=known.running + int(running),
            updated_at=max(known.updated_at, updated_at),
            users=(*known.users, user),
        )
    return found


def first_user(conn: Connection, key: int) -> str | None:
    """Who logged the first run of the project, deleted or not."""
    query = select(users.c.name).join(runs, runs.c.user == users.c.key).where(runs.c.project == key)
    return conn.execute(query.order_by(runs.c.key).limit(1)).scalar()


def stored_bytes(conn: Connection, entity: int) -> int:
    """What the files of an entity's runs and artifacts weigh, each blob counted once."""
    of_runs = (
        select(files.c.digest, files.c.size_bytes.label("size"))
        .join(runs, runs.c.key == files.c.run)
        .join(projects, projects.c.key == runs.c.project)
        .where(projects.c.entity == entity)
    )
    of_artifacts = select(artifact_bytes.c.blob, artifact_bytes.c.size_bytes).where(artifact_bytes.c.entity == entity)
    query = union(of_runs, of_artifacts).subquery()
    return int(conn.execute(select(func.coalesce(func.sum(query.c.size), 0))).scalar_one())


def edit(conn: Connection, key: int, *, description: str, now: float) -> None:
    conn.execute(update(projects).where(projects.c.key == key).values(description=description, updated_at=now))


def rename(conn: Connection, key: int, name: str, now: float) -> None:
    """Raises IntegrityError where the entity has a project of this name already."""
    conn.execute(update(projects).where(projects.c.key == key).values(name=name, updated_at=now))


def delete(conn: Connection, key: int, now: float) -> None:
    """Hide the project for good. Its name is free for another; what is left of it is found by key alone."""
    hidden = f"\x7f{key}"  # no project may be given such a name
    conn.execute(update(projects).where(projects.c.key == key).values(name=hidden, deleted_at=now, updated_at=now))


def take_number(conn: Connection, key: int) -> int:
    """The number of the project's next run; never given twice."""
    conn.execute(update(projects).where(projects.c.key == key).values(next_number=projects.c.next_number + 1))
    return int(conn.execute(select(projects.c.next_number).where(projects.c.key == key)).scalar_one()) - 1
