"""What a run is run on: command, host, Python, hardware, source. The names are those of `wandb-metadata.json`."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import socket
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from gnomon.model.secrets import mask_secrets
from gnomon.sdk.system import git, nvidia


def gather(
    *,
    program: str,
    argv: Sequence[str],
    cwd: str,
    started_at: float,
    state: git.GitState | None,
    said: Mapping[str, Any] | None = None,
    machine: bool = True,
) -> dict[str, Any]:
    """All of it. What a machine does not tell is left out; the environment is never looked into.

    `said` holds what settings say in place of the machine; without `machine` neither its name nor its parts are told.
    """
    arguments = mask_secrets(argv)
    found: dict[str, Any] = {
        "os": platform.platform(aliased=True),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "host": socket.gethostname(),
        "executable": sys.executable,
        "program": program,
        "args": arguments,
        "command": shlex.join([os.path.basename(sys.executable), *([program] if program else []), *arguments]),
        "cwd": cwd,
        "root": cwd,
        "startedAt": datetime.fromtimestamp(started_at, timezone.utc).isoformat(),
    }
    if program and cwd:
        found["codePathLocal"] = found["codePath"] = _relative(program, cwd)
    if machine:
        found.update(_hardware(cwd))
    else:
        del found["host"], found["os"]
    if state is not None:
        found["git"] = {
            "remote": state.remote,
            "commit": state.commit,
            "branch": state.branch,
            "dirty": state.dirty,
        }
        found["root"] = state.root
        if program:
            found["codePath"] = _relative(os.path.join(cwd, program), state.root)
    _overrule(found, said or {})
    return found


def _overrule(found: dict[str, Any], said: Mapping[str, Any]) -> None:
    for name in ("docker", "username", "email", "cpu_count", "cpu_count_logical", "gpu_count", "gpu"):
        if name in said:
            found[name] = said[name]
    told = {"commit": said.get("commit"), "remote": git.without_secrets(str(said.get("remote_url") or ""))}
    if any(told.values()):
        found["git"] = {**found.get("git", {}), **{name: value for name, value in told.items() if value}}


def _hardware(cwd: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        import psutil

        found["cpu_count"] = psutil.cpu_count(logical=False) or psutil.cpu_count() or 0
        found["cpu_count_logical"] = psutil.cpu_count() or 0
        found["memory"] = {"total": str(psutil.virtual_memory().total)}
    except Exception:  # a machine that does not tell
        pass
    try:
        usage = shutil.disk_usage(cwd or "/")
        found["disk"] = {"/": {"total": str(usage.total), "used": str(usage.used)}}
    except OSError:
        pass
    name = _cpu_name()
    if name:
        found["cpu"] = name
    try:
        gpus = nvidia.Nvidia(nvidia.load_nvml())
        described = gpus.describe()
        found["gpu"] = described[0]["name"]
        found["gpu_count"] = len(described)
        found["gpu_nvidia"] = described
        found["cudaVersion"] = gpus.cuda_version()
    except Exception:  # no GPU, or a driver that is not well
        pass
    return found


def _cpu_name() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return ""


def _relative(path: str, root: str) -> str:
    try:
        relative = os.path.relpath(os.path.join(root, path), os.path.realpath(root) if os.path.isabs(path) else root)
    except ValueError:
        return os.path.basename(path)
    return os.path.basename(path) if relative.startswith("..") else relative
