"""Filters as documents of MongoDB, the spelling in which scripts for wandb's `Api` ask for runs.

    {"state": "finished", "config.lr.value": {"$gt": 0.1, "$lt": 1}, "$or": [{"tags": "best"}, {"group": "a"}]}

    {field: value}      equality; with a dict without operators, equality with that dict. `null`: there is no value
    $eq $ne             = !=                        $in $nin         in, not in
    $gt $gte $lt $lte   > >= < <=                   $exists          exists, with true or false
    $regex              matches; with `"$options": "i"` whatever the case
    $contains           contains                    $not             the opposite of what it holds
    $and $or $nor       all, at least one, none of a list of documents

All that stands side by side has to hold. Fields may have the names that wandb gives them: there `name` is the id of a
run, and `display_name` its name; `keys_info.keys.<key>` is there where the key was logged. A tag is compared with each
tag of a run, so that `{"tags": "best"}` means: has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gnomon.model.errors import Rejected
from gnomon.model.query import LOGGED, PLACE_FIELDS, RUN_FIELDS, Every, Filter, Not, Op, Some, Where
from gnomon.model.query_match import DEEPEST

FIELDS = {
    **{name: name for name in (*RUN_FIELDS, *sorted(PLACE_FIELDS))},
    "name": "id",
    "display_name": "name",
    "displayName": "name",
    "description": "notes",
    "jobType": "job_type",
    "username": "user",
    "user.username": "user",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "heartbeatAt": "updated_at",
    "heartbeat_at": "updated_at",
    "duration": "runtime_secs",
    "runtime": "runtime_secs",
    "sweepName": "sweep",
}
"""Fields of a run by every name they may have in such a document; besides these there are those with a prefix."""

_PREFIXES = {
    "config.": "config.",
    "summary.": "summary.",
    "summary_metrics.": "summary.",
    "summaryMetrics.": "summary.",
    "keys_info.keys.": LOGGED,
}
_COMPARED: dict[str, Op] = {
    "$eq": "=", "$ne": "!=", "$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<=", "$contains": "contains",
}  # fmt: skip
_OPERATORS = (*_COMPARED, "$in", "$nin", "$exists", "$regex", "$options", "$not")
_GROUPS = ("$and", "$or", "$nor", "$not")


def parse_mongo(document: Any) -> Filter:
    """The filter that the document says; an empty one holds for every run. Raises Rejected that says what is wrong."""
    return _joined(list(_parts(document, "", 1)))


def _parts(document: Any, where: str, depth: int) -> Iterator[Filter]:
    """What has to hold, side by side."""
    _check_depth(where, depth)
    if not isinstance(document, Mapping):
        raise _wrong(where, f'a document such as {{"state": "running"}} is expected, not {_kind(document)}')
    for name, given in document.items():
        here = f"{where}.{name}" if where else str(name)
        if not isinstance(name, str):
            raise _wrong(here, "names are texts")
        if name == "$not":
            yield Not(_joined(list(_parts(given, here, depth + 1))))
        elif name in _GROUPS:
            yield _group(name, given, here, depth)
        elif name.startswith("$"):
            raise _wrong(here, f"there is no operator {name!r} here; there are {', '.join(_GROUPS)}")
        else:
            field = field_named(name)
            if field is None:
                raise _wrong(here, f"there is no field {name!r}; perhaps config.{name} or summary_metrics.{name}")
            yield from _of_field(field, given, here, depth)


def _group(name: str, given: Any, where: str, depth: int) -> Filter:
    if not isinstance(given, list):
        raise _wrong(where, f"a list of documents is expected, not {_kind(given)}")
    parts = [_joined(list(_parts(one, f"{where}[{at}]", depth + 1))) for at, one in enumerate(given)]
    if name == "$and":
        return _joined(parts)
    return Not(_either(parts)) if name == "$nor" else _either(parts)


def _of_field(field: str, given: Any, where: str, depth: int) -> Iterator[Filter]:
    """What is said of one field: a value, or operators."""
    _check_depth(where, depth)
    operators = isinstance(given, Mapping) and any(str(name).startswith("$") for name in given)
    if not operators:
        yield _equal(field, given)
        return
    for name, value in given.items():
        here = f"{where}.{name}"
        if name not in _OPERATORS:
            raise _wrong(here, f"there is no operator {name!r} for a field; there are {', '.join(_OPERATORS)}")
        if name == "$options":
            if "$regex" not in given:
                raise _wrong(here, "there is no $regex that it could belong to")
        elif name == "$regex":
            yield _matches(field, value, given.get("$options", ""), where)
        elif name == "$exists":
            if not isinstance(value, bool):
                raise _wrong(here, f"true or false is expected, not {_kind(value)}")
            yield Where(field, "exists", None if value else False)
        elif name in ("$in", "$nin"):
            if not isinstance(value, list):
                raise _wrong(here, f"a list of values is expected, not {_kind(value)}")
            yield _among(field, name, value)
        elif name == "$not":
            if not (isinstance(value, Mapping) and value and all(str(one).startswith("$") for one in value)):
                raise _wrong(here, 'operators such as {"$gt": 1} are expected')
            yield Not(_joined(list(_of_field(field, value, here, depth + 1))))
        elif name == "$eq":
            yield _equal(field, value)
        elif name == "$ne":
            opposite = _equal(field, value)
            yield Where(field, "!=", value) if opposite.op == "=" else Not(opposite)
        else:
            yield Where(field, _COMPARED[name], value)


def _equal(field: str, value: Any) -> Where:
    return Where(field, "contains" if field == "tags" and isinstance(value, str) else "=", value)


def _among(field: str, name: str, values: list[Any]) -> Filter:
    if field != "tags":
        return Where(field, "in" if name == "$in" else "not in", values)
    any_of = _either([_equal(field, value) for value in values])
    return any_of if name == "$in" else Not(any_of)


def _matches(field: str, source: Any, options: Any, where: str) -> Filter:
    if not isinstance(source, str):
        raise _wrong(f"{where}.$regex", f"a pattern is expected, not {_kind(source)}")
    if options not in ("", "i"):
        raise _wrong(f"{where}.$options", f'only "i" is known, not {options!r:.40}')
    return Where(field, "matches", f"(?i){source}" if options and not source.startswith("(?i)") else source)


def field_named(name: str) -> str | None:
    """The field of ours that a name means; None where there is none.

    >>> field_named("config.net.value.layers"), field_named("display_name"), field_named("lr")
    ('config.net.layers', 'name', None)
    """
    if name in FIELDS:
        return FIELDS[name]
    for theirs, ours in _PREFIXES.items():
        path = name[len(theirs) :]
        if name.startswith(theirs) and path:
            return ours + (_unwrapped(path) if ours == "config." else path)
    return None


def _unwrapped(path: str) -> str:
    """The path to a config value without the `value` that the client has around each."""
    key, middle, rest = path.partition(".value.")
    return f"{key}.{rest}" if middle and key and rest else path.removesuffix(".value")


def _joined(parts: list[Filter]) -> Filter:
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _either(parts: list[Filter]) -> Filter:
    """At least one of them; of none, nothing holds, which is the opposite of everything."""
    return Not(Every()) if not parts else parts[0] if len(parts) == 1 else Some(tuple(parts))


def _check_depth(where: str, depth: int) -> None:
    if depth > DEEPEST:
        raise _wrong(f"{where[:100]}…", f"it is nested deeper than {DEEPEST}")


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    names: dict[type, str] = {dict: "a document", list: "a list", bool: str(value).lower(), str: "a text"}
    return names.get(type(value), "a number")


def _wrong(where: str, what: str) -> Rejected:
    return Rejected(f"At {where or 'the start'} of the Mongo filter: {what}", field="mongo")
