"""Sources of samples that files and a small web server stand in for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from gnomon.sdk.system import amd, disk, memory, process
from gnomon.sdk.system.open_metrics import OpenMetrics


def card(cards: Path, name: str, **files: str) -> None:
    device = cards / name / "device"
    sensors = device / "hwmon" / "hwmon3"
    sensors.mkdir(parents=True)
    for file, text in files.items():
        ((sensors if "_" in file and file.split("_")[0][-1].isdigit() else device) / file).write_text(text + "\n")


def test_amd_cards_are_read_from_the_files_of_their_driver(tmp_path: Path) -> None:
    card(tmp_path, "card0", vendor="0x10de")
    card(tmp_path, "card10", vendor="0x1002", gpu_busy_percent="7")
    card(
        tmp_path, "card1", vendor="0x1002", gpu_busy_percent="93", mem_busy_percent="40", mem_info_vram_used="50",
        mem_info_vram_total="200", temp1_input="61000", power1_average="150000000", power1_cap="300000000",
        freq1_input="1700000000", freq2_input="odd",
    )  # fmt: skip
    assert amd.Amd(tmp_path).sample() == {
        "gpu.0.gpu": 93, "gpu.0.memory": 40, "gpu.0.memoryAllocatedBytes": 50, "gpu.0.memoryAllocated": 25,
        "gpu.0.temp": 61, "gpu.0.powerWatts": 150, "gpu.0.powerPercent": 50, "gpu.0.smClock": 1700, "gpu.1.gpu": 7,
    }  # fmt: skip
    assert amd.Amd(tmp_path, only=[1]).sample() == {"gpu.1.gpu": 7}
    with pytest.raises(amd.Unavailable):
        amd.Amd(tmp_path / "none")


@pytest.mark.parametrize(("whole", "percent"), [(False, 25.0), (True, None)])
def test_memory_is_that_of_the_container_unless_the_machine_is_asked_for(
    tmp_path: Path, whole: bool, percent: float | None
) -> None:
    inner = tmp_path / "job" / "step"
    inner.mkdir(parents=True)
    (inner / "memory.max").write_text("max\n")
    (tmp_path / "job" / "memory.max").write_text("1000\n")
    (tmp_path / "job" / "memory.current").write_text("250\n")
    found = memory.Memory(whole, group="/job/step", groups=tmp_path).sample()
    if percent is None:
        assert found["proc.memory.availableMB"] > 1
    else:
        assert (found["memory_percent"], found["proc.memory.availableMB"]) == (percent, 750 / 2**20)


def test_one_process_or_its_tree_is_sampled() -> None:
    alone, tree = process.ProcessTree(psutil.Process().pid, False), process.ProcessTree(psutil.Process().pid)
    assert alone.pids() == {psutil.Process().pid}
    assert tree.pids() == alone.pids()  # the test itself is what is left out of a tree as its shipper
    assert alone.sample()["proc.memory.rssMB"] > 1


def test_disks_are_those_that_were_asked_for(tmp_path: Path) -> None:
    keys = set(disk.Disk(paths=(str(tmp_path), "/not mounted")).sample())
    assert {key for key in keys if "usage" in key} == {f"disk.{tmp_path}.usagePercent", f"disk.{tmp_path}.usageGB"}


METRICS = """# HELP DCGM_FI_DEV_GPU_UTIL util
DCGM_FI_DEV_GPU_UTIL{gpu="0",pod="mine"} 93
DCGM_FI_DEV_GPU_UTIL{gpu="1",pod="theirs"} 5
DCGM_FI_DEV_GPU_UTIL{gpu="2",pod="mine"} NaN
node_load1 0.25 1700000000000
nonsense
"""


class Exporter(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        right = self.headers["X-Token"] == "t" and self.path == "/metrics?x=1"
        self.send_response(self.status if right else 403)
        self.end_headers()
        self.wfile.write(METRICS.encode())

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""


@pytest.fixture
def exporter() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Exporter)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/metrics?x=1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("filters", "meant"),
    [
        (None, {"DCGM_FI_DEV_GPU_UTIL.0": 93, "DCGM_FI_DEV_GPU_UTIL.1": 5, "node_load1.0": 0.25}),
        ((r"gpus\.node.*",), {"node_load1.0": 0.25}),
        ({r"gpus\.DCGM_.*": {"pod": "mine"}}, {"DCGM_FI_DEV_GPU_UTIL.0": 93}),
    ],
)
def test_what_others_offer_is_sampled(exporter: str, filters: Any, meant: dict[str, float]) -> None:
    source = OpenMetrics("gpus", exporter, filters, {"X-Token": "t"})
    for _ in range(2):
        assert source.sample() == {f"openmetrics.gpus.{name}": value for name, value in meant.items()}


def test_an_endpoint_that_does_not_answer_now_gives_nothing(exporter: str) -> None:
    assert OpenMetrics("a", exporter, headers={"X-Token": "wrong"}).sample() == {}
    assert OpenMetrics("a", "http://127.0.0.1:9/metrics").sample() == {}
