"""What a run has printed, read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from gnomon.sdk.public.pages import Pages

if TYPE_CHECKING:
    from gnomon.sdk.public.run import Run


@dataclass(frozen=True)
class ConsoleLogLine:
    """One line of the terminal as it stood last. `level` is `error` for what went to stderr, else empty."""

    number: int
    timestamp: datetime | None
    level: str
    label: str
    content: str


class ConsoleLogs(Pages[ConsoleLogLine]):
    """The lines of a run, oldest first: all of them, or with `last` so many at the end."""

    def __init__(self, run: Run, per_page: int = 1000, last: int | None = None) -> None:
        super().__init__(per_page)
        self.run, self._last = run, last

    def _fetch(self) -> list[ConsoleLogLine]:
        if self._last is not None and self._last < 1:
            self.more, self._total = False, 0
            return []
        first = -self._last if self._last is not None and not self.objects else self._at()
        limit = self.per_page if self._last is None else self._last - len(self.objects)
        run = self.run
        page = run._source.console(run.entity, run.project, run.id, first=first, limit=min(limit, 10_000))
        found = [
            ConsoleLogLine(
                line.line, datetime.fromtimestamp(line.time, timezone.utc) if line.time else None,
                "error" if line.stream == "stderr" else "", line.label, line.text,
            )
            for line in page.lines
        ]  # fmt: skip
        read = found[-1].number + 1 if found else page.total
        self.more = read < page.total and bool(found) and (self._last is None or len(found) < limit)
        if self._last is None:
            self._total = page.total
        return found

    def _at(self) -> int:
        return self.objects[-1].number + 1 if self.objects else 0

    def __repr__(self) -> str:
        return f"<ConsoleLogs {self.run.entity}/{self.run.project}/{self.run.id}>"
