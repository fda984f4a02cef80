"""What only older clients ask of runs."""

from __future__ import annotations

from typing import Any

from ariadne import ObjectType

from gnomon.server.storage.tables.runs import LIVE, RunRow

run = ObjectType("Run")
upserted = ObjectType("UpsertBucketPayload")


@upserted.field("serverSettings")
def server_settings(*_: Any) -> dict[str, Any]:
    return {"serverMessages": []}


@run.field("runInfo")
def run_info(row: RunRow, *_: Any) -> dict[str, Any]:
    """What the run's program and machine are."""
    about = row.metadata
    git = about.get("git")
    return {
        "program": about.get("codePath") or about.get("program") or row.program or None,
        "args": [str(one) for one in _list(about.get("args"))],
        "os": _text(about.get("os")),
        "python": _text(about.get("python")),
        "colab": _text(about.get("colab")),
        "executable": _text(about.get("executable")),
        "codeSaved": bool(about.get("codePath")),
        "cpuCount": _whole(about.get("cpu_count")),
        "gpuCount": _whole(about.get("gpu_count")),
        "gpu": _text(about.get("gpu")),
        "git": {name: _text(git.get(name)) for name in ("remote", "commit")} if isinstance(git, dict) else None,
    }


@run.field("shouldStop")
def should_stop(row: RunRow, *_: Any) -> bool:
    return row.stop_asked_at is not None


@run.field("failed")
def failed(row: RunRow, *_: Any) -> bool:
    return row.state == "failed"


@run.field("running")
def running(row: RunRow, *_: Any) -> bool:
    return row.state in LIVE


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _whole(value: Any) -> int | None:
    return value if type(value) is int and abs(value) < 1 << 31 else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


bindables = [run, upserted]
