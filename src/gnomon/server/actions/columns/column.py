"""One column: the values of one field over all runs of a project, and comparisons with all of them at once."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gnomon.model.errors import Rejected
from gnomon.model.patterns import pattern
from gnomon.model.query import Where
from gnomon.model.query_match import as_float, compare, is_number, spelled

MISSING, NUMBER, TEXT, OTHER = 0, 1, 2, 3
"""What kind of value a run has in a column. Bools, lists and dicts are `OTHER`: told apart by their JSON."""

MOST_ANSWERS = 8
"""How many comparisons of texts a column remembers the outcome of."""

SLOWEST_SECS = 5.0
"""How long one comparison may look through texts before it is refused."""


class Grouped(NamedTuple):
    """A column as numbers of groups: each of the distinct values, in order."""

    ranks: NDArray[np.int32]
    """By position."""
    there: int
    """Ranks below have a value that compares; then comes NaN, then what has no value."""


def grouped(classes: NDArray[np.int8], places: NDArray[np.float64]) -> Grouped:
    """Ranks of what has these classes, and places within them, such as `order_keys` gives."""
    ranks = np.zeros(len(classes), np.int32)
    count = there = 0
    for kind in np.flatnonzero(np.bincount(classes)).tolist():
        same = classes == kind
        distinct, within = np.unique(places[same], return_inverse=True)
        ranks[same] = within + count
        count += len(distinct)
        if kind < 8:
            there = count
    return Grouped(ranks, there)


class Elements:
    """The texts in lists of texts, where each list is known by its code. Lists are only ever added."""

    def __init__(self) -> None:
        self.column = Column(64)
        """Each distinct text at a position of its own; no value is what an empty list has."""
        self._position: dict[str | None, int] = {}
        self._flat = np.zeros(0, np.int64)
        self._ends = np.zeros(1, np.int64)

    def add(self, lists: Sequence[list[str]]) -> None:
        """Takes up the lists, by code, that came since the last time."""
        flat: list[int] = []
        ends: list[int] = []
        for value in lists[len(self._ends) - 1 :]:
            flat += map(self._place, dict.fromkeys(value) or (None,))
            ends.append(len(self._flat) + len(flat))
        if ends:
            self._flat = np.concatenate([self._flat, np.array(flat, np.int64)])
            self._ends = np.concatenate([self._ends, np.array(ends, np.int64)])

    def spread(self, chosen: NDArray[np.intp], codes: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Each of the chosen once for every text in its list, and the position of that text."""
        starts, ends = self._ends[codes[chosen]], self._ends[codes[chosen] + 1]
        sizes = ends - starts
        before = np.cumsum(sizes) - sizes
        return np.repeat(chosen, sizes), self._flat[np.repeat(starts - before, sizes) + np.arange(sizes.sum())]

    @property
    def size_bytes(self) -> int:
        return self.column.size_bytes + self._flat.nbytes + self._ends.nbytes

    def _place(self, text: str | None) -> int:
        at = self._position.get(text)
        if at is None:
            at = self._position[text] = len(self._position)
            if at == len(self.column.kinds):
                self.column.grow(2 * at)
            self.column.put(at, text)
        return at


class Column:
    """The values of one field, by position. Distinct texts are kept once; `codes` says which."""

    def __init__(self, size: int) -> None:
        self.kinds = np.zeros(size, np.uint8)
        self.numbers = np.zeros(size, np.float64)
        self.codes = np.zeros(size, np.int32)
        self.values: list[Any] = []
        """By code: the texts, and the other values that are neither numbers nor texts."""
        self._code_of: dict[Any, int] = {}
        self._ranks: NDArray[np.int64] | None = None
        self._grouped: Grouped | None = None
        self._elements: Elements | None = None
        self._answers: OrderedDict[tuple[str, type, str], NDArray[np.bool_]] = OrderedDict()
        self.texts_bytes = 0

    @classmethod
    def of_numbers(cls, numbers: NDArray[np.float64]) -> Column:
        """A column of these."""
        made = cls(len(numbers))
        made.kinds[:], made.numbers = NUMBER, numbers
        return made

    def know(self, values: Sequence[Any]) -> None:
        """Takes up what another column has as `values`, so that its codes say the same here."""
        for value in values:
            self._code(value if isinstance(value, str) else spelled(value), value)

    def put(self, at: int, value: Any) -> None:
        self._grouped = None
        if value is None:
            self.kinds[at] = MISSING
        elif is_number(value):
            self.kinds[at] = NUMBER
            self.numbers[at] = as_float(value)
        else:
            text = isinstance(value, str)
            self.kinds[at] = TEXT if text else OTHER
            self.codes[at] = self._code(value if text else spelled(value), value)  # str and bytes are never equal

    def _code(self, name: str | bytes, value: Any) -> int:
        code = self._code_of.get(name)
        if code is None:
            code = self._code_of[name] = len(self.values)
            self.values.append(value)
            self._ranks = None
            self.texts_bytes += 150 + 3 * len(name)
        return code

    def fill(self, at: NDArray[np.intp], values: Sequence[Any]) -> None:
        """Puts many values; those of a kind all at once."""
        self._grouped = None
        kinds = set(map(type, values))
        if kinds <= {float, int} and (numbers := _as_floats(values)) is not None:
            self.kinds[at], self.numbers[at] = NUMBER, numbers
        elif kinds == {str}:
            for text in dict.fromkeys(values):
                self._code(text, text)
            self.kinds[at], self.codes[at] = TEXT, list(map(self._code_of.__getitem__, values))
        elif kinds == {type(None)}:
            self.kinds[at] = MISSING
        elif len(kinds) > 1 and kinds <= {float, int, str, type(None)}:
            by_kind: dict[Any, list[int]] = {}
            for place, value in enumerate(values):
                by_kind.setdefault(type(value), []).append(place)
            for places in by_kind.values():
                self.fill(at[places], [values[place] for place in places])
        else:
            for place, value in zip(at.tolist(), values, strict=True):
                self.put(place, value)

    def value(self, at: int) -> Any:
        """What was put there; every number as a float."""
        kind = self.kinds[at]
        if kind == MISSING:
            return None
        return float(self.numbers[at]) if kind == NUMBER else self.values[self.codes[at]]

    def grow(self, size: int) -> None:
        self._grouped = None
        more = size - len(self.kinds)
        self.kinds = np.concatenate([self.kinds, np.zeros(more, np.uint8)])
        self.numbers = np.concatenate([self.numbers, np.zeros(more, np.float64)])
        self.codes = np.concatenate([self.codes, np.zeros(more, np.int32)])

    @property
    def size_bytes(self) -> int:
        answers = sum(answer.nbytes for answer in list(self._answers.values()))
        grouped = self._grouped
        elements = self._elements
        more = answers + (grouped.ranks.nbytes if grouped is not None else 0)
        more += elements.size_bytes if elements is not None else 0
        return self.kinds.nbytes + self.numbers.nbytes + self.codes.nbytes + more + self.texts_bytes

    def holds(self, where: Where) -> NDArray[np.bool_]:
        """Where the comparison holds; agrees with `query_match.compare` on every value."""
        op, given = where.op, where.value
        out = np.full(len(self.kinds), compare(op, None, given))
        numbers = self.kinds == NUMBER
        out[numbers] = _numbers(op, self.numbers[numbers], given)
        coded = self.kinds >= TEXT
        if self.values and coded.any():
            out[coded] = self._by_code(op, given)[self.codes[coded]]
        return out

    def order_keys(self) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
        """Class and place within it: numbers, then texts, then the rest; NaN and missing come last, each by itself."""
        classes = self.kinds.astype(np.int8)
        classes[self.kinds == MISSING] = 9
        places = np.where(self.kinds == NUMBER, self.numbers, 0.0)
        bad = (self.kinds == NUMBER) & np.isnan(self.numbers)
        classes[bad] = 8
        places[bad] = 0.0
        coded = self.kinds >= TEXT
        if self.values:
            places[coded] = self._rank()[self.codes[coded]]
        return classes, places

    def grouped(self) -> Grouped:
        """Which values are one group, in the order in which runs are sorted by the field."""
        if self._grouped is None:
            self._grouped = grouped(*self.order_keys())
        return self._grouped

    def elements(self) -> Elements:
        """The elements of the values, where all are lists of texts."""
        if self._elements is None:
            self._elements = Elements()
        self._elements.add(self.values)
        return self._elements

    def _rank(self) -> NDArray[np.int64]:
        if self._ranks is None:
            texts = [v if isinstance(v, str) else spelled(v).decode() for v in self.values]
            order = sorted(range(len(texts)), key=lambda code: (texts[code].casefold(), texts[code]))
            self._ranks = np.empty(len(order), np.int64)
            self._ranks[order] = np.arange(len(order))
        return self._ranks

    def _by_code(self, op: str, given: Any) -> NDArray[np.bool_]:
        """For each code whether the comparison holds. What a code stands for never changes, so answers are kept."""
        if op in ("=", "!=", "in", "not in"):
            return self._by_equality(op, given)
        question = (op, type(given), str(given))
        known = self._answers.pop(question, None)
        start = 0 if known is None else len(known)
        out = np.empty(len(self.values), np.bool_)
        if known is not None:
            out[:start] = known
        test = _test(op, given)
        stop = time.monotonic() + SLOWEST_SECS
        while start < len(self.values):
            part = self.values[start : start + 1024]
            out[start : start + len(part)] = [test(value) for value in part]
            start += len(part)
            if time.monotonic() > stop:
                raise Rejected(f"`{op}` takes too long over so many values; use a simpler comparison", field="query")
        self._answers[question] = out
        if len(self._answers) > MOST_ANSWERS:
            self._answers.popitem(last=False)
        return out

    def _by_equality(self, op: str, given: Any) -> NDArray[np.bool_]:
        wanted = list(given) if op in ("in", "not in") else [given]
        out = np.zeros(len(self.values), np.bool_)
        for value in wanted:
            code = None
            if value is not None and not is_number(value):
                code = self._code_of.get(value if isinstance(value, str) else spelled(value))
            if code is not None:
                out[code] = True
        return ~out if op in ("!=", "not in") else out


def _as_floats(values: Sequence[float]) -> NDArray[np.float64] | None:
    """Numbers all at once; None where one of them is an int beyond all floats."""
    try:
        return np.array(values, np.float64)
    except OverflowError:
        return None


def _test(op: str, given: Any) -> Callable[[Any], bool]:
    """One comparison as a function of the stored value; the two that meet many texts without detours."""
    if op == "contains" and isinstance(given, str):
        part = given.casefold()
        return lambda value: part in value.casefold() if isinstance(value, str) else compare(op, value, given)
    if op == "matches":
        found_in = pattern(given).found_in
        return lambda value: found_in(value) if isinstance(value, str) else compare(op, value, given)
    return lambda value: compare(op, value, given)


def _numbers(op: str, numbers: NDArray[np.float64], given: Any) -> Any:
    """A comparison of numbers with what the filter gives."""
    if op in ("in", "not in"):
        wanted = np.array([as_float(value) for value in given if is_number(value)], np.float64)
        found = np.isin(numbers, wanted)
        return ~found if op == "not in" else found
    if op == "exists":
        return given is not False
    if op == "is":
        return np.isnan(numbers) if given == "nan" else given == "number"
    if not is_number(given):
        return op == "!="
    limit = as_float(given)
    if op == "=":
        return numbers == limit
    if op == "!=":
        return numbers != limit
    if op == "<":
        return numbers < limit
    if op == "<=":
        return numbers <= limit
    if op == ">":
        return numbers > limit
    if op == ">=":
        return numbers >= limit
    return False
