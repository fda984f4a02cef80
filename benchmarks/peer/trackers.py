"""Gnomon as the side-by-side suite sees a tracker. Loaded into the suite's `adapters` module by `run.py`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any


def classes(base: Any, free_port: Any) -> list[Any]:
    """Our trackers, as subclasses of the suite's `Tracker`."""

    class GnomonOffline(base):  # type: ignore[misc]
        """Everything stays on disk: the journal alone."""

        name, venv, module, dists = "gnomon(offline)", "gnomon", "gnomon", ("gnomon",)
        mode = "offline"

        def env(self) -> dict[str, str]:
            home = str(self.root)
            return {
                "GNOMON_DIR": home,
                "GNOMON_CONFIG_DIR": f"{home}/config",
                "GNOMON_STATE_DIR": f"{home}/state",
                "GNOMON_SILENT": "1",
            }

        def load(self) -> None:
            import gnomon

            self.gnomon = gnomon

        def init(self, config: dict[str, Any], name: str = "run0") -> None:
            settings: dict[str, Any] = {}
            if self.tuned:
                settings = {
                    "console": "off",
                    "x_disable_stats": True,
                    "x_disable_meta": True,
                    "disable_git": True,
                    "disable_code": True,
                    "finish_timeout": 600,
                }
            self.run = self.gnomon.init(
                project="bench", name=name, config=config, mode=self.mode, settings=self.gnomon.Settings(**settings)
            )

        def log(self, metrics: dict[str, float], step: int) -> None:
            self.run.log(metrics, step=step)

        def finish(self) -> None:
            self.run.finish()

        def image(self, arr: Any, step: int) -> None:
            self.run.log({"img": self.gnomon.Image(arr)}, step=step)

        def histogram(self, arr: Any, step: int) -> None:
            self.run.log({"h": self.gnomon.Histogram(arr)}, step=step)

        def table(self, columns: list[str], rows: list[list[Any]], step: int) -> None:
            self.run.log({"t": self.gnomon.Table(columns=columns, data=rows)}, step=step)

        def artifact(self, folder: str) -> None:
            made = self.gnomon.Artifact("bench", type="dataset")
            made.add_dir(folder)
            self.run.log_artifact(made)

        def recover(self, name: str, key: str) -> int:
            """Rows that have the key in the journal."""
            from gnomon.protocol.journal import Kind, decode, frames

            found = 0
            for journal in Path(self.root).glob("gnomon-runs/*/run.journal"):
                schemas: dict[int, list[str]] = {}
                for frame in frames(journal.read_bytes()):
                    record = decode(frame.payload)
                    if record[0] == Kind.SCHEMA:
                        schemas[record[1]] = record[2]
                    elif record[0] == Kind.ROW:
                        found += key in schemas[record[1]]
            return found

    class GnomonOnline(GnomonOffline):
        """A server of its own on this machine; `finish()` returns when the server has everything."""

        name = "gnomon(server)"
        mode = "online"

        def prepare(self) -> None:
            known = Path(self.root) / "port"
            self.port = int(known.read_text()) if known.exists() else free_port()
            known.write_text(str(self.port))
            os.environ["GNOMON_BASE_URL"] = f"http://localhost:{self.port}"
            self.servers.append(
                subprocess.Popen(
                    [sys.executable, "-m", "gnomon", "server", "--port", str(self.port), "--data", f"{self.root}/data"],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"http://localhost:{self.port}/healthz", timeout=5).close()
                    return
                except OSError:
                    time.sleep(0.05)
            raise RuntimeError("the server did not come up")

        def _ask(self, path: str) -> Any:
            """The server's answer, from a server started on the data of an earlier process where there is none."""
            if not self.servers:
                self.prepare()
            keys = json.loads((Path(self.root) / "config" / "credentials.json").read_text())
            key = keys[f"http://localhost:{self.port}"]
            asked = urllib.request.Request(
                f"http://localhost:{self.port}/api/{path}", headers={"Authorization": f"Bearer {key}"}
            )
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return json.load(answer)

        def recover(self, name: str, key: str) -> int:
            """Rows the server has, started again after script, shipper and server were killed, and `gnomon sync`."""
            user = self._ask("viewer")["user"]["name"]
            subprocess.run(
                [sys.executable, "-m", "gnomon", "sync", str(self.root)], check=True, stdout=subprocess.DEVNULL
            )
            found = 0
            for folder in Path(self.root).glob("gnomon-runs/run-*"):
                run = folder.name.rpartition("-")[2]
                stats = self._ask(f"runs/{user}/bench/{run}/keys?stream=history")
                found += sum(one["points"] for one in stats if one["key"] == key)
            return found

    return [GnomonOffline, GnomonOnline]


def with_artifacts(every: dict[str, Any]) -> None:
    """Give the suite's own trackers that have something of the kind a call that keeps a folder."""

    def wandb(self: Any, folder: str) -> None:
        made = self.wandb.Artifact("bench", type="dataset")
        made.add_dir(folder)
        self.run.log_artifact(made)

    def mlflow(self: Any, folder: str) -> None:
        self.m.log_artifacts(folder, artifact_path="bench")

    def trackio(self: Any, folder: str) -> None:
        self.m.log_artifact(folder, name="bench", type="dataset")

    def aim(self: Any, folder: str) -> None:
        self.run.set_artifacts_uri((self.root / "artifacts").as_uri())
        self.run.log_artifacts(folder, "bench")

    ways = {"wandb": wandb, "mlflow": mlflow, "trackio": trackio, "aim": aim}
    for name, tracker in every.items():
        for begins, way in ways.items():
            if name.startswith(begins):
                tracker.artifact = way


def official_client(base: Any, python: str, free_port: Any) -> Any:
    """The suite's adapter of the official client, logging to a server of ours that `python` runs."""

    class WandbOnline(base):  # type: ignore[misc]
        """The official client with a Gnomon server on this machine; `finish()` returns when all is sent."""

        name = "wandb(our server)"

        def env(self) -> dict[str, str]:
            return {**super().env(), "WANDB_MODE": "online"}

        def prepare(self) -> None:
            port = free_port()
            home = str(self.root)
            ours = {**os.environ, "GNOMON_CONFIG_DIR": f"{home}/config", "GNOMON_STATE_DIR": f"{home}/state"}
            address = f"http://localhost:{port}"
            self.servers.append(
                subprocess.Popen(
                    [python, "-m", "gnomon", "server", "--port", str(port), "--data", f"{home}/data"],
                    env={**ours, "GNOMON_BASE_URL": address},
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.05)
            else:
                raise RuntimeError("the server did not come up")
            keys = json.loads(Path(home, "config", "credentials.json").read_text())
            os.environ["WANDB_BASE_URL"], os.environ["WANDB_API_KEY"] = address, keys[address]

        def init(self, config: dict[str, Any], name: str = "run0") -> None:
            given: dict[str, Any] = {}
            if self.tuned:
                given["settings"] = self.wandb.Settings(
                    console="off", x_disable_stats=True, x_disable_machine_info=True, x_disable_meta=True,
                    disable_git=True, disable_code=True, x_save_requirements=False,
                )  # fmt: skip
            self.run = self.wandb.init(project="bench", name=name, config=config, dir=str(self.root), **given)

    return WandbOnline
