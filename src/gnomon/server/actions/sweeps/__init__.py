"""Sweeps: made and changed by people, worked on by agents, searched by `gnomon.sweeps`.

`edits` makes, changes and deletes them, `reading` shows them, `agents` gives runs to those who ask: `beat` is what one
sign of life does to the tables, by the rules of `decide`, and `leases` what long silence does. `local` reads what a
controller of the user's own asks for.
"""

from __future__ import annotations

from gnomon.server.actions.sweeps.agents import Agents
from gnomon.server.actions.sweeps.beat import Command

__all__ = ["Agents", "Command"]
