"""The blocks of the guide, run one after the other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from .conftest import KEYS, Log, Served

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "api.md"


def test_every_block_of_the_guide_runs(
    served: Served, logged: Log, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"loss": 1 / (step + 1), "acc": step / 10} for step in range(10)]
    logged("first", rows, project="mnist", config={"lr": 0.05}, tags=["best"], name="first")
    logged("second", rows[:5], project="mnist", config={"lr": 0.5}, name="second")
    Path("notes.txt").write_text("notes")
    monkeypatch.setenv("GNOMON_BASE_URL", served.url)
    monkeypatch.setenv("GNOMON_API_KEY", KEYS["ann"])
    blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 5
    names: dict[str, Any] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"block {number} of {GUIDE.name}", "exec"), names)
    assert len(names["runs"]) == 1 and names["best"].id == "first"
    assert len(names["rows"]) == len(names["every"]) == 10 and len(names["curves"]) == 10
    assert {one["run"] for one in names["least"]} == {"first", "second"}
    again = served.api().run("ann/mnist/first")
    assert (again.name, again.notes) == ("the good one", "seed 7") and again.tags == ["best"]
    assert again.config["reviewed"] is True and again.summary["score"] == {"bleu": 0.31}
    assert len(names["one"].history(pandas=False)) == 10
    assert "first finished 9" in capsys.readouterr().out
