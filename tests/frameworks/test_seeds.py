"""The programs of the tutorials that need torch, with our own SDK: `make test-frameworks` installs what they need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sdk.conftest import api, program
from tests.e2e.sdk.programs import ROOT, Program
from tests.wandb_clients.scripts import clients

__all__ = ["api", "program"]

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(400),
    pytest.mark.skipif(
        not clients.is_installed("frameworks"),
        reason="the frameworks are not installed; `make test-frameworks` does it",
    ),
]

SEEDS = ROOT / "examples" / "seeds"


@pytest.fixture
def seed(program: Program) -> Any:
    """Runs a program of a tutorial with the Python that has torch; nothing it prints is a warning."""
    program.python = str(clients.python_of("frameworks"))
    ours = f"{ROOT / 'src'}:{Path(pytest.__file__).parents[1]}"

    def runs(name: str, project: str) -> list[Any]:
        # What our SDK stands on comes from the tests' own environment, behind everything that is in the other.
        start = program.base / "start.py"
        start.write_text(
            f"import runpy, sys\nsys.path += {ours.split(':')!r}\n"
            f"runpy.run_path({str(SEEDS / (name + '.py'))!r}, run_name='__main__')\n"
        )
        made = program(start, project=project)
        assert "WARNING" not in program.output, program.output
        return made

    return runs


def test_a_watched_model_has_histograms_of_its_gradients_and_parameters(seed: Any) -> None:
    (made,) = seed("000_04_watch_torch", "watched")
    for key in ("gradients/0.weight", "parameters/0.weight", "gradients/2.bias", "parameters/2.bias"):
        found = [row[key] for row in made.scan_history(keys=[key])]
        assert len(found) >= 9, key
        assert {each["_type"] for each in found} == {"histogram"}
    assert len(list(made.scan_history(keys=["loss"]))) == 100


def test_a_training_with_torch_is_tracked(seed: Any, program: Program) -> None:
    (made,) = seed("002_02_train_torch", "wandb_demo")
    assert [row["epoch"] for row in made.scan_history()] == [1, 2, 3]
    assert made.summary["best_val_acc"] > 0.3
    assert (program.base / "checkpoint.pt").exists()


def test_good_and_bad_cases_of_a_torch_model_are_tables_with_pictures(seed: Any) -> None:
    (made,) = seed("002_05_cases_torch", "cases")
    for key in ("good_cases", "bad_cases"):
        assert made.summary[key]["_type"] == "table-file"
        assert made.summary[key]["nrows"] == 5
    assert made.summary["some"]["_type"] == "image-file"
