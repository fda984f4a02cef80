"""The guide for those who come from wandb says what the tests compare."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import wandb_guide

TABLES = (wandb_guide.RUNS, wandb_guide.SIGNATURES)


def test_writing_the_guide_again_changes_nothing() -> None:
    assert wandb_guide.PAGE.read_text("utf-8") == wandb_guide.page()


@pytest.mark.parametrize("place", TABLES, ids=[place.stem for place in TABLES])
def test_what_is_noticed_says_where_and_both_sides(place: Path) -> None:
    for group in json.loads(place.read_text("utf-8")):
        assert len(group.get("guide", ["", "", ""])) == 3, group
        assert all(isinstance(one, str) and "|" not in one for one in group.get("guide", [])), group
