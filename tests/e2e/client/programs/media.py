"""Log media of every type; tell the digests of the files that the client made of them."""

from __future__ import annotations

import hashlib
import json
import wave
from pathlib import Path

import bokeh.plotting as bokeh
import numpy as np
import PIL.Image
import plotly.graph_objects as plotly
import wandb
from telling import tell
from wandb.data_types import Bokeh, Graph
from wandb.sdk.data_types.trace_tree import Result, Span, StatusCode, WBTraceTree

random = np.random.default_rng(7)
pixels = random.integers(0, 255, (12, 16, 3), dtype=np.uint8)
frames = [PIL.Image.fromarray(np.roll(pixels, shift, axis=1)) for shift in range(3)]
frames[0].save("film.gif", save_all=True, append_images=frames[1:])
frames[0].save("photo.jpg")
with wave.open("tone.wav", "wb") as sound:
    sound.setnchannels(1)
    sound.setsampwidth(2)
    sound.setframerate(8000)
    sound.writeframes((np.sin(np.arange(800) / 5) * 20000).astype("<i2").tobytes())
Path("cube.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
Path("water.pdb").write_text("ATOM      1  O   HOH A   1       0.000   0.000   0.000  1.00  0.00           O\nEND\n")
Path("page.html").write_text("<p>höher</p>")

boxes = {
    "truth": {
        "box_data": [
            {
                "position": {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4},
                "class_id": 2,
                "box_caption": "a car",
                "scores": {"acc": 0.5},
            },
            {"position": {"middle": [8, 6], "width": 3, "height": 2}, "domain": "pixel", "class_id": 3},
        ],
        "class_labels": {2: "car", 3: "road"},
    }
}
classes = {0: "sky", 1: "sea", 2: "land"}
masks = {"guess": {"mask_data": (pixels[:, :, 0] % 3).astype(np.uint8), "class_labels": classes}}
scene = {
    "type": "lidar/beta",
    "points": np.array([[0.4, 1, 1.3], [1, 1, 1]]),
    "boxes": np.array(
        [
            {
                "corners": [[0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 1]],
                "label": "Box",
                "color": [123, 321, 111],
            }
        ]
    ),
    "vectors": np.array([{"start": [0, 0, 0], "end": [0.1, 0.2, 0.5]}]),
}
span = Span(name="root", start_time_ms=1, end_time_ms=9, status_code=StatusCode.SUCCESS)
span.results = [Result(inputs={"q": "why"}, outputs={"a": "because"})]

with wandb.init(project="media") as run:
    run.log({"image": wandb.Image(pixels, caption="Top – bottom"), "jpg": wandb.Image("photo.jpg")})
    run.log({"boxed/deep": wandb.Image(pixels, boxes=boxes, masks=masks)})
    run.log({"images": [wandb.Image(frame, caption=f"frame {n}") for n, frame in enumerate(frames)]})
    run.log({"sound": wandb.Audio("tone.wav", caption="a"), "sounds": [wandb.Audio("tone.wav") for _ in range(2)]})
    run.log({"film": wandb.Video("film.gif", caption="moves"), "films": [wandb.Video("film.gif") for _ in range(2)]})
    run.log({"html": wandb.Html("<b>bold</b>"), "page": wandb.Html("page.html", inject=False)})
    run.log({"histogram": wandb.Histogram(np_histogram=np.histogram(random.normal(size=100), bins=8))})
    run.log({"numbers": random.normal(size=100), "short": np.arange(3.0)})
    run.log({"cloud": wandb.Object3D(random.normal(size=(9, 6))), "scene": wandb.Object3D(scene)})
    run.log({"object": wandb.Object3D.from_file("cube.obj"), "molecule": wandb.Molecule("water.pdb")})
    run.log({"trace": WBTraceTree(span)})
    run.log({"plotly": plotly.Figure(data=[plotly.Scatter(x=[1, 2], y=[3, 4])])})
    figure = bokeh.figure()
    figure.line([1, 2], [3, 4])
    run.log({"bokeh": Bokeh(figure)})
    graph = Graph()
    graph.add_node(id="in", name="in", class_name="Input", size=[None, 4])
    graph.add_node(id="out", name="out", class_name="Dense", size=[None, 2])
    graph.add_edge(graph["in"], graph["out"])
    run.log({"graph": graph})
    media = Path(run.dir) / "media"
    path = [run.entity, run.project, run.id]

files = {
    str(file.relative_to(media.parent)): hashlib.sha256(file.read_bytes()).hexdigest()
    for file in sorted(media.rglob("*"))
    if file.is_file()
}
tell({"path": path, "files": json.loads(json.dumps(files))})
