"""How grave a line of a terminal is, guessed from its words: loggers agree on few things, but on these. Pure."""

from __future__ import annotations

import re
from typing import Literal

Level = Literal["", "debug", "info", "warn", "error"]
"""Empty where a line says nothing of it."""

_ESCAPE = re.compile(
    r"\x1b(?:\[[0-9;:?<=>]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[()*+].|[0-9A-Za-z<=>~|}{])"
)
_TRACEBACK = "Traceback (most recent call last)"
_WORD = re.compile(r"\b(?:level=)?(CRITICAL|FATAL|ERROR|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE)\b")
_LEVEL_IS = re.compile(r"\blevel=[\"']?(critical|fatal|error|warning|warn|info|debug|trace)\b", re.IGNORECASE)
_GLOG = re.compile(r"\[?([IWEFD])\d{4}[ -]\d\d:\d\d")
_RAISED = re.compile(r"\s*(?:[\w.]*(?:Error|Exception|Interrupt)\b[^:]{0,80}:|error\b|fatal\b)")
_WARNED = re.compile(r"(?:^|[\s:])\w*Warning:|^\s*warning\b", re.IGNORECASE)
_NAMES: dict[str, Level] = {
    "critical": "error", "fatal": "error", "error": "error", "warning": "warn", "warn": "warn", "notice": "info",
    "info": "info", "debug": "debug", "trace": "debug", "e": "error", "f": "error", "w": "warn", "i": "info",
    "d": "debug",
}  # fmt: skip
WHERE_LEVELS_STAND = 120
"""A level is told at the beginning of a line; further on, the same word is part of a sentence."""


def plain(text: str) -> str:
    """The line without colours and whatever else terminals are told.

    >>> plain("\\x1b[32mINFO\\x1b[0m ok")
    'INFO ok'
    """
    return _ESCAPE.sub("", text) if "\x1b" in text else text


class Levels:
    """The levels of lines given in their order: the lines under a traceback are as grave as it is.

    >>> levels = Levels()
    >>> [levels.of("stderr", text) for text in (_TRACEBACK + ":", "  File x", "OSError: no", "ok")]
    ['error', 'error', 'error', '']
    """

    def __init__(self) -> None:
        self._within: set[str] = set()
        """The streams on which a traceback has not come to its end."""

    def of(self, stream: str, text: str) -> Level:
        """How grave the next line of a stream is."""
        text = plain(text)
        if _TRACEBACK in text:
            self._within.add(stream)
            return "error"
        if stream in self._within:
            if text[:1] not in (" ", "\t", "|", "+", ""):
                self._within.discard(stream)
            return "error"
        return level_of(text)


def level_of(text: str) -> Level:
    """How grave a line without escapes is, by itself.

    >>> [level_of(t) for t in ("WARN data: slow", "ValueError: x", "[W1126 10:00:00 a.cpp] b", "loss 0.1")]
    ['warn', 'error', 'warn', '']
    """
    head = text[:WHERE_LEVELS_STAND]
    found = _WORD.search(head) or _LEVEL_IS.search(head) or _GLOG.match(head)
    if found:
        return _NAMES[found[1].lower()]
    if _RAISED.match(head):
        return "error"
    return "warn" if _WARNED.search(head) else ""
