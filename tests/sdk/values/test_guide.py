"""The guide on media, run as it is printed, and the tutorials' ways to log them."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

import gnomon
from gnomon.sdk import guard

pytestmark = pytest.mark.usefixtures("alone")

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "media.md"

SNIPPETS = {
    "all in one row": """
wandb.log({"loss": 0.314, "epoch": 5,
           "inputs": wandb.Image(inputs),
           "logits": wandb.Histogram(outputs),
           "captions": wandb.HTML(captions)})
""",
    "pictures of arrays, of PIL and of files": """
images = wandb.Image(image_array, caption="Top: Output, Bottom: Input")
wandb.log({"examples": images})
images = [PIL.Image.fromarray(image) for image in [inputs, inputs]]
wandb.log({"examples": [wandb.Image(image) for image in images]})
PIL.Image.fromarray(inputs).convert("RGB").save("myimage.jpg")
wandb.log({"example": wandb.Image("myimage.jpg")})
""",
    "a histogram counted before": """
np_hist_grads = np.histogram(outputs, density=True, range=(0., 1.))
wandb.log({"gradients": wandb.Histogram(np_hist_grads)})
""",
    "files of shapes, opened as text": """
for name in ("sample.obj", "sample.gltf", "sample.glb"):
    with open(name, "wb") as file:
        file.write(bytes(range(256)))
wandb.log({"generated_samples":
           [wandb.Object3D(open("sample.obj", encoding="latin-1")),
            wandb.Object3D(open("sample.gltf", encoding="latin-1")),
            wandb.Object3D(open("sample.glb", encoding="latin-1"))]})
""",
    "a cloud and a scene": """
wandb.log({"point_cloud": wandb.Object3D(np.array([[0, 0, 0, 1], [1, 1, 1, 2]]))})
corners = [[0,0,0], [0,1,0], [0,0,1], [1,0,0], [1,1,0], [0,1,1], [1,0,1], [1,1,1]]
point_scene = wandb.Object3D({
    "type": "lidar/beta",
    "points": np.array([[0.4, 1, 1.3], [1, 1, 1], [1.2, 1, 1.2]]),
    "boxes": np.array([{"corners": corners, "label": "Box", "color": [123, 321, 111]},
                       {"corners": corners, "label": "Box-2", "color": [111, 321, 0]}]),
})
wandb.log({"point_scene": point_scene})
""",
    "a nested dict of pictures": """
wandb.log({"images": wandb.Image(inputs), "masks": {"true": wandb.Image(inputs[:, :, 0] / 255.0),
                                                    "pred": wandb.Image(inputs[:, :, 0] > 100)}})
""",
}


def kept(run: Any, read: Any) -> set[str]:
    """The types of all values in the rows of a run."""
    found = set()
    for row in read.rows(run.sync_dir):
        found |= {value["_type"] for value in row.values() if isinstance(value, dict) and "_type" in value}
    return found


def missing(block: str) -> set[str]:
    """What a block imports that is not installed here."""
    named = {found.split(".")[0] for found in re.findall(r"^(?:import|from) ([\w.]+)", block, re.MULTILINE)}
    return {name for name in named if find_spec(name) is None}


@pytest.fixture(autouse=True)
def no_warnings(said: list[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Nothing that the guide shows is worth a warning."""
    monkeypatch.setattr("gnomon.sdk.values.video.has_encoder", lambda: True)
    monkeypatch.setenv("GNOMON_MODE", "offline")
    guard.forget()
    yield
    assert not [line for line in said if "WARNING" in line]


def test_the_guide_on_media_runs_as_it_is_printed(read: Any) -> None:
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    space: dict[str, Any] = {}
    for block in blocks:
        code = compile(block, str(GUIDE), "exec")
        if not missing(block):
            exec(code, space)
    assert len(blocks) >= 14
    assert kept(space["run"], read) - {"plotly-file", "bokeh-file"} == {
        *("image-file", "images/separated", "audio-file", "video-file", "histogram", "html-file", "object3D-file"),
        *("molecule-file", "graph-file", "wb_trace_tree"),
    }


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", SNIPPETS)
def test_media_of_tutorials_are_kept(name: str, read: Any) -> None:
    run = gnomon.init(project="p")
    array = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    space = {"wandb": gnomon, "np": np, "PIL": PIL, "inputs": array, "image_array": array, "captions": "<p>x</p>"}
    space["outputs"] = np.random.default_rng(0).random(100)
    exec(compile(SNIPPETS[name], name, "exec"), space)
    gnomon.finish()
    assert kept(run, read)
