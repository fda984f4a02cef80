"""Journals on this machine whose shipper died with its script are sent after all."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
import psutil

from gnomon.protocol import registry
from gnomon.protocol.registry import Entry
from gnomon.server.services import Services
from gnomon.server.settings import Settings

log = logging.getLogger("gnomon.server")

MOST_AT_ONCE = 4

_started: dict[str, subprocess.Popen[bytes]] = {}


async def pick_up(services: Services) -> list[Path]:
    """Start a shipper for each run folder of this user that owes this server something; the folders."""
    return await asyncio.to_thread(start_shippers, services.settings, os.environ)


def start_shippers(settings: Settings, environ: Mapping[str, str]) -> list[Path]:
    """As `pick_up`. A folder whose script or shipper lives is left alone: its shipper sends it."""
    for journal, process in list(_started.items()):
        if process.poll() is not None:
            del _started[journal]
    picked: list[Path] = []
    for entry in registry.entries(environ):
        if len(_started) >= MOST_AT_ONCE:
            break
        if entry.journal not in _started and is_ours(entry, settings) and not is_alive(entry.folder):
            _started[entry.journal] = subprocess.Popen(
                [sys.executable, "-m", "gnomon.sdk.shipper", str(entry.folder), "--once"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True, env=dict(environ),
            )  # fmt: skip
            picked.append(entry.folder)
    return picked


def is_ours(entry: Entry, settings: Settings) -> bool:
    """Whether the run was meant for this server."""
    addresses = {settings.address}
    if settings.on_loopback:
        addresses |= {f"http://{name}:{settings.port}" for name in ("localhost", "127.0.0.1", "[::1]")}
    return entry.base_url.rstrip("/") in addresses


def is_alive(folder: Path) -> bool:
    """Whether the script that wrote the folder still runs. A folder that says nothing of it counts as alive."""
    try:
        told = msgspec.json.decode((folder / "ship.json").read_bytes())
        pid, started = int(told["pid"]), float(told.get("pid_started") or 0.0)
    except (OSError, ValueError, TypeError, KeyError, msgspec.MsgspecError):
        return True
    try:
        return abs(psutil.Process(pid).create_time() - started) < 2.0 if started else psutil.pid_exists(pid)
    except psutil.Error:
        return False
