"""Runs with values known beforehand, for panels of all kinds and for the compare page; see `kinds.spec.ts`.

    python web/e2e/kinds.py --port 9710 [--page web/dist] [--data DIR] [--runs 50] [--many 0]

RUNS runs whose results follow from their config by the formula of `loss_of`; the first ones also print, save code and
packages, and log gradients, pictures, tables and charts. With `--many`, a second project `many` has that many runs.
Prints the JSON line of `serve.py`.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import serve
from planted import Server
from serve import Script

from gnomon.protocol.journal import Kind

STEPS = 30
OPTIMIZERS = ("adam", "sgd", "lion")
GPUS = ("NVIDIA H100 80GB HBM3", "NVIDIA A100-SXM4-80GB", "NVIDIA L40S")
PRESETS: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "line": ("wandb/line/v0", {"x": "x", "y": "y", "stroke": "split"}, {"title": "Loss by epoch"}),
    "scatter": ("wandb/scatter/v0", {"x": "x", "y": "y"}, {"title": "Width and error"}),
    "bar": ("wandb/bar/v0", {"label": "label", "value": "value"}, {"title": "Errors by class"}),
    "histogram": ("wandb/histogram/v0", {"value": "y"}, {"title": "Confidence"}),
    "lineseries": ("wandb/lineseries/v0", {"step": "step", "lineKey": "lineKey", "lineVal": "lineVal"},
                   {"title": "Three schedules", "xname": "epoch"}),
    "roc": ("wandb/area-under-curve/v0", {"x": "x", "y": "y", "class": "split"},
            {"title": "ROC", "x-axis-title": "False positive rate", "y-axis-title": "True positive rate"}),
    "confusion": ("wandb/confusion_matrix/v1",
                  {"Actual": "Actual", "Predicted": "Predicted", "nPredictions": "nPredictions"},
                  {"title": "Confusion"}),
}  # fmt: skip
KEPT = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "data": {"name": "wandb"}, "mark": {"type": "bar"},
    "encoding": {"x": {"field": "${field:label}", "type": "nominal"},
                 "y": {"field": "${field:value}", "type": "quantitative"},
                 "color": {"field": "name", "type": "nominal", "scale": {"range": {"field": "color"}}},
                 "xOffset": {"field": "name"}},
    "title": "${string:title}",
}  # fmt: skip


def config_of(k: int) -> dict[str, Any]:
    return {
        "lr": float(f"{10 ** (-4 + 3 * (k % 10) / 9):.3g}"), "batch_size": (16, 32, 64, 128)[k % 4],
        "optimizer": OPTIMIZERS[k % 3], "seed": k % 5, "model": {"depth": 2 + k % 6, "width": 256},
        "augment": k % 2 == 0, "data": "digits-64",
    }  # fmt: skip


def loss_of(config: dict[str, Any]) -> float:
    """Least at lr 10^-2.5; adam is best; the seed adds hundredths."""
    steep = (math.log10(config["lr"]) + 2.5) ** 2
    return round(0.2 + 0.1 * steep + 0.05 * OPTIMIZERS.index(config["optimizer"]) + 0.01 * config["seed"], 6)


def accuracy_of(config: dict[str, Any]) -> float:
    return round(1 - loss_of(config) / 2, 6)


def histogram(noise: random.Random, middle: float, width: float) -> dict[str, Any]:
    edges = [-1 + 2 * i / 32 for i in range(33)]
    heights = [math.exp(-((((a + b) / 2 - middle) / width) ** 2) / 2) for a, b in pairwise(edges)]
    return {"_type": "histogram", "bins": edges, "values": [int(1000 * h * noise.uniform(0.9, 1.1)) for h in heights]}


def table(k: int, name: str) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows of what a preset draws."""
    if name in ("line", "scatter"):
        return ["x", "y", "split"], [
            [x, round((1 + 0.2 * k) / (1 + x) + (0.1 if split == "val" else 0), 4), split]
            for split in ("train", "val") for x in range(12)
        ]  # fmt: skip
    if name == "histogram":
        noise = random.Random(k)
        return ["y"], [[round(noise.betavariate(5 + k, 2), 4)] for _ in range(300)]
    if name == "bar":
        return ["label", "value"], [[f"class {c}", 3 * c + k + 1] for c in range(5)]
    if name == "lineseries":
        rows = [
            [e, key, round(base * 0.9**e, 4)] for key, base in (("cos", 3), ("lin", 2), ("exp", 1)) for e in range(9)
        ]
        return ["step", "lineKey", "lineVal"], rows
    if name == "roc":
        points = [i / 10 for i in range(11)]
        return ["x", "y", "split"], [[x, round(x ** (0.2 + 0.1 * c), 4), f"class {c}"] for c in (0, 1) for x in points]
    cells = [(a, p, 40 + k if a == p else 3 * abs(a - p)) for a in range(4) for p in range(4)]
    return ["Actual", "Predicted", "nPredictions"], [[f"digit {a}", f"digit {p}", n] for a, p, n in cells]


class Known(Script):
    """A run of which everything is known beforehand."""

    def __init__(self, k: int, prefix: str = "trial") -> None:
        super().__init__(k, f"{prefix}-{k:02d}-{OPTIMIZERS[k % 3]}", "finished", 1e-3, "", k + len(prefix) * 10_000, 1)
        self.id = f"{prefix}{k:04d}"
        self.config = config_of(k)

    def opening(self) -> list[Any]:
        records = super().opening()
        records[1][1] = {
            "name": self.name,
            "group": self.config["optimizer"],
            "tags": [f"d{self.config['model']['depth']}"],
            "host": f"node-{self.number % 3:02d}",
            "program": "train.py",
            "metadata": self.metadata(),
            "client": {"visualize": self.charts()} if self.number < 3 else {},
        }
        records[2][1] = self.config
        return records

    def metadata(self) -> dict[str, Any]:
        k = self.number
        return {
            "os": "Linux-6.8", "python": f"CPython 3.{11 + k % 2}.4", "host": f"node-{k % 3:02d}",
            "program": "train.py", "codePath": "train.py", "args": ["--lr", str(self.config["lr"])],
            "gpu_nvidia": [{"name": GPUS[k % 3], "memoryTotal": str((80, 80, 48)[k % 3] << 30)}] * (8 if k % 2 else 4),
            "cpu": "EPYC 9654", "cpu_count": 96, "memory": {"total": 1 << 40},
            "git": {"remote": "git@example.org:lab/digits.git", "commit": f"a41c9e2f00d3b5{k // 10:02d}",
                    "branch": "main"},
        }  # fmt: skip

    def charts(self) -> dict[str, Any]:
        def said(name: str, definition: str, fields: dict[str, str], texts: dict[str, str]) -> dict[str, Any]:
            key = f"Custom Chart Tables/{name}_table" if name == "roc" else f"{name}_table"
            query = {"queryFields": [{"name": "runSets", "fields": [
                {"name": "summaryTable", "args": [{"name": "tableKey", "value": key}], "fields": []}]}]}  # fmt: skip
            return {"panel_type": "Vega2", "panel_config": {"panelDefId": definition, "fieldSettings": fields,
                                                            "stringSettings": texts, "userQuery": query}}  # fmt: skip

        charts = {f"plots/{name}": said(name, *spec) for name, spec in PRESETS.items()}
        charts["plots/own"] = said("bar", f"{ENTITY}/paired", {"label": "label", "value": "value"}, {"title": "Kept"})
        return charts

    def rows(self, first: int, last: int) -> Iterator[list[Any]]:
        noise = random.Random(self.number)
        loss, accuracy = loss_of(self.config), accuracy_of(self.config)
        for step in range(first, last):
            left = math.exp(-step / 6) * (1 if step < last - 1 else 0)
            values: dict[str, Any] = {"val/loss": loss + left, "val/accuracy": accuracy - left / 2,
                                      "cost/seconds": 10.0 * self.config["batch_size"] + step}  # fmt: skip
            if self.number < 3:
                wide = 0.5 * math.exp(-step / 12) + 0.04
                values["gradients/head.weight"] = histogram(noise, 0.2 - 0.01 * step, wide)
            if self.number < 4 and step % 10 == 0:
                values["samples/grid"] = {"_type": "image-file", "path": f"media/images/grid_{step}.png",
                                          "format": "png", "width": 64, "height": 64}  # fmt: skip
            yield from self.row(step, self.began + step * 4, values)

    def files(self) -> Iterator[tuple[str, bytes]]:
        k = self.number
        yield "requirements.txt", f"numpy==2.{k % 2}.0\ntorch==2.{4 + k % 3}.0\ntqdm==4.66.5\n".encode()
        lines = [f'"""Trains digit classifier."""\nimport torch\n\nOPTIMIZER = "{self.config["optimizer"]}"\n']
        lines.append("\n\ndef train(model, data):\n    for batch in data:\n        loss = model(batch).mean()\n")
        lines.append("        loss.backward()\n" if k % 2 else "        (loss / 2).backward()\n")
        yield "code/train.py", "".join(lines).encode()
        if k % 4 == 0:
            yield (
                "diff.patch",
                b"diff --git a/train.py b/train.py\n--- a/train.py\n+++ b/train.py\n@@ -1 +1 @@\n-lr = 1\n+lr = 2\n",
            )
        if k < 4:
            for step in range(0, STEPS, 10):
                yield f"media/images/grid_{step}.png", serve.picture(k, max(0.04, 0.9 * math.exp(-step / 10)))
        if k < 3:
            for name in PRESETS:
                columns, rows = table(k, name)
                yield f"media/table/{name}.table.json", json.dumps({"columns": columns, "data": rows}).encode()

    def records(self) -> list[list[Any]]:
        out = [*self.opening(), *self.rows(0, STEPS)]
        if self.number < 3:
            for name in PRESETS:
                key = f"Custom Chart Tables/{name}_table" if name == "roc" else f"{name}_table"
                columns, rows = table(self.number, name)
                value = {"_type": "table-file", "path": f"media/table/{name}.table.json", "ncols": len(columns),
                         "nrows": len(rows), "size": 1, "sha256": "0" * 64}  # fmt: skip
                out += self.row(STEPS - 1, self.began + STEPS * 4, {key: value})
        for line in range(40):
            said = f"epoch {line} loss={1 / (line + 1):.4f} lr={self.config['lr']}"
            if line == 20 and self.number % 2:
                said = "warning: gradient clipped"
            out.append([Kind.CONSOLE, line, self.began + line * 3, 1, said])
        return [*out, *self.ending()]

    def ending(self) -> list[Any]:
        return [[Kind.EXIT, {"state": "finished", "exit_code": 0, "time": self.began + STEPS * 4}]]


ENTITY = ""


def main() -> None:
    global ENTITY
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=9710)
    options.add_argument("--page", default="")
    options.add_argument("--data", default="")
    options.add_argument("--runs", type=int, default=50)
    options.add_argument("--many", type=int, default=0)
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    data = Path(given.data or tempfile.mkdtemp(prefix="gnomon-e2e-"))
    server = Server(data, given.port, given.page and str(Path(given.page).resolve()))
    try:
        sender, ENTITY = server.sender, server.entity
        body = {"display_name": "Paired bars", "spec": json.dumps(KEPT)}
        sender.call(
            "PUT", f"/api/charts/{ENTITY}/paired", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        for k in range(given.runs):
            run = Known(k)
            sender.send(run, run.records())
            for path, text in run.files():
                sender.file(run, path, text)
        project, serve.PROJECT = serve.PROJECT, "many"
        for k in range(given.many):
            run = Known(k, "many")
            run.began = time.time() - 86400 + k
            sender.send(run, [*run.opening(), *run.rows(STEPS - 1, STEPS), *run.ending()])
        serve.PROJECT = project
        ready = {"url": sender.url, "link": server.link, "key": sender.key, "entity": ENTITY, "project": project}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        server.process.wait()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
