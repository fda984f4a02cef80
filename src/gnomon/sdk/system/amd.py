"""AMD GPUs, through the files the kernel's driver keeps of each card; no library is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

CARDS = Path("/sys/class/drm")
_VENDOR = "0x1002"


class Unavailable(Exception):
    """No AMD GPU to look at on this machine."""


class Amd:
    """`gpu.<i>.*` for each card. A number that a card does not have is left out."""

    name = "amd"

    def __init__(self, cards: Path = CARDS, only: Sequence[int] | None = None) -> None:
        found = sorted(cards.glob("card[0-9]*/device"), key=lambda path: int(path.parent.name[4:].partition("-")[0]))
        self._devices = [
            (index, path)
            for index, path in enumerate(path for path in found if _text(path / "vendor") == _VENDOR)
            if only is None or index in only
        ]
        if not self._devices:
            raise Unavailable("no AMD GPU")

    def sample(self) -> dict[str, float]:
        """Now, all cards."""
        found: dict[str, float] = {}
        for index, device in self._devices:
            found.update({f"gpu.{index}.{name}": value for name, value in _card(device).items()})
        return found


def _card(device: Path) -> dict[str, float]:
    sensors = next(iter(sorted((device / "hwmon").glob("hwmon*"))), device)
    watts = _number(sensors / "power1_average", 1e-6) or _number(sensors / "power1_input", 1e-6)
    limit = _number(sensors / "power1_cap", 1e-6)
    used, total = _number(device / "mem_info_vram_used"), _number(device / "mem_info_vram_total")
    numbers = {
        "gpu": _number(device / "gpu_busy_percent"),
        "memory": _number(device / "mem_busy_percent"),
        "memoryAllocatedBytes": used,
        "memoryAllocated": 100.0 * used / total if used is not None and total else None,
        "temp": _number(sensors / "temp1_input", 1e-3),
        "powerWatts": watts,
        "powerPercent": 100.0 * watts / limit if watts is not None and limit else None,
        "smClock": _number(sensors / "freq1_input", 1e-6),
        "memoryClock": _number(sensors / "freq2_input", 1e-6),
    }
    return {name: value for name, value in numbers.items() if value is not None}


def _number(path: Path, scale: float = 1.0) -> float | None:
    text = _text(path)
    try:
        return float(text) * scale if text else None
    except ValueError:
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:  # this card or driver does not have it
        return ""
