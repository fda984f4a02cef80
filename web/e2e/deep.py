"""One run with everything a run page shows, sent to a running server; see `run.spec.ts`.

    python web/e2e/deep.py URL KEY [LINES]

A watched model with its graph, four GPUs that wait now and then, a diff, saved code, packages, tensors, and LINES lines
of terminal. Prints the id of the run.
"""

from __future__ import annotations

import json
import math
import random
import struct
import sys
import time
from typing import Any

from serve import Script, Sender

from gnomon.protocol.journal import Kind

E = "\x1b["
STEPS, EVERY, GPUS, CORES = 600, 50, 4, 8
LAYERS = [("embed", "Conv2d(3, 8)", [[8, 3, 3, 3], [8]]), ("blocks.0.norm", "LayerNorm((8,))", []),
          ("blocks.0.fc", "Linear(8, 32)", [[32, 8], [32]]), ("blocks.1.norm", "LayerNorm((8,))", []),
          ("blocks.1.fc", "Linear(32, 8)", [[8, 32], [8]]), ("head", "Linear(8, 10)", [[10, 8], [10]])]  # fmt: skip
NAMES = ("weight", "bias")
GPU = {"name": "NVIDIA H100 80GB HBM3", "memoryTotal": str(80 << 30)}
METADATA: dict[str, Any] = {
    "os": "Linux-6.8", "python": "CPython 3.11.9", "host": "node-14", "program": "train.py", "codePath": "exp/train.py",
    "args": ["--rope", "2d"], "command": "python train.py --rope 2d", "cwd": "/home/mk/dit/exp", "root": "/home/mk/dit",
    "gpu_nvidia": [GPU] * GPUS, "cpu": "EPYC 9654", "cpu_count": 96, "cpu_count_logical": 192,
    "git": {"remote": "git@github.com:halden/dit.git", "commit": "a41c9e2f00d3b5c7", "branch": "rope", "dirty": True},
}  # fmt: skip
PATCH = """diff --git a/exp/train.py b/exp/train.py
--- a/exp/train.py
+++ b/exp/train.py
@@ -1,2 +1,3 @@
 import torch
-rope = "1d"
+rope = "2d"
+axes = 2
diff --git a/rope.py b/rope.py
new file mode 100644
--- /dev/null
+++ b/rope.py
@@ -0,0 +1 @@
+TABLES = 2
"""


def histogram(noise: random.Random, width: float) -> dict[str, Any]:
    edges = [width * (-3 + 6 * i / 24) for i in range(25)]
    counts = [int(400 * math.exp(-((-3 + 6 * (i + 0.5) / 24) ** 2) / 2) * noise.uniform(0.9, 1.1)) for i in range(24)]
    return {"_type": "histogram", "values": counts, "bins": edges}


def graph() -> bytes:
    nodes = [
        {"id": i, "name": name, "class_name": about, "output_shape": [64, 8],
         "parameters": [[NAMES[k], sizes] for k, sizes in enumerate(shapes)],
         "num_parameters": [math.prod(sizes) for sizes in shapes]}
        for i, (name, about, shapes) in enumerate(LAYERS)
    ]  # fmt: skip
    return json.dumps({"format": "torch", "nodes": nodes, "edges": []}).encode()


def records(script: Script, lines: int) -> list[list[Any]]:
    noise = random.Random(5)
    found = script.opening()
    found[1][1].update(metadata=METADATA, host="node-14", notes="Two tables, one an *axis*.")
    found[2][1].update(max_bytes=8_590_000_000, layers={f"l{i}": i for i in range(40)})
    parameters = [f"{name}.{NAMES[k]}" for name, _, shapes in LAYERS for k in range(len(shapes))]
    for record in script.rows(0, STEPS):
        found.append(record)
        if record[0] == Kind.ROW and record[2] % EVERY == 0:
            step, at = record[2], record[3]
            values = {f"parameters/{name}": histogram(noise, 0.05) for name in parameters}
            for place, name in enumerate(parameters):
                gone = 1e-7 if name == "head.bias" else 1.0
                values[f"gradients/{name}"] = histogram(noise, gone * 0.3 * math.exp(-step / 400) * 0.8**place)
            found += script.row(step, at, values)
    found.append([Kind.SUMMARY, {"graph_0": {"_type": "graph-file", "path": "media/graph/g.graph.json"}}, []])
    seconds = STEPS * 5.2
    for k in range(120):
        busy = 0 if k % 5 == 4 else 1
        sample: dict[str, float] = {"cpu_percent": 92.0 if not busy else 40.0, "memory_percent": 41.0, "cpu": 30.0}
        for g in range(GPUS):
            sample |= {f"gpu.{g}.gpu": 95.0 * busy + g, f"gpu.{g}.temp": 60.0 + g}
            sample |= {f"gpu.{g}.powerWatts": 200 + 450 * busy, f"gpu.{g}.memoryAllocatedBytes": 60e9 + g * 1e9}
        sample |= {f"cpu.{c}.cpu_percent": 20.0 + 5 * c for c in range(CORES)}
        found.append([Kind.SYSTEM, script.began + k * seconds / 120, sample])
    for line in range(lines):
        at = script.began + line * seconds / lines
        text = f"{E}32mINFO{E}0m  step={E}1m{line * STEPS // lines}{E}0m  loss={1 / (line + 1):.5f}"
        error = ["Traceback (most recent call last):", '  File "wds.py", line 118', "OSError: truncated"]
        if lines // 2 <= line < lines // 2 + 3:
            text = error[line - lines // 2]
        found.append([Kind.CONSOLE, line, at, 2 if text in error else 1, text])
    return found


def main() -> None:
    sender = Sender(sys.argv[1], sys.argv[2])
    script = Script(90, "deep-run", "finished", 1e-4, "dit-l", 190, 1.0)
    script.id, script.began = "deep0001", time.time() - STEPS * 5.2 - 60
    all_ = records(script, int(sys.argv[3]) if len(sys.argv) > 3 else 2000)
    for at in range(0, len(all_), 20_000):
        sender.send(script, all_[at : at + 20_000])
    for step in range(0, STEPS, 1000):
        sender.sample(script, step)
    head = {f"{name}.{NAMES[k]}": {"dtype": "BF16", "shape": sizes, "data_offsets": [0, 2 * math.prod(sizes)]}
            for name, _, shapes in LAYERS for k, sizes in enumerate(shapes)}  # fmt: skip
    encoded = json.dumps(head).encode()
    files = {
        "media/graph/g.graph.json": graph(), "diff.patch": PATCH.encode(),
        "requirements.txt": b"numpy==2.1.1\ntorch==2.4.1\n", "code/exp/train.py": b'import torch\nrope = "2d"\n',
        "ckpt/last.safetensors": struct.pack("<Q", len(encoded)) + encoded,
        "eval/results.jsonl": b"".join(json.dumps({"id": i, "fid": 8 + i}).encode() + b"\n" for i in range(50)),
    }  # fmt: skip
    for path, data in files.items():
        sender.file(script, path, data)
    sender.send(script, script.ending())
    sys.stdout.write(script.id + "\n")


if __name__ == "__main__":
    main()
