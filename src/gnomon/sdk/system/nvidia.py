"""NVIDIA GPUs, through NVML."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

_DRIVER_SIGNS = ("/dev/nvidiactl", "/proc/driver/nvidia", "/dev/dxg")
# Numbers of the C interface, which does not change them.
_TEMPERATURE_GPU = 0
_VOLATILE_ECC = 0
_PROCESS = ("gpu", "memory", "memoryAllocated", "memoryAllocatedBytes", "temp", "powerWatts", "powerPercent")


class Unavailable(Exception):
    """No NVIDIA GPU to look at on this machine."""


def load_nvml() -> Any:
    """The NVML bindings, initialised. Raises Unavailable; imports nothing on machines without the driver."""
    if os.name == "posix" and not any(os.path.exists(path) for path in _DRIVER_SIGNS):
        raise Unavailable("no NVIDIA driver")
    try:
        import pynvml  # type: ignore[import-untyped, unused-ignore]  # the bindings carry no types
    except ImportError as error:
        raise Unavailable(str(error)) from error
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        raise Unavailable(str(error)) from error
    return pynvml


class Nvidia:
    """`gpu.<i>.*` for each device, and `gpu.process.<i>.*` for those the training uses.

    A number a device does not have (fan-less power, virtual GPUs) is left out; a device that stops answering
    is left out until it answers again.
    """

    name = "nvidia"

    def __init__(self, nvml: Any, pids: Callable[[], set[int]] = set, only: Sequence[int] | None = None) -> None:
        self._nvml, self._pids = nvml, pids
        self._numbers = [n for n in range(nvml.nvmlDeviceGetCount()) if only is None or n in only]
        self._devices = [nvml.nvmlDeviceGetHandleByIndex(index) for index in self._numbers]
        if not self._devices:
            raise Unavailable("no NVIDIA GPU")

    def sample(self) -> dict[str, float]:
        """Now, all devices."""
        pids = self._pids()
        found: dict[str, float] = {}
        for index, device in zip(self._numbers, self._devices, strict=True):
            numbers = self._sample_device(device)
            found.update({f"gpu.{index}.{name}": value for name, value in numbers.items()})
            if numbers and self._uses(device, pids):
                found.update({f"gpu.process.{index}.{name}": numbers[name] for name in _PROCESS if name in numbers})
        return found

    def describe(self) -> list[dict[str, Any]]:
        """Name, memory and architecture of each device, for the metadata."""
        found = []
        for device in self._devices:
            about: dict[str, Any] = {}
            name = self._try("nvmlDeviceGetName", device)
            about["name"] = name.decode() if isinstance(name, bytes) else name
            memory = self._try("nvmlDeviceGetMemoryInfo", device)
            if memory is not None:
                about["memoryTotal"] = str(memory.total)
            cores = self._try("nvmlDeviceGetNumGpuCores", device)
            if cores is not None:
                about["cudaCores"] = cores
            found.append(about)
        return found

    def cuda_version(self) -> str:
        """The newest CUDA the driver carries, such as `12.4`; empty where it does not say."""
        try:
            number = int(self._nvml.nvmlSystemGetCudaDriverVersion())
        except Exception:
            return ""
        return f"{number // 1000}.{number % 1000 // 10}"

    def _sample_device(self, device: Any) -> dict[str, float]:
        found: dict[str, float] = {}
        rates = self._try("nvmlDeviceGetUtilizationRates", device)
        if rates is not None:
            found["gpu"], found["memory"] = float(rates.gpu), float(rates.memory)
        memory = self._try("nvmlDeviceGetMemoryInfo", device)
        if memory is not None and memory.total:
            found["memoryAllocated"] = 100.0 * memory.used / memory.total
            found["memoryAllocatedBytes"] = float(memory.used)
        self._put(found, "temp", "nvmlDeviceGetTemperature", device, _TEMPERATURE_GPU)
        watts = self._try("nvmlDeviceGetPowerUsage", device)
        if watts is not None:
            found["powerWatts"] = watts / 1000.0
            limit = self._try("nvmlDeviceGetEnforcedPowerLimit", device)
            if limit:
                found["enforcedPowerLimitWatts"] = limit / 1000.0
                found["powerPercent"] = 100.0 * watts / limit
        for name, clock in (("graphicsClock", 0), ("smClock", 1), ("memoryClock", 2)):
            self._put(found, name, "nvmlDeviceGetClockInfo", device, clock)
        for name, kind in (("correctedMemoryErrors", 0), ("unCorrectedMemoryErrors", 1)):
            self._put(found, name, "nvmlDeviceGetTotalEccErrors", device, kind, _VOLATILE_ECC)
        encoder = self._try("nvmlDeviceGetEncoderUtilization", device)
        if encoder is not None:
            found["encoderUtilization"] = float(encoder[0])
        return found

    def _uses(self, device: Any, pids: set[int]) -> bool:
        for call in ("nvmlDeviceGetComputeRunningProcesses", "nvmlDeviceGetGraphicsRunningProcesses"):
            if any(process.pid in pids for process in self._try(call, device) or ()):
                return True
        return False

    def _put(self, found: dict[str, float], name: str, call: str, *arguments: Any) -> None:
        value = self._try(call, *arguments)
        if value is not None:
            found[name] = float(value)

    def _try(self, call: str, *arguments: Any) -> Any:
        """What NVML answers; None where this device or driver does not have that."""
        try:
            return getattr(self._nvml, call)(*arguments)
        except (self._nvml.NVMLError, AttributeError, UnicodeDecodeError):
            return None
