"""Numbers that others on the machine offer in the OpenMetrics (Prometheus) text format."""

from __future__ import annotations

import http.client
import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

ANSWER_SECS = 2.0
MAX_BYTES = 4 << 20
MAX_METRICS = 1_000
Filters = Mapping[str, Mapping[str, str]] | Sequence[str] | None

_LINE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\S+)?\s*")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metric(NamedTuple):
    """One line."""

    name: str
    labels: dict[str, str]
    value: float


class OpenMetrics:
    """`openmetrics.<endpoint>.<metric>.<n>`: `n` numbers the label sets of one metric in the order they came in."""

    def __init__(
        self, endpoint: str, url: str, filters: Filters = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.name = f"openmetrics.{endpoint}"
        self._endpoint, self._url, self._headers = endpoint, url, dict(headers or {})
        self._filters = {re.compile(key): _labels(filters, key) for key in filters or (".*",)}
        self._numbers: dict[tuple[str, str], int] = {}

    def sample(self) -> dict[str, float]:
        """Now. Nothing where the endpoint does not answer at the moment."""
        try:
            text = self._fetch()
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        found: dict[str, float] = {}
        for metric in parse(text):
            if math.isfinite(metric.value) and self._wanted(metric):
                labels = repr(sorted(metric.labels.items()))
                if (metric.name, labels) not in self._numbers:
                    if len(self._numbers) >= MAX_METRICS:
                        continue
                    self._numbers[metric.name, labels] = sum(name == metric.name for name, _ in self._numbers)
                found[f"{self.name}.{metric.name}.{self._numbers[metric.name, labels]}"] = metric.value
        return found

    def _wanted(self, metric: Metric) -> bool:
        full = f"{self._endpoint}.{metric.name}"
        return any(
            pattern.fullmatch(full)
            and all(label.fullmatch(metric.labels.get(name, "")) for name, label in labels.items())
            for pattern, labels in self._filters.items()
        )

    def _fetch(self) -> str:
        parts = urlsplit(self._url if "://" in self._url else f"http://{self._url}")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "localhost", parts.port, timeout=ANSWER_SECS)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers=self._headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise ValueError(f"the endpoint answered {answer.status}")
            return answer.read(MAX_BYTES).decode(errors="replace")
        finally:
            connection.close()


def parse(text: str) -> list[Metric]:
    """The numbers of a text; lines that are none are stepped over.

    >>> parse('# TYPE a gauge\\na{gpu="0",uuid="x"} 12.5\\nb 3e2 1700000000\\n')
    [Metric(name='a', labels={'gpu': '0', 'uuid': 'x'}, value=12.5), Metric(name='b', labels={}, value=300.0)]
    """
    found = []
    for line in text.splitlines():
        matched = _LINE.fullmatch(line)
        if matched is None:
            continue
        try:
            value = float(matched[3])
        except ValueError:
            continue
        found.append(Metric(matched[1], dict(_LABEL.findall(matched[2] or "")), value))
    return found


def _labels(filters: Filters, key: str) -> dict[str, re.Pattern[str]]:
    if not isinstance(filters, Mapping):
        return {}
    return {name: re.compile(pattern) for name, pattern in filters[key].items()}
