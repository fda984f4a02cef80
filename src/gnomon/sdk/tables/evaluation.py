"""Tables of an evaluation: which columns went in, which came out, and how that was judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gnomon.sdk import guard
from gnomon.sdk.errors import UnsupportedError
from gnomon.sdk.tables import frames, types
from gnomon.sdk.tables.cells import is_media
from gnomon.sdk.tables.columns import BadCell, BadTable
from gnomon.sdk.tables.table import Table

if TYPE_CHECKING:
    from gnomon.sdk.values.media import Place

ROW = "row"
"""The input column of an evaluation that names none: the number of the row, from 1."""
MEDIA_MODES = ("stub", "raise")


class EvalTable(Table):
    """A table whose columns have roles: `EvalTable(input_columns=["image"], score_columns=["right"], data=[...])`.

    Rows of two evaluations belong together where their input columns are equal; without `input_columns` a column `row`
    counts them. Columns without a role are outputs. Logged, the value names the roles and the mean of each score that
    is made of numbers or booleans. `columns` may be left out where the roles name them all, in this order. Values of
    classes that no column knows are kept as text, or refused with `unsupported_media_mode="raise"`. It is logged once.
    """

    def __init__(
        self,
        columns: Sequence[Any] | None = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        dtype: Any = None,
        optional: Any = True,
        allow_mixed_types: bool = False,
        log_mode: str = "IMMUTABLE",
        *,
        input_columns: Sequence[str] | None = None,
        output_columns: Sequence[str] | None = None,
        score_columns: Sequence[str] | None = None,
        backend: str | None = None,
        unsupported_media_mode: str = "stub",
    ) -> None:
        if log_mode != "IMMUTABLE":
            raise BadTable(f"An EvalTable is logged once: log_mode is 'IMMUTABLE', not {log_mode!r}")
        if unsupported_media_mode not in MEDIA_MODES:
            raise BadTable(f"unsupported_media_mode is 'stub' or 'raise', not {unsupported_media_mode!r}")
        if backend is not None:
            raise UnsupportedError("Evaluations are kept with the run, there is no other backend; leave it out")
        self._strict = unsupported_media_mode == "raise"
        self._roles = {
            "input_columns": list(input_columns or ()),
            "output_columns": list(output_columns or ()),
            "score_columns": list(score_columns or ()),
        }
        named = [name for names in self._roles.values() for name in names]
        if columns is None and dataframe is None and not frames.is_frame(data) and named:
            columns = list(dict.fromkeys(named))
        super().__init__(columns, data, rows, dataframe, dtype, optional, allow_mixed_types, log_mode)
        if self._strict:
            for row in self.data:
                self._check(row)

    def add_data(self, *data: Any) -> None:
        """Add one row; see `Table.add_data`."""
        if self._strict:
            self._check(data)
        super().add_data(*data)

    def add_column(self, name: str, data: Any, optional: bool = False) -> None:
        """Add a column; see `Table.add_column`."""
        if self._strict:
            self._check(data)
        super().add_column(name, data, optional)

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """Leave the rows in the run folder for the shipper; the value with the roles and the means of the scores."""
        known = self._told.get(place.folder or "")
        if known is not None:
            return dict(known)
        roles = self._all_roles()
        value = {**self._counted().bound(place, key, step), **roles, "scores": self._means(roles["score_columns"])}
        if place.folder is not None:
            self._told[place.folder] = value
        return dict(value)

    def _all_roles(self) -> dict[str, list[Any]]:
        """The columns of each role; those without one are outputs. Raises BadTable for a column that is not there."""
        names = [str(name) for name in self.columns]
        unknown = [name for role in self._roles.values() for name in role if name not in names]
        if unknown:
            raise BadTable(f"The table has no columns {unknown}, which have a role; it has {self.columns}")
        taken = [name for role in self._roles.values() for name in role]
        twice = sorted({name for name in taken if taken.count(name) > 1})
        if twice:
            guard.warn_once("roles", f"columns of an evaluation have more than one role: {', '.join(twice)}")
        found = {role: list(given) for role, given in self._roles.items()}
        found["output_columns"] += [name for name in names if name not in taken]
        if not found["input_columns"]:
            found["input_columns"] = [ROW]
        return found

    def _counted(self) -> Table:
        """The table as it is kept: with a column that counts the rows, where nothing else tells them apart."""
        kept = Table(columns=[])
        kept._columns = self._columns.copy()
        if self._roles["input_columns"] or ROW in self.columns:
            kept.data = self.data
            return kept
        kept._columns.names.append(ROW)
        kept._columns.add(types.NUMBER)
        kept.data = [[*row, number] for number, row in enumerate(self.data, 1)]
        return kept

    def _means(self, names: Sequence[Any]) -> dict[str, float]:
        means = {}
        for place, name in enumerate(map(str, self.columns)):
            values = [row[place] for row in self.data] if name in names else []
            numbers = [float(value) for value in values if _is_number(value) and value == value]
            if numbers and all(_is_number(value) or value is None for value in values):
                means[name] = sum(numbers) / len(numbers)
        return means

    def _check(self, values: Any) -> None:
        for value in values:
            if isinstance(types.type_of(value), types.PythonObject) and not is_media(value):
                raise BadCell(f"A {type(value).__name__} cannot stand in a cell: {value!r:.80}")


def _is_number(value: Any) -> bool:
    return types.type_of(value) in (types.NUMBER, types.BOOLEAN) or (type(value) is float)
