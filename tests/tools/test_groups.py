"""Tests of a group run in one worker, which has what they share; without that each worker would start a server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TESTS = """
import os
import pytest

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(6))
def test_where(number, tmp_path_factory):
    with open({file!r}, "a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


def test_tests_of_one_group_run_in_one_worker(tmp_path: Path) -> None:
    workers = tmp_path / "workers"
    (tmp_path / "test_some.py").write_text(TESTS.format(file=str(workers)))
    command = ["-m", "pytest", "-q", "-n", "3", "--dist", "loadgroup", "-p", "no:cacheprovider", "-c", "/dev/null"]
    subprocess.run([sys.executable, *command, str(tmp_path)], check=True, cwd=tmp_path, capture_output=True)
    assert len(workers.read_text().split()) == 6
    assert len(set(workers.read_text().split())) == 1
