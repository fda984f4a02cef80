"""One script for both public APIs: read everything back, and tell what came."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

name = sys.argv[1]
wandb: Any = importlib.import_module(name)
api = wandb.Api()
told: dict[str, Any] = {}
ATTRIBUTES = (
    "id", "name", "display_name", "state", "tags", "notes", "description", "group", "job_type", "url", "entity",
    "project", "created_at", "heartbeat_at", "path", "storage_id", "commit", "read_only", "sweep_name", "sweep",
    "history_line_count", "username", "config", "rawconfig", "json_config", "summary_metrics", "system_metrics",
    "lastHistoryStep", "history_keys", "metadata",
)  # fmt: skip


def tell(what: str, read: Callable[[], Any]) -> None:
    """What a question is answered with, or that it fails."""
    try:
        told[what] = read()
    except Exception as error:
        told[what] = "failed"
        print(what, type(error).__name__, error)


def of_run(path: str) -> None:
    run = api.run(path)
    for attribute in ATTRIBUTES:
        tell(f"{path} {attribute}", lambda attribute=attribute: getattr(run, attribute))  # type: ignore[misc]
    tell(f"{path} user", lambda: (run.user.name, run.user.username))
    tell(f"{path} repr", lambda: (repr(run), run.to_html()))
    tell(f"{path} summary", lambda: run.summary._json_dict)
    tell(f"{path} nested summary", lambda: run.summary["best"]["a"]["b"])
    histories: dict[str, dict[str, Any]] = {
        "all": {}, "100": {"samples": 100}, "7": {"samples": 7}, "keys": {"keys": ["loss"]},
        "two keys": {"keys": ["loss", "val"], "x_axis": "acc"}, "time": {"keys": ["loss"], "x_axis": "_runtime"},
        "places": {"keys": ["_timestamp"]}, "no such key": {"keys": ["nope"]}, "dotted": {"keys": ["n.x"]},
        "few": {"keys": ["loss"], "samples": 11}, "system": {"stream": "system"},
    }  # fmt: skip
    for what, asked in histories.items():
        tell(f"{path} history {what}", lambda asked=asked: run.history(pandas=False, **asked))  # type: ignore[misc]
    scans: dict[str, dict[str, Any]] = {
        "all": {}, "part": {"min_step": 3, "max_step": 7}, "keys": {"keys": ["loss"]},
        "two keys": {"keys": ["loss", "val"], "page_size": 7}, "step": {"keys": ["_step", "loss"], "max_step": 20},
        "no such key": {"keys": ["nope"]}, "time": {"keys": ["_timestamp", "loss"], "max_step": 4},
    }  # fmt: skip
    for what, asked in scans.items():
        tell(f"{path} scan {what}", lambda asked=asked: list(run.scan_history(**asked)))  # type: ignore[misc]
    tell(f"{path} max_step", lambda: run.scan_history().max_step)
    tell(
        f"{path} files", lambda: [(one.name, one.size, one.mimetype, one.updated_at, repr(one)) for one in run.files()]
    )
    tell(f"{path} files like", lambda: [one.name for one in run.files(pattern="%.YAML")])
    tell(f"{path} files named", lambda: [one.name for one in run.files(names=["note.txt", "nope"])])
    tell(f"{path} download", lambda: run.file("note.txt").download(root="got", replace=True).read())
    tell(f"{path} printed", lambda: [(one.number, str(one.timestamp), one.content) for one in run.console_logs()])
    tell(f"{path} printed last", lambda: [one.content for one in run.console_logs(last=1)])


def of_lists() -> None:
    runs = api.runs("ann/both")
    tell("runs", lambda: ([run.id for run in runs], len(runs), repr(runs)))
    tell("places", lambda: (runs[0].id, runs[-1].id, [run.id for run in runs[1:3]]))
    filters: list[dict[str, Any]] = [
        {"config.lr": 0.1}, {"config.lr.value": {"$gt": 0.15}}, {"tags": "a"}, {"tags": {"$in": ["b"]}},
        {"display_name": {"$regex": "^lon"}}, {"state": "finished"}, {"$or": [{"name": "wandb-long"}, {"tags": "a"}]},
        {"summary_metrics.loss": {"$lt": 1}}, {"job_type": {"$ne": "train"}}, {"config.net.w": 3},
        {"keys_info.keys.val": {"$exists": True}}, {"username": "ann"}, {"$nor": [{"tags": "b"}]},
    ]  # fmt: skip
    for document in filters:
        tell(f"filter {document}", lambda document=document: [run.id for run in api.runs("ann/both", document)])  # type: ignore[misc]
    for order in ("-created_at", "+summary_metrics.loss", "-config.lr.value", "config.lr,-created_at", "-heartbeat_at"):
        tell(f"order {order}", lambda order=order: [run.id for run in api.runs("ann/both", order=order)])  # type: ignore[misc]
    tell("lazy config", lambda: [run.config for run in api.runs("ann/both", {"state": "finished"})])
    tell("lazy summary", lambda: [run.summary_metrics for run in api.runs("ann/both", {"tags": "b"})])
    tell("not lazy", lambda: [run.config for run in api.runs("ann/both", {"tags": "a"}, lazy=False)])
    tell("histories", lambda: api.runs("ann/both", {"tags": "a"}).histories(samples=5))
    tell("histories of keys", lambda: api.runs("ann/both", {"tags": "b"}).histories(samples=5, keys=["loss"]))
    tell(
        "projects",
        lambda: [(one.name, one.entity, one.url, one.path, one.id, one.created_at) for one in api.projects()],
    )
    tell("project", lambda: [getattr(api.project("both"), one) for one in ("id", "url", "created_at", "is_benchmark")])
    tell("viewer", lambda: [getattr(api.viewer, one) for one in ("username", "name", "admin", "entity", "teams")])
    tell("users", lambda: [one.username for one in api.users("an")])
    tell("nobody", lambda: api.user("zzz"))
    tell("paths", lambda: [repr(api.from_path(one)) for one in ("both", "ann/both", "ann/both/runs/wandb-first")])
    tell("reports", lambda: [one.name for one in api.reports("ann/both")])


for logged_by in ("wandb", "gnomon"):
    for id in ("first", "long"):
        of_run(f"ann/both/{logged_by}-{id}")
of_lists()
Path("told.json").write_text(json.dumps(told, default=repr))
