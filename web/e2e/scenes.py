"""Runs with things in three dimensions, molecules, pages, figures, graphs and traces, logged by the SDK.

    GNOMON_BASE_URL=… GNOMON_API_KEY=… python web/e2e/scenes.py [POINTS]

Two runs, `room-a` and `room-b`, at two steps; the first has a cloud of POINTS points too. Prints their ids, as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import shapes

import gnomon
from gnomon.sdk.values.trace import Result, Span, SpanKind, StatusCode, WBTraceTree

PROJECT = "scenes"
HERE = Path(__file__).resolve().parent


class Figure:
    """A figure of plotly, as far as the SDK asks of it."""

    def __init__(self, data: list[dict[str, Any]], layout: dict[str, Any], frames: list[dict[str, Any]] | None = None):
        self.json = {"data": data, "layout": layout, **({"frames": frames} if frames else {})}

    def to_plotly_json(self) -> dict[str, Any]:
        return self.json


def shell(n: int, seed: int) -> Any:
    """Points on a bent sheet, so that height and distance can be seen."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-10, 10, n), rng.uniform(-6, 6, n)
    z = 1.6 * np.sin(x / 2.4) * np.cos(y / 2.2) + rng.normal(0, 0.03, n)
    return np.stack([x, y, z], axis=1)


def street(seed: int) -> gnomon.Object3D:
    rng = np.random.default_rng(seed)
    ground = np.stack([rng.uniform(-20, 20, 6000), rng.uniform(-12, 12, 6000), rng.normal(0, 0.05, 6000)], axis=1)
    boxes, clouds = [], [ground]
    kinds = [("car", (4.2, 1.8, 1.5), (42, 113, 214)), ("pedestrian", (0.6, 0.6, 1.75), (227, 119, 37)),
             ("cyclist", (1.7, 0.6, 1.7), (37, 152, 77))]  # fmt: skip
    for place in range(8):
        label, size, colour = kinds[place % 3]
        turn = rng.uniform(0, np.pi)
        middle = np.array([-16 + 4.5 * place, rng.uniform(-7, 7), size[2] / 2])
        inside = rng.uniform(-0.5, 0.5, (220, 3)) * size
        spin = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
        clouds.append(inside @ spin.T + middle)
        boxes.append(
            gnomon.box3d(
                center=[float(v) for v in middle], size=size, color=colour, label=label,
                score=round(0.6 + place / 20, 2), orientation=(float(np.cos(turn / 2)), 0, 0, float(np.sin(turn / 2))),
            )
        )  # fmt: skip
    vectors = [{"start": [0, 0, 0], "end": [0, 0, 4]}, {"start": [-16, 0, 0.5], "end": [-10, 2, 0.5]}]
    return gnomon.Object3D.from_point_cloud(points=np.concatenate(clouds), boxes=boxes, vectors=vectors)


def pages() -> dict[str, Any]:
    report = "<h1>Report</h1><p>Loss went <b>down</b>.</p>" + "<p>line</p>" * 12
    nosy = """<p id=told>asking</p><script>
const told = [];
const tell = (name, act) => { try { const got = act(); told.push(name + '=' + (got ? 'REACHED' : 'nothing')); }
  catch { told.push(name + '=refused'); } };
tell('parent', () => parent.document.title);
tell('cookies', () => document.cookie);
tell('storage', () => localStorage.length + 1);
const show = () => { document.getElementById('told').textContent = told.join(' '); };
const ask = (name, url) => fetch(url, {credentials: 'include'}).then(() => told.push(name + '=REACHED'),
  () => told.push(name + '=refused')).finally(show);
ask('api', '/api/viewer'); ask('other', 'https://example.com/'); new Image().src = 'https://example.com/x.png';
show();
</script>"""
    return {"page/report": gnomon.Html(report), "page/nosy": gnomon.Html(nosy, inject=False)}


def solids() -> dict[str, Any]:
    """More figures in three dimensions than can be turned at once, all alike."""
    x = np.linspace(0, 12, 60)
    one = Figure([{"type": "scatter3d", "mode": "lines", "x": np.cos(x), "y": np.sin(x), "z": x}], {})
    return {f"solid/{number}": gnomon.Plotly(one) for number in range(9)}


def figures() -> dict[str, Any]:
    x = np.linspace(-3, 3, 40)
    bowl = np.sin(x[:, None]) * np.cos(x[None, :])
    surface = Figure([{"type": "surface", "z": bowl, "colorscale": "Viridis"}], {"title": {"text": "A surface"}})
    heat = Figure([{"type": "heatmap", "z": bowl, "colorscale": "RdBu"}], {"title": {"text": "Heat"}})
    steps = [np.sin(x + k / 2).tolist() for k in range(6)]
    moving = Figure(
        [{"type": "scatter", "x": x, "y": steps[0]}],
        {
            "title": {"text": "Frames"}, "yaxis": {"range": [-1.2, 1.2]},
            "updatemenus": [{"type": "buttons", "buttons": [
                {"label": "Play", "method": "animate", "args": [None, {"frame": {"duration": 60}}]}]}],
            "sliders": [{"steps": [{"label": str(k), "method": "animate", "args": [[str(k)], {"mode": "immediate"}]}
                                   for k in range(6)]}],
        },
        [{"name": str(k), "data": [{"y": steps[k]}]} for k in range(6)],
    )  # fmt: skip
    return {
        "figure/surface": gnomon.Plotly(surface), "figure/heat": gnomon.Plotly(heat),
        "figure/frames": gnomon.Plotly(moving),
        "figure/bokeh": gnomon.Bokeh(str(HERE / "figure.bokeh.json")),
    }  # fmt: skip


PARTS = (
    ("norm", "LayerNorm((64,))", 128), ("attn.qkv", "Linear(64, 192)", 12480), ("attn.proj", "Linear(64, 64)", 4160),
    ("mlp.fc", "Linear(64, 256)", 16640),
)  # fmt: skip


def graph() -> gnomon.Graph:
    made = gnomon.Graph("torch")
    last = made.add_node(
        id="embed", name="embed", class_name="Embedding(512, 64)", output_shape=[8, 64], num_parameters=32768
    )
    for block in range(6):
        first = last
        for name, about, many in PARTS:
            path = f"blocks.{block}.{name}"
            node = made.add_node(id=path, name=path, class_name=about, output_shape=[8, 64], num_parameters=many)
            made.add_edge(last, node)
            last = node
        made.add_edge(first, last)
    made.add_edge(last, made.add_node(id="head", name="head", class_name="Linear(64, 10)", num_parameters=650))
    return made


def trace() -> WBTraceTree:
    """A question to a chain: it searches, asks a model, fails once in a tool."""
    at = 1_700_000_000_000

    def span(
        name: str, kind: SpanKind, start: int, end: int, given: Any, made: Any, *inner: Span, error: str = ""
    ) -> Span:
        return Span(
            span_id=f"{name}-{start}", name=name, span_kind=kind, start_time_ms=at + start, end_time_ms=at + end,
            status_code=StatusCode.ERROR if error else StatusCode.SUCCESS, status_message=error or None,
            attributes={"model": "small-2"} if kind is SpanKind.LLM else None, results=[Result(given, made)],
            child_spans=list(inner) or None,
        )  # fmt: skip

    search = span("search", SpanKind.TOOL, 40, 420, {"query": "height of K2"}, {"hits": ["8,611 m", "Karakoram"]})
    failed = span(
        "calculator",
        SpanKind.TOOL,
        460,
        520,
        {"expression": "8611 / 0"},
        None,
        error="ZeroDivisionError: division by zero",
    )
    answer = span("answer", SpanKind.LLM, 540, 1480, {"prompt": "How high is K2?"}, {"text": "8,611 metres."})
    plan = span("plan", SpanKind.CHAIN, 20, 530, {"question": "How high is K2?"}, {"steps": 2}, search, failed)
    return WBTraceTree(
        span("agent", SpanKind.AGENT, 0, 1500, {"question": "How high is K2?"}, {"text": "8,611 m"}, plan, answer)
    )


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    scratch = Path(mkdtemp())
    files = {kind: make(scratch / f"torus.{kind}") for kind, make in shapes.SHAPES.items()}
    ids = []
    for number, name in enumerate(("room-a", "room-b")):
        run = gnomon.init(project=PROJECT, name=name, config={"seed": number})
        for step in range(2):
            points = shell(4000, 10 * number + step)
            run.log(
                {
                    "loss": 1 / (step + 1),
                    "cloud/plain": gnomon.Object3D(points),
                    "cloud/street": street(number * 7 + step),
                }
            )
        if number == 0:
            points = shell(5000, 3)
            bands = np.clip(((points[:, :1] + 10) // 4), 0, 4) + 1
            red = np.clip((points[:, 2:] + 2) * 64, 0, 255)
            rgb = np.concatenate([points, red, 255 - red, np.full_like(red, 90)], axis=1)
            row: dict[str, Any] = {"cloud/bands": gnomon.Object3D(np.concatenate([points, bands], axis=1)),
                                   "cloud/coloured": gnomon.Object3D(rgb)}  # fmt: skip
            row |= {f"mesh/{kind}": gnomon.Object3D(str(path)) for kind, path in files.items()}
            broken = scratch / "broken.glb"
            broken.write_bytes(b"this is no shape")
            row["mesh/broken"] = gnomon.Object3D(str(broken))
            row["molecule/caffeine"] = gnomon.Molecule(str(shapes.sdf(scratch / "caffeine.sdf")))
            row["molecule/helix"] = gnomon.Molecule(str(shapes.helix(scratch / "helix.pdb")))
            row |= {**pages(), **figures(), "model/graph": graph(), "trace": trace()}
            rng = np.random.default_rng(1)
            row["weights"] = gnomon.Histogram(rng.normal(size=5000))
            if many:
                row["cloud/large"] = gnomon.Object3D(shell(many, 5))
            run.log(row)
            for wide in range(6):
                run.log({"spread": gnomon.Histogram(rng.normal(wide / 4, 1 + wide / 3, 3000))})
            run.save(str(shapes.xyz(scratch / "water.xyz")), base_path=str(scratch))
        else:
            run.log(solids())
        ids.append(run.id)
        run.finish()
    sys.stdout.write(json.dumps(ids) + "\n")


if __name__ == "__main__":
    main()
