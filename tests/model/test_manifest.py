from __future__ import annotations

import doctest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.model import artifact_filter, artifact_name, depth, manifest
from gnomon.model.artifact_filter import holds, ordered
from gnomon.model.artifact_name import check_alias, check_collection, check_tag
from gnomon.model.errors import Rejected
from gnomon.model.manifest import Entry, artifact_id, artifact_key, from_hex, md5_in, parse, referenced, render

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=20)
paths = texts.filter(lambda text: not text.startswith("/") and ".." not in text)
entries = st.builds(
    Entry,
    digest=texts,
    size_bytes=st.none() | st.integers(0, 1 << 62),
    ref=st.none() | texts,
    birth=st.none() | st.integers(0, 1 << 50),
    extra=st.dictionaries(texts, texts | st.integers(-100, 100), max_size=2),
)


def test_the_examples_are_true() -> None:
    for module in (manifest, artifact_name, artifact_filter, depth):
        assert doctest.testmod(module).failed == 0


@given(st.dictionaries(paths, entries, max_size=5))
def test_a_manifest_that_is_written_is_read_as_it_was(contents: dict[str, Entry]) -> None:
    assert parse(b"".join(render(sorted(contents.items())))) == contents


@given(st.integers(0, 10**18 - 1))
def test_ids_lead_back_to_their_keys(key: int) -> None:
    assert artifact_key(artifact_id(key)) == key
    assert referenced(f"wandb-artifact://{f'Artifact:{key}'.encode().hex()}/a/b") == (key, "a/b")


@pytest.mark.parametrize("id", ["", "?", "QXJ0aWZhY3Q6", "QXJ0aWZhY3Q6LTE=", "UnVuOjE=", "QXJ0aWZhY3Q6MQ", "é"])
def test_what_is_no_id_of_an_artifact_has_no_key(id: str) -> None:
    assert artifact_key(id) is None


@pytest.mark.parametrize("ref", ["", "s3://b/x", "wandb-artifact://zz/a", "wandb-artifact:abc", "wandb-artifact://"])
def test_other_references_name_no_artifact(ref: str) -> None:
    assert referenced(ref) is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "cannot be read"),
        (b"[]", "cannot be read"),
        (b"{}", "cannot be read"),
        (b'{"version": 2, "contents": {}}', "version 2"),
        (b'{"version": 1, "contents": {"a": {}}}', "cannot be read"),
        (b'{"version": 1, "contents": {"../a": {"digest": "x"}}}', "not the path"),
        (b'{"version": 1, "contents": {"/a": {"digest": "x"}}}', "not the path"),
        (b'{"version": 1, "contents": {"a/../../b": {"digest": "x"}}}', "not the path"),
        (b'{"version": 1, "contents": {"a": {"digest": "x", "size": -1}}}', "size of -1"),
        (b'{"contents": {"a": {"digest": "x", "extra": ' + b'{"a":' * 200 + b"1" + b"}" * 200 + b"}}}", "too deep"),
    ],
)
def test_what_is_no_manifest_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(Rejected, match=says):
        parse(data)


def test_a_digest_is_the_base64_of_an_md5_or_none() -> None:
    assert md5_in("XUFAKrxLKna5cZ2REBfFkg==") == "5d41402abc4b2a76b9719d911017c592"
    assert from_hex("5d41402abc4b2a76b9719d911017c592") == "XUFAKrxLKna5cZ2REBfFkg=="
    assert [md5_in(text) for text in ("", "etag", "aGk=", "*")] == [None] * 4
    assert from_hex("xyz") is None


@pytest.mark.parametrize("name", ["", "a/b", "a:b", "x" * 129, " a", "a\n", ".", ".."])
def test_names_that_cannot_be_written_in_a_path_are_refused(name: str) -> None:
    with pytest.raises(Rejected):
        check_collection(name)


def test_aliases_that_look_like_versions_are_refused() -> None:
    assert [check_alias(alias) for alias in ("v", "v01", "version 1", "ü", "V1")] == [
        "v",
        "v01",
        "version 1",
        "ü",
        "V1",
    ]
    for alias in ("v0", "v12", "", "a:b", "x" * 129):
        with pytest.raises(Rejected):
            check_alias(alias)


def test_tags_are_words() -> None:
    assert check_tag("a-b c_d") == "a-b c_d"
    for tag in ("", " a", "a ", "a,b", "a/b"):
        with pytest.raises(Rejected):
            check_tag(tag)


VALUES: dict[str, Any] = {"state": "COMMITTED", "tags": ["a", "b"], "size": 3, "created_at": 0.0, "none": None}


@pytest.mark.parametrize(
    ("document", "true"),
    [
        ({}, True),
        ({"state": "COMMITTED"}, True),
        ({"state": "PENDING"}, False),
        ({"tags": "b"}, True),
        ({"tags": {"$in": ["x", "a"]}}, True),
        ({"tags": {"$nin": ["x", "a"]}}, False),
        ({"tags": {"$ne": "x"}}, True),
        ({"size": {"$gt": 2, "$lte": 3}}, True),
        ({"state": {"$regex": "^COMM"}}, True),
        ({"state": {"$not": {"$regex": "^COMM"}}}, False),
        ({"none": {"$exists": False}}, True),
        ({"createdAt": {"$lt": "1970-01-01T00:00:01Z"}}, True),
        ({"$and": [{"size": 3}, {"$or": [{"size": 4}, {"tags": "a"}]}]}, True),
        ({"$nor": [{"size": 4}, {"size": 5}]}, True),
        ({"$not": {"size": 3}}, False),
    ],
)
def test_filters_mean_what_mongo_means(document: Any, true: bool) -> None:
    assert holds(document, VALUES.__getitem__) is true


@pytest.mark.parametrize(
    "document",
    [{"nope": 1}, {"size": {"$x": 1}}, {"$or": 1}, [], {"tags": {"$in": 1}}, {"state": {"$regex": "("}}],
)
def test_filters_that_make_no_sense_are_refused(document: Any) -> None:
    with pytest.raises(Rejected):
        holds(document, VALUES.__getitem__)


def test_an_order_is_a_list_of_fields_and_what_lacks_one_is_last() -> None:
    things: list[dict[str, Any]] = [{"n": 1, "at": 2}, {"n": 2, "at": 1}, {"n": 2, "at": 3}, {"n": None, "at": 0}]

    def order(text: str | None) -> list[tuple[Any, Any]]:
        return [(one["n"], one["at"]) for one in ordered(things, text, lambda one: one.__getitem__)]

    assert order(None) == [(1, 2), (2, 1), (2, 3), (None, 0)]
    assert order("-n,+at") == [(2, 1), (2, 3), (1, 2), (None, 0)]
    assert order("n, -at") == [(1, 2), (2, 3), (2, 1), (None, 0)]
    with pytest.raises(Rejected):
        order("nope")
