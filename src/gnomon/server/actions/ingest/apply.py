"""Journal records to tables: what each one changes, in the order in which they were written.

Runs inside one transaction of `tables.write`. A record that says something odd is stepped over and counted; what the
others say is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.run import MetricRule, RunState
from gnomon.model.summary import flattened, forget_given
from gnomon.protocol.journal import Kind
from gnomon.server.actions import alerts as saying
from gnomon.server.actions.ingest.batch import Batch, Change
from gnomon.server.storage.tables import alerts, journals, runs, sweeps
from gnomon.server.storage.tables.journals import MAIN, PART, JournalRow
from gnomon.server.storage.tables.runs import RunRow

MOST_NOTES = 20
"""So many different reasons for skipped or lost records are told on the run."""
MAX_TEXT = 100_000
MAX_LABEL = 200
_FINAL = {state.value for state in RunState} - {"running", "pending", "preempting"}
_ODD = (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, msgspec.MsgspecError)
_TEXTS = ("name", "notes", "group", "job_type", "program", "host")


@dataclass
class RunChange:
    """A run as the records change it; `values` holds the columns that differ from the row."""

    row: RunRow
    now: float
    values: dict[str, Any] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def get(self, column: str) -> Any:
        """The column as it stands after the records so far; the caller changes a copy and sets it."""
        return self.values[column] if column in self.values else getattr(self.row, column)

    def set(self, column: str, value: Any) -> None:
        """Let the column have this value, unless a person has decided otherwise."""
        if column not in self.row.edited:
            self.values[column] = value


def apply(
    conn: Connection, run: RunRow, journal: JournalRow, batch: Batch, *, now: float, new_attempt: bool
) -> dict[str, Any]:
    """Apply what the tables do not have yet of a batch, and remember that they have it; the run's changed columns."""
    change = RunChange(run, now, {"updated_at": max(run.updated_at, now)})
    fresh = [record for record in batch.changes if record.at >= journal.applied_offset]
    if new_attempt and journal.number == journals.latest(journals.of_run(conn, run.key)):
        change.values.update(state=RunState.RUNNING.value, finished_at=None, exit_code=None, stop_asked_at=None)
    for record in fresh:
        try:
            _RECORDS[record.kind](conn, change, journal, record)
        except _ODD as error:
            change.skipped.append(f"{record.kind.name} record: {error}"[:200])
    _forget_logged(change, batch)
    if run.state == RunState.CRASHED and "state" not in change.values and _lives(conn, run.key, journal):
        change.values.update(state=RunState.RUNNING.value, finished_at=None, exit_code=None)
    if batch.start >= journal.applied_offset:
        change.skipped.extend(batch.skipped_why)
        if batch.damaged_bytes or change.skipped:
            _tell(change, damaged_bytes=batch.damaged_bytes, skipped_records=batch.skipped, why=change.skipped)
    if batch.schemas:
        journals.add_schemas(conn, journal.journal, batch.schemas)
    if batch.end > journal.applied_offset:
        journals.change(conn, journal.journal, applied_offset=batch.end)
    changed = {name: value for name, value in change.values.items() if value != getattr(run, name)}
    runs.change(conn, run.project, run.key, **changed)
    return changed


def _begin(conn: Connection, change: RunChange, journal: JournalRow, record: Change) -> None:
    """The journal was made from it already; what is left is what the run itself learns."""
    said = record.body[0]
    host, label = said.get("host"), said.get("label")
    if isinstance(host, str) and host and journal.writer == MAIN:
        change.set("host", host[:MAX_TEXT])
    if isinstance(label, str) and label and journal.writer != "shipper":
        metadata = change.get("metadata")
        labels = {**(metadata.get("labels") or {}), str(journal.number): label[:MAX_LABEL]}
        change.values["metadata"] = {**metadata, "labels": labels}


def _run(conn: Connection, change: RunChange, journal: JournalRow, record: Change) -> None:
    for name, value in record.body[0].items():
        if name in _TEXTS:
            if value is None and name != "name":
                value = ""
            if isinstance(value, str) and (value or name != "name"):
                change.set(name, value[:MAX_TEXT])
            else:
                change.skipped.append(f"RUN record: {name} is {value!r}"[:200])
        elif name == "tags":
            tags = [str(tag)[:1000] for tag in value or ()]
            change.set("tags", list(dict.fromkeys(tags)))
        elif name == "preempting" and value is True and journal.writer == MAIN:
            if change.get("state") == RunState.RUNNING.value:
                change.values["state"] = RunState.PREEMPTING.value
        elif name == "sweep" and isinstance(value, str):
            found = sweeps.find(conn, change.row.project, value)
            if found is not None and change.row.sweep is None:
                change.values["sweep"] = found.key
        elif name == "metadata" and isinstance(value, dict):
            change.values["metadata"] = {**change.get("metadata"), **_textual(value)}
        elif name == "client" and isinstance(value, dict):
            change.values["client"] = _joined(change.get("client"), _textual(value))


def _config(conn: Connection, change: RunChange, journal: JournalRow, record: Change) -> None:
    given, removed = record.body[0], record.body[1] if len(record.body) > 1 else ()
    config = {**change.get("config"), **_textual(given)}
    for key in removed or ():
        config.pop(str(key), None)
    change.values["config"] = config


def _summary(conn: Connection, change: RunChange, journal: JournalRow, record: Change) -> None:
    given, removed = record.body[0], record.body[1] if len(record.body) > 1 else ()
    summary_set = dict(change.get("summary_set"))
    for key in [*_textual(given), *(str(key) for key in removed or ())]:
        # A key is replaced whole, and with it everything that was under it.
        for known in [known for known in summary_set if known == key or known.startswith(key + ".")]:
            del summary_set[known]
    summary_set.update(flattened(_textual(given)))
    change.values["summary_set"] = summary_set


def _metric(conn: Connection, change: RunChange, journal: JournalRow, record: Change) -> None:
    given = dict(record.body[0])
    overwrite = bool(given.pop("overwrite", False))
    rules = {rule["name"]: rule for rule in change.get("rules")}
    known = {} if overwrite else rules.get(given["name"], {})
    known_fields = MetricRule.__struct_fields__
    fields = {name: value for name, value in given.items() if name in known_fields and value is not None}
    rule = msgspec.convert({**known, **fields}, MetricRule)
    rules[rule.name] = msgspec.to_builtins(rule)
    change.values["rules"] = list(rules.values())


def _exit(conn: Connection, change: RunChange, journal: JournalRow, record: Change) -> None:
    said = record.body[0]
    state, code, time = said.get("state"), said.get("exit_code"), said.get("time")
    code = code if isinstance(code, int) and -(1 << 31) <= code < 1 << 31 else None
    time = float(time) if isinstance(time, (int, float)) and 0 < time < change.now + 86_400 else change.now
    if state not in _FINAL:
        state = RunState.FAILED.value if code else RunState.FINISHED.value
    elif change.get("stop_asked_at") is not None:
        state = RunState.KILLED.value
    elif state != RunState.FINISHED.value and change.get("state") == RunState.PREEMPTING.value:
        state = RunState.PREEMPTING.value  # its machine was taken away: it is to be begun again
    journals.change(conn, journal.journal, finished_at=time, exit_code=code)
    rows = journals.of_run(conn, change.row.key)
    if journal.writer != MAIN and any(
        row.number == journal.number and row.writer == MAIN and row.finished_at is not None for row in rows
    ):
        return  # the process itself has said how it ended
    if any(row.number == journal.number and row.writer == PART for row in rows):
        return  # it wrote beside others, and they go on
    if journal.number == journals.latest(rows):
        change.values.update(state=state, exit_code=code, finished_at=time)


def _lost(conn: Connection, change: RunChange, journal: JournalRow, record: Change) -> None:
    said = record.body[0]
    count = said.get("count")
    _tell(change, lost=[f"{said.get('what')}: {count} ({said.get('reason')})"[:300]])


def _alert(conn: Connection, change: RunChange, journal: JournalRow, record: Change) -> None:
    """Keep what is said aloud, unless the same was said a moment before. Too long a text is cut: nobody can mend it."""
    said = record.body[0]
    title, text = str(said["title"]).strip()[: saying.LONGEST_TITLE], str(said.get("text") or "")[: saying.LONGEST_TEXT]
    severity = str(said.get("severity") or "info").lower()
    at, wait = said.get("time"), said.get("wait_secs")
    at = float(at) if isinstance(at, (int, float)) and 0 < at < change.now + 86_400 else change.now
    wait = max(0.0, float(wait)) if isinstance(wait, (int, float)) else saying.SHORTEST_WAIT_SECS
    last = alerts.last_of(conn, change.row.key, title)
    if not title or (last is not None and at - last < wait):
        return
    if alerts.count(conn, change.row.key) >= saying.MOST_A_RUN:
        change.skipped.append(f"ALERT record: the run has raised {saying.MOST_A_RUN} alerts")
        return
    severity = severity if severity in saying.SEVERITIES else "info"
    alerts.add(conn, change.row.key, at=at, title=title, text=text, severity=severity)


_RECORDS: dict[Kind, Callable[[Connection, RunChange, JournalRow, Change], None]] = {
    Kind.BEGIN: _begin,
    Kind.RUN: _run,
    Kind.CONFIG: _config,
    Kind.SUMMARY: _summary,
    Kind.METRIC: _metric,
    Kind.EXIT: _exit,
    Kind.LOST: _lost,
    Kind.ALERT: _alert,
}


def _forget_logged(change: RunChange, batch: Batch) -> None:
    """What the user set in the summary stands until a row logged later has the key."""
    summary_set = change.get("summary_set")
    if not summary_set or not batch.logged:
        return
    set_at: dict[str, int] = {}
    for record in batch.changes:
        if record.kind == Kind.SUMMARY and record.body and isinstance(record.body[0], dict):
            set_at.update(dict.fromkeys(flattened(_textual(record.body[0])), record.at))
    over = [key for key in summary_set if batch.logged.get(key, -1) > set_at.get(key, batch.start - 1)]
    if over:
        summary_set = dict(summary_set)
        forget_given(summary_set, over)
        change.values["summary_set"] = summary_set


def _tell(change: RunChange, *, why: Iterable[str] = (), lost: Iterable[str] = (), **counts: int) -> None:
    """Note on the run, under `gnomon` of its metadata, what is missing from it and why."""
    metadata = change.get("metadata")
    note = dict(metadata.get("gnomon") or {})
    for name, count in counts.items():
        if count:
            note[name] = note.get(name, 0) + count
    for name, texts in (("why", why), ("lost", lost)):
        if told := list(dict.fromkeys([*note.get(name, ()), *texts])):
            note[name] = told[:MOST_NOTES]
    change.values["metadata"] = {**metadata, "gnomon": note}


def _lives(conn: Connection, run: int, journal: JournalRow) -> bool:
    """Whether a sign of life in this journal is one of the run: of its latest attempt, which has not ended."""
    rows = journals.of_run(conn, run)
    return journal.number == journals.latest(rows) and all(
        row.finished_at is None for row in rows if row.number == journal.number
    )


def _joined(known: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Both; of a map under a key, its entries too: each record says one chart."""
    joined = dict(known)
    for key, value in given.items():
        before = joined.get(key)
        joined[key] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
    return joined


def _textual(given: Any) -> dict[str, Any]:
    """A map with text keys, all the way down, that JSON can say."""
    return {str(key): _plain(value) for key, value in given.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    try:
        return msgspec.to_builtins(value)
    except TypeError:
        return repr(value)[:1000]
