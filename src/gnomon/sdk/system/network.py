"""What went over the network."""

from __future__ import annotations

import psutil


class Network:
    """`network.sent` and `network.recv`: bytes of the machine since the start, the loopback left out."""

    name = "network"

    def __init__(self) -> None:
        self._first = self._counters()

    def sample(self) -> dict[str, float]:
        """Since the start."""
        sent, received = self._counters()
        return {"network.sent": float(sent - self._first[0]), "network.recv": float(received - self._first[1])}

    @staticmethod
    def _counters() -> tuple[int, int]:
        each = psutil.net_io_counters(pernic=True)
        outside = [counters for name, counters in each.items() if name != "lo" and not name.startswith("lo0")]
        return sum(one.bytes_sent for one in outside), sum(one.bytes_recv for one in outside)
