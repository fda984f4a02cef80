"""One real server for all scripts of a test process; each test has a project of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.wandb_clients.serving import Served, serving


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that runs. A test that stops it makes its own with `serving`."""
    with serving(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def project(request: pytest.FixtureRequest) -> str:
    """A project that no other test has."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", request.node.name)[:100].strip("-")
