"""Edits of history: points go where readers do not see them, or to another name, and come back when that is undone.

An edit is noted in the tables before the metric store does it, and its end afterwards; one that was interrupted is
finished when the server starts, or before the next edit of the run. It concerns only rows that were logged before it,
so that doing it again does nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.edit import DeletePoints, Edit, EditState, HistoryEdit, Rename, Rewind
from gnomon.model.errors import Conflict, GnomonError, NotFound, Rejected, Unavailable
from gnomon.server.actions.summaries import Summaries
from gnomon.server.caller import Caller, not_there
from gnomon.server.live import Live
from gnomon.server.storage.metrics.store import KeyStats, MetricStore, RunKey
from gnomon.server.storage.tables import audit, edits, runs
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.edits import EditRow
from gnomon.server.storage.tables.runs import RunRow

log = logging.getLogger("gnomon.server")

KEPT_SECS = 7 * 86_400.0
"""How long an edit can be undone."""
LONGEST_KEY = 2_000
MOST_STEP = 2**63 - 1

HISTORY = "history"


def removed_by(id: int) -> str:
    """The stream of the run that has what an edit took away."""
    return f"removed/{id}"


class Edits:
    """Makes edits and undoes them, one at a time."""

    def __init__(
        self,
        tables: Database,
        metrics: MetricStore,
        summaries: Summaries,
        live: Live,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._tables = tables
        self._metrics = metrics
        self._summaries = summaries
        self._live = live
        self._clock = clock
        self._editing = asyncio.Lock()

    async def listed(self, run: RunRow) -> list[Edit]:
        """The edits of a run, the newest first."""
        rows = await self._tables.read(lambda conn: edits.of_run(conn, run.key))
        return [as_edit(row) for row in reversed(rows)]

    async def make(self, run: RunRow, what: HistoryEdit, caller: Caller) -> Edit:
        """Edit the history of a run. When it returns, readers see it so, and so does a server started anew.

        Raises Rejected where it makes no sense for this run, and Conflict where a metric has the new name already.
        """
        async with self._editing:
            for row in await self._interrupted(run.key):
                done = await self._finish(row)
                if done is not None and row.points is None and _what(row) == what:
                    await self._show(run)
                    return as_edit(done)  # the request was sent again
            check(what, await self._metrics.keys(RunKey(run.key)))
            before_row = await self._metrics.next_row(RunKey(run.key))
            now = self._clock()

            def begin(conn: Connection) -> EditRow:
                known = runs.by_key(conn, run.key)
                if known is None or known.deleted_at is not None:
                    raise not_there("run", f"{run.entity}/{run.project_name}/{run.id}")
                said: dict[str, Any] = msgspec.to_builtins(what)
                id = edits.add(conn, run.key, said, before_row=before_row, user=caller.name, at=now)
                _audit(conn, "run.edits.add", run, caller, now, {"id": id, **said})
                return edits.get(conn, id)

            done = await self._finish(await self._tables.write(begin))
            if done is None:
                raise Rejected("There is no point at these steps; nothing was changed")
            await self._show(run)
            return as_edit(done)

    async def undo(self, run: RunRow, id: int, caller: Caller) -> Edit:
        """Undo an edit: what it took away is there again, among what was logged since.

        Raises NotFound where the run has no such edit, and Conflict where it cannot be undone, or not yet.
        """
        async with self._editing:
            for row in await self._interrupted(run.key):
                await self._finish(row)
            now = self._clock()
            removed = {known.key for known in await self._metrics.keys(RunKey(run.key), removed_by(id))}

            def begin(conn: Connection) -> EditRow:
                made = edits.of_run(conn, run.key)
                row = next((row for row in made if row.id == id), None)
                if row is None:
                    raise NotFound(f"The run {run.id!r} has no edit {id}")
                check_undo(row, made, removed)
                edits.change(conn, id, undone_by=caller.name, undone_after=made[-1].id)
                _audit(conn, "run.edits.undo", run, caller, now, {"id": id})
                return edits.get(conn, id)

            done = await self._finish(await self._tables.write(begin))
            await self._show(run)
            assert done is not None
            return as_edit(done)

    async def finish_interrupted(self) -> list[int]:
        """Finish what a crash interrupted; the runs whose history that was."""
        keys = await self._tables.read(edits.runs_with_interrupted)
        for key in keys:
            try:
                async with self._editing:
                    for row in await self._interrupted(key):
                        await self._finish(row)
            except Unavailable as error:
                log.warning("an edit of the history of run %s could not be finished: %s", key, error)
            run = await self._tables.read(partial(runs.by_key, key=key))
            if run is not None:
                await self._show(run)
        return keys

    async def make_final(self) -> list[int]:
        """Forget what edits took away that were made too long ago to be undone; their ids."""
        now = self._clock()
        async with self._editing:
            due = await self._tables.read(lambda conn: edits.due(conn, now - KEPT_SECS))
            for row in due:
                # Marked first: from then on it cannot be undone, and forgetting twice is forgetting.
                await self._tables.write(partial(edits.change, id=row.id, final_at=now))
                await self._metrics.forget(RunKey(row.run), stream=removed_by(row.id))
        return [row.id for row in due]

    async def _interrupted(self, run: int) -> list[EditRow]:
        return [row for row in await self._tables.read(lambda conn: edits.of_run(conn, run)) if row.interrupted]

    async def _finish(self, row: EditRow) -> EditRow | None:
        """Let the metric store do what was begun, and note it. None where there was nothing to do: it never was.

        Where the store cannot, the edit was not begun after all.
        """
        change: dict[str, Any]
        try:
            if row.points is None:
                change = {"points": await self._do(row)}
            else:
                await self._do_back(row)
                change = {"undone_at": self._clock()}
        except GnomonError:
            await self._withdraw(row)
            raise

        def end(conn: Connection) -> EditRow | None:
            if change.get("points") == 0:
                edits.remove(conn, row.id)
                return None
            edits.change(conn, row.id, **change)
            return edits.get(conn, row.id)

        return await self._tables.write(end)

    async def _withdraw(self, row: EditRow) -> None:
        """Note that the metric store did nothing of what was begun; a move is done wholly or not at all."""
        what, run = _what(row), RunKey(row.run)
        names = {known.key for known in await self._metrics.keys(run)}
        taken = (
            what.key not in names
            if isinstance(what, Rename)
            else bool(await self._metrics.keys(run, removed_by(row.id)))
        )
        if row.points is None and not taken:
            await self._tables.write(partial(edits.remove, id=row.id))
        elif row.points is not None and taken:
            await self._tables.write(partial(edits.change, id=row.id, undone_by=None, undone_after=None))

    async def _do(self, row: EditRow) -> int:
        """How many points the edit has taken away or renamed, now or before a crash."""
        run, what = RunKey(row.run), _what(row)
        names: Mapping[str, str] | None = None
        first: int | None = None
        last: int | None = None
        to_stream = removed_by(row.id)
        match what:
            case Rewind(after_step=step):
                first = min(step + 1, MOST_STEP)
            case DeletePoints(keys=keys, first_step=first, last_step=last):
                names = None if keys is None else {key: key for key in keys}
            case Rename(key=key, to=to):
                names, to_stream = {key: to}, HISTORY
        moved = await self._metrics.move(
            run, stream=HISTORY, to_stream=to_stream, names=names, first_step=first, last_step=last,
            before_row=row.before_row,
        )  # fmt: skip
        if isinstance(what, Rename):
            # Nobody else can have given the metric this name meanwhile, except by logging.
            return moved or sum(known.points for known in await self._metrics.keys(run) if known.key == what.to)
        return sum(known.points for known in await self._metrics.keys(run, to_stream))

    async def _do_back(self, row: EditRow) -> None:
        run, what = RunKey(row.run), _what(row)
        if isinstance(what, Rename):
            await self._metrics.move(
                run, stream=HISTORY, to_stream=HISTORY, names={what.to: what.key}, before_row=row.before_row
            )
            return
        made = await self._tables.read(lambda conn: edits.of_run(conn, row.run))
        keys = [known.key for known in await self._metrics.keys(run, removed_by(row.id))]
        left = {key: traced(key, row, made).names[-1] for key in keys}
        while left:  # two metrics may have become one since: a move takes one of them to each name
            names = {key: to for to, key in {to: key for key, to in left.items()}.items()}
            await self._metrics.move(run, stream=removed_by(row.id), to_stream=HISTORY, names=names)
            left = {key: to for key, to in left.items() if key not in names}

    async def _show(self, run: RunRow) -> None:
        """Fold the summary anew, and tell those who look at the run."""
        now = self._clock()
        # A person's change is no sign of life of a script that runs.
        seen_at = run.updated_at if run.finished_at is None else now
        self._summaries.touch(run.key, run.project, run.id, now=seen_at, rows=True)
        await self._summaries.flush(now)
        known = await self._tables.read(lambda conn: runs.by_key(conn, run.key))
        if known is not None:
            self._live.publish(run.project, "rows", run.id, last_step=known.last_step, time=now)


def as_edit(row: EditRow) -> Edit:
    """The edit as the API shows it."""
    return Edit(
        id=row.id, what=_what(row), user=row.user, at=row.at, points=row.points, state=_state(row),
        undone_by=row.undone_by, undone_at=row.undone_at,
        undoable_until=row.at + KEPT_SECS if _state(row) == "done" else None,
    )  # fmt: skip


def _state(row: EditRow) -> EditState:
    if row.points is None:
        return "begun"
    if row.undone_at is not None:
        return "undone"
    if row.undone_by is not None:
        return "undoing"
    return "done" if row.final_at is None else "final"


def _what(row: EditRow) -> HistoryEdit:
    what: HistoryEdit = msgspec.convert(row.what, HistoryEdit)
    return what


def check(what: HistoryEdit, known: Sequence[KeyStats]) -> None:
    """Raises Rejected or Conflict where an edit cannot be made to a history with these keys."""
    keys = {one.key: one for one in known}
    match what:
        case Rewind(after_step=step):
            last = max((one.last_step for one in known), default=None)
            if last is None:
                raise Rejected("The run has no history yet", field="after_step")
            if step >= last:
                raise Rejected(f"Nothing was logged after step {step}; the last step is {last}", field="after_step")
        case DeletePoints():
            _check_delete(what, keys)
        case Rename(key=key, to=to):
            if key not in keys:
                raise _unknown(key, "key")
            if not to or len(to) > LONGEST_KEY or to.startswith("_"):
                rule = f"a name has 1 to {LONGEST_KEY} characters and does not begin with an underscore"
                raise Rejected(f"A metric cannot be called {to[:100]!r}: {rule}", field="to")
            if to in keys:
                raise Conflict(f"The run has a metric {to!r} already; delete or rename that one first")


def _check_delete(what: DeletePoints, keys: Mapping[str, KeyStats]) -> None:
    first, last = what.first_step, what.last_step
    if what.keys is None and first is None and last is None:
        raise Rejected("Say which keys or which steps are to be deleted", field="keys")
    if what.keys is not None and not what.keys:
        raise Rejected("keys names no metric; leave it out for all of them", field="keys")
    if first is not None and last is not None and first > last:
        raise Rejected(f"The steps {first} to {last} are none: the first is after the last", field="first_step")
    for key in what.keys or ():
        if key not in keys:
            raise _unknown(key, "keys")
    chosen = [keys[key] for key in (keys if what.keys is None else what.keys)]
    if not any(
        (last is None or one.first_step <= last) and (first is None or first <= one.last_step) for one in chosen
    ):
        raise Rejected("There is no point at these steps; nothing was changed", field="first_step")


def _unknown(key: str, field: str) -> Rejected:
    return Rejected(f"The run has no metric {key!r} in its history", field=field)


def check_undo(row: EditRow, made: Sequence[EditRow], removed: Collection[str]) -> None:
    """Raises Conflict where an edit that took points of these keys away cannot be undone, or only after another."""
    if row.undone_by is not None:
        raise Conflict(f"The edit {row.id} was undone already, by {row.undone_by}")
    if row.final_at is not None:
        raise Conflict(f"The edit {row.id} was made more than 7 days ago; it cannot be undone any more")
    what = _what(row)
    traces = [] if isinstance(what, Rename) else [traced(key, row, made) for key in removed]
    for later, renamed in _renames(made):
        if later.id <= row.id or later.undone_by is not None:
            continue
        # Else the undo would mix two metrics, or miss one.
        if isinstance(what, Rename):
            in_the_way = renamed.key == what.to or renamed.to in (what.key, what.to)
        else:
            in_the_way = any(renamed.to in trace.names and later.id not in trace.by for trace in traces)
        if in_the_way:
            raise Conflict(
                f"The metric {renamed.key!r} was renamed to {renamed.to!r} since (edit {later.id}); undo that first"
            )


class Trace(NamedTuple):
    """What a metric was called since an edit took points of it away; the last name is what it is called now."""

    names: list[str]
    by: set[int]
    """The edits that gave it these names."""


def traced(key: str, removal: EditRow, made: Sequence[EditRow]) -> Trace:
    """The names of a metric that was called `key` at a removal, given all edits of the run.

    Renames since then count, and so do older ones that were undone since then.
    """
    trace = Trace([key], set())
    renames = _renames(made)
    for row, renamed in reversed(renames):
        undone_since = row.undone_after is not None and row.undone_after >= removal.id
        if row.id < removal.id and undone_since and trace.names[-1] == renamed.to:
            trace.names.append(renamed.key)
            trace.by.add(row.id)
    for row, renamed in renames:
        if row.id > removal.id and row.undone_by is None and trace.names[-1] == renamed.key:
            trace.names.append(renamed.to)
            trace.by.add(row.id)
    return trace


def _renames(made: Sequence[EditRow]) -> list[tuple[EditRow, Rename]]:
    return [(row, what) for row in made if isinstance(what := _what(row), Rename)]


def _audit(conn: Connection, operation: str, run: RunRow, caller: Caller, now: float, detail: dict[str, Any]) -> None:
    target = f"{run.entity}/{run.project_name}/{run.id}"
    audit.add(conn, at=now, user=caller.name, origin=caller.origin, operation=operation, target=target, detail=detail)
