"""Tables as the JSON object that an artifact keeps, and back."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gnomon.sdk import guard
from gnomon.sdk.tables import cells, kinds, types
from gnomon.sdk.tables.columns import BadTable
from gnomon.sdk.tables.types import Array, List, Type, Union
from gnomon.sdk.values.restored import restored
from gnomon.sdk.values.rows import BadRow

if TYPE_CHECKING:
    from gnomon.sdk.run.run import Run
    from gnomon.sdk.tables.table import Table
    from gnomon.sdk.values.media import Shelf

MAX_EMBEDDING_DIMENSIONS = 150
"""Longer vectors, and arrays of more dimensions, are kept in a file beside the table."""


class TooManyRows(BadRow):
    """A table has more rows than are kept, and the run's settings ask for this to be an error."""


PutArray = Callable[[str, bytes], str]
"""Keeps a column of arrays: its name and the bytes of an `.npy` file; the path it is found under."""


def said(table: Table, shelf: Shelf) -> dict[str, Any]:
    """The JSON object of a table whose media and arrays are on the shelf."""
    import gnomon

    rows = kept_rows(table, table.data, strict=strict_about_rows(gnomon.run))

    def put(value: Any) -> dict[str, Any]:
        if not hasattr(type(value), "stored"):
            raise BadTable(f"A {type(value).__name__} cannot stand in the cell of a table that is added to an artifact")
        found: dict[str, Any] = value.stored(shelf)
        return found

    def put_array(name: str, data: bytes) -> str:
        from hashlib import md5

        from gnomon.sdk.shipper.encoders.npz import packed

        made = packed({name: data})
        digest = md5(made, usedforsecurity=False).hexdigest()[:20]
        return shelf.put(f"media/serialized_data/{digest}.npz", made)

    head, data = parts(table, rows, put, put_array, shelf)
    return {**head, "data": [[cells.unpacked(cell) for cell in row] for row in data]}


def parts(
    table: Table, rows: list[list[Any]], put: cells.Put, put_array: PutArray, shelf: Shelf
) -> tuple[dict[str, Any], list[list[Any]]]:
    """The object without its rows, and the rows as plain values."""
    column_types = dict(zip(table.columns, table._columns.types, strict=True))
    away: set[int] = set()
    for place, name in enumerate(table.columns):
        found = _array_type(column_types[name])
        if found is None:
            continue
        if len(found.shape) == 1 and found.shape[0] <= MAX_EMBEDDING_DIMENSIONS:
            column_types[name] = List(types.NUMBER, found.shape[0])
            continue
        data = _array_bytes([row[place] for row in rows])
        if data is not None:
            path = put_array(str(name), data)
            column_types[name] = _placed(column_types[name], {"path": path, "key": str(name)})
            away.add(place)
    head = {
        "_type": "table",
        "columns": list(table.columns),
        "ncols": len(table.columns),
        "nrows": len(rows),
        "column_types": types.Dict(column_types).to_json(shelf),
        "log_mode": table.log_mode,
    }
    if table.log_mode == "INCREMENTAL":
        head["increment_num"] = table._increments.number or 0
        head["previous_increments_paths"] = list(table._increments.paths)
    return head, plain_rows(rows, table._columns.foreign, away, put)


def plain_rows(rows: list[list[Any]], foreign: Iterable[int], away: set[int], put: cells.Put) -> list[list[Any]]:
    """Rows of plain values. `foreign` are the columns with other cells, `away` those that are kept elsewhere."""
    changing = sorted({*foreign, *away})
    if not changing:
        return rows
    by_column: list[Any] = list(zip(*rows, strict=True))
    if not by_column:
        return rows
    for place in changing:
        column = by_column[place]
        by_column[place] = [None] * len(column) if place in away else [cells.said(cell, put) for cell in column]
    return [list(row) for row in zip(*by_column, strict=True)]


def kept_rows(table: Table, rows: list[list[Any]], *, strict: bool) -> list[list[Any]]:
    """At most as many rows as are kept. Raises TooManyRows where that is to be `strict`."""
    most = type(table).MAX_ARTIFACT_ROWS
    if len(rows) <= most:
        return rows
    if strict:
        raise TooManyRows(
            f"The table has {len(rows)} rows; {most} are kept. Set Table.MAX_ARTIFACT_ROWS to keep more, or unset "
            "table_raise_on_max_row_limit_exceeded to keep the first ones"
        )
    guard.warn_once("table rows", f"a table has {len(rows)} rows; the first {most} are kept (Table.MAX_ARTIFACT_ROWS)")
    return rows[:most]


def strict_about_rows(run: Run | None) -> bool:
    """Whether a run's settings ask for too many rows to be an error."""
    settings: Any = run.settings if run is not None else None
    return any(getattr(settings, name, False) for name in ("table_raise_on_max_row_limit_exceeded", "strict"))


def table_of(found: dict[str, Any], shelf: Shelf) -> Table:
    """The table back: media from the shelf, dates with their zone (UTC), arrays as numpy arrays."""
    from gnomon.sdk.tables.table import Table

    names = list(found.get("columns") or ())
    read_types = _types_of(found, shelf)
    arrays: dict[int, Any] = {}
    dates: set[int] = set()
    kinds_of: list[Type] | None = None
    if read_types is not None:
        kinds_of = [read_types.get(str(name), types.optional(types.ANY)) for name in names]
        for place, kind in enumerate(kinds_of):
            array = _array_type(kind)
            if array is not None and array.serialization_path:
                arrays[place] = _read_array(array.serialization_path, shelf)
                kinds_of[place] = _placed(kind, None)
            elif any(part == types.TIMESTAMP for part in _allowed(kind)):
                dates.add(place)
    rows = []
    for number, row in enumerate(_all_rows(found, shelf)):
        cells_of = [cells.read(cell, lambda said: restored(said, shelf)) for cell in row]
        for place in dates:
            cells_of[place] = cells.moment(cells_of[place])
        for place, values in arrays.items():
            cells_of[place] = values[number]
        rows.append(cells_of)
    if kinds_of is None:
        return Table(columns=names, data=rows, allow_mixed_types=True)
    table = Table(columns=names, log_mode=str(found.get("log_mode") or "IMMUTABLE"))
    for place, kind in enumerate(kinds_of):
        table._columns.set(place, kind)
    # What was stored fitted when it was, and says less of itself now: a vector is a list.
    table._columns.foreign = {
        place for place in range(len(names)) if not {type(row[place]) for row in rows} <= types.PLAIN.keys()
    }
    table.data = rows
    for row in rows if table._columns.keyed else ():
        for place in range(len(row)):
            table._wrap(row, place)
    table._shelved = True
    return table


def _types_of(found: dict[str, Any], shelf: Shelf) -> dict[str, Type] | None:
    given = found.get("column_types")
    if not isinstance(given, dict):
        return None
    read = kinds.from_json(given, shelf)
    return {str(key): kind for key, kind in read.types.items()} if isinstance(read, types.Dict) else None


def _all_rows(found: dict[str, Any], shelf: Shelf) -> list[list[Any]]:
    """The rows of the object, and of the increments that lie beside it."""
    paths = getattr(shelf, "paths", None)
    if found.get("log_mode") != "INCREMENTAL" or paths is None:
        return list(found.get("data") or ())
    rows: list[list[Any]] = []
    for path in sorted((one for one in paths() if one.endswith(".table.json")), key=_increment):
        rows.extend(kinds.object_at(path, shelf).get("data") or ())
    return rows


def _increment(path: str) -> tuple[int, int, str]:
    """`3-1700000000000.key.table.json` sorts by its number, then by when it was made."""
    number, _, made = path.partition(".")[0].partition("-")
    return (int(number) if number.isdigit() else 0, int(made) if made.isdigit() else 0, path)


def _allowed(kind: Type) -> tuple[Type, ...]:
    return kind.allowed if isinstance(kind, Union) else (kind,)


def _array_type(kind: Type) -> Array | None:
    return next((part for part in _allowed(kind) if isinstance(part, Array)), None)


def _placed(kind: Type, path: dict[str, str] | None) -> Type:
    """A type with its arrays at a path."""
    if isinstance(kind, Union):
        return Union([_placed(part, path) if isinstance(part, Array) else part for part in kind.allowed])
    return Array(kind.shape, path) if isinstance(kind, Array) else kind


def _array_bytes(values: list[Any]) -> bytes | None:
    """Arrays of one shape as one `.npy` file; None where they cannot be one array of numbers."""
    from io import BytesIO

    try:
        numpy = importlib.import_module("numpy")
        whole = numpy.array(values)
    except (ImportError, ValueError):  # None among them
        return None
    if whole.dtype.kind not in "biufc":
        return None
    made = BytesIO()
    numpy.save(made, whole, allow_pickle=False)
    return made.getvalue()


def _read_array(path: dict[str, str], shelf: Shelf) -> Any:
    try:
        numpy = importlib.import_module("numpy")
    except ImportError:
        raise BadTable("Reading a column of arrays needs the package numpy (pip install numpy)") from None
    with numpy.load(shelf.open_path(path["path"]), allow_pickle=False) as archive:
        return archive[path["key"]]
