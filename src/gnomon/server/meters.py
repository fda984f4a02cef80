"""What the server counts about itself, and how Prometheus reads it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Labels = tuple[tuple[str, str], ...]


class Counter:
    """A number that only grows, for each set of labels."""

    kind = "counter"

    def __init__(self, name: str, about: str) -> None:
        self.name = name
        self.about = about
        self._values: dict[Labels, float] = {}

    def add(self, amount: float = 1, **labels: str) -> None:
        """Count `amount` more."""
        key = tuple(sorted(labels.items()))
        self._values[key] = self._values.get(key, 0) + amount

    def value(self, **labels: str) -> float:
        """What was counted under these labels."""
        return self._values.get(tuple(sorted(labels.items())), 0)

    def lines(self) -> Iterable[str]:
        for labels, value in sorted(self._values.items()) or [((), 0)]:
            yield f"{self.name}{_spelled(labels)} {value:.16g}"


class Histogram:
    """How often something took up to so many seconds."""

    kind = "histogram"

    def __init__(self, name: str, about: str, bounds: Sequence[float] = SECONDS) -> None:
        self.name = name
        self.about = about
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._total = 0.0

    def observe(self, secs: float) -> None:
        """Count one that took `secs`."""
        self._counts[bisect_left(self._bounds, secs)] += 1
        self._total += secs

    def lines(self) -> Iterable[str]:
        below = 0
        for bound, count in zip((*self._bounds, None), self._counts, strict=True):
            below += count
            yield f'{self.name}_bucket{{le="{"+Inf" if bound is None else bound}"}} {below}'
        yield f"{self.name}_sum {self._total:.6f}"
        yield f"{self.name}_count {below}"


class Meters:
    """Everything that is counted; one object a server."""

    def __init__(self) -> None:
        self.requests = Counter("gnomon_http_requests_total", "Answers by method and status.")
        self.journal_bytes = Counter("gnomon_ingest_bytes_total", "Journal bytes taken, after unpacking.")
        self.journal_posts = Counter("gnomon_ingest_batches_total", "Journal posts that brought something new.")
        self.rows = Counter("gnomon_ingest_rows_total", "History rows taken.")
        self.points = Counter("gnomon_ingest_points_total", "History values taken.")
        self.damaged_bytes = Counter("gnomon_ingest_damaged_bytes_total", "Journal bytes of no whole frame.")
        self.skipped = Counter("gnomon_ingest_skipped_records_total", "Records that could not be understood.")
        self.commit_secs = Histogram("gnomon_commit_seconds", "Time until a journal post was on disk.")
        self.series_secs = Histogram("gnomon_series_seconds", "Time to answer a chart.")

    def text(self, gauges: Mapping[str, tuple[str, Mapping[Labels, float]]]) -> str:
        """The text Prometheus reads; `gauges` are values of the moment, by name, with a sentence about each."""
        parts: list[str] = []
        for meter in vars(self).values():
            parts += [f"# HELP {meter.name} {meter.about}", f"# TYPE {meter.name} {meter.kind}", *meter.lines()]
        for name, (about, values) in gauges.items():
            parts += [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
            parts += [f"{name}{_spelled(labels)} {value:.16g}" for labels, value in sorted(values.items())]
        return "\n".join(parts) + "\n"


def _spelled(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
