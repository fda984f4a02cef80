"""Artifacts through the client: what went up comes down, and the versions, aliases and links are as they were made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.client.running import Client, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


@program
def artifacts(client: Client) -> Any:
    return client.run("artifacts").told


def test_the_first_version_is_v0_and_the_latest(artifacts: Any) -> None:
    version, aliases, *_ = artifacts["first"]
    assert (version, aliases) == ("v0", ["best", "latest", "ü alias"])


def test_what_went_up_comes_down(artifacts: Any) -> None:
    assert artifacts["down"] == artifacts["first"][2]
    assert set(artifacts["files"]) == {"a", "deep/b", "empty"}


def test_the_same_content_is_the_same_version(artifacts: Any) -> None:
    assert artifacts["again"] == "v0"
    assert artifacts["second"] == "v1"


def test_an_incremental_version_has_what_its_base_had_and_more(artifacts: Any) -> None:
    version, entries = artifacts["incremental"]
    assert version == "v2"
    assert artifacts["latest"].keys() == {"a", "c", "made.txt", "added/b"}
    assert set(entries) <= artifacts["latest"].keys()


def test_references_come_down_as_what_they_refer_to(artifacts: Any) -> None:
    assert artifacts["referred"].keys() == {"aside.txt", "of data/a"}
    assert artifacts["referred"]["of data/a"] == artifacts["first"][2]["a"]


def test_a_reference_to_far_away_is_kept_as_it_is(artifacts: Any) -> None:
    assert artifacts["far"] == {"far.bin": "https://example.invalid/far.bin"}


def test_tables_and_models_come_back(artifacts: Any) -> None:
    assert artifacts["table"] == [[1], [2]]
    assert artifacts["model"] == "one"


def test_a_link_is_the_same_version_on_another_shelf(artifacts: Any) -> None:
    assert artifacts["link"] == "v0"
    assert artifacts["shelf"] == artifacts["first"][3]


def test_versions_are_found_by_alias_and_by_digest(artifacts: Any) -> None:
    assert artifacts["best"] == "v0"
    assert artifacts["by digest"] == "v0"
    assert artifacts["exists"] == [True, False, False]


def test_the_public_api_tells_what_was_said_of_it(artifacts: Any) -> None:
    assert artifacts["read"] == ["dataset", "words", {"rows": 3, "split": {"train": 0.8}}, ["raw"]]
    assert artifacts["lineage"] == [artifacts["path"][2], [artifacts["user"]]]
    assert artifacts["versions"]["v0"] == [["best", "ü alias"], artifacts["first"][4], 3]
    assert artifacts["versions"]["v2"][0] == ["latest"]
    assert "dataset" in artifacts["types"] and "model" in artifacts["types"]
    assert artifacts["collections"] == ["data", "far", "pointers", "shelf"]


def test_edits_are_kept(artifacts: Any) -> None:
    description, metadata, tags, aliases = artifacts["edited"]
    assert description == "more words"
    assert metadata == {"rows": 4, "split": {"train": 0.8}}
    assert tags == ["clean", "raw"]
    assert aliases == ["ü alias"]
    assert artifacts["best now"] == "v1"


def test_a_deleted_version_is_gone(artifacts: Any) -> None:
    assert artifacts["left"] == ["v0", "v1"]


def test_runs_know_what_they_made_and_used(artifacts: Any) -> None:
    assert {"data:v0", "data:v1", "pointers:v0", "kept-table:v0"} <= set(artifacts["outputs"])
    assert {"data:v0", "net:v0"} <= set(artifacts["inputs"])
