"""What holds for every test: nothing of the user's own is read or written, and the quick ones come first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

LATER = ("e2e", "crash")
"""Kinds of tests that take long; they run after all others, in this order: the longest of all drive a browser, and
whoever runs several at a time has to begin with those."""


@pytest.fixture(scope="session", autouse=True)
def home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home folder without keys, settings or unsent runs, and an environment that says nothing about Gnomon."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("GNOMON_", "WANDB_", "XDG_")):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        yield home


def pytest_sessionfinish(session: pytest.Session) -> None:
    """No API key is left in anything that the tests have written."""
    if hasattr(session.config, "workerinput"):
        return  # the one that started the others looks through what all of them wrote
    from tests.keys import found_in

    found = found_in(session.config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print("", *found, sep="\n")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: there is always a test that waits for a process, a disk or a browser."""
    return min(os.cpu_count() or 1, 15) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first: a mistake in them is told within a minute."""

    def place(item: pytest.Item) -> int:
        return max((LATER.index(mark.name) + 1 for mark in item.iter_markers() if mark.name in LATER), default=0)

    items.sort(key=place)
