"""A real server, our own SDK in processes of its own, and what came of it read through `gnomon.Api`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sdk.programs import Program
from tests.wandb_clients.serving import Served, serving


@pytest.hookimpl(tryfirst=True)  # before workers read the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these in one worker, which has the server."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("sdk"))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that runs."""
    with serving(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def api(served: Served, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`gnomon.Api` as the user of the server."""
    import gnomon

    monkeypatch.setenv("GNOMON_BASE_URL", served.url)
    monkeypatch.setenv("GNOMON_API_KEY", served.key)
    return gnomon.Api()


@pytest.fixture
def program(served: Served, api: Any, tmp_path: Path) -> Program:
    """Runs a program against the server and says what it left there."""
    return Program(served, api, tmp_path)
