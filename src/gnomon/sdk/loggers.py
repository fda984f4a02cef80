"""What Python loggers say, kept with the run's console lines: the setting `capture_loggers`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from gnomon.sdk import guard


class _Kept(logging.Handler):
    """Hands each record on as a line; a logger must not hear of our faults, nor we of what it logs about them."""

    def __init__(self, level: int | str, write: Callable[[str], None]) -> None:
        super().__init__(level)
        self.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        try:
            self._write(self.format(record) + "\n")
        except Exception as error:
            guard.report("keep what a logger said", error)


def capture(loggers: Mapping[str, str], write: Callable[[str], None]) -> Callable[[], None]:
    """Keep what these loggers say from a level on (`root` is all of them); returns what ends it.

    A level that is none costs a warning, and that logger is kept from INFO on.
    """
    added: list[tuple[logging.Logger, _Kept]] = []
    for name, level in loggers.items():
        word: int | str = int(level) if level.isdigit() else level.upper()
        try:
            handler = _Kept(word, write)
        except ValueError:
            guard.warn(f"capture_loggers: {level!r} is no level of a logger; {name!r} is kept from INFO on")
            handler = _Kept(logging.INFO, write)
        logger = logging.getLogger(None if name == "root" else name)
        logger.addHandler(handler)
        added.append((logger, handler))

    def end() -> None:
        for logger, handler in added:
            logger.removeHandler(handler)

    return end
