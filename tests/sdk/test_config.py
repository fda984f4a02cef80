"""What a run is told, in every accepted form."""

from __future__ import annotations

import argparse
import dataclasses
import enum
import math
from pathlib import Path
from typing import Any

import pytest

from gnomon.sdk.config import Config, chosen, read
from gnomon.sdk.errors import ConfigError, UsageError

Written = list[tuple[dict[str, Any], list[str]]]


@pytest.fixture
def written() -> Written:
    return []


@pytest.fixture
def config(written: Written) -> Config:
    return Config(lambda changed, removed: written.append((dict(changed), list(removed))))


def test_values_are_set_and_read_by_item_and_by_attribute(config: Config, written: Written) -> None:
    config.lr = 0.1
    config["model"] = {"layers": (64, 64)}
    config.update({"bs": 32}, seed=1)
    config.update(epochs=2)
    assert (config["lr"], config.model["layers"], config.get("bs"), config.get("no", 5)) == (0.1, [64, 64], 32, 5)
    assert (
        dict(config)
        == config.as_dict()
        == {
            "lr": 0.1,
            "model": {"layers": [64, 64]},
            "bs": 32,
            "seed": 1,
            "epochs": 2,
        }
    )
    assert ("lr" in config, "no" in config, len(config), [*config]) == (True, False, 5, [*config.keys()])
    assert written == [
        ({"lr": 0.1}, []),
        ({"model": {"layers": [64, 64]}}, []),
        ({"bs": 32, "seed": 1}, []),
        ({"epochs": 2}, []),
    ]


def test_a_missing_value_is_said_as_python_says_it(config: Config) -> None:
    with pytest.raises(AttributeError, match="'lr' is not set"):
        _ = config.lr
    with pytest.raises(KeyError):
        _ = config["lr"]


def test_a_value_that_would_change_is_refused_unless_meant(config: Config, written: Written) -> None:
    config.lr = 0.1
    for change in (lambda: setattr(config, "lr", 0.2), lambda: config.update({"lr": 0.2, "new": 1})):
        with pytest.raises(ConfigError, match='value of key "lr" from 0.1 to 0.2'):
            change()
    assert dict(config) == {"lr": 0.1}
    config.update({"lr": 0.2}, allow_val_change=True)
    assert config.lr == 0.2
    assert written[-1] == ({"lr": 0.2}, [])


def test_setting_the_same_value_again_is_nothing(config: Config, written: Written) -> None:
    config.x = math.nan
    config.x = math.nan
    config.y = [1, {"a": 2}]
    config.y = (1, {"a": 2})
    assert len(written) == 2


def test_defaults_do_not_touch_what_is_set(config: Config) -> None:
    config.lr = 0.1
    assert config.setdefaults({"lr": 1, "bs": 2}) == {"lr": 0.1, "bs": 2}


def test_a_value_can_be_removed(config: Config, written: Written) -> None:
    config.lr = 0.1
    del config.lr
    config.bs = 1
    del config["bs"]
    assert dict(config) == {}
    assert written[1::2] == [({}, ["lr"]), ({}, ["bs"])]


def test_a_nested_value_changed_in_place_is_written_when_asked(config: Config, written: Written) -> None:
    config.model = {"layers": 2}
    config["model"]["layers"] = 3
    config.persist()
    config.persist()
    assert written[1:] == [({"model": {"layers": 3}}, [])]


class Flags:
    """As absl shows its flags."""

    def flag_values_dict(self) -> dict[str, Any]:
        return {"lr": 0.1}


class Model:
    """As pydantic shows its models."""

    def model_dump(self) -> dict[str, Any]:
        return {"lr": 0.1}


@dataclasses.dataclass
class Arguments:
    lr: float = 0.1


class Plain:
    def __init__(self) -> None:
        self.lr = 0.1


@pytest.mark.parametrize(
    "source",
    [{"lr": 0.1}, argparse.Namespace(lr=0.1), Flags(), Model(), Arguments(), Plain()],
    ids=lambda s: type(s).__name__,
)
def test_config_comes_in_many_forms(source: Any) -> None:
    assert read(source) == {"lr": 0.1}


def test_config_comes_from_files(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"lr": {"value": 0.1, "desc": "rate"}, "model": {"value": 1, "other": 2}}')
    assert read(str(tmp_path / "a.json")) == {"lr": 0.1, "model": {"value": 1, "other": 2}}
    (tmp_path / "b.yaml").write_text('{"lr": 0.1, "wandb_version": 1}')
    assert read(tmp_path / "b.yaml") == {"lr": 0.1}
    for name, content, why in (
        ("no.yaml", None, "cannot be read"),
        ("bad.json", "{", "cannot be understood"),
        ("list.json", "[1]", "not a list"),
    ):
        if content is not None:
            (tmp_path / name).write_text(content)
        with pytest.raises(UsageError, match=why):
            read(str(tmp_path / name))


def test_yaml_without_its_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "yaml", None)
    (tmp_path / "c.yaml").write_text("lr: 0.1\n")
    with pytest.raises(UsageError, match="pyyaml"):
        read(str(tmp_path / "c.yaml"))


@pytest.mark.parametrize("source", [3, object, [1, 2]])
def test_other_forms_are_the_callers_mistake(source: Any) -> None:
    with pytest.raises(UsageError, match="config is a dict"):
        read(source)


def test_keys_are_chosen() -> None:
    values = {"a": 1, "b": 2}
    assert chosen(values, ["a"], None) == {"b": 2}
    assert chosen(values, None, ["a"]) == {"a": 1}
    with pytest.raises(UsageError, match="not both"):
        chosen(values, ["a"], ["b"])


class Optimiser(enum.Enum):
    ADAM = "adam"


def test_nothing_is_refused_as_a_value(config: Config) -> None:
    circle: dict[str, Any] = {}
    circle["self"] = circle

    class Odd:
        def __str__(self) -> str:
            raise RuntimeError("no")

    config.update(
        {
            "optimiser": Optimiser.ADAM,
            "function": test_nothing_is_refused_as_a_value,
            "kind": Path,
            "path": Path("a/b"),
            "odd": Odd(),
            "circle": circle,
            3: "number",
            "set": {1},
            "none": None,
            "bytes": b"x",
        }
    )
    assert config.optimiser == "adam"
    assert config.function.endswith("test_nothing_is_refused_as_a_value")
    assert config.kind == f"{Path.__module__}.Path"
    assert config.path == "a/b"
    assert config.odd == "<Odd>"
    assert config["3"] == "number"
    assert config.set == [1]


def test_arrays_stay_lists() -> None:
    numpy = pytest.importorskip("numpy")
    config = Config()
    config.update(
        {
            "betas": numpy.array([0.9, 0.5]),
            "lr": numpy.float32(0.5),
            "long": numpy.arange(100),
            "big": numpy.zeros((200, 200)),
        }
    )
    assert config.betas == [0.9, 0.5]
    assert config.lr == 0.5
    assert config.long == list(range(100))
    assert config.big == "array of shape (200, 200), float64"
