"""The keys of all runs of a project, counted together."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from gnomon.model.history import KeyInfo
from gnomon.model.run import MetricRule
from gnomon.model.summary import rule_for
from gnomon.server.actions.history import checked_stream, kind_of, plain
from gnomon.server.storage.metrics.store import MetricStore, RunKey, SharedKey
from gnomon.server.storage.tables import projects, runs
from gnomon.server.storage.tables.database import Change, Database

STREAMS = ("history", "system")
QUICK_SECS = 0.25
TIMES_SLOWER = 4.0
"""An answer that took longer than `QUICK_SECS` is good for so many times as long: else pages that ask again and again
would leave the server no time for anything else."""
MOST_ANSWERS = 32


@dataclass(frozen=True, slots=True)
class _Answer:
    began: float
    ended: float
    keys: list[KeyInfo]

    def good_for(self, asked: float, now: float) -> bool:
        took = self.ended - self.began
        return self.began >= asked or (took > QUICK_SECS and now - self.ended < TIMES_SLOWER * took)


class ProjectKeys:
    """Answers from what the metric store knows of runs together, and has it find that out before anybody asks."""

    def __init__(self, tables: Database, metrics: MetricStore) -> None:
        self._tables = tables
        self._metrics = metrics
        self._answers: OrderedDict[tuple[int, str], _Answer] = OrderedDict()
        self._asking: dict[tuple[int, str], asyncio.Lock] = {}
        self._lock = threading.Lock()
        self._changed: set[int] | None = None
        """Projects whose runs changed since the last time; None is all of them. Guarded by the lock."""
        tables.listen(self._note)

    async def of(self, project: int, stream: str) -> list[KeyInfo]:
        """Every key of the project's runs, by name: points and runs summed, least, greatest and mean over all.

        What a key holds, and its last value, are those of the run that was made last among those that have it.
        """
        name = project, checked_stream(stream)
        asked = time.monotonic()
        async with self._asking.setdefault(name, asyncio.Lock()):
            known = self._answers.get(name)
            if known is not None and known.good_for(asked, time.monotonic()):
                return known.keys
            began = time.monotonic()
            keys = await self._found(project, stream)
            self._answers[name] = _Answer(began, time.monotonic(), keys)
            self._answers.move_to_end(name)
            if len(self._answers) > MOST_ANSWERS:
                oldest, _ = self._answers.popitem(last=False)
                self._asking.pop(oldest, None)
        return keys

    async def catch_up(self) -> None:
        """Let the store find out what it does not know of projects that changed; after a start, of all."""
        with self._lock:
            changed, self._changed = self._changed, set()
        if changed is None:
            changed = set(await self._tables.read(projects.all_keys))
        while changed:
            project = changed.pop()
            try:
                members = await self._tables.read(partial(runs.members, project=project))
                for stream in STREAMS:
                    await self._shared(members, stream)
            except BaseException:
                with self._lock:
                    self._changed |= {project, *changed}
                raise

    async def _shared(self, members: runs.Members, stream: str) -> list[SharedKey]:
        return await self._metrics.shared_keys(
            [RunKey(run) for run in members.all], stream, live={RunKey(run) for run in members.live}
        )

    async def _found(self, project: int, stream: str) -> list[KeyInfo]:
        members = await self._tables.read(lambda conn: runs.members(conn, project))
        keys = await self._shared(members, stream)
        latest = {one.latest for one in keys}
        given = await self._tables.read(lambda conn: runs.rules_of(conn, latest))
        rules = {run: tuple(msgspec.convert(rules, list[MetricRule])) for run, rules in given.items()}
        return [_info(one, rules.get(one.latest, ())) for one in keys]

    def _note(self, changes: Sequence[Change]) -> None:
        with self._lock:
            if self._changed is not None:
                self._changed.update(change.scope for change in changes if change.table == "runs")


def _info(known: SharedKey, rules: Sequence[MetricRule]) -> KeyInfo:
    kind, type_ = kind_of(known.numeric, known.last)
    rule = rule_for(known.key, rules) if rules else None
    return KeyInfo(
        key=known.key, kind=kind, type=type_, points=known.points, runs=known.runs, first_step=known.first_step,
        last_step=known.last_step, last=plain(known.last), min=known.low, max=known.high,
        mean=known.total / known.finite if known.finite else None,
        step_metric=rule.step_metric if rule is not None else None,
        hidden=rule.hidden if rule is not None else False,
    )  # fmt: skip
