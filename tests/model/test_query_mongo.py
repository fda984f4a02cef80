"""Filters as Mongo documents: what they mean, and that text and document of one filter are the same tree."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.model.errors import Rejected
from gnomon.model.query import RUN_FIELDS, Every, Filter, Not, Some, Where
from gnomon.model.query_match import checked, holds
from gnomon.model.query_mongo import FIELDS, parse_mongo
from gnomon.model.query_text import parse, simplified, spelled

OPS = {"=": "$eq", "!=": "$ne", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte", "in": "$in", "not in": "$nin"}


def document(filter: Filter) -> dict[str, Any]:
    """A document that says the filter, which has no groups of one part."""
    if isinstance(filter, Not):
        return {"$not": document(filter.part)}
    if isinstance(filter, Every):
        return {"$and": [document(part) for part in filter.parts]}
    if isinstance(filter, Some):
        return {"$or": [document(part) for part in filter.parts]}
    field, op, value = filter.field, filter.op, filter.value
    prefix, _, path = field.partition(".")
    name = {"config": f"config.{path}.value", "summary": f"summary_metrics.{path}"}.get(prefix, field)
    name = {"id": "name", "name": "display_name", "user": "username"}.get(name, name)
    if op == "exists":
        return {name: {"$exists": value is not False}}
    if op == "matches":
        return {name: {"$regex": value}}
    return {name: {"$contains" if op == "contains" else OPS[op]: value}}


fields = st.one_of(
    st.sampled_from([*(name for name in RUN_FIELDS if name != "tags"), "config.lr", "config.a.b", "summary.val/loss"]),
    st.text(min_size=1, max_size=5).map("config.{}".format),
    st.text(min_size=1, max_size=5).map("summary.{}".format),
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)
)
comparisons = st.one_of(
    st.builds(Where, fields, st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "contains"]), scalars),
    st.builds(Where, fields, st.sampled_from(["in", "not in"]), st.lists(scalars, max_size=3)),
    st.builds(Where, fields, st.just("matches"), st.text(max_size=8)),
    st.builds(Where, fields, st.just("exists"), st.sampled_from([None, False])),
    st.builds(Where, st.just("tags"), st.just("contains"), st.text(max_size=5)),
)
filters = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: Every(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(lambda parts: Some(tuple(parts)), st.lists(inner, max_size=3)),
    ),
    max_leaves=6,
)


@given(filters)
def test_text_and_document_of_a_filter_are_the_same_tree(filter: Any) -> None:
    filter = simplified(filter)
    sent = msgspec.json.decode(msgspec.json.encode(document(filter)))
    assert parse_mongo(sent) == parse(spelled(filter))


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({}, ""),
        ({"state": "finished"}, "state = finished"),
        ({"display_name": "a", "displayName": "a"}, "name = a and name = a"),
        ({"name": "x1"}, "id = x1"),
        ({"config.lr.value": {"$gt": 0.1, "$lt": 1}}, "config.lr > 0.1 and config.lr < 1"),
        ({"config.lr": 0.1, "group": "g"}, "config.lr = 0.1 and group = g"),
        ({"summary_metrics.loss": {"$lte": 3}}, "summary.loss <= 3"),
        ({"summaryMetrics.val/acc": {"$ne": None}}, "`summary.val/acc` != null"),
        ({"username": "ann", "jobType": {"$in": ["train", "eval"]}}, "user = ann and job_type in (train, eval)"),
        ({"heartbeatAt": {"$gte": "2026-11-20"}}, 'updated_at >= "2026-11-20"'),
        ({"duration": {"$gt": 60}}, "runtime_secs > 60"),
        ({"tags": "best"}, "tags contains best"),
        ({"tags": {"$ne": "best"}}, "not tags contains best"),
        ({"tags": {"$in": ["a", "b"]}}, "tags contains a or tags contains b"),
        ({"tags": {"$nin": ["a", "b"]}}, "not (tags contains a or tags contains b)"),
        ({"tags": {"$in": []}}, "not ()"),
        ({"host": {"$regex": "^gpu"}}, 'host matches "^gpu"'),
        ({"host": {"$regex": "^GPU", "$options": "i"}}, 'host matches "(?i)^GPU"'),
        ({"host": {"$options": "i", "$regex": "a"}}, 'host matches "(?i)a"'),
        ({"config.x": {"$exists": True}}, "config.x exists"),
        ({"keys_info.keys.val/acc": {"$exists": True}}, "`logged.val/acc` exists"),
        ({"entity": "ann", "project": {"$ne": "toy"}}, "entity = ann and project != toy"),
        ({"config.x": {"$exists": False}}, "config.x not exists"),
        ({"config.x": {"$not": {"$gt": 1, "$lt": 2}}}, "not (config.x > 1 and config.x < 2)"),
        ({"$or": [{"state": "a"}, {"state": "b", "group": "c"}]}, "state = a or (state = b and group = c)"),
        ({"$nor": [{"state": "a"}, {"state": "b"}]}, "not (state = a or state = b)"),
        ({"$nor": [{"state": "a"}]}, "not state = a"),
        ({"$not": {"state": "a"}}, "not state = a"),
        ({"$and": [{"state": "a"}], "group": "b"}, "state = a and group = b"),
        ({"$and": []}, ""),
        ({"$or": []}, "not ()"),
    ],
)
def test_documents_mean_what_the_text_says(document: Any, text: str) -> None:
    assert parse_mongo(document) == parse(text)


def test_a_dict_without_operators_is_a_value() -> None:
    filter = parse_mongo({"config.model": {"width": 64}})
    assert filter == Where("config.model", "=", {"width": 64})
    assert holds(checked(filter), {"config.model": {"width": 64}}.get)
    assert parse_mongo({"config.model": {}}) == Where("config.model", "=", {})
    assert parse_mongo({"config.model": {"$eq": {"$a": 1}}}) == Where("config.model", "=", {"$a": 1})


def test_what_has_no_value_is_null_and_unequal_and_among_none() -> None:
    for document, outcome in [
        ({"config.x": None}, True),
        ({"config.x": {"$ne": 3}}, True),
        ({"config.x": {"$nin": [3]}}, True),
        ({"config.x": {"$lt": 3}}, False),
        ({"config.x": {"$not": {"$lt": 3}}}, True),
    ]:
        assert holds(checked(parse_mongo(document)), {}.get) is outcome


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], 'At the start of the Mongo filter: a document such as {"state": "running"} is expected, not a list'),
        ({"lr": 1}, "At lr of the Mongo filter: there is no field 'lr'; perhaps config.lr or summary_metrics.lr"),
        ({"config.": 1}, "At config. of the Mongo filter: there is no field"),
        ({"colour": "a"}, "At colour of the Mongo filter: there is no field"),
        ({"$where": "1"}, "At $where of the Mongo filter: there is no operator '$where' here"),
        ({"state": {"$size": 1}}, "At state.$size of the Mongo filter: there is no operator '$size' for a field"),
        ({"$or": [{"state": "a"}, {"state": {"$gt": 1, "b": 2}}]}, "At $or[1].state.b of the Mongo filter"),
        ({"$or": {"state": "a"}}, "At $or of the Mongo filter: a list of documents is expected, not a document"),
        ({"$and": [3]}, "At $and[0] of the Mongo filter: a document such as"),
        ({"state": {"$in": "a"}}, "At state.$in of the Mongo filter: a list of values is expected, not a text"),
        ({"state": {"$exists": 1}}, "At state.$exists of the Mongo filter: true or false is expected, not a number"),
        ({"state": {"$regex": None}}, "At state.$regex of the Mongo filter: a pattern is expected, not null"),
        ({"state": {"$regex": "a", "$options": "x"}}, 'At state.$options of the Mongo filter: only "i" is known'),
        ({"state": {"$options": "i"}}, "At state.$options of the Mongo filter: there is no $regex"),
        ({"state": {"$not": "a"}}, "At state.$not of the Mongo filter: operators such as"),
        ({"state": {"$not": {}}}, "At state.$not of the Mongo filter: operators such as"),
    ],
)
def test_a_mistake_is_told_with_its_place(document: Any, message: str) -> None:
    with pytest.raises(Rejected) as caught:
        parse_mongo(document)
    assert str(caught.value).startswith(message)
    assert caught.value.field == "mongo"


def test_deep_documents_are_refused() -> None:
    document: dict[str, Any] = {"state": "a"}
    for _ in range(500):
        document = {"$and": [document]}
    with pytest.raises(Rejected, match="nested deeper than 20"):
        parse_mongo(document)
    condition: dict[str, Any] = {"$gt": 1}
    for _ in range(500):
        condition = {"$not": condition}
    with pytest.raises(Rejected, match="nested deeper than 20"):
        parse_mongo({"state": condition})


json_values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [*FIELDS, "$and", "$or", "$not", "$nor", "$in", "$gt", "$regex", "$options", "config.x", "y"]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=10,
)


@given(json_values)
def test_any_document_is_a_filter_or_rejected_with_its_place(document: Any) -> None:
    try:
        parse_mongo(document)
    except Rejected as error:
        told = error
    else:
        return
    assert told.field == "mongo"
    assert "of the Mongo filter: " in str(told)
