"""A server, and the programs of the frameworks running side by side."""

from pathlib import Path

import pytest

from tests.e2e.client.conftest import reader, served, started

__all__ = ["reader", "served", "started"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these in one worker, which has the server and the programs."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("frameworks"))
