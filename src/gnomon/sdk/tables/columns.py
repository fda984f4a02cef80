"""The columns of a table: their types, and taking rows in. A row that does not fit changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from gnomon.sdk.errors import UsageError
from gnomon.sdk.tables import types
from gnomon.sdk.tables.types import NOTHING, NUMBER, PLAIN, Dict, Invalid, Type
from gnomon.sdk.values.foreign import media_of
from gnomon.sdk.values.media import told
from gnomon.sdk.values.plain import Unloggable

MAX_SHOWN = 80


class BadTable(UsageError, ValueError):
    """What was passed makes no table: rows of the wrong length, names that are none, …"""


class BadCell(UsageError, TypeError):
    """A value that does not fit into its column."""


class Columns:
    """The types of some columns in order; `names` may be texts or numbers."""

    def __init__(self, names: Sequence[Any], dtype: Any = None, optional: Any = True) -> None:
        self.names = list(names)
        kinds = dtype if isinstance(dtype, list) else [dtype] * len(self.names)
        nullable = optional if isinstance(optional, (list, tuple)) else [optional] * len(self.names)
        for given, what in ((kinds, "dtype"), (nullable, "optional")):
            if len(given) != len(self.names):
                raise BadTable(f"{what} has {len(given)} entries for {len(self.names)} columns")
        self.types: list[Type] = []
        self._sure: list[set[type]] = []
        """Classes of which every value fits, and changes nothing; NaN apart."""
        self.foreign: set[int] = set()
        """Places of columns with cells that are not plain Python values."""
        self.keyed = False
        """Whether a column holds keys."""
        for kind, may_lack in zip(kinds, nullable, strict=True):
            known = types.UNKNOWN if kind is None else types.of_dtype(kind)
            self.add(types.optional(known) if may_lack else known)

    def add(self, kind: Type) -> None:
        """One more column; its name is added by the caller."""
        self.types.append(kind)
        self._sure.append(set())
        self.keyed = self.keyed or kind.is_key

    def set(self, place: int, kind: Type) -> None:
        """Let a column be of this type from now on."""
        self.types[place] = kind
        self._sure[place] = set()
        self.keyed = self.keyed or kind.is_key

    def copy(self) -> Columns:
        """The same, to try something out on."""
        fresh = Columns([])
        fresh.names, fresh.types = list(self.names), list(self.types)
        fresh._sure, fresh.foreign, fresh.keyed = [set(one) for one in self._sure], set(self.foreign), self.keyed
        return fresh

    def type_map(self) -> Dict:
        """The type of all rows."""
        return Dict(dict(zip(self.names, self.types, strict=True)))

    def take(self, row: list[Any], number: int) -> None:
        """Take one row in. Raises BadTable and BadCell, and then nothing was taken.

        Pictures and figures of other libraries become the media they mean, in the row itself.
        """
        if len(row) != len(self.types):
            raise BadTable(
                f"Row {number} has {len(row)} values for the {len(self.types)} columns {_short(str(self.names))}"
            )
        fitted: list[tuple[int, Type]] = []
        for place, value in enumerate(row):
            if type(value) in self._sure[place] and value == value:
                continue
            if type(value) not in PLAIN:
                value = row[place] = lifted(value)
            fitted.append((place, self._fitted(place, value, number)))
        for place, kind in fitted:
            self._keep(place, kind, type(row[place]))

    def take_all(self, rows: Sequence[list[Any]], first: int = 0) -> None:
        """The same for many rows at once; `first` is the number of the first, for messages."""
        for number, row in enumerate(rows) if set(map(len, rows)) - {len(self.types)} else ():
            if len(row) != len(self.types):
                raise BadTable(
                    f"Row {first + number} has {len(row)} values for the {len(self.types)} columns "
                    f"{_short(str(self.names))}"
                )
        trial = self.copy()
        for place, column in enumerate(zip(*rows, strict=True)):
            values: Sequence[Any] = column
            if not PLAIN.keys() >= set(map(type, column)):
                values = [lifted(value) for value in column]
                for row, value in zip(rows, values, strict=True):
                    row[place] = value
            trial.take_column(place, values, first)
        self.types, self._sure, self.foreign = trial.types, trial._sure, trial.foreign

    def take_column(self, place: int, values: Sequence[Any], first: int = 0, known: Type | None = None) -> None:
        """Take values in under one column. `known` is the type of all of them, where the caller knows it."""
        if known is not None:
            kind = self.types[place].assign_type(known)
            if not isinstance(kind, Invalid):
                self.set(place, kind)
                return
        classes = set(map(type, values))
        if classes <= PLAIN.keys():
            kind = _plain_type(self.types[place], classes, values)
            if not isinstance(kind, Invalid):
                if kind is not self.types[place]:
                    self.set(place, kind)
                self._sure[place].update(one for one in classes if kind.assign_type(PLAIN[one]) is kind)
                return
        for number, value in enumerate(values, first):
            if type(value) in self._sure[place] and value == value:
                continue
            self._keep(place, self._fitted(place, value, number), type(value))

    def _fitted(self, place: int, value: Any, number: int) -> Type:
        where = f"Column {self.names[place]!r}, row {number}"
        try:
            kind = self.types[place].assign(value)
            if not isinstance(kind, Invalid):
                return kind
            found = f"{_short(str(types.type_of(value)))} {_short(repr(value))}"
        except Exception as error:  # foreign code of any kind ran
            raise BadCell(f"{where}: {type(error).__name__} while looking at it: {told(error)}") from error
        raise BadCell(
            f"{where}: wanted {wanted(self.types[place])}, found {found}. "
            "For a column of several kinds, make the table with allow_mixed_types=True"
        )

    def _keep(self, place: int, kind: Type, of: type) -> None:
        if of not in PLAIN:
            self.foreign.add(place)
        if kind is not self.types[place]:
            self.set(place, kind)
        elif of in PLAIN:
            if kind.assign_type(PLAIN[of]) is kind:
                self._sure[place].add(of)
        elif _is_numpy_scalar(of) and kind.assign_type(types.of_dtype(of)) is kind:
            self._sure[place].add(of)


def lifted(value: Any) -> Any:
    """The media value that a picture or figure of another library means; any other value as it is."""
    try:
        found = media_of(value)
    except Unloggable as error:
        raise BadCell(str(error)) from None
    return value if found is None else found


def wanted(kind: Type) -> str:
    """A type for people: `Number or None`."""
    return _short(" or ".join(str(one) for one in kind.allowed) if isinstance(kind, types.Union) else str(kind))


def _plain_type(kind: Type, classes: set[type], values: Sequence[Any]) -> Type:
    """What a type becomes with values of plain classes; INVALID where one does not fit."""
    for one in sorted(classes, key=lambda one: one.__name__):
        if one is not float:
            kind = kind.assign_type(PLAIN[one])
            continue
        floats = values if len(classes) == 1 else [value for value in values if type(value) is float]
        total = sum(floats)
        lacking = total != total and any(value != value for value in floats)
        if lacking:
            kind = kind.assign_type(NOTHING)
        if not lacking or any(value == value for value in floats):
            kind = kind.assign_type(NUMBER)
    return kind


def _is_numpy_scalar(kind: type) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and issubclass(kind, (numpy.number, numpy.bool_))


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"
