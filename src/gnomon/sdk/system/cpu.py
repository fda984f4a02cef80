"""How busy the processors are."""

from __future__ import annotations

import psutil


class Cpu:
    """`cpu_percent`: all processors of the machine together, in percent since the sample before."""

    name = "cpu"

    def __init__(self) -> None:
        psutil.cpu_percent()

    def sample(self) -> dict[str, float]:
        """Percent since the sample before."""
        return {"cpu_percent": psutil.cpu_percent()}
