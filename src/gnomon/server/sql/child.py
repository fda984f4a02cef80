"""The process that runs DuckDB: `python -m gnomon.server.sql.child`, in a folder of its own that is empty.

On standard input come frames (a u32 length, then the bytes): the task as JSON, then tables as Arrow streams, each ended
by an empty frame. The answer goes to standard output, as bytes of the format asked for. On standard error stand lines
of JSON that say how far it is:

    {"needs": {"history": [...]}}      which rows the query can need; the tables named follow, in this order
    {"columns": [["key", "VARCHAR"]]}  the answer is ready, and nothing can go wrong with the query any more
    {"done": true}                     standard output has all of it
    {"error": "..."}                   what is wrong with the query
    {"again": true}                    it has to be asked once more, with `streams` false

A task that has `files` is about tables that were logged: for each name come so many files as it says, each as frames of
its JSON and an empty one; nothing is said of needs.

Whoever started it may end it at any time. It ends by itself at its limits: of memory, of files, and of time, should the
process that started it be gone.
"""

from __future__ import annotations

import json
import math
import os
import re
import resource
import signal
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

import duckdb
import nanoarrow as na
from nanoarrow import ipc

from gnomon.server.sql import plan, table_files

DATABASE = "answer.db"
SPILL = "spill"
OUTPUT = "/dev/stdout"
SPARE_BYTES = 3 << 30
"""Addresses beyond DuckDB's own limit: code, stacks, buffers that Arrow holds."""
ROW_GROUP_CELLS = 4 << 20
MESSAGE_CHARS = 4000
_size = struct.Struct("<I")

TABLES = {
    "runs": "id varchar, name varchar, number bigint, state varchar, notes varchar, tags varchar[], "
    '"group" varchar, job_type varchar, "user" varchar, host varchar, program varchar, created_at timestamp, '
    "updated_at timestamp, finished_at timestamp, exit_code bigint, last_step bigint, config json, summary json",
    "history": "run varchar, step bigint, time timestamp, key varchar, value double, text varchar",
    "system": "run varchar, step bigint, time timestamp, key varchar, value double, text varchar",
}
LEFT_OUT = ("statistics_propagation", "late_materialization", "empty_result_pullup", "compressed_materialization")
"""Optimizers that look at what is in a table, or read it twice: a plan over empty tables has to do without."""


class Frames:
    """A table on standard input, as a file."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._frame = memoryview(b"")
        self._ended = False

    def readinto(self, buffer: Any) -> int:
        into = memoryview(buffer).cast("B")
        if not len(self._frame) and not self._ended:
            self._frame = memoryview(frame(self._source))
            self._ended = not len(self._frame)
        size = min(len(into), len(self._frame))
        into[:size] = self._frame[:size]
        self._frame = self._frame[size:]
        return size

    def read(self, size: int = -1) -> bytes:
        data = bytearray(size if size >= 0 else 1 << 16)
        return bytes(data[: self.readinto(data)])

    def whole(self) -> bytes:
        """All of it."""
        pieces = []
        while not self._ended:
            pieces.append(frame(self._source))
            self._ended = not pieces[-1]
        return b"".join(pieces)

    def skip(self) -> None:
        """To the end of the table."""
        while not self._ended:
            self._ended = not frame(self._source)


class Given:
    """A stream that DuckDB may ask for its schema before it reads it, once."""

    def __init__(self, source: Any) -> None:
        self._stream = na.c_array_stream(ipc.InputStream.from_readable(source))
        self._schema = self._stream.get_schema()
        self._reads = 0

    @property
    def columns(self) -> int:
        return int(self._schema.n_children)

    @property
    def read_twice(self) -> bool:
        """Whether DuckDB wanted to read it a second time."""
        return self._reads > 1

    def __arrow_c_schema__(self) -> Any:
        return self._schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        self._reads += 1
        if self.read_twice:
            raise RuntimeError("a stream can be read once")
        return self._stream.__arrow_c_stream__(requested_schema)


class Wrong(Exception):
    """What DuckDB says of a query, and the name it has for that."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


def frame(source: BinaryIO) -> bytes:
    """The next frame; nothing where whoever sends has gone."""
    head = source.read(_size.size)
    if len(head) < _size.size:
        raise EOFError
    (size,) = _size.unpack(head)
    data = source.read(size)
    if len(data) < size:
        raise EOFError
    return data


def say(**what: Any) -> None:
    """A line on standard error."""
    os.write(2, json.dumps(what).encode() + b"\n")


def ready(columns: Sequence[tuple[str, str]]) -> None:
    """Says that the answer can be read, however slowly: from now on there is only its writing, which ends with its
    reader."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    say(columns=columns)


def limit(memory_mb: int, disk_mb: int, secs: float) -> None:
    """Ends this process at its limits, whatever its threads are doing."""
    os.nice(5)  # taking in what trainings log comes first
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, secs)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (disk_mb << 20, disk_mb << 20))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    if sys.platform == "linux":
        most = (memory_mb << 20) + SPARE_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def connect(path: str, task: dict[str, Any], *, writes: bool = False) -> duckdb.DuckDBPyConnection:
    """A database that reaches no file but its own, no network, no extension, and nothing of this program.

    With `writes` it can write the answer.
    """
    connection = duckdb.connect(
        path,
        config={
            "memory_limit": f"{task['memory_mb']}MB",
            "threads": str(task["threads"]),
            "temp_directory": SPILL,
            "max_temp_directory_size": f"{task['disk_mb']}MB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
        },
    )
    connection.execute("set home_directory = '.'")
    if writes:
        connection.execute(f"set allowed_paths = ['{OUTPUT}']")
    connection.execute("set enable_external_access = false")
    known = {name for (name,) in connection.execute("select name from duckdb_settings()").fetchall()}
    for name in ("python_enable_replacements", "python_enable_replacement_scans"):
        if name in known:
            connection.execute(f"set {name} = false")
    return connection


class Planned(NamedTuple):
    """Which rows a query can need, and whether what is in it may be done many times."""

    needs: dict[str, list[plan.Need]]
    repeats: bool


def planned(query: str, task: dict[str, Any]) -> Planned:
    """What is known of a query before it is run. Raises Refused, and duckdb.Error for one that makes no sense."""
    with connect(":memory:", task) as connection:
        for name, columns in TABLES.items():
            connection.execute(f"create table {name} ({columns})")
        there = {name for (name,) in connection.execute("select name from duckdb_optimizers()").fetchall()}
        connection.execute(f"set disabled_optimizers = '{','.join(name for name in LEFT_OUT if name in there)}'")
        connection.execute("set lock_configuration = true")
        tree = checked(connection, query)
        explained = after(connection, "explain (format json)", query).fetchall()
        return Planned(plan.needs(json.loads(explained[0][-1])), "RECURSIVE_CTE_NODE" in tree)


def checked(connection: duckdb.DuckDBPyConnection, query: str, tables: Sequence[str] = plan.TABLES) -> str:
    """The syntax tree of a query that may be asked, as JSON. Raises Refused where it may not."""
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise plan.Refused("Ask one statement at a time" if statements else "The query is empty")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise plan.Refused(f"Only SELECT can be asked, not {statements[0].type.name}")
    (tree,) = connection.execute("select json_serialize_sql(?)", [query]).fetchone() or ("",)
    said = json.loads(tree)
    if said.get("error"):
        raise plan.Refused(f"Only SELECT can be asked: {said.get('error_message')}")
    plan.check(said, tables)
    return str(tree)


def after(connection: duckdb.DuckDBPyConnection, words: str, query: str) -> duckdb.DuckDBPyConnection:
    """Runs a query with words before it. Raises Wrong, whose message counts the lines of the query alone."""
    try:
        return connection.execute(f"{words}\n{query}")
    except duckdb.Error as error:
        message = re.sub(r"^LINE (\d+):", lambda found: f"LINE {int(found[1]) - 1}:", str(error), flags=re.MULTILINE)
        raise Wrong(message, type(error).__name__) from error


def answer(task: dict[str, Any], source: BinaryIO) -> None:
    """Runs the query of a task."""
    query: str = task["query"]
    wanted, repeats = planned(query, task)
    names = [name for name in TABLES if name in wanted]
    say(needs={name: [asdict(one) for one in wanted[name]] for name in names})
    streamed = None
    if names and task["streams"] and not repeats and names[-1] != "runs" and len(wanted[names[-1]]) == 1:
        streamed = names[-1]  # what is read once, and last, need not be a table first
    connection = connect(DATABASE, task, writes=True)
    for name, columns in TABLES.items():
        if name != streamed:
            connection.execute(f"create table {name} ({columns})")
            if name in wanted:
                fill(connection, name, source)
    stream = None
    if streamed is not None:
        stream = Given(Frames(source))
        connection.register(streamed, stream)
    connection.execute("set lock_configuration = true")
    try:
        after(connection, "create temp table answer as", query)
    except Wrong:
        if stream is not None and stream.read_twice:
            say(again=True)
            return
        raise
    source.close()  # of rows that are not needed any more, no more come
    write(connection, task["format"])


def answer_of_files(task: dict[str, Any], source: BinaryIO) -> None:
    """Runs the query of a task over tables that were logged, which come as the files they were kept in."""
    connection = connect(DATABASE, task, writes=True)
    for name, files in task["files"].items():
        table = table_files.typed([table_files.parsed(Frames(source).whole()) for _ in range(files)])
        connection.register("given", table)
        connection.execute(f"create table {name} as select {table.shown} from given")
        connection.unregister("given")
    connection.execute("set lock_configuration = true")
    checked(connection, task["query"], list(task["files"]))
    after(connection, "create temp table answer as", task["query"])
    write(connection, task["format"])


def write(connection: duckdb.DuckDBPyConnection, format: str) -> None:
    """Says what the answer is, and writes it."""
    columns_ = [(str(name), str(type_)) for name, type_, *_ in connection.execute("describe answer").fetchall()]
    ready(columns_)
    if format == "arrow":
        write_arrow(connection, columns_)
    elif format == "json":
        write_json(connection, columns_)
    else:
        copy(connection, "answer", format, len(columns_))
    say(done=True)


def fill(connection: duckdb.DuckDBPyConnection, name: str, source: BinaryIO) -> None:
    """Puts a table that is given into the database."""
    frames = Frames(source)
    connection.register("given", Given(frames))
    connection.execute(f"insert into {name} select * from given")
    connection.unregister("given")
    frames.skip()


def write_arrow(connection: duckdb.DuckDBPyConnection, columns: Sequence[tuple[str, str]]) -> None:
    """The answer as an Arrow stream. What that has no plain column for becomes text."""
    shown = ", ".join(
        f"cast({quoted(name)} as varchar) as {quoted(name)}" if not plain(type_) else quoted(name)
        for name, type_ in columns
    )
    with open(1, "wb", closefd=False) as out, ipc.StreamWriter.from_writable(out) as writer:
        writer.write_stream(na.c_array_stream(connection.sql(f"select {shown} from answer")))


def plain(type_: str) -> bool:
    """Whether the writer of Arrow streams has columns of a type."""
    return not any(word in type_ for word in ("ENUM(", "UNION(", "VARIANT", "BIGNUM", "INTERVAL", "BIT", "TIME WITH"))


def write_json(connection: duckdb.DuckDBPyConnection, columns: Sequence[tuple[str, str]]) -> None:
    """The answer as one object: `columns` and `rows`."""
    parsed = [type_ == "JSON" for _, type_ in columns]
    with open(1, "w", encoding="utf-8", closefd=False) as out:
        head = json.dumps([{"name": name, "type": type_} for name, type_ in columns])
        out.write(f'{{"columns": {head}, "rows": [')
        separator = ""
        for row in fetched(connection):
            values = [
                json.loads(value) if is_json and isinstance(value, str) else spelled(value)
                for value, is_json in zip(row, parsed, strict=True)
            ]
            out.write(separator + json.dumps(values, allow_nan=False))
            separator = ",\n"
        out.write("]}\n")


def fetched(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    found = connection.execute("select * from answer")
    while rows := found.fetchmany(1000):
        yield from rows


def spelled(value: Any) -> Any:
    """A value as JSON can say it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        return {str(key): spelled(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [spelled(item) for item in value]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


def copy(connection: duckdb.DuckDBPyConnection, table: str, format: str, columns: int) -> None:
    """A table to standard output, as Parquet or CSV."""
    options = "format csv, header"
    if format == "parquet":
        rows = max(2048, min(122_880, ROW_GROUP_CELLS // max(1, columns)))
        options = f"format parquet, compression zstd, row_group_size {rows}"
    connection.execute(f"copy (select * from {table}) to '{OUTPUT}' ({options})")


def convert(task: dict[str, Any], source: BinaryIO) -> None:
    """A table that is given as an Arrow stream, to another format."""
    connection = connect(":memory:", task, writes=True)
    connection.execute("set preserve_insertion_order = true")
    given = Given(Frames(source))
    connection.register("given", given)
    ready([])
    copy(connection, "given", task["format"], given.columns)
    say(done=True)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def main() -> int:
    """Does one task."""
    source = sys.stdin.buffer
    task = json.loads(frame(source))
    limit(task["memory_mb"], task["disk_mb"], task["secs"])
    try:
        work = answer_of_files if task["files"] else answer if task["query"] is not None else convert
        work(task, source)
    except (plan.Refused, table_files.Unreadable) as error:
        say(error=str(error))
    except Wrong as error:
        say(error=str(error)[:MESSAGE_CHARS], kind=error.kind)
    except duckdb.Error as error:
        say(error=str(error)[:MESSAGE_CHARS], kind=type(error).__name__)
    except MemoryError:
        say(error="there is no more memory", kind="OutOfMemoryException")
    except (EOFError, BrokenPipeError):
        return 1  # whoever started it has gone
    return 0


if __name__ == "__main__":
    sys.exit(main())
