"""Lineage: runs use versions and make others, and the graph that comes of it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from gnomon.model.artifact import Lineage, LineageEdge, LineageNode
from gnomon.model.errors import NotFound
from gnomon.model.manifest import artifact_id
from gnomon.server.actions.artifacts.reading import as_ref, as_run_ref
from gnomon.server.actions.artifacts.sight import seen, sees
from gnomon.server.caller import Caller
from gnomon.server.storage.tables import runs
from gnomon.server.storage.tables.artifacts import lineage, versions
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, ArtifactRow
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.runs import RunRow

MOST_NODES = 500
DEEPEST = 20


async def use(tables: Database, artifact: ArtifactRow, run: RunRow, *, used_as: str | None, now: float) -> ArtifactRow:
    """The run uses the version, from now on for everybody to see. Raises NotFound where it is not committed."""

    def work(conn: Connection) -> ArtifactRow:
        row = versions.by_key(conn, artifact.key)
        if row is None or row.state != COMMITTED:
            raise NotFound("The artifact is not there, or not committed yet")
        lineage.add_use(conn, row.key, run.key, used_as=used_as, now=now)
        return row

    return await tables.write(work)


async def graph(tables: Database, artifact: int, caller: Caller, *, depth: int) -> Lineage:
    """What a version came from and what came from it, up to so many steps to each side; what the caller may see."""

    def work(conn: Connection) -> Lineage:
        walk = _Walk(conn, caller)
        walk.add_artifacts([artifact])
        walk.go([artifact], min(depth, DEEPEST), up=True)
        walk.go([artifact], min(depth, DEEPEST), up=False)
        return walk.told(artifact)

    return await tables.read(work)


class _Walk:
    """A walk along the edges, a step at a time: from versions to runs, and from runs to versions."""

    def __init__(self, conn: Connection, caller: Caller) -> None:
        self._conn = conn
        self._caller = caller
        self._artifacts: dict[int, ArtifactRow] = {}
        self._runs: dict[int, RunRow] = {}
        self._edges: dict[tuple[str, str], None] = {}
        self._cut = False

    def go(self, start: list[int], depth: int, *, up: bool) -> None:
        """Against the edges with `up`, along them without."""
        found = start
        for _ in range(depth):
            found = self._step(found, up=up)
            if not found:
                return
        self._cut = self._cut or self._goes_on(found, up=up)

    def add_artifacts(self, keys: Iterable[int]) -> list[int]:
        """Those of the versions that are new here and may be seen."""
        new = [key for key in dict.fromkeys(keys) if key not in self._artifacts]
        rows = [row for row in versions.by_keys(self._conn, new).values() if row.state == COMMITTED]
        fresh = [row.key for row in seen(self._conn, self._caller, rows) if self._has_room()]
        self._artifacts.update((row.key, row) for row in rows if row.key in fresh)
        return fresh

    def told(self, root: int) -> Lineage:
        aliases: dict[int, list[str]] = {}
        for one in versions.aliases_of(self._conn, self._artifacts):
            row = self._artifacts[one.artifact]
            if one.collection == row.collection:
                aliases.setdefault(row.key, []).append(one.alias)
        nodes = [
            LineageNode(id=_artifact(row.key), artifact=as_ref(row), aliases=tuple(aliases.get(row.key, ())))
            for row in self._artifacts.values()
        ]
        nodes += [LineageNode(id=_run(row.key), run=as_run_ref(row), state=row.state) for row in self._runs.values()]
        edges = tuple(LineageEdge(source=source, target=target) for source, target in self._edges)
        return Lineage(root=_artifact(root), nodes=tuple(nodes), edges=edges, cut=self._cut)

    def _step(self, keys: list[int], *, up: bool) -> list[int]:
        pairs = lineage.makers_of(self._conn, keys) if up else lineage.users_of(self._conn, keys)
        self._add_runs(run for _, run in pairs)
        for artifact, run in pairs:
            if run in self._runs:
                self._edge(artifact, run, made=up)
        found: list[int] = []
        for run in dict.fromkeys(run for _, run in pairs if run in self._runs):
            others = lineage.used_by(self._conn, run) if up else lineage.logged_by(self._conn, run)
            found += self.add_artifacts(others)
            for other in others:
                if other in self._artifacts:
                    self._edge(other, run, made=not up)
        return found

    def _goes_on(self, keys: list[int], *, up: bool) -> bool:
        return bool(lineage.makers_of(self._conn, keys) if up else lineage.users_of(self._conn, keys))

    def _add_runs(self, keys: Iterable[int]) -> None:
        new = [key for key in dict.fromkeys(keys) if key not in self._runs]
        for row in runs.by_keys(self._conn, new).values():
            if row.deleted_at is None and sees(self._caller, row.entity) and self._has_room():
                self._runs[row.key] = row

    def _has_room(self) -> bool:
        if len(self._artifacts) + len(self._runs) < MOST_NODES:
            return True
        self._cut = True
        return False

    def _edge(self, artifact: int, run: int, *, made: bool) -> None:
        ends = (_run(run), _artifact(artifact)) if made else (_artifact(artifact), _run(run))
        self._edges[ends] = None


def _artifact(key: int) -> str:
    return artifact_id(key)


def _run(key: int) -> str:
    return f"run:{key}"
