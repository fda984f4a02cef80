"""The run that an agent begins: what `init()` takes from the environment, and what of the script it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

import gnomon
from gnomon.protocol.journal import Kind
from gnomon.sdk.errors import UsageError
from gnomon.sdk.shipper.config_file import emit
from tests.sdk.conftest import of_kind


@pytest.fixture
def given(alone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the official client's agent says to a script."""
    place = alone / "config-r1.yaml"
    place.write_text(emit({"lr": 1e-5, "net": {"w": [1, 2]}, "note": None}))
    for name, value in (("SWEEP_ID", "s1"), ("RUN_ID", "r1"), ("PROJECT", "tuning"), ("SWEEP_PARAM_PATH", str(place))):
        monkeypatch.setenv(f"WANDB_{name}", value)
    return place


def test_parameters_win_over_everything_the_script_says_and_that_is_said_once(given: Path, said: list[str]) -> None:
    run = gnomon.init(project="mine", id="other", entity="lab", mode="offline", config={"lr": 3, "seed": 1})
    run.config.update({"lr": 4})
    run.config.lr = 5
    run.config["seed"] = 1
    assert run.config.as_dict() == {"lr": 1e-5, "net": {"w": [1, 2]}, "note": None, "seed": 1}
    assert (run.id, run.project, run.entity, run.sweep_id, run.sweep_url) == ("r1", "tuning", "lab", "s1", None)
    assert sum("config 'lr' stays 1e-05" in line for line in said) == 1
    assert any("init(project=...) is not used" in line for line in said)
    assert any("init(id=...) is not used" in line for line in said)
    folder = run.sync_dir
    run.finish()
    (begun,) = (body[0] for body in of_kind(folder, Kind.RUN))
    assert begun["sweep"] == "s1" and "name" not in begun  # the server has named it
    values: dict[str, object] = {}
    for changed, _ in of_kind(folder, Kind.CONFIG):
        values.update(changed)
    assert values["lr"] == 1e-5


def test_the_page_of_the_sweep_is_known_with_its_owner(given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_ENTITY", "lab")
    run = gnomon.init(settings={"base_url": "http://localhost:1234"})
    assert run.sweep_url == run.get_sweep_url() == "http://localhost:1234/lab/tuning/sweeps/s1"


def test_a_value_that_is_the_same_is_no_reason_for_a_word(given: Path, said: list[str]) -> None:
    gnomon.init(mode="offline", config={"lr": 1e-5})
    assert not any("stays" in line for line in said)


def test_parameters_that_cannot_be_read_are_no_run_of_the_sweep(given: Path) -> None:
    given.unlink()
    with pytest.raises(UsageError, match=r"cannot be read: No such file or directory. .*config-r1.yaml"):
        gnomon.init(mode="offline")
    assert gnomon.run is None


def test_a_run_without_a_sweep_has_none(alone: Path) -> None:
    run = gnomon.init(mode="offline", entity="lab")
    assert (run.sweep_id, run.sweep_url) == (None, None)
