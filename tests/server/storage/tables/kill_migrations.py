"""Bring tables up to date in children that are killed: `python kill_migrations.py OLD FOLDER`.

Each child works on a copy of OLD, and is killed before its n-th statement, for every n there is, and then at random
moments. After each kill the copy must be whole at the old revision or at the new one. Prints how many were killed, and
how many of those at the old revision.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from gnomon.server.storage.migrations.run import migrate, revision, upgrade
from gnomon.server.storage.tables import schema
from gnomon.server.storage.tables.database import open_sqlite

RANDOM_KILLS = 10


def main(old: Path, folder: Path) -> None:
    warm = open_sqlite(copied(old, folder / "warm.db"))
    upgrade(warm)  # imports what the children need
    warm.dispose()
    before = contents(old)
    killed = at_old = 0
    statements = 0
    while True:
        path = copied(old, folder / f"{statements}.db")
        statements += 1
        died = run_child(path, statements, None)
        at_old += died and check(path, before)
        killed += died
        if not died:
            break
    began = time.monotonic()
    run_child(copied(old, folder / "timed.db"), None, None)
    took = time.monotonic() - began
    chance = random.Random(0)
    for number in range(RANDOM_KILLS):
        path = copied(old, folder / f"random{number}.db")
        if run_child(path, None, chance.uniform(0, took)):
            killed += 1
            at_old += check(path, before)
    print(killed, at_old)


def run_child(path: Path, statement: int | None, after_secs: float | None) -> bool:
    """Whether the child was killed before it was done."""
    child = os.fork()
    if child == 0:
        try:
            engine = open_sqlite(path)
            if statement is not None:
                kill_before(engine, statement)
            migrate(engine)
        finally:
            os._exit(0)
    if after_secs is not None:
        time.sleep(after_secs)  # the moment of the kill is what is tried
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def kill_before(engine: Engine, statement: int) -> None:
    count = 0

    @event.listens_for(engine, "before_cursor_execute")
    def before(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)


def check(path: Path, before: Any) -> bool:
    """Whether the tables were left at the old revision; they must be whole, and go up to date with what they held."""
    engine = open_sqlite(path)
    found = revision(engine)
    assert found in ("0001", schema.REVISION), found
    upgrade(engine)
    assert revision(engine) == schema.REVISION
    engine.dispose()
    assert contents(path) == before
    return found == "0001"


def contents(path: Path) -> Any:
    engine = open_sqlite(path)
    with engine.connect() as connection:
        assert connection.execute(text("pragma integrity_check")).scalar() == "ok"
        found = connection.execute(text("select key, id, name, summary from runs order by key")).all()
    engine.dispose()
    return found


def copied(old: Path, new: Path) -> Path:
    shutil.copyfile(old, new)
    return new


main(Path(sys.argv[1]), Path(sys.argv[2]))
