"""The guide to frameworks says what came of trying them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.frameworks.results import FRAMEWORKS, kept

ROOT = Path(__file__).resolve().parents[2]


def test_writing_the_guide_again_changes_nothing() -> None:
    command = [sys.executable, "-m", "tools.frameworks_guide", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_framework_was_tried_in_every_way_it_has_a_test_for() -> None:
    for one in FRAMEWORKS:
        came = kept()[one.package]
        assert [way for way in ("client", "run") if way in came] == [
            way for way in ("client", "run") if getattr(one, way)
        ], one.package
