"""The examples tell their story on a real server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sdk.programs import ROOT, Program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

EXAMPLES = ROOT / "examples"
SHOWN_ELSEWHERE = {"digits.py"}
"""`make demo` runs it; `tests/tools/test_demo.py` tries that."""


@pytest.fixture
def example(program: Program) -> Any:
    """Runs an example; nothing it prints is a warning."""

    def runs(name: str, project: str) -> list[Any]:
        made = program(EXAMPLES / f"{name}.py", project=project)
        assert "WARNING" not in program.output, program.output
        return made

    return runs


def test_every_example_is_tried() -> None:
    here = Path(__file__).read_text("utf-8")
    names = {path.stem for path in EXAMPLES.glob("*.py") if path.name not in SHOWN_ELSEWHERE}
    assert {name for name in names if f'example("{name}"' not in here} == set()


def test_the_programs_of_the_start_page_run_as_they_are_printed(program: Program) -> None:
    page = (ROOT / "docs" / "start" / "README.md").read_text("utf-8")
    code = program.base / "start.py"
    code.write_text("\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL)))
    made = program(code, project="first")
    assert sorted(len(list(run.scan_history())) for run in made) == [2, 500]
    assert program.output.count("'finished')") == 2


def test_a_first_run_has_rows_pictures_and_a_summary(example: Any) -> None:
    (made,) = example("first_run", "first")
    rows = list(made.scan_history())
    losses = [row["train/loss"] for row in rows if row.get("train/loss") is not None]
    assert len(losses) == 200
    assert made.summary["best_loss"] == min(losses)
    assert sum(row.get("sample") is not None for row in rows) == 4


def test_a_run_goes_on_where_it_was(example: Any) -> None:
    (made,) = example("resume", "resumed")
    assert [row["epoch"] for row in made.scan_history()] == list(range(10))
    assert made.state == "finished"


def test_several_processes_write_one_run(example: Any, program: Program) -> None:
    (made,) = example("many_processes", "several")
    assert (made.state, made.summary["ranks"], made.config["workers"]) == ("finished", 3, 3)
    rows = list(made.scan_history())
    for rank in range(3):
        found = [row[f"rank{rank}/loss"] for row in rows if row.get(f"rank{rank}/loss") is not None]
        assert sorted(found, reverse=True) == [1 / (step + 1 + rank) for step in range(20)]


def test_predictions_are_a_table_with_pictures(example: Any, program: Program) -> None:
    (made,) = example("tables", "tables")
    table = json.loads(program.file(made, made.summary["predictions"]["path"]))
    assert table["columns"] == ["image", "truth", "predicted", "sure"]
    assert len(table["data"]) == 50
    assert made.summary["accuracy"] > 0.8
    assert "confusion" in made.rawconfig["_wandb"]["visualize"]


def test_a_model_says_which_version_of_the_data_it_was_made_of(example: Any, program: Program) -> None:
    prepared, trained = sorted(example("artifacts", "lineage"), key=lambda run: str(run.job_type))
    assert [each.version for each in prepared.logged_artifacts() if each.type == "dataset"] == ["v0", "v1"]
    (used,) = trained.used_artifacts()
    assert (used.version, used.metadata["rows"]) == ("v1", 20)
    (model,) = [each for each in trained.logged_artifacts() if each.type == "model"]
    assert "best" in model.aliases


def test_the_best_trial_of_a_search_is_found(example: Any, program: Program) -> None:
    made = example("sweep", "searched")
    assert len(made) == 6
    best = min(made, key=lambda run: run.summary["loss"])
    assert f"best: {best.name}, loss {best.summary['loss']:.3f}" in program.output


def test_what_was_logged_is_read_back(example: Any, program: Program) -> None:
    made = example("read_back", "read")
    assert len(made) == 3
    lines = [line for line in program.output.splitlines() if ", finished" in line]
    assert [line.split("lr ")[1].split(",")[0] for line in lines] == ["0.1", "0.01"]
    assert "50 rows, the last one" in program.output
