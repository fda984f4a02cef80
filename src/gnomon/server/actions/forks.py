"""Forks: a run that has the history of another up to a step, and goes on by itself."""

from __future__ import annotations

import re
import secrets
import string
from functools import partial

from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from gnomon.model.edit import Fork
from gnomon.model.errors import Conflict, Rejected
from gnomon.model.run import Run
from gnomon.server.actions import runs as run_actions
from gnomon.server.actions.projects import check_name
from gnomon.server.actions.runs import LONGEST_NAME
from gnomon.server.actions.summaries import Summaries
from gnomon.server.caller import Caller, not_there
from gnomon.server.storage.metrics.store import MetricStore, RunKey
from gnomon.server.storage.tables import audit, edits, files, runs
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.runs import RunRow

_media_step = re.compile(r"_(\d{1,19})_[0-9a-f]+\.[^/]+$")
"""Files of logged values are named `<key>_<step>_<hex>.<extension>`."""


async def fork(
    tables: Database, metrics: MetricStore, summaries: Summaries, run: RunRow, asked: Fork, caller: Caller, now: float
) -> Run:
    """A new run with the history of another up to a step, its media, config, rules, tags, group and job type.

    It is there with all of that, or not at all: the metric store has its part before the tables know of the run.
    Raises Rejected for a name or step that makes no sense, and Conflict where the project has the id already.
    """
    id = check_name(asked.id, what="run") if asked.id is not None else random_id()
    if asked.name is not None and not 0 < len(asked.name) <= LONGEST_NAME:
        raise Rejected(f"name has 1 to {LONGEST_NAME} characters", field="name")
    known = await metrics.keys(RunKey(run.key))
    first, last = (
        min((one.first_step for one in known), default=None),
        max((one.last_step for one in known), default=None),
    )
    if asked.step is not None and (first is None or asked.step < first):
        began = "it has no history yet" if first is None else f"its history begins at step {first}"
        raise Rejected(f"The run {run.id!r} has nothing up to step {asked.step}: {began}", field="step")
    step = last if asked.step is None or last is None else min(asked.step, last)
    user = caller.signed_in().key

    def begin(conn: Connection) -> int:
        key = runs.reserve(conn, run.project, id, user=user, now=now)
        edits.begin_fork(conn, key, now)
        return key

    def end(conn: Connection) -> None:
        source = runs.by_key(conn, run.key)
        if source is None or source.deleted_at is not None:
            raise not_there("run", f"{run.entity}/{run.project_name}/{run.id}")
        name = asked.name or f"{source.name} @ {'start' if step is None else step}"[-LONGEST_NAME:]
        runs.add(
            conn, run.project, id, key=key, user=user, name=name, now=now,
            state="finished", finished_at=now,  # no process writes into it; one that begins says so
            config=source.config, rules=source.rules, tags=source.tags, group=source.group, job_type=source.job_type,
            parent=source.key, parent_step=step,
        )  # fmt: skip
        media = [file for file in files.of_run(conn, run.key) if is_media_up_to(file.path, step)]
        files.add_all(conn, key, media)
        edits.end_fork(conn, key)
        audit.add(
            conn, at=now, user=caller.name, origin=caller.origin, operation="run.fork",
            target=f"{run.entity}/{run.project_name}/{id}", detail={"parent": source.id, "step": step},
        )  # fmt: skip

    try:
        key = await tables.write(begin)
        try:
            await metrics.copy(RunKey(run.key), RunKey(key), last_step=step)
            await tables.write(end)
        except Exception:
            await _forget(tables, metrics, key)
            raise
    except IntegrityError:
        raise Conflict(f"The project has, or had, a run {id!r} already; choose another id") from None
    await summaries.refresh([key], now)
    made = await tables.read(lambda conn: runs.by_key(conn, key))
    if made is None:
        raise not_there("run", f"{run.entity}/{run.project_name}/{id}")
    return await run_actions.get(tables, made)


async def forget_begun(tables: Database, metrics: MetricStore) -> list[int]:
    """Forget what the metric store has of forks that were not finished; how the runs would have been numbered."""
    keys = await tables.read(edits.begun_forks)
    for key in keys:
        await _forget(tables, metrics, key)
    return keys


async def _forget(tables: Database, metrics: MetricStore, key: int) -> None:
    await metrics.delete(RunKey(key))
    await tables.write(partial(edits.end_fork, run=key))


def is_media_up_to(path: str, step: int | None) -> bool:
    """Whether a file belongs to a value that was logged at or before a step, as far as its name tells.

    >>> is_media_up_to("media/images/val/samples_30_ab12cd34.png", 30)
    True
    >>> is_media_up_to("media/images/val/samples_31_ab12cd34.png", 30)
    False
    """
    if not path.startswith("media/"):
        return False
    named = _media_step.search(path)
    return step is None or named is None or int(named[1]) <= step


def random_id() -> str:
    """Eight letters and digits."""
    return "".join(secrets.choice(string.digits + string.ascii_lowercase) for _ in range(8))
