"""The guide for those who come from wandb says what the tests compare."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("tests/e2e/sdk/differences.json", "tests/sdk/signature_differences.json")


def test_writing_the_guide_again_changes_nothing() -> None:
    command = [sys.executable, "-m", "tools.wandb_guide", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("place", TABLES)
def test_what_is_noticed_says_where_and_both_sides(place: str) -> None:
    groups = json.loads((ROOT / place).read_text("utf-8"))
    assert any("guide" in group for group in groups)
    for group in groups:
        assert len(group.get("guide", ["", "", ""])) == 3, group
        assert all(isinstance(one, str) and "|" not in one for one in group.get("guide", [])), group
