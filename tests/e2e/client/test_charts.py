"""Tables, with media in their cells, and custom charts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.client.running import Client, newest_only, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400), newest_only]

PANELS = {
    "line": "wandb/line/v0",
    "scatter": "wandb/scatter/v0",
    "bar": "wandb/bar/v0",
    "histogram": "wandb/histogram/v0",
    "series": "wandb/lineseries/v0",
    "pr": "wandb/area-under-curve/v0",
    "roc": "wandb/area-under-curve/v0",
    "confusion": "wandb/confusion_matrix/v1",
    "own": "ann/my_chart",
}


@program
def charts(client: Client) -> Any:
    told = client.run("charts").told
    return told, client.run("reads_tables", told).told


def test_each_chart_is_described_in_the_config(charts: Any) -> None:
    _, read = charts
    found = {key: one["panel_config"]["panelDefId"] for key, one in read["visualize"].items()}
    assert found == PANELS


def test_a_table_comes_back_with_every_cell(charts: Any) -> None:
    told, read = charts
    assert read["plain"] == {"columns": ["s", "n", "b", "o"], "data": told["plain"]}
    assert read["shown"]["data"] == told["plain"]


def test_pictures_in_cells_have_their_bytes_and_captions(charts: Any) -> None:
    _, read = charts
    pictures = read["pictures"]
    assert pictures["captions"] == ["0", "1", "2"]
    assert pictures["digests"] == pictures["said"]
    assert [when[:10] for when in pictures["when"]] == ["2026-01-01", "2026-01-02", "2026-01-03"]


def test_each_table_is_an_artifact_of_the_run(charts: Any) -> None:
    _, read = charts
    types = {type for _, type in read["artifacts"]}
    assert types == {"run_table", "wandb-run-incremental-table"}
    growing = [name for name, type in read["artifacts"] if type == "wandb-run-incremental-table"]
    assert len(growing) == 3
