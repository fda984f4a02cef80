"""Tables of tables: two joined by a key, and one in many parts."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any, ClassVar

from gnomon.sdk.artifacts import record as versions
from gnomon.sdk.tables.columns import BadTable
from gnomon.sdk.tables.equality import difference
from gnomon.sdk.tables.kinds import object_at, said_bytes
from gnomon.sdk.tables.table import Table
from gnomon.sdk.values.media import Place, Shelf, refusing
from gnomon.sdk.values.restored import restored


class _Logged:
    """What both have in common: logged to a run, they are a version of their own that the history refers to."""

    suffix: ClassVar[str]
    _told: dict[str, dict[str, Any]]

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """Leave the tables in the run folder; the value that stands for them."""
        from gnomon.sdk.tables import logged

        folder = place.folder
        if folder is None:
            return {"_type": self.suffix}
        if folder not in self._told:
            client_id, sequence_id = versions.new_id(), versions.new_id()
            shelf = logged.RunShelf(place, client_id)
            entry = logged.entry_name(key, self.suffix)
            shelf.put(entry, said_bytes(self.stored(shelf)))
            place.frames.append(
                versions.frame(
                    folder,
                    name=logged.artifact_name(logged.run_id_of(folder), key),
                    type="run_table",
                    entries=shelf.entries,
                    client_id=client_id,
                    sequence_client_id=sequence_id,
                    history_step=step,
                )
            )
            self._told[folder] = {"_type": self.suffix, **logged.addresses(client_id, sequence_id, entry)}
        return dict(self._told[folder])

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> list[dict[str, Any]]:
        """A value for each."""
        return [item.bound(place, key, step) for item in items]

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """The JSON object, once what it needs is on the shelf."""
        raise NotImplementedError


class JoinedTable(_Logged):
    """Two tables, shown side by side where `join_key` is the same.

    `table1` and `table2` are Tables, or paths (`x.table.json`) of tables in the artifact this one is added to.
    `join_key` is the name of a column of both, or a list of two names.
    """

    suffix: ClassVar[str] = "joined-table"

    @refusing
    def __init__(self, table1: Any, table2: Any, join_key: str | list[str]) -> None:
        pair = isinstance(join_key, (list, tuple)) and len(join_key) == 2
        if not isinstance(join_key, str) and not pair:
            raise BadTable(f"join_key is the name of a column or a list of two, not {join_key!r}")
        for table, name in ((table1, "table1"), (table2, "table2")):
            if not _is_table(table):
                raise BadTable(f"{name} is a Table or the path of one in an artifact (x.table.json), not {table!r}")
        self._table1, self._table2 = table1, table2
        self._join_key = join_key if isinstance(join_key, str) else list(join_key)
        self._told = {}

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """Put both tables on the shelf; the JSON object of the join."""
        return {
            "_type": self.suffix,
            "table1": _path_of(self._table1, 1, shelf),
            "table2": _path_of(self._table2, 2, shelf),
            "join_key": self._join_key,
        }

    @classmethod
    def restored(cls, said: dict[str, Any], shelf: Shelf) -> JoinedTable:
        """The join back, with its tables."""
        first, second = (_read(said[name], shelf) for name in ("table1", "table2"))
        return cls(first, second, said["join_key"])

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, JoinedTable)
            and self._join_key == other._join_key
            and _same(self._table1, other._table1)
            and _same(self._table2, other._table2)
        )

    __hash__ = None  # type: ignore[assignment]  # its tables change

    def __repr__(self) -> str:
        return f"JoinedTable({self._table1!r}, {self._table2!r}, {self._join_key!r})"


class PartitionedTable(_Logged):
    """One table in many parts: all tables below the folder `parts_path` of the artifact it is added to."""

    suffix: ClassVar[str] = "partitioned-table"

    @refusing
    def __init__(self, parts_path: str) -> None:
        if not isinstance(parts_path, str) or not parts_path:
            raise BadTable(f"parts_path is a folder in an artifact, not {parts_path!r}")
        self.parts_path = parts_path
        self._shelf: Shelf | None = None
        self._told = {}

    def iterrows(self) -> Iterator[tuple[int, list[Any]]]:
        """Each row of all parts with its number over all. Raises BadTable where the parts have other columns."""
        columns, number = None, 0
        for path in self._parts():
            assert self._shelf is not None
            part = Table.restored(object_at(path, self._shelf), self._shelf)
            if columns is not None and part.columns != columns:
                raise BadTable(f"The parts have different columns: {columns} and, in {path}, {part.columns}")
            columns = part.columns
            for row in part.data:
                yield number, row
                number += 1

    def _parts(self) -> list[str]:
        paths = getattr(self._shelf, "paths", None)
        if paths is None:
            return []
        folder = self.parts_path.rstrip("/") + "/"
        return sorted(path for path in paths() if path.startswith(folder) and path.endswith(".table.json"))

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """The JSON object; the parts are added to the artifact by whoever has them."""
        return {"_type": self.suffix, "parts_path": self.parts_path}

    @classmethod
    def restored(cls, said: dict[str, Any], shelf: Shelf) -> PartitionedTable:
        """The table back; its parts are read when they are iterated over."""
        table = cls(said["parts_path"])
        table._shelf = shelf
        return table

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartitionedTable) and self.parts_path == other.parts_path

    def __hash__(self) -> int:
        return hash(self.parts_path)

    def __repr__(self) -> str:
        return f"PartitionedTable({self.parts_path!r})"


def _is_table(table: Any) -> bool:
    if isinstance(table, str):
        return table.endswith(".table.json")
    if isinstance(table, (Table, PartitionedTable)):
        return True
    return hasattr(table, "ref_url") and str(getattr(table, "path", "")).endswith(".table.json")


def _path_of(table: Any, number: int, shelf: Shelf) -> str:
    """Where a table is on the shelf, once it is there."""
    if isinstance(table, str):
        _needs(table, shelf)
        return table
    if isinstance(table, (Table, PartitionedTable)):
        known = getattr(shelf, "path_of", None)
        found = known(table) if known is not None else None
        if found is not None:
            return str(found)
        name = f"t{number}_{secrets.token_hex(8)}.{table.suffix}.json"
        return shelf.put(name, said_bytes(table.stored(shelf)))
    adding = getattr(shelf, "put_reference", None)
    if adding is None:
        raise BadTable("An entry of another artifact can be joined only in an artifact: add the JoinedTable to one")
    return str(adding(table))


def _read(path: str, shelf: Shelf) -> Any:
    get = getattr(shelf, "get", None)
    return restored(object_at(path, shelf), shelf) if get is None else get(path)


def _needs(path: str, shelf: Shelf) -> None:
    paths = getattr(shelf, "paths", None)
    if paths is not None and path not in paths():
        raise BadTable(f"The artifact has no table {path!r}; add it before the JoinedTable")


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Table) and isinstance(other, Table):
        return difference(one, other) is None
    return bool(one == other)
