"""Tables: rows of values under typed columns, media among them; logged to runs and added to artifacts."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon.sdk import guard
from gnomon.sdk.errors import Error, UsageError
from gnomon.sdk.tables import cells, equality, frames, kinds, types
from gnomon.sdk.tables.columns import BadCell, BadTable, Columns, lifted
from gnomon.sdk.tables.kinds import ForeignIndex, ForeignKey, Index, Key, PrimaryKey
from gnomon.sdk.tables.types import Type
from gnomon.sdk.values.media import refusing

if TYPE_CHECKING:
    from gnomon.sdk.values.media import Place, Shelf

LOG_MODES = ("IMMUTABLE", "MUTABLE", "INCREMENTAL")


class Table:
    """Rows of values under named columns: `Table(columns=["image", "guess"], data=[[Image(array), "cat"]])`.

    `data` is a list of rows, an N×M numpy array, or a data frame of pandas or polars (whose columns are taken).
    Cells are numbers, text, booleans, None, dates, lists, dicts, arrays and media. A column takes one kind of value,
    that of its first row or of `dtype`, and None where it is `optional`; `allow_mixed_types` lets it take any.

    `log_mode` says what logging it again means: IMMUTABLE refers to what was logged first, MUTABLE logs the whole
    table where it was changed, INCREMENTAL only the rows that are new.
    """

    MAX_ROWS = 10_000
    """Rows that charts are drawn of."""
    MAX_ARTIFACT_ROWS = 200_000
    """Rows that are kept; may be set."""

    suffix: ClassVar[str] = "table"
    _log_type: ClassVar[str] = "table"

    @refusing
    def __init__(
        self,
        columns: Sequence[Any] | None = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        dtype: Any = None,
        optional: Any = True,
        allow_mixed_types: bool = False,
        log_mode: str | None = "IMMUTABLE",
    ) -> None:
        if log_mode not in LOG_MODES:
            raise BadTable(f"log_mode is one of {', '.join(LOG_MODES)}, not {log_mode!r}")
        self.log_mode: str = log_mode
        self.data: list[list[Any]] = []
        self._told: dict[str, dict[str, Any]] = {}
        """What stands for the table in each run it was logged to, by run folder."""
        self._shelved = False
        self._increments = Increments()
        if allow_mixed_types:
            dtype = types.ANY
        data = rows if data is None and dataframe is None else data
        if dataframe is None and frames.is_frame(data):
            dataframe = data
        names = _names(["Input", "Output", "Expected"] if columns is None else columns)
        if dataframe is not None:
            found = frames.of_frame(dataframe)
            self._fill_columns(found, dtype, optional)
        elif frames.is_array(data):
            self._fill_columns(frames.of_array(data, names), dtype, optional)
        else:
            self._columns = Columns(names, dtype, optional)
            self._fill(data)

    def _fill(self, data: Any) -> None:
        fresh = _rows(data)
        if self._columns.keyed or any(_has_keys(row) for row in fresh[:1]):
            for row in fresh:
                self.add_data(*row)
            return
        self._columns.take_all(fresh)
        self.data = fresh

    def _fill_columns(self, found: frames.Columnar, dtype: Any, optional: Any) -> None:
        self._columns = Columns(found.names, dtype, optional)
        for place, (values, kind) in enumerate(zip(found.values, found.kinds, strict=True)):
            self._columns.take_column(place, values, known=kind)
        self.data = [list(row) for row in zip(*found.values, strict=True)]

    @property
    def columns(self) -> list[Any]:
        """The names of the columns, in order."""
        return self._columns.names

    @property
    def _column_types(self) -> types.Dict:
        return self._columns.type_map()

    # Adding

    def add_data(self, *data: Any) -> None:
        """Add one row. Raises BadTable for a wrong number of values and BadCell for one that does not fit."""
        self._changing()
        if self._columns.keyed or _has_keys(data):
            self._add_keyed(data)
        else:
            row = list(data)
            self._columns.take(row, len(self.data))
            self.data.append(row)
        if self.log_mode == "INCREMENTAL" and self._told:
            self._increments.follow(next(reversed(self._told.values())))
            self._told = {}

    def add_row(self, *row: Any) -> None:
        """Add one row; the older name of `add_data`."""
        self.add_data(*row)

    def add_column(self, name: str, data: Any, optional: bool = False) -> None:
        """Add a column of as many values as there are rows: a list or a numpy array."""
        self._not_incremental("add_column")
        self._changing()
        if not isinstance(name, str) or name in self.columns:
            raise BadTable(f"A new column needs a name of its own that is text, not {name!r}")
        values, kind = frames.of_values(data) if frames.is_array(data) else (_listed(data), None)
        values = [lifted(self._own(value)) for value in values] if not _all_plain(values) else values
        if self.columns and len(values) != len(self.data):
            raise BadTable(f"The column {name!r} has {len(values)} values for {len(self.data)} rows")
        trial = self._columns.copy()
        trial.names.append(name)
        trial.add(types.optional(types.UNKNOWN) if optional else types.UNKNOWN)
        trial.take_column(len(trial.types) - 1, values, known=kind)
        if not self.columns:
            self.data = [[] for _ in values]
        self._columns = trial
        for row, value in zip(self.data, values, strict=True):
            row.append(value)
        if _has_keys(values):
            self.cast(name, types.type_of(values[0]))

    def add_computed_columns(self, fn: Callable[[int, dict[Any, Any]], dict[str, Any]]) -> None:
        """Add columns computed of the others: `fn(index, row)` returns the new values by the names of their columns."""
        self._not_incremental("add_computed_columns")
        fresh: dict[str, list[Any]] = {}
        for index, row in self.iterrows():
            made = fn(index, dict(zip(self.columns, row, strict=True)))
            if not isinstance(made, dict):
                raise BadTable(f"fn must return a dict of new values by name, not {type(made).__name__}")
            for name, value in made.items():
                fresh.setdefault(name, []).append(value)
        for name, values in fresh.items():
            self.add_column(name, values)

    # Types and keys

    def cast(self, col_name: Any, dtype: Any, optional: bool = False) -> Type:
        """Let a column be of this type: a class, `[class]`, a constant, `classes.get_type()`, …

        Raises BadCell, and changes nothing, where a value that is there does not fit.
        """
        self._changing()
        place = self._place(col_name)
        kind: Type = types.of_dtype(dtype)
        if kind.is_key and optional:
            raise BadTable(f"The key column {col_name!r} cannot be optional")
        if isinstance(kind, (ForeignKey, ForeignIndex)) and kind.table is self:
            raise BadTable("A table cannot refer to itself")
        if isinstance(kind, PrimaryKey) and self._primary() not in (None, col_name):
            raise BadTable(f"The table has the primary key {self._primary()!r} already")
        trial = self._columns.copy()
        trial.set(place, types.optional(kind) if optional else kind)
        trial.take_column(place, [self._own(row[place]) for row in self.data])
        self._columns = trial
        for row in self.data:
            self._wrap(row, place)
        return trial.types[place]

    def set_pk(self, col_name: Any) -> None:
        """Let a column of texts name the rows."""
        self.cast(col_name, PrimaryKey())

    def set_fk(self, col_name: Any, table: Table, table_col: Any) -> None:
        """Let a column of texts name rows of another table, by one of its columns."""
        if col_name == self._primary():
            raise BadTable(f"The primary key {col_name!r} cannot refer to another table")
        self.cast(col_name, ForeignKey(table, table_col))

    def _primary(self) -> Any:
        for name, kind in zip(self.columns, self._columns.types, strict=True):
            if isinstance(kind, PrimaryKey):
                return name
        return None

    def _own(self, cell: Any) -> Any:
        """A key or a number of this table, which refers to nothing here, as a plain one."""
        return _bare(cell) if isinstance(cell, (Key, Index)) and (cell._table is None or cell._table is self) else cell

    def _add_keyed(self, data: tuple[Any, ...]) -> None:
        row = list(map(self._own, data))
        for place, cell in enumerate(row[: len(self.columns)]):
            if isinstance(cell, (Key, Index)) and not self._columns.types[place].is_key:
                self.cast(self.columns[place], types.type_of(cell))
        self._columns.take(row, len(self.data))
        for place in range(len(row)):
            self._wrap(row, place)
        self.data.append(row)

    def _wrap(self, row: list[Any], place: int) -> None:
        """Let a cell of a key column know which table it belongs to."""
        kind, cell = self._columns.types[place], row[place]
        if isinstance(kind, PrimaryKey):
            key = Key(cell)
            key._table, key._col_name = self, self.columns[place]
            row[place] = key
        elif isinstance(kind, ForeignKey) and not isinstance(cell, Key):
            key = Key(cell)
            key.set_table(kind.table, kind.col_name)
            row[place] = key
        elif isinstance(kind, ForeignIndex) and not isinstance(cell, Index):
            index = Index(cell)
            index.set_table(kind.table)
            row[place] = index

    # Reading

    def iterrows(self) -> Iterator[tuple[Index, list[Any]]]:
        """Each row with its number; put into a cell of another table, the number refers to this one."""
        for place in range(len(self.data)):
            yield self.index_ref(place), self.data[place]

    def get_column(self, name: Any, convert_to: str | None = None) -> Any:
        """The values of a column as a list, or as a numpy array with `convert_to="numpy"`."""
        place = self._place(name)
        if convert_to not in (None, "numpy"):
            raise BadTable(f"A column can be converted to 'numpy', not to {convert_to!r}")
        values = [row[place] for row in self.data]
        if convert_to is None:
            return values
        return _needed("numpy").array(
            [value.to_data_array() if hasattr(value, "to_data_array") else value for value in values]
        )

    def get_index(self) -> list[Index]:
        """The numbers of all rows, for cells of other tables."""
        return [self.index_ref(place) for place in range(len(self.data))]

    def index_ref(self, index: int) -> Index:
        """The number of a row, for a cell of another table."""
        if not hasattr(index, "__index__"):
            raise BadTable(f"The number of a row is a whole number, not {type(index).__name__}")
        if not -len(self.data) <= index < len(self.data):
            raise BadTable(f"The table has {len(self.data)} rows, and none with the number {index}")
        found = Index(index)
        found.set_table(self)
        return found

    def get_dataframe(self) -> Any:
        """The rows as a pandas data frame."""
        return _needed("pandas").DataFrame.from_records(self.data, columns=self.columns)

    def has_been_logged(self) -> bool:
        """Was it logged to a run, or added to an artifact?"""
        return bool(self._told) or self._shelved

    def __len__(self) -> int:
        return len(self.data)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and equality.difference(self, other) is None

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"Table({len(self.data)} rows, columns={self.columns!r})"

    # Where it goes

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """Leave the rows in the run folder for the shipper; the value that stands for the table."""
        from gnomon.sdk.tables import logged

        return logged.bound(self, place, key, step)

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> list[dict[str, Any]]:
        """The same for a list of tables: a value for each."""
        return [item.bound(place, key, step) for item in items]

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """Put what the cells need on the shelf; the JSON object of the table."""
        from gnomon.sdk.tables import stored

        self._shelved = True
        return stored.said(self, shelf)

    @classmethod
    def restored(cls, said: dict[str, Any], shelf: Shelf) -> Table:
        """The table back from its JSON object."""
        from gnomon.sdk.tables import stored

        return stored.table_of(said, shelf)

    def column_type(self) -> Type:
        """What it is in a cell of another table."""
        return kinds.TableType(self._column_types)

    # Inside

    def _place(self, name: Any) -> int:
        try:
            return self.columns.index(name)
        except ValueError:
            raise BadTable(f"The table has no column {name!r}; it has {self.columns}") from None

    def _changing(self) -> None:
        if self.log_mode == "MUTABLE":
            self._told = {}
        elif self.log_mode == "IMMUTABLE" and self._told:
            guard.warn_once(
                "immutable table",
                "a table that was logged is changed; logging it again will refer to what was logged first. "
                'Make it with log_mode="MUTABLE" to log it anew',
            )

    def _not_incremental(self, what: str) -> None:
        if self.log_mode == "INCREMENTAL":
            raise Error(f"{what} is not possible in a table with log_mode='INCREMENTAL', which only takes more rows")


class Increments:
    """How far a table in INCREMENTAL mode was logged."""

    def __init__(self, folder: str | None = None) -> None:
        self.folder = folder
        """The folder of the run it was logged to."""
        self.number: int | None = None
        self.rows = 0
        self.paths: list[str] = []

    def follow(self, last: dict[str, Any]) -> None:
        """The next increment comes after this history value."""
        self.paths = [*last.get("previous_increments_paths", ()), last["artifact_path"]]
        self.number = int(last.get("increment_num") or 0) + 1


def _names(columns: Any) -> list[Any]:
    if isinstance(columns, str) or (not isinstance(columns, (list, tuple)) and not hasattr(columns, "__iter__")):
        raise BadTable(f"columns is a list of names, not {columns!r}")
    names = [cells.text(name) if isinstance(name, str) else _number(name) for name in columns]
    for name in names:
        if type(name) not in (str, int):
            raise BadTable(f"The names of columns are texts or whole numbers, not {name!r} ({type(name).__name__})")
    return names


def _number(name: Any) -> Any:
    return name.item() if hasattr(name, "item") else name


def _rows(data: Any) -> list[list[Any]]:
    if data is None:
        return []
    if isinstance(data, (str, bytes, dict)) or not isinstance(data, Iterable):
        raise BadTable(f"data is a list of rows, a numpy array or a data frame, not {type(data).__name__}")
    try:
        return list(map(list, data))
    except TypeError:
        raise BadTable("Each row of data must be a list of the values of its cells") from None


def _listed(data: Any) -> list[Any]:
    if isinstance(data, (str, bytes, dict)) or not isinstance(data, Iterable):
        raise BadTable(f"A column is a list or a numpy array, not {type(data).__name__}")
    return list(data)


def _all_plain(cells: Iterable[Any]) -> bool:
    return types.PLAIN.keys() >= set(map(type, cells))


def _has_keys(cells: Iterable[Any]) -> bool:
    return not _KEYS.isdisjoint(map(type, cells))


_KEYS = frozenset({Key, Index})


def _bare(cell: Key | Index) -> str | int:
    return str.__str__(cell) if isinstance(cell, str) else int(cell)


def _needed(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError:
        raise UsageError(f"This needs the package {package} (pip install {package})") from None


__all__ = ["BadCell", "BadTable", "Table"]
