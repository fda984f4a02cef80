"""Sweeps: made and changed by people, worked on by agents, searched by `gnomon.sweeps`.

`edits` makes, changes and deletes them, `reading` shows them, `agents` gives runs to those who ask, by the rules of
`decide`; `local` reads what a controller of the user's own asks for.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from gnomon.server.actions.sweeps.agents import Agents, Command
from gnomon.server.storage.tables import sweeps


def sweep_key(conn: Connection, project: int, id: str) -> int | None:
    """The key of the project's sweep of this id; None where there is none."""
    row = sweeps.find(conn, project, id)
    return None if row is None else row.key


__all__ = ["Agents", "Command", "sweep_key"]
