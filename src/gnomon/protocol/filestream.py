"""The file stream of the official client: the files of a run, a few lines at a time, each file with its offset.

    {"files": {"wandb-history.jsonl": {"offset": 4, "content": ["{\\"loss\\":0.5,\\"_step\\":4}"]}},
     "uploaded": ["config.yaml"], "preempting": true, "complete": true, "exitcode": 0}

Every part may be missing; `{}` is a sign of life. The client gives a run up for good when it is told that a request is
wrong, so nothing here is refused for one odd value: what cannot be read is left out and counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

import msgspec

from gnomon.model.depth import MOST, too_deep

HISTORY = "wandb-history.jsonl"
EVENTS = "wandb-events.jsonl"
SUMMARY = "wandb-summary.json"
CONSOLE = "output.log"

MOST_OFFSET = 1 << 50

_outer = msgspec.json.Decoder()
_row = msgspec.json.Decoder(dict[str, Any])
_rows = msgspec.json.Decoder(list[dict[str, Any]])


class Lines(NamedTuple):
    """Lines of one file; the first of them is the line number `offset`."""

    offset: int
    content: Sequence[str]

    @property
    def end(self) -> int:
        return self.offset + len(self.content)


NONE = Lines(0, ())


class Post(NamedTuple):
    """One request. A file that is not in it has no lines."""

    history: Lines = NONE
    events: Lines = NONE
    summary: Lines = NONE
    console: Lines = NONE
    uploaded: tuple[str, ...] = ()
    preempting: bool = False
    complete: bool = False
    exit_code: int | None = None
    odd: tuple[str, ...] = ()
    """What could not be read."""


class ConsoleLine(NamedTuple):
    """A line a script has printed; `time` is None where it does not say when."""

    time: float | None
    stderr: bool
    label: str
    text: str


def read(body: bytes) -> Post:
    """The request that a body holds."""
    odd: list[str] = []
    said = _loaded(body) if body.strip() else {}
    if not isinstance(said, dict):
        return Post(odd=("the body is not a JSON object",))
    given = said.get("files")
    files = given if isinstance(given, dict) else {}
    found = {name: _lines(name, files.get(name), odd) for name in (HISTORY, EVENTS, SUMMARY, CONSOLE)}
    uploaded = said.get("uploaded")
    code = said.get("exitcode")
    return Post(
        history=found[HISTORY],
        events=found[EVENTS],
        summary=found[SUMMARY],
        console=found[CONSOLE],
        uploaded=tuple(name for name in uploaded if isinstance(name, str)) if isinstance(uploaded, list) else (),
        preempting=said.get("preempting") is True,
        complete=said.get("complete") is True,
        exit_code=code if type(code) is int and -(1 << 31) <= code < 1 << 31 else None,
        odd=tuple(odd),
    )


def rows(content: Sequence[str]) -> tuple[list[dict[str, Any] | None], int]:
    """The objects that lines hold, None for a line that holds none; how many things had to be left out. NaN and the
    infinities may stand bare. Of a row with a value that is nested too deep, the other values stay."""
    if any(line.count("{") + line.count("[") > MOST for line in content):
        return _shallow([_one(line) for line in content])
    try:
        together: list[dict[str, Any] | None] = list(_rows.decode(f"[{','.join(content)}]"))
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        together = []
    if len(together) == len(content):
        return together, 0
    found = [_one(line) for line in content]
    return found, sum(row is None for row in found)


def summary_of(lines: Lines) -> dict[str, Any] | None:
    """The summary that the last line holds; None where there is none."""
    return _shallow([_one(lines.content[-1])])[0][0] if lines.content else None


def _shallow(found: Sequence[dict[str, Any] | None]) -> tuple[list[dict[str, Any] | None], int]:
    """The rows without values that are nested too deep; how many values and rows are missing."""
    odd, kept = 0, []
    for row in found:
        deep = [key for key, value in row.items() if too_deep(value)] if row is not None else []
        odd += len(deep) + (row is None)
        kept.append(row if row is None or not deep else {key: row[key] for key in row.keys() - set(deep)})
    return kept, odd


_plain = re.compile(
    r"(?P<error>ERROR )?(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)"
    r"(?: \[(?P<label>[^\]]{1,200})\])? ?(?P<text>.*)",
    re.DOTALL,
)


def console_line(line: str) -> ConsoleLine:
    """A line of the console, in either of the forms that clients send; any other text is a line as it is.

    >>> console_line('ERROR 2026-01-31T12:00:00.5 [node0] hello').text
    'hello'
    """
    line = line.removesuffix("\n")  # clients up to 0.16 leave it there
    if line.startswith("{"):
        said = _one(line)
        if said is not None and isinstance(said.get("content"), str) and "ts" in said:
            label = said.get("label")
            return ConsoleLine(
                _time(said["ts"]),
                said.get("level") == "error",
                label if isinstance(label, str) else "",
                said["content"],
            )
    match = _plain.fullmatch(line)
    if match is None:
        return ConsoleLine(None, False, "", line)
    return ConsoleLine(_time(match["time"]), match["error"] is not None, match["label"] or "", match["text"])


def _lines(name: str, given: Any, odd: list[str]) -> Lines:
    if given is None:
        return NONE
    if not isinstance(given, dict) or not isinstance(given.get("content"), list):
        odd.append(f"{name} is not an offset with a list of lines")
        return NONE
    content = [line for line in given["content"] if isinstance(line, str)]
    if len(content) < len(given["content"]):
        odd.append(f"{len(given['content']) - len(content)} lines of {name} are no texts")
    offset = given.get("offset", 0)
    if type(offset) is not int or not 0 <= offset < MOST_OFFSET:
        odd.append(f"the offset of {name} is {offset!r:.40}")
        return NONE
    return Lines(offset, content)


def _one(line: str) -> dict[str, Any] | None:
    try:
        return _row.decode(line)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        pass
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _loaded(body: bytes) -> Any:
    try:
        return _outer.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _time(text: Any) -> float | None:
    if not isinstance(text, str):
        return None
    whole, dot, fraction = text.removesuffix("Z").partition(".")
    try:
        time = datetime.fromisoformat(whole).replace(tzinfo=timezone.utc).timestamp()
    except (ValueError, OverflowError):
        return None
    return time + float(f"0.{fraction}") if dot and fraction.isdigit() else time
