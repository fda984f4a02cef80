"""Scripts that run with the real official client."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"gnomon_{name}", ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


clients: Any = _load("clients")
VERSIONS: list[str] = clients.versions()
"""Every version of the client that the suite knows, oldest first."""

NEWEST = VERSIONS[-1]


class Address(Protocol):
    """Where a script logs to, and with which key."""

    @property
    def url(self) -> str: ...

    @property
    def key(self) -> str: ...


def client_python(version: str = NEWEST) -> Path:
    """The Python that has this client.

    The newest has to be there (`make test` installs it): the test fails without. Others are skipped.
    """
    python: Path = clients.python_of(version)
    if not clients.is_installed(version):
        if version == NEWEST:
            pytest.fail(f"client {version} is not installed; run `make clients`")
        pytest.skip(f"client {version} is not installed; `make clients-all` does it")
    return python


def client_env(server: Address, base: Path, **more: str) -> dict[str, str]:
    """The environment of a script that logs to `server`, and whose home and caches are in `base`.

    A request that fails is repeated soon and not for long, no telemetry is sent, and the machine is not looked at.
    """
    kept = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    home = base / "home"
    (home / "config").mkdir(parents=True, exist_ok=True)  # older clients do not make it
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "HOME": str(home),
        "WANDB_BASE_URL": server.url,
        "WANDB_API_KEY": server.key,
        "WANDB_DIR": str(base),
        "WANDB_CACHE_DIR": str(base / "cache"),
        "WANDB_CONFIG_DIR": str(home / "config"),
        "WANDB_DATA_DIR": str(base / "staging"),
        "WANDB_ARTIFACT_DIR": str(base / "artifacts"),
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_DISABLE_GIT": "true",
        "WANDB_CONSOLE": "wrap",
        "WANDB_QUIET": "true",
        "WANDB__DISABLE_STATS": "true",
        "WANDB__DISABLE_MACHINE_INFO": "true",
        **{f"WANDB__{kind}_RETRY_{name}": value for kind in ("GRAPHQL", "FILE_STREAM", "FILE_TRANSFER")
           for name, value in (("MAX", "5"), ("WAIT_MIN_SECONDS", "0.2"), ("WAIT_MAX_SECONDS", "1"))},
        "OTEL_SDK_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
        **more,
    }  # fmt: skip


def script_command(script: str | Path, base: Path, version: str = NEWEST, *arguments: str) -> list[str]:
    """How to run a script, given as its text or where it is, with this client."""
    if not isinstance(script, Path):
        base.mkdir(parents=True, exist_ok=True)
        text, script = script, base / "script.py"
        script.write_text(text, encoding="utf-8")
    return [str(client_python(version)), str(script), *arguments]


def run_script(
    server: Address,
    script: str | Path,
    base: Path,
    *,
    version: str = NEWEST,
    arguments: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    timeout: float = 240.0,
    succeeds: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run a script, given as its text or where it is, with this client, in the folder `base`.

    A script that fails fails the test, with what it printed; `succeeds=False` leaves that to the caller.
    """
    command = script_command(script, base, version, *arguments)
    given = client_env(server, base, **(env or {}))
    done = subprocess.run(command, cwd=base, env=given, capture_output=True, text=True, timeout=timeout)
    if succeeds:
        assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
    return done
