"""One server for all tests of the client, and the programs they ask for, running side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, all_programs, side_by_side
from tests.wandb_clients.serving import Served, serving


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
    """The programs that the chosen tests of this folder need, running."""
    base, here = tmp_path_factory.mktemp("programs"), Path(__file__).parent
    with side_by_side(all_programs, request.session, here, served, base) as futures:
        yield futures


@pytest.fixture
def client(served: Served, tmp_path: Path) -> Client:
    """A client for one test alone."""
    return Client(served, tmp_path)


@pytest.fixture(scope="session")
def reader(served: Served) -> Reader:
    return Reader(served)
