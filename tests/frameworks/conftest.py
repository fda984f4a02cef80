"""A server, and the programs of the frameworks running side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.conftest import reader, served
from tests.e2e.client.running import Reader, all_programs, side_by_side
from tests.frameworks.results import keep
from tests.frameworks.standing_in import programs_here
from tests.wandb_clients.serving import Served, serving

__all__ = ["reader", "served"]

FOLDER = Path(__file__).parent
_came: dict[str, str] = {}


@pytest.fixture(scope="session")
def served_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own for the same programs on Gnomon's SDK: they log into the same projects."""
    with serving(tmp_path_factory.mktemp("served-here")) as server:
        yield server


@pytest.fixture(scope="session")
def started(
    request: pytest.FixtureRequest, served: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[Any]]]:
    """The programs that the chosen tests need, running with the official client."""
    base = tmp_path_factory.mktemp("programs")
    with side_by_side(all_programs, request.session, FOLDER, served, base) as futures:
        yield futures


@pytest.fixture(scope="session")
def started_here(
    request: pytest.FixtureRequest, served_here: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[Any]]]:
    """The programs that the chosen tests need, running on Gnomon's SDK."""
    base = tmp_path_factory.mktemp("programs-here")
    with side_by_side(programs_here, request.session, FOLDER, served_here, base) as futures:
        yield futures


@pytest.fixture(scope="session")
def here(served_here: Served) -> Reader:
    """What that server has."""
    return Reader(served_here)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these in one worker, which has the server and the programs."""
    for item in items:
        if FOLDER in item.path.parents:
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
