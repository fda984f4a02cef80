"""A run as the official client makes it and changes it: everything it says of a run in one request.

A process that begins says all it knows and no storage id; one that goes on with a run it has read sends the id with all
of that; afterwards it sends what has changed. A person's edit through the client's API names the run by its id alone.

A run that is begun again by its name, without the client having read it first, is overwritten, as with the original
server: what there is from the first step of the new process on is taken away by an edit, so that it can be brought back
for 7 days. That is all of it where a script begins anew, and nothing where it logs steps that go on, or where `wandb
sync` brings a run in parts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from gnomon.model.client_config import ClientConfig, environment, metric_rules
from gnomon.model.edit import Fork, Rewind
from gnomon.model.errors import Conflict, Deleted, NotFound, Rejected
from gnomon.model.run import RunEdit, RunState
from gnomon.model.run_names import run_name
from gnomon.model.summary import flattened
from gnomon.server.actions import forks
from gnomon.server.actions import runs as run_actions
from gnomon.server.actions.edits import Edits
from gnomon.server.actions.forks import random_id
from gnomon.server.actions.ingest import FileStreams
from gnomon.server.actions.ingest.streams import BeforeRows
from gnomon.server.actions.projects import check_name
from gnomon.server.actions.runs import LONGEST_NAME, LONGEST_NOTES, LONGEST_TAG, MOST_TAGS
from gnomon.server.actions.summaries import Summaries
from gnomon.server.caller import Caller, not_there
from gnomon.server.live import Live
from gnomon.server.storage.metrics.store import MetricStore, RunKey
from gnomon.server.storage.tables import audit, journals, projects, runs, sweeps
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.runs import RunRow

DEFAULT_PROJECT = "uncategorized"
ALIVE_SECS = 45.0
"""A run heard of within this time has a process that writes into it: clients give a sign of life every 30 s."""
ANNOUNCED_SECS = 180.0

_OVER = frozenset({"finished", "failed", "crashed", "killed"})


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says of a run; None is not said."""

    known: bool = False
    """Whether it names the run by its storage id: its sender has read the run, or made it."""
    run: str | None = None
    project: str | None = None
    name: str | None = None
    notes: str | None = None
    group: str | None = None
    job_type: str | None = None
    tags: tuple[str, ...] | None = None
    host: str | None = None
    program: str | None = None
    commit: str | None = None
    repo: str | None = None
    sweep: str | None = None
    state: str | None = None
    config: ClientConfig | None = None
    summary: dict[str, Any] | None = None
    begins_by_name: bool = True
    """Whether a whole description without an id is how this sender begins a run; older ones repeat it."""

    shared: bool = False
    """Whether several processes write into the run at the same time: each is known by what it streams."""

    @property
    def whole(self) -> bool:
        """Whether this is all that a process says of its run when it begins."""
        said = (self.name, self.notes, self.group, self.job_type, self.tags, self.host, self.program, self.commit,
                self.repo, self.sweep)  # fmt: skip
        return self.config is not None and any(value is not None for value in said)


class Upserts:
    """Makes runs and changes them as official clients ask for it."""

    def __init__(
        self,
        tables: Database,
        metrics: MetricStore,
        streams: FileStreams,
        edits: Edits,
        summaries: Summaries,
        live: Live,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._tables = tables
        self._metrics = metrics
        self._streams = streams
        self._edits = edits
        self._summaries = summaries
        self._live = live
        self._clock = clock
        self._announced: dict[int, float] = {}

    def announce(self, run: int) -> None:
        """Somebody has read where the run stands, to go on with it."""
        now = self._clock()
        self._announced = {key: at for key, at in self._announced.items() if now - at < ANNOUNCED_SECS}
        self._announced[run] = now

    async def edit(self, row: RunRow, said: Said, caller: Caller) -> RunRow:
        """A person's change. Raises Rejected for what a run cannot have."""
        given = {
            name: value
            for name in ("name", "notes", "tags", "group", "job_type")
            if (value := getattr(said, name)) is not None
        }
        now = self._clock()
        if given:
            await run_actions.edit(self._tables, row, RunEdit(**given), caller, now)
        values = _of_config(row, said.config) | _of_summary(said.summary)

        def change(conn: Connection) -> RunRow | None:
            runs.change(conn, row.project, row.key, **values)
            _audit(conn, row, caller, now, sorted(values))
            return runs.by_key(conn, row.key)

        changed = (
            await self._tables.write(change)
            if values
            else await self._tables.read(lambda conn: runs.by_key(conn, row.key))
        )
        self._live.publish(row.project, "run", row.id)
        return changed or row

    async def upsert(self, entity: int, said: Said, caller: Caller) -> tuple[RunRow, bool]:
        """The run as it is after the request, and whether it is new.

        Raises Rejected for a name that no project or run can have, Deleted where the run was deleted, and NotFound
        where it is to go on from a run that is not there.
        """
        project = check_name(said.project or DEFAULT_PROJECT)
        id = check_name(said.run or random_id(), what="run")
        found = await self._tables.read(lambda conn: runs.find_named(conn, entity, project, id, deleted=True))
        if found is not None and found.deleted_at is not None:
            raise Deleted(f"Run {id!r} was deleted here; restore it within 7 days of that, or use a new run id")
        if found is not None:
            return await self._go_on(found, said, caller), False
        parent = _branch(said)
        if parent is not None and parent[0] != id:
            return await self._fork(entity, project, id, parent, said, caller), True
        return await self._make(entity, project, id, said, caller)

    async def rewind(self, row: RunRow, after_step: int, caller: Caller) -> RunRow:
        """Take away what was logged after a step, for a process that logs on from there."""
        await self._take_away(row, after_step, caller)
        await self._begin(row, on_from=0)
        return await self._row(row)

    async def _make(self, entity: int, project: str, id: str, said: Said, caller: Caller) -> tuple[RunRow, bool]:
        now, user = self._clock(), caller.signed_in().key

        def work(conn: Connection) -> RunRow:
            into, _ = projects.ensure(conn, entity, project, now)
            state = said.state if said.state in {state.value for state in RunState} else RunState.RUNNING.value
            key = runs.add(conn, into.key, id, user=user, name=id, state=state, now=now)
            row = runs.by_key(conn, key)
            assert row is not None
            values = {"name": run_name(row.number + 1), **_of_process(conn, row, said)}
            runs.change(conn, into.key, key, **values)
            return runs.by_key(conn, key) or row

        try:
            row = await self._tables.write(work)
        except IntegrityError:
            raise Conflict(f"The run {id!r} is being made by another request") from None
        if said.config is not None and not said.shared:
            await self._streams.begin(row.key, host=said.host or "")
        self._live.publish(row.project, "run", row.id)
        return row, True

    async def _go_on(self, row: RunRow, said: Said, caller: Caller) -> RunRow:
        """A request about a run that is there: of its process, or of another that begins."""
        now = self._clock()
        alive = row.state not in _OVER and row.finished_at is None and now - row.updated_at < ALIVE_SECS
        announced = now - self._announced.pop(row.key, 0.0) < ANNOUNCED_SECS
        pending = row.state == RunState.PENDING.value
        if said.shared:
            pass
        elif said.whole and pending:
            await self._begin(row, on_from=0, host=said.host)
        elif said.whole and said.known and (announced or not alive):
            await self._begin(row, on_from=(await self._streams.counts(row.key)).console, host=said.host)
        elif said.whole and not said.known and said.begins_by_name:
            overwrite = None if alive else await self._overwriting(row, caller)
            await self._begin(row, on_from=0, host=said.host, before_rows=overwrite)

        def change(conn: Connection) -> RunRow:
            known = runs.by_key(conn, row.key)
            if known is None or known.deleted_at is not None:
                raise not_there("run", f"{row.entity}/{row.project_name}/{row.id}")
            values = _of_process(conn, known, said)
            if pending and "config" in values:
                values["config"] = {**values["config"], **row.config}  # what the sweep chose wins
            changed = {name: value for name, value in values.items() if value != getattr(known, name)}
            if changed:
                runs.change(conn, known.project, known.key, **changed, updated_at=max(known.updated_at, now))
            return runs.by_key(conn, row.key) or known

        changed = await self._tables.write(change)
        self._live.publish(row.project, "run", row.id)
        return changed

    async def _fork(
        self, entity: int, project: str, id: str, parent: tuple[str, int], said: Said, caller: Caller
    ) -> RunRow:
        """A run that has the history of another up to a step, and whose process goes on from there."""
        source = await self._tables.read(lambda conn: runs.find_named(conn, entity, project, parent[0]))
        if source is None:
            raise NotFound(f"The run {parent[0]!r} that {id!r} is to be forked from is not in the project {project!r}")
        asked = Fork(id=id, name=said.name, step=parent[1])
        await forks.fork(self._tables, self._metrics, self._summaries, source, asked, caller, self._clock())
        made = await self._tables.read(lambda conn: runs.find_named(conn, entity, project, id))
        assert made is not None
        await self._begin(made, on_from=0, host=said.host)

        def change(conn: Connection) -> RunRow:
            values = _of_process(conn, made, said)
            if "config" in values:
                values["config"] = {**made.config, **values["config"]}
            runs.change(conn, made.project, made.key, **values)
            return runs.by_key(conn, made.key) or made

        return await self._tables.write(change)

    async def _overwriting(self, row: RunRow, caller: Caller) -> BeforeRows:
        """What makes room for the rows of a process that begins now, once it is known at which step they do."""
        system = await self._metrics.keys(RunKey(row.key), "system")
        samples = max((one.last_step for one in system), default=-1)
        latest = max((one.number for one in await self._attempts(row.key)), default=0)

        async def make_room(first: int) -> None:
            known = await self._metrics.keys(RunKey(row.key))
            if any(first <= one.last_step for one in known):
                await self._take_away(row, first - 1, caller)
            if all(first <= one.first_step for one in known):
                if samples >= 0:
                    to = f"system/{latest}"
                    await self._metrics.move(RunKey(row.key), stream="system", to_stream=to, last_step=samples)
                await self._tables.write(
                    lambda conn: runs.change(conn, row.project, row.key, summary_sent=None, summary_set={})
                )

        return make_room

    async def _take_away(self, row: RunRow, after_step: int, caller: Caller) -> None:
        """Take away what was logged after a step, if anything was; it can be brought back."""
        try:
            await self._edits.make(row, Rewind(after_step), caller)
        except Rejected:
            pass

    async def _begin(
        self, row: RunRow, *, on_from: int, host: str | None = None, before_rows: BeforeRows | None = None
    ) -> None:
        """A process begins to write into a run that is there."""
        await self._streams.begin(row.key, host=host or "", on_from=on_from, before_rows=before_rows)

        def change(conn: Connection) -> None:
            runs.change(
                conn, row.project, row.key, state=RunState.RUNNING.value, finished_at=None, exit_code=None,
                stop_asked_at=None, updated_at=self._clock(),
            )  # fmt: skip

        await self._tables.write(change)

    async def _attempts(self, run: int) -> list[journals.JournalRow]:
        return await self._tables.read(lambda conn: journals.of_run(conn, run))

    async def _row(self, row: RunRow) -> RunRow:
        return await self._tables.read(lambda conn: runs.by_key(conn, row.key)) or row


def _of_process(conn: Connection, row: RunRow, said: Said) -> dict[str, Any]:
    """The columns that a process changes by what it says; what a person has changed, it leaves alone."""
    values: dict[str, Any] = {}
    texts = {"name": said.name, "notes": said.notes, "group": said.group, "job_type": said.job_type, "host": said.host,
             "program": said.program}  # fmt: skip
    for name, text in texts.items():
        if text and name not in row.edited:
            values[name] = text[: LONGEST_NOTES if name == "notes" else LONGEST_NAME]
    if said.tags is not None and "tags" not in row.edited:
        values["tags"] = list(dict.fromkeys(tag[:LONGEST_TAG] for tag in said.tags if tag))[:MOST_TAGS]
    values.update(_of_config(row, said.config))
    if said.sweep and (sweep := sweeps.find(conn, row.project, said.sweep)) is not None:
        values["sweep"] = sweep.key
    if said.commit or said.repo:
        metadata = values.get("metadata", row.metadata)
        git = {"remote": said.repo, "commit": said.commit}
        known = metadata.get("git")
        given = {name: value for name, value in git.items() if value}
        values["metadata"] = {**metadata, "git": {**(known if isinstance(known, dict) else {}), **given}}
    values.update(_of_summary(said.summary))
    return values


def _of_config(row: RunRow, given: ClientConfig | None) -> dict[str, Any]:
    if given is None:
        return {}
    rules = {rule["name"]: rule for rule in row.rules}
    rules.update({rule.name: msgspec.to_builtins(rule) for rule in metric_rules(given.client)})
    values: dict[str, Any] = {"config": given.config, "client": given.client, "rules": list(rules.values())}
    about = environment(given.client)
    if about:
        values["metadata"] = {**row.metadata, **about}
    return values


def _of_summary(given: dict[str, Any] | None) -> dict[str, Any]:
    return {} if given is None else {"summary_sent": given, "summary": flattened(given)}


def _branch(said: Said) -> tuple[str, int] | None:
    """The run and the step that a new run goes on from."""
    point = said.config.client.get("branch_point") if said.config is not None else None
    if not isinstance(point, dict) or not isinstance(point.get("run_id"), str):
        return None
    step = point.get("step")
    return point["run_id"], int(step) if isinstance(step, (int, float)) else 0


def _audit(conn: Connection, row: RunRow, caller: Caller, now: float, fields: list[str]) -> None:
    audit.add(
        conn, at=now, user=caller.name, origin=caller.origin, operation="run.edit",
        target=f"{row.entity}/{row.project_name}/{row.id}", detail={"fields": fields},
    )  # fmt: skip
