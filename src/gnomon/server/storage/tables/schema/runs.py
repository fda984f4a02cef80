"""Projects, runs, and what belongs to a run."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from gnomon.server.storage.tables.schema.base import metadata
from gnomon.server.storage.tables.types import JsonText

projects = Table(
    "projects",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("entity", ForeignKey("entities.key"), nullable=False),
    Column("name", String(128), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("next_number", Integer, nullable=False, server_default=text("0")),  # of its next run
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("deleted_at", Float),  # its name is free again: `name` is then one that nobody can give
    UniqueConstraint("entity", "name"),
    sqlite_autoincrement=True,
)

runs = Table(
    "runs",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("project", ForeignKey("projects.key"), nullable=False),
    Column("id", String(128), nullable=False),
    Column("name", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("notes", Text, nullable=False, server_default=""),
    Column("tags", JsonText, nullable=False, server_default="[]"),
    Column("group", Text, nullable=False, server_default=""),
    Column("job_type", Text, nullable=False, server_default=""),
    Column("user", ForeignKey("users.key"), nullable=False),
    Column("host", Text, nullable=False, server_default=""),
    Column("program", Text, nullable=False, server_default=""),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),  # the last sign of life
    Column("finished_at", Float),
    Column("exit_code", Integer),
    Column("last_step", Integer),
    Column("config", JsonText, nullable=False, server_default="{}"),
    Column("summary", JsonText, nullable=False, server_default="{}"),  # what readers read: derived and set, folded
    Column("summary_set", JsonText, nullable=False, server_default="{}"),  # what the user set
    Column("rules", JsonText, nullable=False, server_default="[]"),
    Column("metadata", JsonText, nullable=False, server_default="{}"),
    Column(
        "edited", JsonText, nullable=False, server_default="[]"
    ),  # fields a person changed; records leave them alone
    Column("deleted_at", Float),
    Column("cleared_at", Float),  # deleted, and nothing but its id is left
    Column("stop_asked_at", Float),  # its script is to end
    Column("parent", Integer),  # the run it was forked from, deleted or not
    Column("parent_step", Integer),  # the last step it has from there
    Column("sweep", Integer, index=True),  # the sweep that issued it
    Column("client", JsonText, nullable=False, server_default="{}"),  # what the official client keeps under `_wandb`
    Column("colour", Integer),  # its place in the palette, where a person chose one
    Column("summary_sent", JsonText),  # the summary as the official client sent it: then nothing is derived
    UniqueConstraint("project", "id"),
    Index(None, "project", "created_at"),
    Index(None, "state", "updated_at"),
    # lists and counts find all they need here, and leave the rows alone, which are long
    Index("ix_runs_listed", "project", "deleted_at", "created_at", "updated_at", "state", "user"),
    sqlite_autoincrement=True,  # a key is never used twice: the metric store counts on it
)

journals = Table(
    "journals",
    metadata,
    Column("journal", String(64), primary_key=True),
    Column("run", ForeignKey("runs.key"), nullable=False, index=True),
    Column("attempt", String(64), nullable=False),  # the main journal's id; main and shipper share it
    Column("number", Integer, nullable=False),  # of the attempt within its run, from 0
    Column("writer", String(16), nullable=False),  # main | shipper
    Column("host", Text, nullable=False, server_default=""),
    Column("pid", Integer, nullable=False, server_default=text("0")),
    Column("started_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("exit_code", Integer),
    Column("applied_offset", Integer, nullable=False, server_default=text("0")),
    Column("lines", Integer, nullable=False, server_default=text("0")),
    Column("first_line", Integer, nullable=False, server_default=text("0")),  # what its sender calls console line 0
)

journal_schemas = Table(
    "journal_schemas",
    metadata,
    Column("journal", ForeignKey("journals.journal"), primary_key=True),
    Column("at", Integer, primary_key=True),  # offset of the record in its journal
    Column("id", Integer, nullable=False),  # what rows call the schema
    Column("keys", JsonText, nullable=False),
)

edits = Table(
    "edits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", ForeignKey("runs.key"), nullable=False, index=True),
    Column("what", JsonText, nullable=False),  # a `gnomon.model.edit.HistoryEdit`
    Column("before_row", Integer, nullable=False),  # only rows numbered less are concerned
    Column("user", Text, nullable=False),  # a name, so that the line outlives the account
    Column("at", Float, nullable=False),
    Column("points", Integer),  # how many it took; null until it is done
    Column("undone_by", Text),  # set when an undo begins
    Column("undone_after", Integer),  # the last edit of the run there was then
    Column("undone_at", Float),  # set when the undo is done
    Column("final_at", Float),  # it can be undone no more
    sqlite_autoincrement=True,  # an id is never used twice: it names a stream of the metric store
)

forks_begun = Table(
    "forks_begun",
    metadata,
    Column("run", Integer, primary_key=True),  # what a fork that was not finished will have been called
    Column("at", Float, nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("run", ForeignKey("runs.key"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("digest", String(64), nullable=False, index=True),
    Column("size_bytes", Integer, nullable=False),
    Column("mime", Text, nullable=False),
    Column("updated_at", Float, nullable=False),
)
