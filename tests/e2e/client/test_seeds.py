"""The programs of `examples/client`: what the tutorials of the official client show, as they show it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, newest_only, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400), newest_only]

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "client"


def runs(client: Client, example: str) -> None:
    Client(client.server, client.base, programs=EXAMPLES).run(example)


@program
def first_run(client: Client) -> Any:
    runs(client, "first_run")


@program
def example_sweeps(client: Client) -> Any:
    runs(client, "sweep")


@program
def media_and_charts(client: Client) -> Any:
    runs(client, "media_and_charts")


def of_project(reader: Reader, project: str) -> list[Any]:
    return list(reader.server.ask("POST", f"/api/projects/ann/{project}/runs", {})["runs"])


def test_the_first_run_of_a_tutorial(first_run: Any, reader: Reader) -> None:
    (run,) = of_project(reader, "tutorial")
    assert (run["group"], run["job_type"], run["tags"]) == ("baselines", "train", ["baseline", "paper1"])
    assert run["config"]["learning_rate"] == 0.01 and run["config"]["dropout"] == 0.2
    assert run["config"]["batch size"] == 2
    rows = reader.rows(["ann", "tutorial", run["id"]])
    assert [row["epoch"] for row in rows] == list(range(2, 10))
    assert run["summary"]["best_accuracy"] == max(row["acc"] for row in rows)


def test_the_sweeps_of_a_tutorial(example_sweeps: Any, reader: Reader) -> None:
    grid = [run["config"] for run in of_project(reader, "tutorial-sweeps")]
    found = sorted((config["learning_rate"], config["hidden_layer_sizes"]) for config in grid)
    assert found == [(0.001, [32, 64]), (0.001, [64, 128]), (0.01, [32, 64]), (0.01, [64, 128])]
    points = of_project(reader, "tutorial-random")
    assert len(points) == 3
    for run in points:
        assert run["state"] == "finished"
        assert run["config"]["batch_size"] % 8 == 0 and run["config"]["epochs"] == 1
        assert 0 <= run["config"]["learning_rate"] <= 0.1


def test_the_media_and_charts_of_a_tutorial(media_and_charts: Any, reader: Reader) -> None:
    (run,) = of_project(reader, "tutorial-media")
    path = ["ann", "tutorial-media", run["id"]]
    types = {
        key: value["_type"]
        for row in reader.rows(path)
        for key, value in row.items()
        if isinstance(value, dict) and "_type" in value
    }
    assert types["examples"] == types["driving_scene"] == types["masks.true"] == types["masks.pred"] == "image-file"
    assert types["random fields"] == types["from PIL"] == "images/separated"
    assert types["generated_samples"] == "object3D" and types["point_scene"] == "object3D-file"
    charts = {"my_custom_plot_id", "my_scatter", "my_bar_chart_id", "my_histogram", "my_custom_id"}
    assert {f"{chart}_table" for chart in charts} | {"Table Name"} <= types.keys()
