"""The run inside a notebook, without one: what a kernel has is stood in for."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

import gnomon

pytestmark = pytest.mark.usefixtures("alone")


class ZMQInteractiveShell:
    """What IPython calls the shell of a notebook's kernel."""


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    shown: list[str] = []
    ipython: Any = ModuleType("IPython")
    ipython.get_ipython = ZMQInteractiveShell
    ipython.display = ModuleType("IPython.display")
    ipython.display.display = lambda bundle, raw: shown.append(bundle["text/html"])
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    return shown


def test_outside_of_a_notebook_nothing_is_shown_and_ipython_is_not_loaded() -> None:
    run = gnomon.init(mode="offline")
    assert run.display() is False
    assert "IPython" not in sys.modules


def test_in_a_notebook_the_page_is_a_frame(kernel: list[str]) -> None:
    run = gnomon.init(entity="ada", project="p", id="r1", settings={"base_url": "http://h:1"})
    assert gnomon.display(height=300) is True
    assert kernel == [
        '<iframe src="http://h:1/ada/p/runs/r1?jupyter=true" style="border:none;width:100%;height:300px;"></iframe>'
    ]
    html = run._repr_html_()
    assert "display:none" in html and html.startswith("<button")


def test_a_run_without_a_page_says_where_it_is(kernel: list[str]) -> None:
    run = gnomon.init(mode="offline", name="<b>&")
    assert run.display()
    assert kernel == [f"<p>Run &lt;b&gt;&amp; is kept in <code>{run.sync_dir}</code></p>"]


def test_a_silent_run_shows_nothing(kernel: list[str]) -> None:
    run = gnomon.init(mode="offline", settings={"silent": True})
    assert run.display() is False
    assert kernel == []
