"""What is known of the keys of several runs together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gnomon.server.storage.metrics.store import KeyStats, RunKey, SharedKey


def of_run(run: RunKey, keys: Iterable[KeyStats]) -> list[SharedKey]:
    """The keys of one run."""
    return [
        SharedKey(
            known.key, 1, run, known.numeric, known.last, known.points, known.first_step, known.last_step,
            known.finite, known.low, known.high, known.total,
        )
        for known in keys
    ]  # fmt: skip


def merged(parts: Iterable[Sequence[SharedKey]]) -> list[SharedKey]:
    """The keys of all parts, of which no two have a run in common; sorted by name."""
    found: dict[str, list[SharedKey]] = {}
    for part in parts:
        for one in part:
            found.setdefault(one.key, []).append(one)
    return [_together(found[key]) for key in sorted(found)]


def _together(parts: list[SharedKey]) -> SharedKey:
    if len(parts) == 1:
        return parts[0]
    latest = max(parts, key=lambda one: one.latest)
    return SharedKey(
        latest.key,
        sum([one.runs for one in parts]),
        latest.latest,
        latest.numeric,
        latest.last,
        sum([one.points for one in parts]),
        min([one.first_step for one in parts]),
        max([one.last_step for one in parts]),
        sum([one.finite for one in parts]),
        min([one.low for one in parts if one.low is not None], default=None),
        max([one.high for one in parts if one.high is not None], default=None),
        sum([one.total for one in parts]),
    )
