"""Sweeps, their agents and their runs, and reports, read through `gnomon.Api()`."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest

from gnomon.sdk.errors import UsageError
from gnomon.sdk.public.api import Api
from gnomon.sdk.public.query_generator import QueryGenerator
from gnomon.sdk.public.source import NotFoundError
from gnomon.sdk.public.sweeps import Sweep

from .conftest import KEYS, Log, Served

CONFIG = """
method: random
metric: {name: loss, goal: minimize}
parameters:
  lr: {min: 0.001, max: 0.1}
  layers: {values: [1, 2, 3]}
"""


@pytest.fixture
def api(served: Served) -> Api:
    return served.api()


def made(api: Api, project: str, *, prior: tuple[str, ...] = (), name: str = "") -> str:
    said = {"config": CONFIG, "prior_runs": list(prior), "name": name}
    found: str = api._service.post(f"/projects/ann/{project}/sweeps", said)["sweep"]["id"]
    return found


def test_a_sweep_has_its_config_its_runs_and_the_best_of_them(api: Api, logged: Log) -> None:
    for at, loss in enumerate((0.5, 0.1, 0.9)):
        logged(f"s{at}", [{"loss": loss}], project="swept", config={"lr": loss, "layers": 1})
    id = made(api, "swept", prior=("s0", "s1", "s2"), name="my sweep")
    sweep = api.sweep(f"ann/swept/{id}")
    assert (sweep.id, sweep.name, sweep.entity, sweep.project) == (id, "my sweep", "ann", "swept")
    assert sweep.config["method"] == "random" and sweep.config["parameters"]["layers"]["values"] == [1, 2, 3]
    assert sweep.order == "+summary_metrics.loss" and sweep.expected_run_count is None
    assert [run.id for run in sweep.runs] == ["s0", "s1", "s2"]
    best = sweep.best_run()
    assert best is not None and best.id == "s1" and best.sweep_name == id
    worst = sweep.best_run("-loss")
    assert worst is not None and worst.id == "s2"
    assert best.sweep is not None and best.sweep.id == id
    assert sweep.url.endswith(f"/ann/swept/sweeps/{id}") and sweep.path == ["ann", "swept", id]
    assert id in repr(sweep) and "<iframe" in sweep.to_html()


def test_sweeps_of_a_project_are_listed_filtered_and_ordered(api: Api, logged: Log) -> None:
    logged("x", [{"loss": 1}], project="sweeps")
    ids = [made(api, "sweeps", name=name) for name in ("b", "a", "c")]
    project = api.project("sweeps")
    assert [sweep.id for sweep in project.sweeps()] == ids[::-1]
    assert len(project.sweeps(per_page=1)) == 3
    assert [sweep.name for sweep in project.sweeps(order="+display_name")] == ["a", "b", "c"]
    assert [sweep.name for sweep in project.sweeps(filters={"display_name": {"$in": ["a", "c"]}})] == ["c", "a"]


def test_a_sweep_that_is_not_there_says_so(api: Api) -> None:
    with pytest.raises(NotFoundError, match="Could not find sweep"):
        api.sweep("ann/p/nope")
    assert Sweep.get(api, "ann", "p", "nope") is None
    with pytest.raises(UsageError, match="takes no GraphQL"):
        Sweep.get(api, "ann", "p", "nope", query="query {}")


def test_a_config_is_put_in_line_and_an_agent_gets_it(api: Api, logged: Log) -> None:
    logged("x", [{"loss": 1}], project="queued")
    id = made(api, "queued")
    sweep = api.sweep(f"ann/queued/{id}")
    assert sweep.agents() == []
    run = sweep.enqueue_run({"lr": 0.05, "layers": 2}, display_name="by hand")
    agent = api._service.post(f"/sweeps/ann/queued/{id}/agents", {"host": "here"})["id"]
    (found,) = sweep.agents()
    assert found.id == sweep.agent(agent).id == agent and found.host == "here"
    api._service.post(f"/sweeps/ann/queued/{id}/agents/{agent}/heartbeat", {})
    assert [one.id for one in sweep.agent(agent).runs()] == [run]
    assert sweep.agent(agent).total_runs == 1
    with pytest.raises(NotFoundError, match="has no agent"):
        sweep.agent("nope")


def test_runs_with_their_sweeps_ask_once_for_each_sweep(api: Api, logged: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(3):
        logged(f"w{at}", [{"loss": at}], project="with")
    id = made(api, "with", prior=("w0", "w1", "w2"))
    asked: list[Any] = []
    of = Sweep.of
    monkeypatch.setattr(Sweep, "of", lambda *args: (asked.append(args[-1]), of(*args))[1])
    assert [run.sweep.id for run in api.runs("ann/with", include_sweeps=True)] == [id] * 3  # type: ignore[union-attr]
    assert asked == [id]


UPSERT = """mutation($project: String, $spec: String, $title: String) { upsertView(input: {
  entityName: "ann", projectName: $project, name: $title, type: "runs", displayName: $title, spec: $spec})
  { view { id } } }"""


def write_report(served: Served, project: str, title: str, spec: dict[str, Any]) -> None:
    said = {"query": UPSERT, "variables": {"project": project, "title": title, "spec": json.dumps(spec)}}
    request = urllib.request.Request(f"{served.url}/graphql", json.dumps(said).encode(), method="POST")
    request.add_header("Authorization", f"Bearer {KEYS['ann']}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert b"errors" not in answer.read()


def test_reports_are_listed_and_read(served: Served, api: Api, logged: Log) -> None:
    for at in range(3):
        logged(f"rep{at}", [{"loss": at}], project="reports", config={"lr": at})
    key = {"section": "config", "name": "lr"}
    filters = {"op": "OR", "filters": [{"op": "AND", "filters": [{"key": key, "op": ">", "value": 0}]}]}
    section = {
        "openRunSet": 0,
        "runSets": [
            {
                "sort": {"key": {"section": "summary", "name": "loss"}, "ascending": False},
                "filters": filters, "selections": {"tree": ["rep1", "rep0"]},
            }
        ],
    }  # fmt: skip
    write_report(served, "reports", "My first look", {"panelGroups": [section]})
    write_report(served, "reports", "Other", {})
    reports = api.reports("ann/reports")
    assert {report.display_name for report in reports} == {"My first look", "Other"} and len(reports) == 2
    (report,) = api.reports("reports", name="My%20first%20look")
    assert report.sections == [section] and report.user == {"username": "ann", "photoUrl": None, "email": ""}
    assert report.url is not None and "/ann/reports/reports/My-first-look--" in report.url
    assert [run.id for run in report.runs(section)] == ["rep1"]
    assert [run.id for run in report.runs(section, only_selected=False)] == ["rep2", "rep1"]
    again = api.from_path(f"ann/reports/reports/My-first-look--{report.id.rstrip('=')}")
    assert again.spec == report.spec and again.display_name == "My first look"  # type: ignore[union-attr]


def test_filters_of_pages_and_documents_say_the_same() -> None:
    query = QueryGenerator()
    document = {"$or": [{"$and": [{"config.lr": {"$gte": 1}}, {"state": "finished"}]}]}
    filter = query.mongo_to_filter(document)
    assert filter is not None
    assert query.filter_to_mongo(filter) == document
    assert query.keys_to_order(query.order_to_keys(["+created_at", "-name"])) == ["+created_at", "-name"]
    with pytest.raises(ValueError, match="begins with"):
        query.order_to_keys(["name"])
