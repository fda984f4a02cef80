"""Five tutorials, block by block: what each program of `examples/seeds` leaves on a server is what it said."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.e2e.sdk.programs import ROOT, Program, run

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

SEEDS = ROOT / "examples" / "seeds"
BLOCKS: list[dict[str, Any]] = json.loads((SEEDS / "blocks.json").read_text("utf-8"))["blocks"]
DOCUMENTS: list[dict[str, Any]] = json.loads((SEEDS / "blocks.json").read_text("utf-8"))["documents"]
NEEDS_TORCH = {"000_04_watch_torch.py", "002_02_train_torch.py", "002_05_cases_torch.py"}
"""Tried by `tests/frameworks/test_seeds.py`, where torch is installed."""


@pytest.fixture
def seed(program: Program) -> Any:
    """Runs a program of a tutorial; nothing it prints is a warning."""

    def runs(name: str, project: str, **more: str) -> list[Any]:
        made = program(SEEDS / f"{name}.py", project=project, **more)
        assert "WARNING" not in program.output, program.output
        assert {each.state for each in made} == {"finished"}
        return made

    return runs


def values(run: Any, key: str) -> list[Any]:
    return [row[key] for row in run.scan_history() if row.get(key) is not None]


def picture(program: Program, run: Any, said: dict[str, Any]) -> Image.Image:
    assert said["_type"] == "image-file"
    found = Image.open(io.BytesIO(program.file(run, said["path"])))
    assert (said["width"], said["height"]) == found.size
    return found


# Every block is accounted for


def test_every_block_of_each_tutorial_is_listed_once() -> None:
    for document in DOCUMENTS:
        numbers = [block["block"] for block in BLOCKS if block["document"] == document["document"]]
        assert numbers == list(range(1, document["blocks"] + 1))
    assert len(BLOCKS) == 45
    assert len({block["sha256"] for block in BLOCKS}) == len(BLOCKS)


@pytest.mark.parametrize("block", BLOCKS, ids=[f"{block['document']}-{block['block']:02}" for block in BLOCKS])
def test_a_block_has_programs_that_name_it(block: dict[str, Any]) -> None:
    assert block["programs"]
    for name in block["programs"]:
        head = (SEEDS / name).read_text("utf-8").splitlines()[0]
        found = re.search(r"From tutorial (\d+), blocks? (\d+)(?: (to|and) (\d+))?:", head)
        assert found is not None, head
        first, last = int(found[2]), int(found[4] or found[2])
        assert (found[1], first <= block["block"] <= last) == (block["document"], True)
        assert name.startswith(f"{block['document']}_{first:02}_")


def test_every_program_belongs_to_a_block_and_is_tried() -> None:
    programs = {path.name for path in SEEDS.iterdir() if path.suffix in (".py", ".sh")}
    assert programs == {name for block in BLOCKS for name in block["programs"]}
    here = Path(__file__).read_text("utf-8")
    torch = (ROOT / "tests" / "frameworks" / "test_seeds.py").read_text("utf-8")
    for name in programs:
        assert f'"{name.removesuffix(".py")}"' in (torch if name in NEEDS_TORCH else here), name


# Tutorial 000


def test_the_first_run_has_its_rows_its_config_and_its_last_values(seed: Any) -> None:
    (made,) = seed("000_01_first_run", "wandb_demo")
    assert dict(made.config) == {"learning_rate": 0.01, "architecture": "CNN", "dataset": "CIFAR-100", "epochs": 10}
    losses = values(made, "loss")
    assert len(losses) == len(values(made, "acc")) == 8
    assert made.summary["loss"] == losses[-1]
    assert [row["_step"] for row in made.scan_history()] == list(range(8))


def test_the_word_none_for_resume_begins_a_run(seed: Any, program: Program) -> None:
    (made,) = seed("000_02_init_arguments", "project", TEAM_NAME=program.server.entity)
    assert (made.name, made.entity) == ("name", program.server.entity)
    assert dict(made.config) == {"learning_rate": 0.1, "batch_size": 2, "epochs": 50}


def test_what_a_parser_read_is_the_config(seed: Any) -> None:
    (made,) = seed("000_03_arguments_of_a_parser", "parsed")
    assert made.name == "from a parser"
    assert made.config["lr"] == made.summary["lr"] == 1e-4


def test_config_is_given_at_once_or_afterwards(seed: Any) -> None:
    made = {each.name: each for each in seed("000_05_config", "configs")}
    assert dict(made["at once"].config) == {"learning_rate": 0.1, "batch_size": 2, "epoch": 50}
    assert dict(made["afterwards"].config) == {"learning rate": 0.1, "batch size": 2, "epoch": 50}


def test_pictures_of_one_row_are_found_by_their_keys(seed: Any, program: Program) -> None:
    (made,) = seed("000_06_log_images", "segmentation")
    assert values(made, "learning rate") == [1e-4] * 3
    pictures = values(made, "images")
    assert [picture(program, made, said).mode for said in pictures] == ["RGB"] * 3
    row = list(made.scan_history())[-1]
    masks = row.get("masks") or {name: row[f"masks.{name}"] for name in ("true", "pred")}
    assert picture(program, made, masks["true"]).size == picture(program, made, masks["pred"]).size == (32, 32)


def test_a_picture_keeps_its_caption_boxes_and_masks(seed: Any, program: Program) -> None:
    (made,) = seed("000_07_image_arguments", "images")
    (said,) = values(made, "picture")
    expected = np.random.default_rng(1).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    assert np.array_equal(np.asarray(picture(program, made, said)), expected)
    assert said["caption"] == "all that may be said of a picture"
    (boxes,) = said["boxes"].values()
    (box,) = json.loads(program.file(made, boxes["path"]))["box_data"]
    assert box["box_caption"] == "car"
    (mask,) = said["masks"].values()
    covered = np.asarray(Image.open(io.BytesIO(program.file(made, mask["path"]))))
    assert covered.reshape(48, 64, -1)[..., 0].astype(bool).mean() == 0.5


def test_a_grid_is_searched_to_its_end(seed: Any, program: Program) -> None:
    made = seed("000_08_grid_sweep", "grid")
    tried = sorted((each.config["learning_rate"], each.config["hidden_layer_sizes"]) for each in made)
    assert tried == [(0.001, [32, 64]), (0.001, [64, 128]), (0.01, [32, 64]), (0.01, [64, 128])]
    (sweep,) = program.api.project("grid", entity=program.server.entity).sweeps()
    assert sweep.config["method"] == "grid"
    assert {each.id for each in sweep.runs} == {each.id for each in made}


# Tutorial 001


def test_a_run_has_its_group_and_its_job_type(seed: Any) -> None:
    (made,) = seed("001_01_init_and_log", "project_name")
    assert (made.group, made.job_type) == ("group_name", "job_type")
    assert made.summary["accuracy"] == 1 - 0.5**4


def test_a_random_search_makes_as_many_trials_as_were_asked_for(seed: Any, program: Program) -> None:
    made = seed("001_02_random_sweep", "random_search")
    assert len(made) == 8
    for each in made:
        assert each.config["batch_size"] % 8 == 0 and 32 <= each.config["batch_size"] <= 256
        assert each.config["dropout"] in (0.3, 0.4, 0.5) and each.config["optimizer"] in ("adam", "sgd")
        assert each.config["epochs"] == 1 and 0 <= each.config["learning_rate"] <= 0.1
    (sweep,) = program.api.project("random_search", entity=program.server.entity).sweeps()
    best = min(made, key=lambda each: each.summary["loss"])
    assert sweep.best_run().id == best.id


# Tutorial 002


def test_three_steps_are_a_run(seed: Any) -> None:
    (made,) = seed("002_01_three_steps", "three_steps")
    assert made.summary["val_acc"] == 0.9


def test_a_training_is_tracked_and_its_script_is_kept(seed: Any, program: Program) -> None:
    (made,) = seed("002_02_train", "wandb_demo")
    assert values(made, "epoch") == [1, 2, 3, 4, 5]
    assert made.summary["best_val_acc"] == max(values(made, "val_acc")) > 0.5
    assert made.config["optim_type"] == "SGD"
    assert any(each.name.endswith("002_02_train.py") for each in made.files())
    assert "epoch【5】" in program.output


def test_a_run_that_goes_on_keeps_its_data_its_code_and_its_model(seed: Any) -> None:
    (made,) = seed("002_03_artifacts", "wandb_demo")
    assert made.summary["val_acc"] == 0.9
    kept = {each.name.partition(":")[0]: each for each in made.logged_artifacts()}
    assert {name: each.type for name, each in kept.items()} == {"mnist": "dataset", "ipynb": "code", "cnn": "model"}
    assert sorted(kept["mnist"].manifest.entries) == ["raw/images.npy", "raw/labels.npy"]
    assert sorted(kept["cnn"].manifest.entries) == ["checkpoint.npz"]


def test_good_and_bad_cases_are_tables_with_pictures(seed: Any, program: Program) -> None:
    (made,) = seed("002_05_cases", "cases")
    for key, alike in (("good_cases", True), ("bad_cases", False)):
        said = made.summary[key]
        assert (said["_type"], said["ncols"], said["nrows"]) == ("table-file", 3, 50)
        table = json.loads(program.file(made, said["path"]))
        assert table["columns"] == ["Image", "GroundTruth", "Prediction"]
        assert {truth == predicted for _, truth, predicted in table["data"]} == {alike}
    tables = [each for each in made.logged_artifacts() if each.type == "run_table"]
    assert sorted(each.name for each in tables) == [f"run-{made.id}-bad_cases:v0", f"run-{made.id}-good_cases:v0"]
    cells = next(each.get("good_cases") for each in tables if "good" in each.name).data
    assert len(cells) == 50
    assert cells[0][0].image.size == (64, 64)


# Tutorial 003


def test_the_run_that_init_returns_is_finished_by_name(seed: Any) -> None:
    (made,) = seed("003_01_init", "project_name")
    assert (made.name, made.config["lr"], made.summary["loss"]) == ("run_name", 0.01, 0.1)


def test_parts_of_a_step_are_one_row(seed: Any) -> None:
    (made,) = seed("003_02_log", "logged")
    rows = [{key: value for key, value in row.items() if not key.startswith("_") or key == "_step"}
            for row in made.scan_history()]  # fmt: skip
    assert rows[0] == {"_step": 3, "first": 1.0, "second": 2.0}
    assert rows[1] == {"_step": 4, "third": 3.0}
    assert rows[2]["train/loss"] == 30 and rows[2]["validate/accuracy"] == 0.8 and rows[2]["_step"] == 5


def test_a_list_of_pictures_is_one_value(seed: Any, program: Program) -> None:
    (made,) = seed("003_04_list_of_images", "lists")
    (said,) = values(made, "examples")
    assert (said["_type"], said["count"], said["captions"]) == (
        "images/separated", 3, ["random field 0", "random field 1", "random field 2"],
    )  # fmt: skip
    for name in said["filenames"]:
        assert Image.open(io.BytesIO(program.file(made, name))).size == (100, 100)
    (jpeg,) = values(made, "jpeg")
    assert Image.open(io.BytesIO(program.file(made, jpeg["path"]))).format == "JPEG"


def test_a_table_comes_back_row_by_row(seed: Any, program: Program) -> None:
    (made,) = seed("003_06_table", "tables")
    table = json.loads(program.file(made, made.summary["Table Name"]["path"]))
    assert (table["columns"], table["data"]) == (["a", "b"], [["a1", "b1"], ["a2", "b2"]])
    typed = json.loads(program.file(made, made.summary["typed"]["path"]))
    assert (typed["columns"], typed["data"]) == (["n", "word"], [[1, "one"], [None, "nothing"]])


def test_a_version_made_of_the_one_before_has_the_files_of_both(seed: Any, program: Program) -> None:
    made = seed("003_08_artifact", "versions")
    reader = next(each for each in made if each.job_type == "reads")
    assert reader.summary["files"] == 3
    at = f"{program.server.entity}/versions/words"
    first, latest = program.api.artifact(f"{at}:first"), program.api.artifact(f"{at}:latest")
    assert (first.version, latest.version, first.description) == ("v0", "v1", "two words")
    assert dict(first.metadata) == {"rows": 2}
    assert sorted(latest.manifest.entries) == ["one.txt", "three.txt", "two.txt"]
    assert [each.name for each in reader.used_artifacts()] == ["words:v1"]


# Tutorial 004


def test_login_stores_the_key_and_status_says_who(program: Program) -> None:
    bin_path = f"{Path(program.python).parent}:/usr/bin:/bin"
    told = {"KEY": program.server.key, "HOST_OF_GNOMON": program.server.url, "GNOMON_API_KEY": "", "PATH": bin_path}
    done = run(program.server, program.base, ["sh", "-e", str(SEEDS / "004_01_setup.sh")], more=told)
    assert f"Signed in as {program.server.entity}" in done.stdout
    assert "User     ann" in done.stdout


def test_a_hyperparameter_set_afterwards_is_in_the_config(seed: Any) -> None:
    (made,) = seed("004_02_start", "my-test-project")
    assert dict(made.config) == {"dropout": 0.2}
    assert (made.summary["accuracy"], made.summary["loss"]) == (0.9, 0.1)


def test_notes_and_tags_are_there_and_the_summary_is_what_was_said_last(seed: Any) -> None:
    (made,) = seed("004_05_notes_and_tags", "detect-pedestrians")
    assert made.notes == "tweak baseline"
    assert sorted(made.tags) == ["baseline", "paper1"]
    assert (made.summary["best_accuracy"], made.summary["acc"]) == (0.9, 0.7)
    assert made.config["infra"] == "AWS"


def test_a_row_of_media_has_a_picture_a_histogram_and_html(seed: Any, program: Program) -> None:
    (made,) = seed("004_06_log_media", "media")
    (row,) = made.scan_history()
    assert picture(program, made, row["inputs"]).size == (24, 24)
    assert row["logits"]["_type"] == "histogram"
    assert sum(row["logits"]["values"]) == 1000 and len(row["logits"]["bins"]) == 65
    assert b"<b>bold</b>" in program.file(made, row["captions"]["path"])


def test_pictures_come_from_arrays_from_pil_and_from_files(seed: Any, program: Program) -> None:
    (made,) = seed("004_07_images", "pictures")
    one, several = values(made, "examples")
    assert one["caption"] == "Top: Output, Bottom: Input"
    expected = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    assert np.array_equal(np.asarray(picture(program, made, one)), expected[0])
    back = [np.asarray(Image.open(io.BytesIO(program.file(made, name)))) for name in several["filenames"]]
    assert np.array_equal(np.stack(back), expected)
    assert picture(program, made, values(made, "example")[0]).format == "JPEG"


def test_boxes_are_kept_group_by_group(seed: Any, program: Program) -> None:
    (made,) = seed("004_08_boxes", "boxes")
    (said,) = values(made, "driving_scene")
    assert sorted(said["boxes"]) == ["ground_truth", "predictions"]
    first, second = json.loads(program.file(made, said["boxes"]["predictions"]["path"]))["box_data"]
    assert first["position"] == {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4}
    assert (second["domain"], second["position"]["middle"]) == ("pixel", [150, 20])
    assert second["scores"] == {"acc": 0.5, "loss": 0.7}


def test_a_histogram_is_what_numpy_made(seed: Any) -> None:
    (made,) = seed("004_09_histogram", "histograms")
    grads = np.random.default_rng(0).random(1000)
    first, second = values(made, "gradients")
    heights, edges = np.histogram(grads, density=True, range=(0.0, 1.0))
    assert first["values"] == pytest.approx(heights) and first["bins"] == pytest.approx(edges)
    assert second["values"] == np.histogram(grads, bins=64)[0].tolist()


def test_objects_come_from_files(seed: Any, program: Program) -> None:
    (made,) = seed("004_10_objects", "objects")
    (said,) = values(made, "generated_samples")
    assert (said["_type"], said["count"]) == ("object3D", 3)
    files = {each.name.rpartition(".")[2]: each.name for each in made.files() if "object3D" in each.name}
    assert set(files) == {"obj", "gltf", "glb"}
    assert program.file(made, files["glb"]) == (program.base / "sample.glb").read_bytes()
    assert program.file(made, files["obj"]) == (program.base / "sample.obj").read_bytes()


def test_a_point_cloud_keeps_every_point(seed: Any, program: Program) -> None:
    (made,) = seed("004_11_point_cloud", "clouds")
    place = np.random.default_rng(0).random((100, 3))
    (row,) = made.scan_history()
    cloud = json.loads(program.file(made, row["point_cloud"]["path"]))
    assert cloud == np.hstack([place, np.round(place * 255)]).tolist()
    assert json.loads(program.file(made, row["plain"]["path"])) == place.tolist()
    assert json.loads(program.file(made, row["by category"]["path"]))[0] == [*place[0], 1.0]


def test_a_scene_has_points_boxes_and_vectors(seed: Any, program: Program) -> None:
    (made,) = seed("004_12_point_scene", "scenes")
    (said,) = values(made, "point_scene")
    scene = json.loads(program.file(made, said["path"]))
    assert scene["type"] == "lidar/beta"
    assert scene["points"] == [[0.4, 1, 1.3], [1, 1, 1], [1.2, 1, 1.2]]
    assert [box["label"] for box in scene["boxes"]] == ["Box", "Box-2"]
    assert scene["vectors"] == [{"start": [0, 0, 0], "end": [0.1, 0.2, 0.5]}]


def test_charts_are_drawn_from_their_tables(seed: Any, program: Program) -> None:
    (made,) = seed("004_13_charts", "charts")
    drawn = {
        "my_custom_plot_id": ("wandb/line/v0", ["x", "y"], [[0, 0.0], [1, 1.0], [2, 4.0], [3, 9.0]]),
        "my_custom_id": ("wandb/scatter/v0", ["class_x", "class_y"], [[0.1, 0.9], [0.5, 0.4], [0.9, 0.2]]),
        "my_bar_chart_id": ("wandb/bar/v0", ["label", "value"], [["car", 3], ["road", 1], ["building", 2]]),
        "my_histogram": ("wandb/histogram/v0", ["scores"], [[0.1], [0.2], [0.2], [0.7]]),
    }
    charts = made.rawconfig["_wandb"]["visualize"]
    for key, (panel, columns, rows) in drawn.items():
        assert charts[key]["panel_config"]["panelDefId"] == panel
        said = next(made.summary[name] for name in (f"{key}_table", key) if name in made.summary.keys())  # noqa: SIM118
        table = json.loads(program.file(made, said["path"]))
        assert (table["columns"], table["data"]) == (columns, rows)
    assert charts["my_lines"]["panel_config"]["panelDefId"] == "wandb/lineseries/v0"
