"""What the cells of a column are: values that take values in, and the JSON that says so in a stored table.

Type
├── Unknown, Invalid, Any            nothing known yet; nothing fits; anything fits but None
├── Nothing, String, Number, …       one kind of value
├── Const                            one value
├── Union                            one of several; the order is that of their texts
├── List, Dict, Array                made of others
└── (kinds.py)                       media, keys of other tables, classes

A type never changes: `assign` gives the type that holds both, or INVALID.
"""

from __future__ import annotations

import datetime
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from gnomon.sdk.values.media import Shelf


class Type:
    """What fits into a column. Two are equal when they say the same."""

    name: ClassVar[str] = ""
    is_key: ClassVar[bool] = False
    """Whether cells of this type know which table they belong to."""

    @property
    def params(self) -> dict[str, Any]:
        """What is said besides the name."""
        return {}

    def assign(self, value: Any) -> Type:
        """The type of a column of this type that takes the value in, too; INVALID where it cannot."""
        return self.assign_type(type_of(value))

    def assign_type(self, other: Type) -> Type:
        """The same for any value of the other type."""
        return self if type(other) is type(self) and other == self else INVALID

    def to_json(self, shelf: Shelf | None = None) -> dict[str, Any]:
        """The JSON object in a stored table; `shelf` takes what it refers to."""
        params = json_of(self.params, shelf)
        return {"wb_type": self.name, "params": params} if params else {"wb_type": self.name}

    def __str__(self) -> str:
        inner = ", ".join(f"{key}:{value}" for key, value in self.params.items())
        return self.name.capitalize() + (f"({inner})" if inner else "")

    def __repr__(self) -> str:
        return f"<{self}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Type) and self.name == other.name and self.params == other.params

    def __hash__(self) -> int:
        return hash((self.name, str(self)))


class Invalid(Type):
    """Nothing fits."""

    name = "invalid"

    def assign_type(self, other: Type) -> Type:
        """Nothing fits."""
        return self


class Unknown(Type):
    """No value was seen yet; the first one decides."""

    name = "unknown"

    def assign_type(self, other: Type) -> Type:
        """The other type, unless it is that of None."""
        return INVALID if isinstance(other, Nothing) else other


class AnyType(Type):
    """Whatever there is, but not None."""

    name = "any"

    def assign_type(self, other: Type) -> Type:
        """This one, unless the other is that of None."""
        return INVALID if isinstance(other, (Nothing, Invalid)) else self


class Nothing(Type):
    """None, and NaN."""

    name = "none"


class String(Type):
    """Text."""

    name = "string"


class Number(Type):
    """Integers and floats, numpy's too."""

    name = "number"


class Boolean(Type):
    """True and False."""

    name = "boolean"


class Timestamp(Type):
    """Dates and times; stored as milliseconds since 1970, UTC."""

    name = "timestamp"


class PythonObject(Type):
    """A value of a class that has no type of its own."""

    name = "pythonObject"

    def __init__(self, class_name: str) -> None:
        self.class_name = class_name

    @property
    def params(self) -> dict[str, Any]:
        """The name of the class."""
        return {"class_name": self.class_name}


class Const(Type):
    """One value, or a set of them."""

    name = "const"

    def __init__(self, val: Any = None, is_set: bool = False) -> None:
        self.is_set = bool(is_set) or isinstance(val, (set, frozenset))
        self.val = frozenset(val) if self.is_set else val

    @property
    def params(self) -> dict[str, Any]:
        """The value."""
        return {"val": self.val, "is_set": self.is_set}

    def assign(self, value: Any) -> Type:
        """This one where it is the same value."""
        return self.assign_type(Const(value))

    def __str__(self) -> str:
        return str(_ordered(self.val) if self.is_set else self.val)


class Union(Type):
    """One of several types. What no other takes in, an unknown one among them becomes."""

    name = "union"

    def __init__(self, allowed_types: Sequence[Any] = ()) -> None:
        flat: list[Type] = []
        for one in map(of_dtype, allowed_types):
            flat.extend(one.allowed if isinstance(one, Union) else (one,))
        self.allowed: tuple[Type, ...] = tuple(sorted(flat, key=str))

    @property
    def params(self) -> dict[str, Any]:
        """The types, in order."""
        return {"allowed_types": list(self.allowed)}

    def assign(self, value: Any) -> Type:
        """The union in which one of the types took the value in."""
        return self._taken(lambda one: one.assign(value))

    def assign_type(self, other: Type) -> Type:
        """The same for each type of another union."""
        found: Type = self
        for kind in other.allowed if isinstance(other, Union) else (other,):
            if not isinstance(found, Union):
                break
            found = found._taken(_assigning(kind))
        return found

    def _taken(self, take: Callable[[Type], Type]) -> Type:
        types = list(self.allowed)
        for known in (True, False):
            for place, one in enumerate(types):
                if isinstance(one, Unknown) is known:
                    continue
                fitted = take(one)
                if not isinstance(fitted, Invalid):
                    if fitted is one:
                        return self
                    types[place] = fitted
                    return Union(types)
        return INVALID

    def __str__(self) -> str:
        return " or ".join(map(str, self.allowed))


def _assigning(kind: Type) -> Callable[[Type], Type]:
    return lambda one: one.assign_type(kind)


class List(Type):
    """A list of one type; `length` where all have the same."""

    name = "list"

    def __init__(self, element_type: Any = None, length: int | None = None) -> None:
        self.element = UNKNOWN if element_type is None else of_dtype(element_type)
        self.length = length

    @property
    def params(self) -> dict[str, Any]:
        """The type of the elements, and how many there are."""
        return {"element_type": self.element, "length": self.length}

    @classmethod
    def of(cls, values: Any) -> List:
        """The type of a list; one of values that do not go together has an invalid element type."""
        items = values.tolist() if hasattr(values, "tolist") else list(values)
        element: Type = optional(UNKNOWN) if any(item is None for item in items) else UNKNOWN
        return cls(_all_assigned(element, items), len(items))

    def assign(self, value: Any) -> Type:
        """The type of lists that hold these elements, too."""
        if not hasattr(value, "__iter__"):
            return INVALID
        items = list(value)
        element = _all_assigned(self.element, items)
        return INVALID if isinstance(element, Invalid) else List(element, len(items))

    def assign_type(self, other: Type) -> Type:
        """The type of lists of both; without a length where they differ in it."""
        if not isinstance(other, List):
            return INVALID
        element = self.element.assign_type(other.element)
        if isinstance(element, Invalid):
            return INVALID
        return List(element, self.length if self.length == other.length else None)

    def __str__(self) -> str:
        return f"{self.element}[]"


class Dict(Type):
    """A dict with known keys, each of its own type."""

    name = "typedDict"

    def __init__(self, type_map: Mapping[Any, Any] | None = None) -> None:
        self.types = {key: of_dtype(one) for key, one in (type_map or {}).items()}

    @property
    def params(self) -> dict[str, Any]:
        """The type of each key."""
        return {"type_map": self.types}

    def assign(self, value: Any) -> Type:
        """The type of dicts that hold these values, too; a key that is missing counts as None."""
        if not isinstance(value, dict) or not self.types.keys() >= value.keys():
            return INVALID
        return self._of({key: one.assign(value.get(key)) for key, one in self.types.items()})

    def assign_type(self, other: Type) -> Type:
        """The same for dicts of another type."""
        if not isinstance(other, Dict) or not self.types.keys() >= other.types.keys():
            return INVALID
        return self._of({key: one.assign_type(other.types.get(key, UNKNOWN)) for key, one in self.types.items()})

    @staticmethod
    def _of(types: dict[Any, Type]) -> Type:
        return INVALID if any(isinstance(one, Invalid) for one in types.values()) else Dict(types)

    def __str__(self) -> str:
        return str({key: _Bare(one) for key, one in self.types.items()})


class _Bare:
    """A type in a printed dict, without quotes."""

    def __init__(self, of: Type) -> None:
        self._of = of

    def __repr__(self) -> str:
        return str(self._of)


class Array(Type):
    """numpy arrays of one shape. `serialization_path` says where a stored table has them; it is no part of the type."""

    name = "ndarray"

    def __init__(self, shape: Sequence[int], serialization_path: Mapping[str, str] | None = None) -> None:
        self.shape = [int(extent) for extent in shape]
        self.serialization_path = dict(serialization_path) if serialization_path else None

    @property
    def params(self) -> dict[str, Any]:
        """The shape."""
        return {"shape": self.shape}

    def assign(self, value: Any) -> Type:
        """This one, for an array or a list of that shape."""
        if _is_ndarray(value):
            return self if list(value.shape) == self.shape else INVALID
        return self if isinstance(value, list) and _shape(value) == self.shape else INVALID

    def assign_type(self, other: Type) -> Type:
        """This one, for arrays of that shape and for lists."""
        fits = isinstance(other, List) or (isinstance(other, Array) and other.shape == self.shape)
        return self if fits else INVALID

    def to_json(self, shelf: Shelf | None = None) -> dict[str, Any]:
        """The JSON object, with the place of the arrays."""
        return {"wb_type": self.name, "params": {"shape": self.shape, "serialization_path": self.serialization_path}}


INVALID, UNKNOWN, ANY, NOTHING = Invalid(), Unknown(), AnyType(), Nothing()
STRING, NUMBER, BOOLEAN, TIMESTAMP = String(), Number(), Boolean(), Timestamp()

PLAIN: dict[type, Type] = {int: NUMBER, float: NUMBER, str: STRING, bool: BOOLEAN, type(None): NOTHING}
"""Exact classes whose values need no look to know their type (NaN apart)."""

_CLASSES: dict[type, Type] = {**PLAIN, datetime.datetime: TIMESTAMP, datetime.date: TIMESTAMP}
_LISTS = (list, tuple, set, frozenset)


def optional(kind: Any) -> Union:
    """A type, or None."""
    return Union([kind, NOTHING])


def type_of(value: Any) -> Type:
    """The type of one value."""
    kind = type(value)
    if kind is float and math.isnan(value):
        return NOTHING
    if kind in _CLASSES:
        return _CLASSES[kind]
    if kind in _LISTS:
        return List.of(value)
    if kind is dict:
        return Dict({key: type_of(inner) for key, inner in value.items()})
    if _is_ndarray(value):
        return Array(value.shape)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        found = _NUMPY_KINDS.get(value.dtype.kind)
        if found is not None:
            return found
    special = getattr(kind, "column_type", None)
    if special is not None:
        told: Type = special(value)
        return told
    from gnomon.sdk.tables import kinds

    return kinds.of_media(value) or PythonObject(kind.__name__)


_NUMPY_KINDS: dict[str, Type] = {**dict.fromkeys("iufc", NUMBER), "b": BOOLEAN, "M": TIMESTAMP}


def of_dtype(dtype: Any) -> Type:
    """The type that a caller means: a Type, a class (`int`, `str`, `wandb.Image`), `[int]`, a dict, or a constant."""
    if isinstance(dtype, Type):
        return dtype
    if isinstance(dtype, type):
        return _of_class(dtype)
    if isinstance(dtype, list):
        if len(dtype) > 1:
            return Union(dtype)
        return List(dtype[0] if dtype else None)
    if isinstance(dtype, dict):
        return Dict(dtype)
    return Const(dtype)


def _of_class(kind: type) -> Type:
    if issubclass(kind, Type):
        return kind()
    if kind in _CLASSES:
        return _CLASSES[kind]
    if kind in _LISTS:
        return List()
    if kind is dict:
        return Dict()
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(kind, numpy.generic):
        for group, found in (
            ((numpy.number,), NUMBER),
            ((numpy.bool_,), BOOLEAN),
            ((numpy.datetime64,), TIMESTAMP),
        ):
            if issubclass(kind, group):
                return found
    from gnomon.sdk.tables import kinds

    return kinds.of_class(kind) or PythonObject("type")


def _all_assigned(element: Type, items: list[Any]) -> Type:
    """The element type that takes all the items in."""
    classes = set(map(type, items))
    if classes <= _SURE:
        for kind in sorted(classes, key=lambda one: one.__name__):
            element = element.assign_type(PLAIN[kind])
        return element
    for item in items:
        element = element.assign(item)
    return element


_SURE = frozenset({int, str, bool})
"""Classes of which no single value is special."""


def _is_ndarray(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def _shape(values: Any) -> list[int]:
    shape = []
    while isinstance(values, list):
        shape.append(len(values))
        if not values:
            break
        values = values[0]
    return shape


def json_of(value: Any, shelf: Shelf | None) -> Any:
    """What a type says of itself as plain JSON values."""
    if isinstance(value, Type):
        return value.to_json(shelf)
    if isinstance(value, dict):
        return {key: json_of(inner, shelf) for key, inner in value.items()}
    if isinstance(value, (set, frozenset)):
        value = _ordered(value)
    if isinstance(value, (list, tuple)):
        return [json_of(inner, shelf) for inner in value]
    return value


def _ordered(values: Any) -> list[Any]:
    """The elements of a set in an order that is the same in every process."""
    return sorted(values, key=lambda one: (type(one).__name__, one))
