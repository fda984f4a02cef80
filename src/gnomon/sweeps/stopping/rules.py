"""Which rule `early_terminate` of a sweep's config means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gnomon.sweeps.stopping.asha import Asha
from gnomon.sweeps.stopping.courses import Rule
from gnomon.sweeps.stopping.hyperband import Hyperband, bands_from, bands_to
from gnomon.sweeps.stopping.median import Median, bands_every

KEYS = {
    "hyperband": frozenset({"type", "min_iter", "max_iter", "s", "eta", "strict"}),
    "asha": frozenset({"type", "min_iter", "max_iter", "eta"}),
    "median": frozenset({"type", "min_iter", "interval", "min_runs"}),
}
"""What may be said of each rule."""
_LEAST = {"min_iter": 1, "max_iter": 1, "s": 1, "eta": 1, "interval": 1, "min_runs": 1}
_WHOLE = frozenset({"interval", "min_runs"})


def wrong(said: Any) -> str:
    """What keeps it from being a rule; empty where nothing does."""
    if not isinstance(said, Mapping) or said.get("type") not in KEYS:
        return f"early_terminate.type can only be {', '.join(list(KEYS)[:-1])} or {list(KEYS)[-1]}"
    if said["type"] == "hyperband" and "min_iter" not in said and not ("max_iter" in said and "s" in said):
        return "early_terminate needs min_iter, or max_iter and s"
    for key, least in _LEAST.items():
        value = said.get(key, 3)
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if not number or value < least or (key in _WHOLE and value != int(value)):
            return f"early_terminate.{key} is {value!r}, which is no number from {least} on"
    return "early_terminate.eta must be over 1" if said.get("eta", 3) <= 1 else ""


def unknown(said: Mapping[str, Any]) -> list[str]:
    """The keys that mean nothing to the rule."""
    return sorted(said.keys() - KEYS[said["type"]])


def rule_of(said: Mapping[str, Any]) -> Rule:
    """The rule; nothing is wrong with what was said. One without bands stops nobody."""
    eta = said.get("eta", 3)
    if said["type"] == "median":
        first = int(said.get("min_iter", 1))
        return Median(bands_every(first, int(said.get("interval", first))), int(said.get("min_runs", 4)))
    if said["type"] == "asha":
        last = said.get("max_iter", math.inf)
        return Asha(tuple(band for band in bands_from(int(said.get("min_iter", 1)), eta) if band < last), float(eta))
    bands = bands_to(said["max_iter"], int(said["s"]), eta) if "max_iter" in said else bands_from(said["min_iter"], eta)
    return Hyperband(bands, float(eta), said.get("strict", True) is True)
