"""Whether the tables are whole, and what else a check of the data folder wants to know of them.

SQLite's own connection is used and nothing is changed, so that a server may work on them meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from gnomon.server.storage.findings import Finding
from gnomon.server.storage.tables import schema

FILE = "gnomon.db"


def read_only(folder: Path) -> sqlite3.Connection:
    """A connection to the tables of a data folder that cannot change them."""
    quoted = str(folder / FILE).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return sqlite3.connect(f"file:{quoted}?mode=ro", uri=True, isolation_level=None, timeout=30)


def check_tables(connection: sqlite3.Connection) -> Iterator[Finding]:
    """What is wrong with the tables. Raises sqlite3.DatabaseError where they cannot be read at all."""
    for (text,) in connection.execute("pragma integrity_check(20)"):
        if text != "ok":
            index = "index" in text
            yield _finding(f"the tables are damaged: {text}", "rebuilt" if index else "by hand")
    broken: dict[tuple[str, str], int] = {}
    for table, _, parent, _ in connection.execute("pragma foreign_key_check"):
        broken[table, parent] = broken.get((table, parent), 0) + 1
    for (table, parent), count in sorted(broken.items()):
        yield _finding(f"{count} rows of {table} name rows of {parent} that are not there", "by hand")
    revision = revision_of(connection)
    if revision is None or not revision.isdigit() or int(revision) > int(schema.REVISION):
        yield _finding(f"the tables are at revision {revision!r}; this Gnomon knows up to {schema.REVISION}", "by hand")


def revision_of(connection: sqlite3.Connection) -> str | None:
    """Which step of the migrations the tables stand at."""
    row = connection.execute("select version_num from alembic_version").fetchone()
    return None if row is None else str(row[0])


def run_names(connection: sqlite3.Connection, runs: Iterable[int]) -> dict[int, str]:
    """`entity/project/id` of runs by their numbers; those that are not there are left out."""
    query = """
        select entities.name || '/' || projects.name || '/' || runs.id from runs
        join projects on projects.key = runs.project join entities on entities.key = projects.entity
        where runs.key = ?
        """
    found = {run: connection.execute(query, (run,)).fetchone() for run in set(runs)}
    return {run: str(row[0]) for run, row in found.items() if row is not None}


def repair_indexes(path: Path) -> bool:
    """Makes all indexes anew from their tables; whether the tables are whole then."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("reindex")
        return bool(connection.execute("pragma integrity_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def _finding(says: str, remedy: str) -> Finding:
    return Finding(store="tables", says=says, remedy="rebuilt" if remedy == "rebuilt" else "by hand", path=FILE)
