"""Filters and orders of reports, and of old scripts, as documents of MongoDB. Pure."""

from __future__ import annotations

from typing import Any

_OPERATORS = {
    "!=": "$ne", ">": "$gt", ">=": "$gte", "<": "$lt", "<=": "$lte", "IN": "$in", "NIN": "$nin", "REGEX": "$regex",
}  # fmt: skip
_GROUPS = {"AND": "$and", "OR": "$or"}
_SECTIONS = {"config": "config.", "summary": "summary_metrics.", "keys_info": "keys_info.keys.", "tags": "tags.",
             "run": ""}  # fmt: skip
_COLUMNS = ("createdAt", "updatedAt", "name", "sweep")


class QueryGenerator:
    """Between the filters that pages keep and those that `Api.runs` takes."""

    @classmethod
    def format_order_key(cls, key: str) -> str:
        """An order with its sign; what names no other field is one of the summary. Without a sign, descending.

        >>> QueryGenerator.format_order_key("loss"), QueryGenerator.format_order_key("+config.lr")
        ('-summary_metrics.loss', '+config.lr')
        """
        sign, name = (key[0], key[1:]) if key[:1] in ("+", "-") else ("-", key)
        first = name.partition(".")[0]
        if name in _COLUMNS or ("." in name and first in ("config", "summary_metrics", "tags")):
            return sign + name
        return f"{sign}summary_metrics.{name}"

    def key_to_server_path(self, key: dict[str, str]) -> str:
        """The field that a key of a page means. Raises ValueError for a section there is not."""
        if key["section"] not in _SECTIONS:
            raise ValueError(f"Invalid key: {key}")
        return _SECTIONS[key["section"]] + key["name"]

    def server_path_to_key(self, path: str) -> dict[str, str]:
        """The key of a page that means a field."""
        for section, prefix in _SECTIONS.items():
            if prefix and path.startswith(prefix):
                return {"section": section, "name": path[len(prefix) :]}
        return {"section": "run", "name": path}

    def keys_to_order(self, keys: dict[str, Any]) -> list[str]:
        """Orders of the keys that a page sorts by."""
        return [
            ("+" if key.get("ascending") else "-") + self.key_to_server_path(key["key"]) for key in keys["keys"]
        ]  # fmt: skip

    def order_to_keys(self, order: list[str]) -> dict[str, Any]:
        """Keys of a page that sort so. Raises ValueError for an order without a sign."""
        found = []
        for one in order:
            if one[:1] not in ("+", "-"):
                raise ValueError(f"an order begins with + or -, and {one!r} does not")
            found.append({"key": {"section": "run", "name": one[1:]}, "ascending": one[0] == "+"})
        return {"keys": found}

    def filter_to_mongo(self, filter: dict[str, Any]) -> dict[str, Any] | None:
        """The document that says what a filter of a page says; None where that is nothing."""
        if filter.get("filters") is not None:
            parts = [self.filter_to_mongo(one) for one in filter["filters"]]
            kept = [part for part in parts if part is not None]
            return {_GROUPS[filter["op"]]: kept} if kept else {}
        if filter.get("key") is None:
            return None
        return self._one(filter)

    def mongo_to_filter(self, filter: dict[str, Any] | None) -> dict[str, Any] | None:
        """The filter of a page that says what a document says."""
        if filter is None:
            return None
        for name, op in _GROUPS.items():
            if op in filter:
                return {"op": name, "filters": [self.mongo_to_filter(one) for one in filter[op]]}
        for field, value in filter.items():
            key = self.server_path_to_key(field)
            if not isinstance(value, dict):
                return {"key": key, "op": "=", "value": value}
            op, given = next(iter(value.items()))
            return {"key": key, "op": {mongo: name for name, mongo in _OPERATORS.items()}[op], "value": given}
        return None

    def _one(self, filter: dict[str, Any]) -> dict[str, Any] | None:
        key, op, value = filter["key"], filter["op"], filter.get("value")
        if not key["name"] or filter.get("disabled") or (value is None and op not in ("=", "!=")):
            return None
        if key["section"] == "tags":
            if op == "IN":
                return {"tags": {"$in": value}}
            tag = key["name"]
            return {"$or": [{"tags": None}, {"tags": {"$ne": tag}}]} if value is False else {"tags": tag}
        field = self.key_to_server_path(key)
        return {field: value if op == "=" else {_OPERATORS[op]: value}}
