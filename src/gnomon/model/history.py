"""What was logged over time: keys, buckets, rows."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from gnomon.model.console_level import Level

Stream = Literal["history", "system"]
"""`history` is what `log()` wrote, `system` what was sampled of the machine."""

Repeats = Literal["last", "all", "mean"]
"""What is read where a step was logged more than once: the last value, every one, or the mean of the finite ones."""

KeyKind = Literal["number", "text", "media", "json"]


class KeyInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One logged key: of one run, or of all the runs of a project (`runs` says how many have it).

    `min`, `max` and `mean` leave out NaN and the infinities, and are None for keys without a finite number.
    """

    key: str
    kind: KeyKind
    type: str = ""
    """For media, its `_type`, such as `image-file`."""
    points: int = 0
    runs: int = 1
    first_step: int | None = None
    last_step: int | None = None
    last: Any = None
    min: float | None = None
    max: float | None = None
    mean: float | None = None
    step_metric: str | None = None
    """The key `define_metric` named as this one's x axis."""
    hidden: bool = False
    """`define_metric` asked not to show it."""


class SeriesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Curves of some keys of some runs, in at most `buckets` exact buckets a curve.

    `x` is `_step`, `_time` (Unix seconds), `_runtime` (seconds since the run began) or another key.
    `first` and `last` bound x, both ends included; None is open. Raw points come back once they fit. Where a step was
    logged more than once, `repeats` says what counts: the last value, every one, or their mean as one point.
    """

    runs: tuple[str, ...]
    keys: tuple[str, ...]
    stream: Stream = "history"
    x: str = "_step"
    first: float | None = None
    last: float | None = None
    buckets: int = 1000
    repeats: Repeats = "last"


class SeriesHead(msgspec.Struct, frozen=True, kw_only=True):
    """Which slice `[start, start + length)` of the columns is which curve; `raw` when each bucket is one point."""

    run: str
    key: str
    start: int
    length: int
    raw: bool
    points: int
    """How many points the range holds, before bucketing."""


class SeriesHeads(msgspec.Struct, frozen=True, kw_only=True):
    """The schema metadata `gnomon` of a series answer in Arrow."""

    x: str
    series: tuple[SeriesHead, ...]


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows in step order; a key a row does not have is left out of it. `cursor` fetches the next page."""

    rows: tuple[dict[str, Any], ...]
    cursor: int | None = None


class ConsoleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the terminal as it stood last; `line` counts over all attempts from 0."""

    line: int
    time: float
    stream: Literal["stdout", "stderr"]
    text: str
    attempt: int = 0
    label: str = ""
    """Which of several writers of the run has printed it, where they say so."""
    level: Level = ""
    """How grave it is, guessed from its words; lines under a traceback are as grave as it is."""


class ConsolePage(msgspec.Struct, frozen=True, kw_only=True):
    """Lines `[first, first + len(lines))` of `total`."""

    lines: tuple[ConsoleLine, ...]
    total: int


class FileInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a run. `digest` is the SHA-256 of its bytes in hex."""

    path: str
    size_bytes: int
    mime: str
    digest: str
    updated_at: float


class ConsoleFound(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of the lines that were looked for, in order. `next` is the line to go on from; None at the end."""

    lines: tuple[int, ...]
    total: int
    next: int | None = None


class FileStored(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes were checked and are on disk."""

    stored: bool = True


class FileOffer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the project has these bytes already; if so the path holds them from now on."""

    have: bool
