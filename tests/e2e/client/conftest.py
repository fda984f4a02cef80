"""One server for all tests of the client, and the programs they ask for, running side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, all_programs
from tests.wandb_clients.serving import Served, serving

AT_ONCE = 4
"""How many programs run at a time. They wait for timers of the client more than they compute."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these in one worker, which has the server and the programs."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("client"))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that runs."""
    with serving(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture(scope="session")
def started(
    request: pytest.FixtureRequest, served: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[Any]]]:
    """The programs that the chosen tests need, running."""
    chosen = [item for item in request.session.items if not _skipped(item)]
    asked_for = {name for item in chosen for name in getattr(item, "fixturenames", ())}
    wanted = [name for name in all_programs if name in asked_for]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(all_programs[name], Client(served, tmp_path_factory.mktemp(name))) for name in wanted}


def _skipped(item: pytest.Item) -> bool:
    return any(mark.args and mark.args[0] for mark in item.iter_markers("skipif"))


@pytest.fixture
def client(served: Served, tmp_path: Path) -> Client:
    """A client for one test alone."""
    return Client(served, tmp_path)


@pytest.fixture(scope="session")
def reader(served: Served) -> Reader:
    return Reader(served)
