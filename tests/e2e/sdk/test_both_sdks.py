"""The same script with the official client and with ours leaves the same on a server, or a table says why not."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sdk import programs
from tests.e2e.sdk.comparing import Left, differences
from tests.wandb_clients.scripts import NEWEST, client_python, run_script
from tests.wandb_clients.serving import Served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

BOTH = Path(__file__).with_name("both")
THEMES = sorted(path.stem for path in BOTH.glob("*.py"))
DIFFERENCES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("differences.json").read_text("utf-8"))
"""Groups of places (`theme: place`, `*` stands for anything) with the reason why they differ."""


SWEEP = """
import wandb

def train():
    with wandb.init() as run:
        run.log({"loss": run.config["x"] * run.config["nested"]["y"], "given": sorted(run.config.keys())})

sweep_id = wandb.sweep(
    {"method": "grid", "name": "a grid", "metric": {"name": "loss", "goal": "minimize"}, "parameters": {
        "x": {"values": [1, 2.5]}, "nested": {"parameters": {"y": {"values": [3, 4]}}}, "fixed": {"value": "word"}}},
    project="both",
)
wandb.agent(sweep_id, function=train, project="both")
"""


def run_both(server: Served, text: str, base: Path) -> None:
    """A script with the official client, to the project `theirs`, and with ours, to `ours`."""
    assert '"both"' in text and "import wandb\n" in text
    run_script(server, text.replace('"both"', '"theirs"'), base / "theirs", env={"WANDB_CONSOLE": "auto"})
    ours = base / "ours" / "script.py"
    ours.parent.mkdir(parents=True)
    ours.write_text(text.replace('"both"', '"ours"').replace("import wandb\n", "import gnomon as wandb\n"), "utf-8")
    # The same libraries as the client has; what our SDK stands on comes behind them.
    path = f"{programs.ROOT / 'src'}:{Path(pytest.__file__).parents[1]}"
    programs.run(server, ours.parent, [str(client_python(NEWEST)), str(ours)], more={"PYTHONPATH": path})


def left(server: Served, theme: str, base: Path) -> dict[str, str]:
    """Where the script's run with ours differs from that with the official client."""
    run_both(server, (BOTH / f"{theme}.py").read_text("utf-8"), base)
    found = (Left(server, server.entity, project, theme).everything() for project in ("theirs", "ours"))
    return differences(*found)


@pytest.mark.parametrize("theme", THEMES)
def test_the_same_script_leaves_the_same(theme: str, served: Served, tmp_path: Path) -> None:
    told = {f"{theme}: {place}": how for place, how in left(served, theme, tmp_path).items()}
    listed = [one for group in DIFFERENCES for one in group["places"] if one.startswith(f"{theme}: ")]
    assert {name: how for name, how in told.items() if not any(fnmatchcase(name, one) for one in listed)} == {}
    assert [one for one in listed if not any(fnmatchcase(name, one) for name in told)] == []


def test_a_grid_is_searched_alike(served: Served, tmp_path: Path) -> None:
    run_both(served, SWEEP, tmp_path)
    found = {}
    for project in ("theirs", "ours"):
        runs = served.ask("POST", f"/api/projects/{served.entity}/{project}/runs", {"query": "config.fixed = word"})
        told = [(run["config"], run["summary"], run["state"]) for run in runs["runs"]]
        found[project] = sorted(
            (config["x"], config["nested"]["y"], summary["loss"], summary["given"], state)
            for config, summary, state in told
        )
    assert len(found["ours"]) == 4
    assert found["ours"] == found["theirs"]


def test_every_difference_has_a_reason() -> None:
    for group in DIFFERENCES:
        assert group["places"] and group["reason"].endswith("."), group
        assert {place.partition(": ")[0] for place in group["places"]} <= set(THEMES), group
