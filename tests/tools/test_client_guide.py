"""The guide to the official client says what came of the conformance suite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.wandb_clients.cases import Case, cases, outcomes
from tests.wandb_clients.conversations import recorded
from tests.wandb_clients.scripts import VERSIONS

ROOT = Path(__file__).resolve().parents[2]


def test_writing_the_guide_again_changes_nothing() -> None:
    command = [sys.executable, "-m", "tools.client_guide", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("case", cases(), ids=[case.name for case in cases()])
def test_every_version_that_has_a_feature_was_tried(case: Case) -> None:
    assert set(outcomes()[case.name]) == {version for version in VERSIONS if case.is_in(version)}


@pytest.mark.parametrize("case", cases(), ids=[case.name for case in cases()])
def test_what_works_has_its_conversation_and_what_fails_has_a_remark(case: Case) -> None:
    came = outcomes()[case.name]
    works = {version for version, outcome in came.items() if outcome.how == "works"}
    assert {version for name, version in recorded() if name == case.name} == works
    assert set(case.remarks) >= set(came) - works
