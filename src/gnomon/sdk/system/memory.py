"""How much memory the machine uses."""

from __future__ import annotations

import psutil


class Memory:
    """`memory_percent` of the machine, and what is still to be had."""

    name = "memory"

    def sample(self) -> dict[str, float]:
        """Now."""
        memory = psutil.virtual_memory()
        return {"memory_percent": memory.percent, "proc.memory.availableMB": memory.available / 2**20}
