"""A real server for tests of the page, on a temporary folder, with runs that look like training.

    python web/e2e/serve.py --port 9710 [--page web/dist] [--data DIR] [--runs 14] [--live]

Prints one JSON line when it is ready: {"url", "link", "key", "entity", "project"}. With `--live`, two of the runs go on
logging until the process ends. Journals are written here and sent as a shipper sends them, so that the same numbers
come out each time.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from gnomon.protocol.journal import MAGIC, Kind, frame

PROJECT = "digit-diffusion"
STEPS = 6000
ROOT = Path(__file__).resolve().parents[2]

LAUNCH = """
import sys
from pathlib import Path
import gnomon.server.api.page as page
if sys.argv[1]:
    page.FOLDER = Path(sys.argv[1])
    page.routes.__defaults__ = (page.FOLDER,)
from gnomon.cli.server import server
server(sys.argv[2:], standalone_mode=True)
"""


class Script:
    """One run as its journal: what training would have logged."""

    def __init__(self, number: int, name: str, state: str, lr: float, arch: str, seed: int, until: float) -> None:
        self.id = f"demo{number:04d}"
        self.number, self.name, self.state, self.lr, self.arch, self.until = number, name, state, lr, arch, until
        self.random = random.Random(seed * 7919 + 13)
        self.journal = uuid.UUID(int=self.random.getrandbits(128)).hex
        self.began = time.time() - 86400 * 2 + number * 5400
        self.noise = 0.0
        self.scale = 14 + number % 3
        self.offset = 0
        self.schemas: dict[tuple[str, ...], int] = {}
        self.good = {"dit-l": 7.2, "dit-b": 9.1, "uvit": 8.3}.get(arch, 10.6) + seed % 5 * 0.21 + (lr - 1e-4) * 3000

    def opening(self) -> list[Any]:
        return [
            [Kind.BEGIN, {
                "format": 1, "journal": self.journal, "writer": "main", "entity": "", "project": PROJECT,
                "run": self.id, "host": "node-03", "pid": 4000 + self.number, "boot_id": "b",
                "started_at": self.began, "sdk": "0.1.0", "resume": None, "starting_step": 0, "attempt": self.journal,
            }],
            [Kind.RUN, {
                "name": self.name, "tags": ["ablation"] + (["best"] if self.number == 2 else []), "group": self.arch,
                "notes": "reference" if self.name.endswith("base-s0") else "",
            }],
            [Kind.CONFIG, {"lr": self.lr, "model": {"arch": self.arch, "depth": 12 + self.number % 3 * 6},
                           "batch_size": 256, "ema": 0.9999, "data": "digits-64"}, []],
        ]  # fmt: skip

    def rows(self, first: int, last: int) -> Iterator[list[Any]]:
        for step in range(first, last):
            share = step / STEPS
            r = self.random
            self.noise = 0.6 * self.noise + r.gauss(0, 1) * 0.03
            fall = 0.72 * math.exp(-share / 0.06) + 0.28 * math.exp(-share / 0.35)
            loss = 0.1 + self.good * 0.003 + 0.36 * fall + self.noise * (0.5 + math.exp(-share * 4)) * 0.36
            grad = (0.12 + 2.4 * math.exp(-share * 16) + 0.22 * math.exp(-share * 2)) * math.exp(r.gauss(0, 0.35))
            if step in (1777, 3333) and self.number % 4 == 1:
                grad *= 14
            if step % 550 == 300 + self.number * 13 % 200:
                self.scale += 1 if r.random() < 0.6 else -1
            warm = min(1.0, step / 300)
            lr = self.lr * warm * 0.5 * (1 + math.cos(math.pi * max(0.0, (share - 0.05) / 0.95)))
            time_ = self.began + step * (5.2 if self.arch == "dit-l" else 3.1)
            values: dict[str, Any] = {
                "train/loss": loss,
                "train/loss_vlb": 0.0068 + self.good * 0.0004 + 0.03 * fall + r.gauss(0, 0.0012),
                "train/grad_norm": grad,
                "train/amp_scale": 2.0 ** max(8, min(17, self.scale)),
                "optim/lr": lr,
                "perf/images_per_s": {"dit-l": 118, "dit-b": 248, "uvit": 186}.get(self.arch, 152)
                * (0.78 if step % 900 > 860 else 1) + r.gauss(0, 2.2) + self.number % 4 * 5,
                "epoch": step / 240,
            }  # fmt: skip
            if self.name.endswith("lr4e-4-s0") and step > 2200:
                values["train/loss"] = float("nan")
                values["train/grad_norm"] = float("inf") if step % 2 else float("nan")
            if self.number % 5 == 3 and step in (3805, 3912, 4011):
                values["train/amp_scale"] = float("nan")
            if step % 60 == 0:
                values["val/fid"] = self.good - 2 + 34 * fall + r.gauss(0, 0.25)
                values["val/accuracy"] = 0.985 - 0.7 * fall - self.good * 0.004 + r.gauss(0, 0.003)
                values["val/loss"] = 0.13 + self.good * 0.004 + 0.5 * fall + r.gauss(0, 0.004)
                values["val/delta"] = self.good * 0.02 - 0.2 - fall + r.gauss(0, 0.03)
            if step % 1000 == 0:
                values["samples/grid"] = {
                    "_type": "image-file", "path": f"media/images/grid_{step}.png", "format": "png", "width": 64,
                    "height": 64, "caption": f"step {step}",
                }  # fmt: skip
            if step == 5:
                size = {"dit-l": 458.0, "dit-b": 130.0, "uvit": 131.0}.get(self.arch, 554.0)
                values["model/params_m"] = size + self.number
            yield from self.row(step, time_, values)

    def row(self, step: int, time_: float, values: dict[str, Any]) -> Iterator[list[Any]]:
        keys = tuple(values)
        if keys not in self.schemas:
            self.schemas[keys] = len(self.schemas) + 1
            yield [Kind.SCHEMA, self.schemas[keys], list(keys)]
        yield [Kind.ROW, self.schemas[keys], step, time_, *values.values()]

    def system(self) -> Iterator[list[Any]]:
        for k in range(200):
            yield [Kind.SYSTEM, self.began + k * 90, {
                "gpu.0.gpu": 92 + self.random.gauss(0, 3), "gpu.0.temp": 61 + self.random.gauss(0, 1.5),
                "gpu.0.memoryAllocated": 71 + self.random.gauss(0, 0.3), "cpu": 34 + self.random.gauss(0, 6),
                "memory_percent": 41 + k * 0.02,
            }]  # fmt: skip

    def ending(self) -> list[Any]:
        if self.state == "running":
            return []
        return [[Kind.EXIT, {"state": self.state, "exit_code": 0 if self.state == "finished" else 1,
                             "time": self.began + STEPS * self.until * 4}]]  # fmt: skip


def scripts(count: int) -> list[Script]:
    """Fourteen named runs; more are numbered."""
    named = [
        ("dit-l2-cfg1.5-s0", "finished", 1e-4, "dit-l", 1.0), ("dit-l2-cfg1.5-s1", "running", 1e-4, "dit-l", 0.86),
        ("dit-l2-rope2d-s0", "running", 1e-4, "dit-l", 0.8), ("dit-l2-qknorm-s0", "finished", 2e-4, "dit-l", 1.0),
        ("dit-l2-lr4e-4-s0", "failed", 4e-4, "dit-l", 0.45), ("dit-b2-base-s0", "finished", 1e-4, "dit-b", 1.0),
        ("dit-b2-base-s1", "finished", 1e-4, "dit-b", 1.0), ("dit-b2-minsnr-s0", "finished", 1e-4, "dit-b", 0.9),
        ("dit-b2-vpred-s0", "killed", 1e-4, "dit-b", 0.6), ("uvit-m-base-s0", "finished", 2e-4, "uvit", 1.0),
        ("uvit-m-base-s1", "finished", 2e-4, "uvit", 1.0), ("uvit-m-skip-off", "crashed", 2e-4, "uvit", 0.7),
        ("uvit-m-ema9999", "finished", 2e-4, "uvit", 1.0), ("baseline-adm-256", "finished", 1e-4, "adm", 1.0),
    ]  # fmt: skip
    for k in range(len(named), count):
        named.append((f"seed-sweep-{k:04d}", "finished", 1e-4 * (1 + k % 4), ["dit-l", "dit-b", "uvit"][k % 3], 0.2))
    return [Script(i, n, s, lr, a, i + 1, u) for i, (n, s, lr, a, u) in enumerate(named[:count])]


def picture(seed: int, noise: float, size: int = 64) -> bytes:
    """A small landscape that noise hides, as PNG."""
    r = np.random.default_rng(seed)
    sky, land = r.integers(90, 220, 3), r.integers(20, 110, 3)
    a, b = r.random(2) * 6
    y, x = np.mgrid[0:size, 0:size][..., None] / size
    ridge = 0.55 + 0.12 * np.sin(x * 5 + a) + 0.06 * np.sin(x * 13 + b)
    clear = np.where(y < ridge, sky + 40 * (1 - y), land * (1.3 - 0.6 * y))
    seen = np.clip(clear * (1 - noise) + r.integers(0, 256, clear.shape) * noise, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(seen).save(out, "PNG")
    return out.getvalue()


class Sender:
    """What a shipper does, in a few lines."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key

    def call(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
        request = urllib.request.Request(self.url + path, data=body, method=method)
        for name, value in {"Authorization": f"Bearer {self.key}", **(headers or {})}.items():
            request.add_header(name, value)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def send(self, script: Script, records: list[list[Any]]) -> None:
        data = b"".join(frame(msgspec.msgpack.encode(record)) for record in records)
        if script.offset == 0:
            data = MAGIC + data
        for at in range(0, len(data), 4_000_000):
            part = data[at : at + 4_000_000]
            while part:
                answer = self.call(
                    "POST",
                    f"/api/runs/-/{PROJECT}/{script.id}/journal?journal={script.journal}&offset={script.offset}",
                    zlib.compress(part, 1), {"Content-Encoding": "deflate", "Content-Type": "application/octet-stream"},
                )  # fmt: skip
                taken = answer["next"] - script.offset
                script.offset = answer["next"]
                part = part[taken:]
                if taken <= 0:
                    break

    def file(self, script: Script, path: str, data: bytes) -> None:
        import hashlib

        self.call("PUT", f"/api/runs/-/{PROJECT}/{script.id}/files/{path}", data,
                  {"X-Gnomon-Digest": hashlib.sha256(data).hexdigest()})  # fmt: skip

    def sample(self, script: Script, step: int) -> None:
        """The picture that the run has logged at this step."""
        noise = max(0.04, 0.9 * math.exp(-step / 1200))
        self.file(script, f"media/images/grid_{step}.png", picture(script.number, noise))


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=9710)
    options.add_argument("--page", default="")
    options.add_argument("--data", default="")
    options.add_argument("--runs", type=int, default=14)
    options.add_argument("--live", action="store_true")
    given = options.parse_args()
    data = given.data or tempfile.mkdtemp(prefix="gnomon-e2e-")
    server = subprocess.Popen(
        [sys.executable, "-c", LAUNCH, given.page and str(Path(given.page).resolve()), "--port", str(given.port),
         "--data", data, "--no-login-here"], stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        link = ""
        assert server.stdout
        for line in server.stdout:
            if found := re.search(r"http\S+/sign-in\?link=\S+", line):
                link = found[0]
            if "/api/docs" in line:
                break
        threading.Thread(target=lambda: [None for _ in server.stdout or ()], daemon=True).start()
        key = (Path(data) / "keys" / "local-admin.key").read_text().strip()
        sender = Sender(f"http://127.0.0.1:{given.port}", key)
        for _ in range(100):
            try:
                viewer = sender.call("GET", "/api/viewer")
                break
            except OSError:
                time.sleep(0.1)
        entity = viewer["user"]["name"]
        all_ = scripts(given.runs)
        for script in all_:
            ahead = script.number < 14
            records = [*script.opening(), *script.rows(0, int(STEPS * script.until) if ahead else 60)]
            if ahead:
                records += script.system()
            sender.send(script, [*records, *script.ending()])
            if ahead:
                for step in range(0, int(STEPS * script.until), 1000):
                    sender.sample(script, step)
        url = f"http://127.0.0.1:{given.port}"
        ready = {"url": url, "link": link, "key": key, "entity": entity, "project": PROJECT}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        going = [s for s in all_ if s.state == "running"]
        at = {s.id: int(STEPS * s.until) for s in going}
        while server.poll() is None:
            time.sleep(0.25)
            if given.live:
                for script in going:
                    if at[script.id] < STEPS * 3:
                        script.began = time.time() - at[script.id] * 5.2
                        if at[script.id] % 1000 == 0:
                            sender.sample(script, at[script.id])
                        sender.send(script, list(script.rows(at[script.id], at[script.id] + 5)))
                        at[script.id] += 5
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
