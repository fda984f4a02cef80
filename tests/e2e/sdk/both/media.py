"""Values of every type of media, alone, in lists and with all they may carry."""

import json
import wave

import bokeh.plotting
import numpy as np
import PIL.Image
import plotly.graph_objects
import wandb

chance = np.random.default_rng(0)
pixels = chance.integers(0, 256, (20, 30, 3), dtype=np.uint8)
grey, alpha = pixels[..., 0], np.dstack([pixels, pixels[..., 0]])
labels = {0: "ground", 1: "car"}
classes = [{"id": 0, "name": "ground"}, {"id": 1, "name": "car"}]
mask = (grey > 128).astype(np.uint8)
boxes = {
    "predictions": {
        "box_data": [
            {"position": {"minX": 0.1, "maxX": 0.4, "minY": 0.2, "maxY": 0.5}, "class_id": 1, "box_caption": "a car",
             "scores": {"sure": 0.5}},
            {"position": {"middle": [15, 10], "width": 5, "height": 4}, "domain": "pixel", "class_id": 0},
        ],
        "class_labels": labels,
    }
}  # fmt: skip
with wave.open("sound.wav", "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", ""))
    file.writeframes((np.sin(np.arange(800) / 5) * 20000).astype("<i2").tobytes())
PIL.Image.fromarray(pixels).save("picture.png")
PIL.Image.fromarray(pixels).save("picture.jpg")
PIL.Image.fromarray(grey).save("film.gif", save_all=True, append_images=[PIL.Image.fromarray(255 - grey)])
with open("shape.obj", "w") as file:
    file.write("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
with open("water.pdb", "w") as file:
    file.write("HETATM    1  O   HOH A   1       0.000   0.000   0.000  1.00  0.00           O\nEND\n")
with open("page.html", "w") as file:
    file.write("<html><body><p>from a file</p></body></html>")

run = wandb.init(project="both", id="media", name="media")
run.log(
    {"rgb": wandb.Image(pixels), "grey": wandb.Image(grey), "rgba": wandb.Image(alpha), "zeros": wandb.Image(grey * 0)}
)
run.log({"floats": wandb.Image(chance.random((8, 9, 3))), "signed": wandb.Image(chance.random((8, 9)) * 2 - 1)})
run.log({"channels": wandb.Image(grey[..., None])})
run.log({"pil": wandb.Image(PIL.Image.fromarray(pixels), caption="words"), "mode": wandb.Image(grey, mode="L")})
run.log(
    {
        "file": wandb.Image("picture.png"),
        "jpeg": wandb.Image("picture.jpg"),
        "as jpeg": wandb.Image(pixels, file_type="jpg"),
    }
)
run.log({"several": [wandb.Image(pixels, caption="first"), wandb.Image(255 - pixels)]})
run.log({"two sizes": [wandb.Image(pixels), wandb.Image(pixels[:10, :10])]})
run.log(
    {
        "layers": wandb.Image(
            pixels, classes=classes, boxes=boxes, masks={"truth": {"mask_data": mask, "class_labels": labels}}
        )
    }
)
run.log({"nested": {"deeper": wandb.Image(grey)}})
run.log(
    {
        "sound": wandb.Audio("sound.wav", caption="a tone"),
        "samples": wandb.Audio(np.sin(np.arange(800) / 5), sample_rate=8000),
    }
)
run.log({"sounds": [wandb.Audio("sound.wav", caption="one"), wandb.Audio("sound.wav", caption="two")]})
run.log({"film": wandb.Video("film.gif", caption="moves", format="gif")})
run.log(
    {
        "page": wandb.Html("<p>text</p>"),
        "plain page": wandb.Html("<p>text</p>", inject=False),
        "page file": wandb.Html("page.html"),
    }
)
run.log(
    {
        "histogram": wandb.Histogram(chance.random(1000)),
        "counted": wandb.Histogram(np_histogram=np.histogram([1, 2, 2, 3], bins=3)),
    }
)
run.log({"few bins": wandb.Histogram([1, 2, 3, 4], num_bins=2)})
run.log(
    {
        "cloud": wandb.Object3D(chance.random((5, 3))),
        "coloured": wandb.Object3D(np.hstack([chance.random((5, 3)), np.full((5, 3), 9.0)])),
    }
)
run.log({"scene": wandb.Object3D({"type": "lidar/beta", "points": chance.random((4, 3)), "boxes": np.array([
    {"corners": [[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], "label": "box", "color": [1, 2, 3]}]),
    "vectors": np.array([{"start": [0, 0, 0], "end": [1, 1, 1]}])})})  # fmt: skip
run.log(
    {
        "shape": wandb.Object3D("shape.obj", caption="a triangle"),
        "molecule": wandb.Molecule("water.pdb", caption="water"),
    }
)
run.log({"plotly": wandb.Plotly(plotly.graph_objects.Figure(plotly.graph_objects.Scatter(x=[1, 2], y=[3, 4])))})
run.log({"figure": plotly.graph_objects.Figure(plotly.graph_objects.Bar(x=["a", "b"], y=[3, 4]))})
figure = bokeh.plotting.figure(width=300, height=200)
figure.line([1, 2, 3], [3, 1, 2])
run.log({"bokeh": wandb.data_types.Bokeh(figure)})
run.log({"numpy cloud": wandb.Object3D.from_numpy(chance.random((6, 4)))})
corners = wandb.box3d(center=(1, 2, 3), size=(2, 2, 2), orientation=(1, 0, 0, 0), color=(1, 2, 3), label="b", score=0.5)
run.log({"from points": wandb.Object3D.from_point_cloud(points=chance.random((3, 3)).tolist(), boxes=[corners])})
run.log({"from file": wandb.Object3D.from_file("shape.obj"), "grouped": wandb.Image(pixels, grouping=2)})
run.finish()
print(json.dumps("done"))
