"""Sweeps as scripts make them, their links, and controllers of one's own; against a real server."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import gnomon
from gnomon.protocol.journal import MAGIC, Kind
from gnomon.sdk import controller as controllers
from gnomon.sdk.agents.controlled import SweepRun
from gnomon.sdk.agents.link import Command, Link
from gnomon.sdk.agents.place import SweepPath
from gnomon.sdk.errors import CommError, UsageError
from gnomon.sdk.journal import record
from gnomon.sdk.service import NotThere, Service

GRID = {"method": "grid", "parameters": {"a": {"values": [1, 2]}, "b": {"value": 1e-05}}}


def shown(service: Service, id: str, project: str = "uncategorized") -> Any:
    return service.get(f"/sweeps/ann/{project}/{id}")


def link(service: Service, id: str, project: str = "uncategorized") -> Link:
    return Link(service, SweepPath("", project, id))


def test_a_sweep_of_a_dict_is_made_and_its_address_is_said(service: Service, said: list[str]) -> None:
    id = gnomon.sweep({**GRID, "name": "first"}, project="p")
    about = shown(service, id, "p")
    assert (about["sweep"]["name"], about["sweep"]["runs_expected"]) == ("first", 2)
    assert about["parameters"][1]["values"] == [1e-05]
    assert f"Made the sweep ann/p/{id}\nView it at {service.base_url}/ann/p/sweeps/{id}" in said[-1]


def test_bare_parameters_are_searched_at_random_and_that_is_said(service: Service, said: list[str]) -> None:
    id = gnomon.sweep({"lr": {"values": [0.1, 0.01]}, "layers": {"values": [[64], [64, 32]]}})
    assert shown(service, id)["sweep"]["method"] == "random"
    assert any("all of it is taken as parameters" in line for line in said)
    command = link(service, id).beat()
    assert command.args["layers"] in ([64], [64, 32])


@pytest.mark.parametrize("suffix", [".yaml", ".json", ""])
def test_a_file_or_its_text_is_a_config_too(service: Service, tmp_path: Path, suffix: str) -> None:
    text = (
        json.dumps({**GRID, "project": "q"})
        if suffix == ".json"
        else "method: grid\nproject: q\nparameters: {a: {values: [1]}}"
    )
    path = tmp_path / f"sweep{suffix}"
    path.write_text(text)
    assert shown(service, gnomon.sweep(str(path) if suffix else text), "q")["config"] == text
    assert shown(service, gnomon.sweep(path, project="other"), "other")["sweep"]["method"] == "grid"


def test_a_function_that_returns_a_config_is_called(service: Service) -> None:
    assert shown(service, gnomon.sweep(lambda: GRID))["sweep"]["method"] == "grid"


def test_runs_of_before_count_as_tried(service: Service, said: list[str]) -> None:
    id = gnomon.sweep({**GRID}, prior_runs=["nobody", "ann/p/nobody-either"])
    assert any("2 of the prior runs are not in the project" in line for line in said)
    assert shown(service, id)["runs"] == []


@pytest.mark.parametrize(
    ("given", "kind", "why"),
    [
        ({"method": "grid", "parameters": {"lr": {"min": 2, "max": 1}}}, CommError, "lr: min 2 is not less than max 1"),
        ({"method": "hill", "parameters": {"a": {"value": 1}}}, CommError, "There is no method 'hill'"),
        ({"parameters": {"a": {"values": [float("nan")]}}}, UsageError, "parameters.a.values.0 is nan"),
        ("nothing.yaml", UsageError, "cannot be read: No such file or directory. nothing.yaml"),
        ("words", UsageError, "'words' is neither a file nor"),
        (7, UsageError, "and not int"),
        ("a: [", CommError, "no YAML"),
    ],
    ids=str,
)
def test_what_is_no_config_is_refused_by_the_part_that_is_wrong(
    service: Service, given: Any, kind: type[Exception], why: str
) -> None:
    with pytest.raises(kind, match=why):
        gnomon.sweep(given)


def test_prior_runs_are_a_list(service: Service) -> None:
    with pytest.raises(UsageError, match="a list of ids"):
        gnomon.sweep(GRID, prior_runs="one")


def test_an_agent_is_told_what_to_do_and_waits_while_the_server_is_away(
    service: Service, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = link(service, gnomon.sweep({**GRID, "program": "train.py"}))
    assert one.config()["program"] == "train.py" and one.place.entity == "ann"
    first = one.beat()
    assert (first.type, first.args, first.program) == ("run", {"a": 1, "b": 1e-05}, "train.py")
    away = Service("http://127.0.0.1:9", "k" * 40, timeout_secs=0.1)
    monkeypatch.setattr(one, "_service", away)
    assert [one.beat([first.run_id]).type for _ in range(2)] == ["wait", "wait"]
    assert sum("cannot be asked" in line for line in said) == 1
    one.leave()  # nobody hears it
    monkeypatch.setattr(one, "_service", service)
    assert one.beat([first.run_id]) == Command(type="wait")
    assert said[-1] == "The sweep answers again"
    one.leave()
    assert link(service, one.place.sweep).beat().run_id == first.run_id


def test_an_agent_of_a_sweep_that_is_not_there_or_was_deleted(service: Service) -> None:
    with pytest.raises(NotThere, match="There is no sweep"):
        gnomon.agent(f"uncategorized/{'0' * 8}", lambda: None)
    one = link(service, gnomon.sweep(GRID))
    service.delete(f"/sweeps/ann/uncategorized/{one.place.sweep}")
    assert one.beat().type == "gone"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"function": "train"}, "function is 'train', which cannot be called"),
        ({"count": -1}, "count is -1"),
        ({"count": True}, "count is True"),
        ({"max_consecutive_failed_runs": 0}, "max_consecutive_failed_runs is 0"),
    ],
    ids=str,
)
def test_an_agent_that_cannot_be_meant_is_refused(service: Service, given: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        gnomon.agent("s", **given)


def follow(tuner: controllers.Controller, service: Service, steps: int = 9) -> list[dict[str, Any]]:
    """An agent beside a controller, a step of each in turn; the parameters it was given."""
    assert tuner.sweep_id is not None
    worker = link(service, tuner.sweep_id)
    given = []
    for _ in range(steps):
        if tuner.done():
            break
        tuner.step()
        command = worker.beat()
        if command.type == "run":
            given.append(command.args)
            _finish(service, command.run_id)
    return given


def _finish(service: Service, run: str) -> None:
    """The run says that it has begun and ended, as a journal does."""
    journal = os.urandom(16).hex()
    begin = {"format": 1, "journal": journal, "writer": "main", "attempt": journal, "run": run}
    data = (
        MAGIC
        + record(Kind.BEGIN, begin)
        + record(Kind.EXIT, {"state": "finished", "exit_code": 0, "time": time.time()})
    )
    service.request(
        "POST", f"/runs/-/uncategorized/{run}/journal", data, query={"journal": journal, "offset": 0},
        headers={"Content-Type": "application/octet-stream"},
    )  # fmt: skip


def test_a_controller_walks_through_its_grid(service: Service, said: list[str]) -> None:
    tuner = gnomon.controller()
    tuner.configure_search("grid")
    tuner.configure_parameter("a", values=[1, 2])
    tuner.configure_parameter("n", min=1, max=2)
    tuner.configure_parameter("fixed")
    tuner.configure_program("train.py")
    tuner.configure_name("mine")
    tuner.configure_description("by hand")
    tuner.configure_metric("loss", goal="maximize")
    tuner.configure_controller("local")
    id = tuner.create()
    assert tuner.sweep_config["controller"] == {"type": "local"} and tuner.sweep_id == id
    assert follow(tuner, service) == [
        {"a": a, "fixed": None, "n": n} for a in (1, 2) for n in (1, 2)
    ]  # fmt: skip
    assert shown(service, id)["sweep"]["state"] == "FINISHED"
    tuner.print_status()
    tuner.print_actions()
    tuner.print_space()
    tuner.print_summary()
    tuner.print_debug()
    assert f"Sweep: {id} (grid) | Runs: 4 (Finished: 4)" in said
    assert "Schedule a=2, fixed=None, n=2" in said and any(line.startswith("n: int_uniform") for line in said)


def test_a_search_of_ones_own_gets_the_runs_and_says_when_there_are_no_more(service: Service) -> None:
    def search(config: Any, runs: Sequence[SweepRun]) -> Any:
        assert config["parameters"]["a"] == {"min": 0.0, "max": 9.0}
        tried = [run.params["a"] for run in runs]
        return {"a": len(tried) * 2} if len(tried) < 2 else {"a": {"value": 7}} if len(tried) < 3 else None

    tuner = gnomon.controller({"method": search, "parameters": {"a": {"min": 0.0, "max": 9.0}}})
    assert follow(tuner, service) == [{"a": 0}, {"a": 2}, {"a": 7}]
    assert tuner.done()


def test_a_rule_of_ones_own_says_which_runs_are_stopped(service: Service) -> None:
    tuner = gnomon.controller()
    tuner.configure_search(lambda config, runs: {"a": 1})
    tuner.configure_stopping(lambda said: lambda config, runs: runs[: said["most"]], most=1)
    tuner.configure_parameter("a", value=1)
    id = tuner.create()
    worker = link(service, id)
    tuner.step()
    run = worker.beat().run_id
    tuner.step()
    orders = service.get(f"/sweeps/ann/uncategorized/{id}/controller")["controller"]
    assert json.loads(orders)["earlystop"] == [run]


def test_a_method_whose_package_is_missing_here_says_what_to_install(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuner = gnomon.controller({"method": "tpe", "metric": "loss", "parameters": {"a": {"min": 0.0, "max": 1.0}}})
    monkeypatch.setitem(sys.modules, "gnomon.sweeps.methods.optuna", None)
    with pytest.raises(UsageError, match=r"The method tpe needs .*pip install 'gnomon\[sweeps\]'"):
        tuner.step()


def test_a_controller_that_cannot_be_meant_is_refused(service: Service) -> None:
    tuner = gnomon.controller()
    for act in (tuner.create, tuner.step, tuner.print_space):
        with pytest.raises(UsageError):
            act()
    tuner.configure(GRID)
    with pytest.raises(UsageError, match="configured already"):
        tuner.configure(GRID)
    tuner.create()
    with pytest.raises(UsageError, match="cannot be configured or created again"):
        tuner.configure_metric("loss")
    with pytest.raises(UsageError, match="is controlled by the server"):
        gnomon.controller(gnomon.sweep(GRID))
    with pytest.raises(UsageError, match="returns the parameters of a run"):
        tuner.schedule(7)  # type: ignore[arg-type]
    assert gnomon.controller(tuner.sweep_id).sweep_config["method"] == "grid"
