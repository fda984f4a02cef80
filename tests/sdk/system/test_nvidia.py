"""NVIDIA GPUs, with a stand-in for NVML that answers and fails as drivers do."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gnomon.sdk.system import nvidia, sampler


class NVMLError(Exception):
    """What pynvml raises."""


class Nvml:
    """Two devices: an ordinary one, and a virtual one that knows little."""

    NVMLError = NVMLError

    def __init__(self) -> None:
        self.lost: set[int] = set()

    def _check(self, device: int, *, ordinary: bool = False) -> None:
        if device in self.lost:
            raise NVMLError("GPU is lost")
        if ordinary and device == 1:
            raise NVMLError("Not Supported")

    def nvmlDeviceGetCount(self):
        return 2

    def nvmlDeviceGetHandleByIndex(self, index):
        return index

    def nvmlDeviceGetName(self, device):
        self._check(device)
        return "NVIDIA H200" if device == 0 else b"GRID A100"

    def nvmlDeviceGetUtilizationRates(self, device):
        self._check(device)
        return SimpleNamespace(gpu=87, memory=41)

    def nvmlDeviceGetMemoryInfo(self, device):
        self._check(device)
        return SimpleNamespace(total=80 * 2**30, used=20 * 2**30, free=60 * 2**30)

    def nvmlDeviceGetTemperature(self, device, sensor):
        self._check(device)
        assert sensor == 0
        return 61

    def nvmlDeviceGetPowerUsage(self, device):
        self._check(device, ordinary=True)
        return 350_000

    def nvmlDeviceGetEnforcedPowerLimit(self, device):
        return 700_000

    def nvmlDeviceGetClockInfo(self, device, clock):
        self._check(device, ordinary=True)
        return {0: 1980, 1: 1980, 2: 3201}[clock]

    def nvmlDeviceGetTotalEccErrors(self, device, kind, counter):
        self._check(device, ordinary=True)
        return kind

    def nvmlDeviceGetEncoderUtilization(self, device):
        self._check(device, ordinary=True)
        return [3, 167000]

    def nvmlDeviceGetComputeRunningProcesses(self, device):
        self._check(device)
        return [SimpleNamespace(pid=4242, usedGpuMemory=1)] if device == 0 else []

    def nvmlDeviceGetGraphicsRunningProcesses(self, device):
        raise NVMLError("Not Supported")

    def nvmlSystemGetCudaDriverVersion(self):
        return 12040


def test_a_device_gives_the_names_that_wandb_users_know():
    found = nvidia.Nvidia(Nvml(), lambda: {4242}).sample()
    assert {name: value for name, value in found.items() if name.startswith("gpu.0.")} == {
        "gpu.0.gpu": 87.0,
        "gpu.0.memory": 41.0,
        "gpu.0.memoryAllocated": 25.0,
        "gpu.0.memoryAllocatedBytes": 20.0 * 2**30,
        "gpu.0.temp": 61.0,
        "gpu.0.powerWatts": 350.0,
        "gpu.0.enforcedPowerLimitWatts": 700.0,
        "gpu.0.powerPercent": 50.0,
        "gpu.0.graphicsClock": 1980.0,
        "gpu.0.smClock": 1980.0,
        "gpu.0.memoryClock": 3201.0,
        "gpu.0.correctedMemoryErrors": 0.0,
        "gpu.0.unCorrectedMemoryErrors": 1.0,
        "gpu.0.encoderUtilization": 3.0,
    }


def test_only_devices_the_training_uses_count_as_its_own():
    found = nvidia.Nvidia(Nvml(), lambda: {4242}).sample()
    assert found["gpu.process.0.powerWatts"] == 350.0
    assert not [name for name in found if name.startswith("gpu.process.1.")]
    assert not [name for name in nvidia.Nvidia(Nvml(), set).sample() if name.startswith("gpu.process.")]


def test_what_a_device_does_not_know_is_left_out():
    found = nvidia.Nvidia(Nvml()).sample()
    assert found["gpu.1.gpu"] == 87.0
    assert "gpu.1.powerWatts" not in found
    assert "gpu.1.smClock" not in found


def test_a_device_that_is_lost_keeps_no_other_and_may_come_back():
    nvml = Nvml()
    source = nvidia.Nvidia(nvml)
    nvml.lost.add(0)
    assert not [name for name in source.sample() if name.startswith("gpu.0.")]
    nvml.lost.clear()
    assert source.sample()["gpu.0.gpu"] == 87.0


def test_devices_are_described():
    source = nvidia.Nvidia(Nvml())
    assert source.describe()[1] == {"name": "GRID A100", "memoryTotal": str(80 * 2**30)}
    assert source.cuda_version() == "12.4"


def test_a_machine_without_a_driver_has_no_such_source_and_nothing_is_said(monkeypatch):
    monkeypatch.setattr(nvidia, "_DRIVER_SIGNS", ("/nowhere",))
    with pytest.raises(nvidia.Unavailable):
        nvidia.load_nvml()
    said: list[str] = []
    import os

    assert "nvidia" not in [source.name for source in sampler.machine_sources(os.getpid(), "", said.append)]
    assert said == []


@pytest.mark.gpu
def test_a_real_gpu_is_sampled():
    try:
        nvml = nvidia.load_nvml()
    except nvidia.Unavailable as reason:
        pytest.skip(str(reason))
    found = nvidia.Nvidia(nvml).sample()
    assert found["gpu.0.memoryAllocatedBytes"] > 0
    assert 0 < found["gpu.0.temp"] < 120
