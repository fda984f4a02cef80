"""A server, and the programs of the frameworks running side by side."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.client.conftest import reader, served, started
from tests.frameworks.results import keep

__all__ = ["reader", "served", "started"]

_came: dict[str, str] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these in one worker, which has the server and the programs."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("frameworks"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    name = report.nodeid.split("::")[-1]
    if report.failed:
        _came[name] = "fails"
    elif report.when == "call" and report.passed:
        _came.setdefault(name, "works")


def pytest_sessionfinish() -> None:
    """What came of them is kept where that is asked for: `make test-frameworks` does."""
    if os.environ.get("KEEP_RESULTS"):
        keep(_came)
