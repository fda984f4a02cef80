"""The page in a real browser, against a real server. The sentences are in web/e2e; each file there is a test here.

Playwright starts with the first test and takes all files that the chosen tests name, a few at a time: to start it and a
browser for each file by itself would cost as much as many of the files do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORIES = ROOT / "web" / "e2e"
SPECS = sorted(str(spec.relative_to(STORIES)) for spec in STORIES.glob("**/*.spec.ts"))
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
AT_ONCE = max(2, (os.cpu_count() or 1) // 2)
"""How many files, each with a browser of its own."""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500), pytest.mark.xdist_group("page")]


@pytest.fixture(scope="session")
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Any]]:
    """What came of every test, by the file that it is in."""
    base = tmp_path_factory.mktemp("page")
    chosen = {item.callspec.params["spec"] for item in request.session.items if item.path == Path(__file__)}  # type: ignore[attr-defined]
    report = base / "report.json"
    playwright = [sys.executable, str(ROOT / "tools/page.py"), "npm", "run", "--silent", "e2e", "--", "--reporter=json"]
    done = subprocess.run(
        [*playwright, f"--workers={AT_ONCE}", "--output", str(base / "results"), *(f"e2e/{spec}" for spec in chosen)],
        cwd=ROOT,
        env={
            **os.environ,
            "CHROMIUM": BROWSER or "",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GNOMON_PYTHON": sys.executable,
            "PLAYWRIGHT_JSON_OUTPUT_FILE": str(report),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert report.exists(), done.stdout[-6000:]
    said = json.loads(report.read_text("utf-8"))
    assert not said["errors"], "\n".join(each["message"] for each in said["errors"])
    return {suite["file"]: list(_tests(suite)) for suite in said["suites"]}


def _tests(suite: Mapping[str, Any]) -> Iterator[Any]:
    yield from suite["specs"]
    for inner in suite.get("suites", ()):
        yield from _tests(inner)


def _came(test: Mapping[str, Any]) -> str:
    """A sentence, whether it holds, and what is wrong where it does not."""
    results = [result for each in test["tests"] for result in each["results"]]
    errors = [error["message"] for result in results for error in result["errors"]]
    secs = sum(result["duration"] for result in results) / 1000
    return "\n".join([f"{'holds' if test['ok'] else 'FAILS'} ({secs:.1f} s) {test['title']}", *errors])


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine; `make test` installs it for root")
@pytest.mark.parametrize("spec", SPECS)
def test_the_page_does_what_its_sentences_say(spec: str, told: Mapping[str, list[Any]]) -> None:
    print(*map(_came, told[spec]), sep="\n")
    assert told[spec]
    assert [test["title"] for test in told[spec] if not test["ok"]] == []
