"""Journals: which there are of a run, whose attempt each belongs to, and how far their records were applied here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from gnomon.model.run import Attempt
from gnomon.server.storage.tables.schema import journal_schemas, journals, runs

MAIN = "main"
"""The writer of a training process's own journal; its `shipper` keeps a second one for the same attempt."""
PART = "part"
"""The same of a process that writes into a run beside others, and does not decide how the run is."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A journal. `applied_offset` is how far its records are in the tables; rows have an offset of their own in the
    metric store."""

    journal: str
    run: int
    attempt: str
    number: int
    writer: str
    host: str
    pid: int
    started_at: float
    finished_at: float | None
    exit_code: int | None
    applied_offset: int
    lines: int
    first_line: int
    """What its sender calls its first console line, where it numbers on from an earlier attempt."""


@dataclass(frozen=True, slots=True)
class Life:
    """What a journal that is sent needs to know of its run."""

    run: int
    project: int
    id: str
    state: str
    given: frozenset[str]
    """Summary keys the user has set and no later row has replaced."""
    deleted: bool
    stop: bool
    """Its script is to end."""
    latest: int
    """The number of the latest attempt that decides how the run is."""
    ended: frozenset[int]
    """Numbers of the attempts that have said how they ended."""


_journals = select(
    journals.c.journal,
    journals.c.run,
    journals.c.attempt,
    journals.c.number,
    journals.c.writer,
    journals.c.host,
    journals.c.pid,
    journals.c.started_at,
    journals.c.finished_at,
    journals.c.exit_code,
    journals.c.applied_offset,
    journals.c.lines,
    journals.c.first_line,
)


def find(conn: Connection, journal: str) -> JournalRow | None:
    row = conn.execute(_journals.where(journals.c.journal == journal)).first()
    return JournalRow(*row) if row else None


def of_run(conn: Connection, run: int) -> list[JournalRow]:
    """All journals of a run, by attempt, the main one of each first."""
    rows = conn.execute(_journals.where(journals.c.run == run).order_by(journals.c.number, journals.c.writer))
    return [JournalRow(*row) for row in rows]


def of_runs(conn: Connection, keys: Sequence[int]) -> list[JournalRow]:
    """All journals of some runs, in the order of `of_run` within each."""
    found: list[JournalRow] = []
    for start in range(0, len(keys), 500):
        rows = conn.execute(
            _journals.where(journals.c.run.in_(keys[start : start + 500])).order_by(
                journals.c.run, journals.c.number, journals.c.writer
            )
        )
        found.extend(JournalRow(*row) for row in rows)
    return found


def life(conn: Connection, run: int) -> Life | None:
    """Where a run is in its life; None where there is no such run."""
    row = conn.execute(
        select(
            runs.c.project, runs.c.id, runs.c.state, runs.c.summary_set, runs.c.deleted_at, runs.c.stop_asked_at
        ).where(runs.c.key == run)
    ).first()
    if row is None:
        return None
    project, id, state, given, deleted_at, stop_asked_at = row
    numbers = conn.execute(
        select(journals.c.number, journals.c.writer, journals.c.finished_at).where(journals.c.run == run)
    ).all()
    return Life(
        run=run, project=project, id=id, state=state, given=frozenset(given), deleted=deleted_at is not None,
        stop=stop_asked_at is not None,
        latest=_deciding((number, writer) for number, writer, _ in numbers),
        ended=frozenset(number for number, _, finished_at in numbers if finished_at is not None),
    )  # fmt: skip


def latest(rows: Iterable[JournalRow]) -> int:
    """The number of the latest attempt that decides how its run is, given all journals of the run; -1 without any."""
    return _deciding((row.number, row.writer) for row in rows)


def _deciding(numbers: Iterable[tuple[int, str]]) -> int:
    """Attempts that write beside others decide only where there is no other."""
    found = list(numbers)
    parts = {number for number, writer in found if writer == PART}
    deciding = [number for number, _ in found if number not in parts]
    return max(deciding or parts, default=-1)


def add(
    conn: Connection, journal: str, run: int, *, attempt: str, writer: str, host: str, pid: int, started_at: float
) -> JournalRow:
    """A journal that was not known. It shares the number of its attempt, or begins the run's next attempt."""
    number = conn.execute(
        select(journals.c.number).where(journals.c.run == run, journals.c.attempt == attempt).limit(1)
    ).scalar()
    if number is None:
        last = conn.execute(select(func.max(journals.c.number)).where(journals.c.run == run)).scalar()
        number = 0 if last is None else last + 1
    conn.execute(
        insert(journals).values(
            journal=journal, run=run, attempt=attempt, number=number, writer=writer, host=host, pid=pid,
            started_at=started_at,
        )
    )  # fmt: skip
    made = find(conn, journal)
    assert made is not None
    return made


def change(conn: Connection, journal: str, **values: Any) -> None:
    """Set columns of a journal."""
    conn.execute(update(journals).where(journals.c.journal == journal).values(**values))


def add_schemas(conn: Connection, journal: str, schemas: Iterable[tuple[int, int, Sequence[str]]]) -> None:
    """Remember what rows mean: for each schema the offset of its record, its id and its keys. Known offsets stay."""
    known = set(conn.execute(select(journal_schemas.c.at).where(journal_schemas.c.journal == journal)).scalars())
    values = [
        {"journal": journal, "at": at, "id": id, "keys": list(keys)} for at, id, keys in schemas if at not in known
    ]
    if values:
        conn.execute(insert(journal_schemas), values)


def schemas_before(conn: Connection, journal: str, offset: int) -> dict[int, tuple[str, ...]]:
    """The schemas that hold at an offset of a journal."""
    rows = conn.execute(
        select(journal_schemas.c.id, journal_schemas.c["keys"])
        .where(journal_schemas.c.journal == journal, journal_schemas.c.at < offset)
        .order_by(journal_schemas.c.at)
    )
    return {id: tuple(keys) for id, keys in rows}


def attempts(rows: Iterable[JournalRow]) -> tuple[Attempt, ...]:
    """The attempts that journals of one run belong to, by number; the main journal tells of each where it is there."""
    found: dict[int, Attempt] = {}
    for row in sorted(rows, key=lambda row: (row.number, row.writer != MAIN)):
        known = found.get(row.number)
        if known is None:
            found[row.number] = Attempt(
                journal=row.attempt, number=row.number, host=row.host, pid=row.pid, started_at=row.started_at,
                finished_at=row.finished_at, exit_code=row.exit_code, lines=row.lines,
            )  # fmt: skip
        elif known.finished_at is None and row.finished_at is not None:
            found[row.number] = Attempt(
                journal=known.journal, number=known.number, host=known.host, pid=known.pid,
                started_at=known.started_at, finished_at=row.finished_at, exit_code=row.exit_code, lines=known.lines,
            )  # fmt: skip
    return tuple(found.values())
