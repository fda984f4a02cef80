"""Types of cells that are more than plain values: media, tables, keys of other tables; and reading types back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon.sdk.artifacts import digests
from gnomon.sdk.errors import UsageError
from gnomon.sdk.tables import types
from gnomon.sdk.tables.types import INVALID, UNKNOWN, Const, Dict, Number, String, Type

if TYPE_CHECKING:
    from gnomon.sdk.tables.table import Table
    from gnomon.sdk.values.media import Shelf

MEDIA = frozenset(
    {
        "image-file",
        "audio-file",
        "video-file",
        "html-file",
        "object3D-file",
        "bokeh-file",
        "wb_trace_tree",
        "table",
        "joined-table",
        "partitioned-table",
    }
)
"""What has a type of its own; other media are objects with the name of their class."""


class MediaFile(Type):
    """A kind of media, by the name its stored values have."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    name: ClassVar[str] = "media"

    def to_json(self, shelf: Shelf | None = None) -> dict[str, Any]:
        """The name of the kind."""
        return {"wb_type": self.kind}

    def __str__(self) -> str:
        return self.kind.capitalize()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MediaFile) and self.kind == other.kind

    __hash__ = Type.__hash__


_LAYERED = ("box_layers", "mask_layers")
_LABELLED = ("box_class_maps", "mask_class_maps")
_IMAGE_PARTS = ("box_layers", "box_score_keys", "mask_layers", "box_class_maps", "mask_class_maps", "class_map")


class ImageFile(Type):
    """Pictures, with the layers and the classes that were seen on them."""

    name = "image-file"

    def __init__(self, **parts: Any) -> None:
        given = {name: part.val if isinstance(part, Const) else part for name, part in parts.items()}
        self.parts: dict[str, Any] = {name: given.get(name) or {} for name in _IMAGE_PARTS}
        for name in _LAYERED:
            self.parts[name] = {str(key): frozenset(ids) for key, ids in self.parts[name].items()}
        for name in _LABELLED:
            self.parts[name] = {str(key): _texts(labels) for key, labels in self.parts[name].items()}
        self.parts["box_score_keys"] = frozenset(self.parts["box_score_keys"])

    @property
    def params(self) -> dict[str, Any]:
        """Each part as a constant."""
        return {name: Const(part) for name, part in self.parts.items()}

    def assign_type(self, other: Type) -> Type:
        """Pictures with the layers and classes of both."""
        if not isinstance(other, ImageFile):
            return INVALID
        if other.parts == self.parts:
            return self
        mine, theirs = self.parts, other.parts
        joined: dict[str, Any] = {"box_score_keys": mine["box_score_keys"] | theirs["box_score_keys"]}
        for name in _LAYERED:
            joined[name] = {
                key: mine[name].get(key, frozenset()) | theirs[name].get(key, frozenset())
                for key in {**mine[name], **theirs[name]}
            }
        for name in _LABELLED:
            joined[name] = {
                key: {**theirs[name].get(key, {}), **mine[name].get(key, {})} for key in {**mine[name], **theirs[name]}
            }
        joined["class_map"] = {**theirs["class_map"], **mine["class_map"]}
        return ImageFile(**joined)


class TableType(Type):
    """Tables in cells, with the types of their columns."""

    name = "table"

    def __init__(self, column_types: Any = None) -> None:
        self.columns = UNKNOWN if column_types is None else types.of_dtype(column_types)

    @property
    def params(self) -> dict[str, Any]:
        """The types of the columns."""
        return {"column_types": self.columns}

    def assign_type(self, other: Type) -> Type:
        """Tables whose columns take in those of both."""
        if not isinstance(other, TableType):
            return INVALID
        columns = self.columns.assign_type(other.columns)
        return INVALID if columns == INVALID else TableType(columns)


class ClassesId(Type):
    """Ids of classes: `table.cast("label", classes.get_type())`."""

    name = "classesId"

    def __init__(self, class_set: Sequence[Mapping[str, Any]] = ()) -> None:
        self.class_set = [dict(one) for one in class_set]
        self.ids = types.Union([Const(one["id"]) for one in self.class_set])

    @property
    def params(self) -> dict[str, Any]:
        """The ids."""
        return {"valid_ids": self.ids}

    def assign(self, value: Any) -> Type:
        """This one, for an id that a class has."""
        return INVALID if self.ids.assign_type(Const(value)) == INVALID else self

    def assign_type(self, other: Type) -> Type:
        """This one, for ids that it has."""
        return INVALID if self.ids.assign_type(other) == INVALID else self

    def to_json(self, shelf: Shelf | None = None) -> dict[str, Any]:
        """With the classes themselves, on the shelf where there is one."""
        classes: dict[str, Any] = {"_type": "classes", "class_set": self.class_set}
        if shelf is not None:
            data = said_bytes(classes)
            path = shelf.put("media/cls.classes.json", data)
            classes = {"type": "classes-file", "path": path, "digest": digests.of_bytes(data)}
        return {"wb_type": self.name, "params": {**types.json_of(self.params, shelf), "classes_obj": classes}}


class PrimaryKey(Type):
    """Text by which other tables name the rows of this one."""

    name = "primaryKey"
    is_key = True

    def assign_type(self, other: Type) -> Type:
        """This one, for texts."""
        return self if isinstance(other, (String, PrimaryKey)) else INVALID


class _Linked(Type):
    """A type that refers to a table."""

    is_key = True

    def __init__(self, table: Table) -> None:
        self.table = table

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.table == self.table and other.params == self.params

    __hash__ = Type.__hash__

    def to_json(self, shelf: Shelf | None = None) -> dict[str, Any]:
        """With the path at which the shelf has the other table from now on."""
        if shelf is None:
            raise UsageError("A column that refers to another table can be stored in an artifact only")
        path = shelf.put(f"media/tables/t_{secrets.token_hex(4)}.table.json", said_bytes(self.table.stored(shelf)))
        return {"wb_type": self.name, "params": {**self.params, "table": path}}


class ForeignKey(_Linked):
    """Text that names rows of another table, by a column of it."""

    name = "foreignKey"

    def __init__(self, table: Table, col_name: Any) -> None:
        if col_name not in table.columns:
            raise UsageError(f"The other table has no column {col_name!r}; it has {table.columns}")
        super().__init__(table)
        self.col_name = col_name

    @property
    def params(self) -> dict[str, Any]:
        """The column of the other table."""
        return {"col_name": self.col_name}

    def assign_type(self, other: Type) -> Type:
        """This one, for texts and for keys of the same column."""
        same = isinstance(other, ForeignKey) and other.table is self.table and other.col_name == self.col_name
        return self if same or isinstance(other, String) else INVALID


class ForeignIndex(_Linked):
    """Row numbers of another table."""

    name = "foreignIndex"

    def assign_type(self, other: Type) -> Type:
        """This one, for numbers and for rows of the same table."""
        same = isinstance(other, ForeignIndex) and other.table is self.table
        return self if same or isinstance(other, Number) else INVALID


class Key(str):
    """Text that names a row: of its own table, or of another."""

    _table: Any = None
    _col_name: Any = None

    def set_table(self, table: Table, col_name: Any) -> None:
        """Say which column of which table it is of."""
        if col_name not in table.columns:
            raise UsageError(f"The table has no column {col_name!r}; it has {table.columns}")
        self._table, self._col_name = table, col_name

    def column_type(self) -> Type:
        """What it is in a cell."""
        return ForeignKey(self._table, self._col_name)


class Index(int):
    """The number of a row of a table."""

    _table: Any = None

    def set_table(self, table: Table) -> None:
        """Say which table it counts in."""
        self._table = table

    def get_row(self) -> dict[Any, Any]:
        """The row, by column; empty where no table is known."""
        if self._table is None:
            return {}
        return dict(zip(self._table.columns, self._table.data[self], strict=True))

    def column_type(self) -> Type:
        """What it is in a cell."""
        return ForeignIndex(self._table)


def of_media(value: Any) -> Type | None:
    """The type of a media value; None for what is none."""
    suffix = getattr(type(value), "suffix", None)
    if not isinstance(suffix, str) or suffix not in MEDIA:
        return None
    if suffix == "image-file":
        from gnomon.sdk.tables.pictures import image_type

        return image_type(value)
    return MediaFile(suffix)


def of_class(kind: type) -> Type | None:
    """The type of a class of media; None for others."""
    suffix = getattr(kind, "suffix", None)
    if not isinstance(suffix, str) or suffix not in MEDIA:
        return None
    if suffix == "image-file":
        return ImageFile()
    return TableType() if suffix == "table" else MediaFile(suffix)


def said_bytes(said: dict[str, Any]) -> bytes:
    """The bytes of a stored object: JSON with sorted keys, as every reader of tables has always had it."""
    import json

    return json.dumps(said, sort_keys=True).encode()


def object_at(path: str, shelf: Shelf) -> dict[str, Any]:
    """A stored object that is on the shelf. It may hold Infinity, which is no JSON."""
    import json

    with open(shelf.open_path(path), "rb") as file:
        found: dict[str, Any] = json.load(file)
    return found


def from_json(said: Mapping[str, Any], shelf: Shelf | None) -> Type:
    """The type back from its JSON. Raises UsageError for one that is not known."""
    name = said.get("wb_type")
    params = said.get("params") or {}
    if name in _SINGLE:
        return _SINGLE[str(name)]
    if name in _READERS:
        return _READERS[str(name)](params, shelf)
    if isinstance(name, str) and (name in MEDIA or name.endswith("-file")):
        return MediaFile(name)
    raise UsageError(f"Columns of the type {name!r} cannot be read")


def _table_of(params: Mapping[str, Any], shelf: Shelf | None) -> Any:
    if shelf is None:
        raise UsageError("A column that refers to another table can be read from an artifact only")
    from gnomon.sdk.tables.table import Table

    return Table.restored(object_at(str(params["table"]), shelf), shelf)


def _class_set(said: Mapping[str, Any], shelf: Shelf | None) -> list[Any]:
    if said.get("type") == "classes-file" and shelf is not None:
        said = object_at(str(said["path"]), shelf)
    return list(said.get("class_set") or ())


def _texts(labels: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): label for key, label in labels.items()}


def _const(params: Mapping[str, Any]) -> Const:
    return Const(params.get("val"), bool(params.get("is_set")))


def _constants(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: from_json(part, None) if isinstance(part, dict) and "wb_type" in part else part
        for name, part in params.items()
        if name in _IMAGE_PARTS
    }


_SINGLE: dict[str, Type] = {
    one.name: one
    for one in (
        types.INVALID,
        types.UNKNOWN,
        types.ANY,
        types.NOTHING,
        types.STRING,
        types.NUMBER,
        types.BOOLEAN,
        types.TIMESTAMP,
    )
} | {"primaryKey": PrimaryKey(), "wandb.TablePrimaryKey": PrimaryKey()}

_Read = Callable[[Mapping[str, Any], Any], Type]


def _named(read: _Read, *names: str) -> dict[str, _Read]:
    return dict.fromkeys(names, read)


_READERS: dict[str, _Read] = {
    **_named(lambda p, s: types.Union([from_json(one, s) for one in p.get("allowed_types", ())]), "union"),
    **_named(lambda p, s: types.List(_inner(p.get("element_type"), s), p.get("length")), "list"),
    **_named(lambda p, s: types.Array(p["shape"], p.get("serialization_path")), "ndarray"),
    **_named(
        lambda p, s: Dict({key: from_json(one, s) for key, one in p.get("type_map", {}).items()}),
        "typedDict",
        "dictionary",
    ),
    **_named(lambda p, s: types.PythonObject(str(p.get("class_name"))), "pythonObject", "object"),
    **_named(lambda p, s: _const(p), "const"),
    **_named(lambda p, s: ImageFile(**_constants(p)), "image-file", "wandb.Image"),
    **_named(lambda p, s: TableType(_inner(p.get("column_types"), s)), "table", "wandb.Table"),
    **_named(lambda p, s: ForeignKey(_table_of(p, s), p["col_name"]), "foreignKey", "wandb.TableForeignKey"),
    **_named(lambda p, s: ForeignIndex(_table_of(p, s)), "foreignIndex", "wandb.TableForeignIndex"),
    **_named(lambda p, s: ClassesId(_class_set(p.get("classes_obj") or {}, s)), "classesId", "wandb.Classes_id"),
}


def _inner(said: Any, shelf: Shelf | None) -> Type | None:
    return from_json(said, shelf) if isinstance(said, dict) else None
