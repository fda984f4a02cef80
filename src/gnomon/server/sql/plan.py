"""What a query may be made of, and which rows it can need. Pure.

A query is judged by its syntax tree, which DuckDB writes as JSON: it may read the tables there are and call the few
table functions that make rows from nothing. What it needs is read from its plan: equalities and ranges that were pushed
down to the scans of a table. A plan that says nothing needs every row, so that a misread plan costs time and not rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

TABLES = ("runs", "history", "system")
TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree"})
FORBIDDEN_FUNCTIONS = frozenset({"current_setting", "getenv", "write_log", "nextval", "currval"})
MOST_VALUES = 10_000
"""Longer lists of runs or keys are not read from a plan."""


class Refused(Exception):
    """The query asks for something it may not have."""


@dataclass(frozen=True, slots=True)
class Need:
    """Rows of a table: of these runs and keys (None: all), between two steps. Other rows do not change the answer."""

    runs: tuple[str, ...] | None = None
    keys: tuple[str, ...] | None = None
    first: int | None = None
    last: int | None = None


def check(tree: Any, tables: Sequence[str] = TABLES) -> None:
    """Raises Refused for a query that reads anything but these tables."""
    statements = tree.get("statements") if isinstance(tree, dict) else None
    if not isinstance(statements, list) or len(statements) != 1:
        raise Refused("Only one statement can be asked at a time")
    nodes = list(_nodes(statements))
    own = {str(entry["key"]).lower() for node in nodes for entry in _entries(node.get("cte_map"))}
    for node in nodes:
        kind = node.get("type")
        if kind in ("BASE_TABLE", "SHOW_REF"):
            name = str(node.get("table_name") or "").lower()
            if kind == "SHOW_REF" and not name:
                continue
            if node.get("schema_name") or node.get("catalog_name") or name not in {*tables, *own}:
                there = f"there are {', '.join(tables)}" if len(tables) > 1 else f"there is {tables[0]}"
                raise Refused(f"There is no table {node.get('table_name')!r}; {there}")
        elif kind == "TABLE_FUNCTION":
            name = _function(node.get("function"))
            if name not in TABLE_FUNCTIONS:
                raise Refused(f"The table function {name} cannot be used here")
        name = _function(node)
        if name in FORBIDDEN_FUNCTIONS:
            raise Refused(f"The function {name} cannot be used here")


def _function(node: Any) -> str:
    if not isinstance(node, dict):
        return ""
    return str(node.get("function_name") or "").lower()


def _entries(cte_map: Any) -> list[Any]:
    entries = cte_map.get("map") if isinstance(cte_map, dict) else None
    return [entry for entry in entries if isinstance(entry, dict) and "key" in entry] if entries else []


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            yield node
            left.extend(node.values())
        elif isinstance(node, list):
            left.extend(node)


def needs(plan: Any) -> dict[str, list[Need]]:
    """What each table that is scanned is needed for, one entry a scan, from a plan as `EXPLAIN (FORMAT json)`."""
    found: dict[str, list[Need]] = {}
    for node in _nodes(plan):
        info = node.get("extra_info")
        if isinstance(info, dict) and isinstance(info.get("Table"), str):
            name = info["Table"].rpartition(".")[2].strip('"').lower()
            if name in TABLES:
                filters = info.get("Filters", [])
                found.setdefault(name, []).append(need([filters] if isinstance(filters, str) else filters))
    return found


# What DuckDB 2 writes in parentheses, and with spaces, DuckDB 1 writes without.
_TEXT = r"'(?:[^']|'')*'"
_IS = rf"\(?(?:run|key) ?= ?{_TEXT}\)?"
_AT = r"\(?step ?(?:=|>=|>|<=|<) ?-?\d+\)?"
_EQUAL = re.compile(rf"\(?(run|key) ?= ?({_TEXT})\)?", re.DOTALL)
_IN = re.compile(rf"\(?(run|key) IN \(({_TEXT}(?:, {_TEXT})*)\)\)?", re.DOTALL)
_EITHER = re.compile(rf"\(?{_IS}(?: OR {_IS})+\)?", re.DOTALL)
_STEP = re.compile(r"step ?(=|>=|>|<=|<) ?(-?\d+)")
_STEPS = re.compile(rf"\(?{_AT}(?: AND {_AT})*\)?")


def need(filters: Sequence[Any]) -> Need:
    """What filters of a scan, all of which hold, leave of its table.

    >>> need(["(key = 'it''s')", "optional: (run IN ('a', 'b'))", "((step > 5) AND (step <= 100))", "(value > 0.5)"])
    Need(runs=('a', 'b'), keys=("it's",), first=6, last=100)
    """
    texts = [text for text in filters if isinstance(text, str)]
    if any(text.count("'") % 2 for text in texts):
        return Need()  # a value has line breaks: what looks like a filter may be part of it
    names: dict[str, set[str]] = {}
    first: int | None = None
    last: int | None = None
    for text in texts:
        text = text.removeprefix("optional: ")
        for name, values in _one_of(text):
            names[name] = names[name] & values if name in names else values
        for sign, number in _steps(text):
            low = {"=": number, ">=": number, ">": number + 1}.get(sign)
            high = {"=": number, "<=": number, "<": number - 1}.get(sign)
            first = low if first is None else first if low is None else max(first, low)
            last = high if last is None else last if high is None else min(last, high)
    known = {name: tuple(sorted(values)) for name, values in names.items() if len(values) <= MOST_VALUES}
    return Need(known.get("run"), known.get("key"), first, last)


def _one_of(text: str) -> Iterator[tuple[str, set[str]]]:
    """The column and the values, where the filter says that it has one of them."""
    equal = _EQUAL.fullmatch(text)
    if equal:
        yield equal[1], {_value(equal[2])}
    one_of = _IN.fullmatch(text)
    if one_of:
        yield one_of[1], {_value(value) for value in re.findall(_TEXT, one_of[2], re.DOTALL)}
    if _EITHER.fullmatch(text):
        parts = _EQUAL.findall(text)
        if len({name for name, _ in parts}) == 1:
            yield parts[0][0], {_value(value) for _, value in parts}


def _steps(text: str) -> Iterator[tuple[str, int]]:
    if _STEPS.fullmatch(text):
        for sign, number in _STEP.findall(text):
            yield sign, int(number)


def _value(text: str) -> str:
    return text[1:-1].replace("''", "'")


def merged(needs: Sequence[Need]) -> Need:
    """One need that covers all of them.

    >>> merged([Need(runs=("a",), keys=("x",), first=1), Need(runs=("b",), first=5)])
    Need(runs=('a', 'b'), keys=None, first=1, last=None)
    """
    runs = [one.runs for one in needs if one.runs is not None]
    keys = [one.keys for one in needs if one.keys is not None]
    firsts = [one.first for one in needs if one.first is not None]
    lasts = [one.last for one in needs if one.last is not None]
    return Need(
        tuple(sorted({name for some in runs for name in some})) if len(runs) == len(needs) else None,
        tuple(sorted({name for some in keys for name in some})) if len(keys) == len(needs) else None,
        min(firsts) if firsts and len(firsts) == len(needs) else None,
        max(lasts) if lasts and len(lasts) == len(needs) else None,
    )
