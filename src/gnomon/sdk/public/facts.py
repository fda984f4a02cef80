"""A run's record under the names that `wandb` gives its attributes. Pure, but for its metadata."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from gnomon.model.history import KeyInfo
from gnomon.model.record import RunRecord
from gnomon.model.run import Run as RunFacts
from gnomon.model.run import RunState
from gnomon.sdk.errors import CommError
from gnomon.sdk.public.attrs import iso

if TYPE_CHECKING:
    from gnomon.sdk.public.about import About

EDITABLE: Sequence[tuple[str, str, Callable[[RunFacts], Any]]] = (
    ("name", "displayName", lambda run: run.name),
    ("notes", "notes", lambda run: run.notes),
    ("tags", "tags", lambda run: list(run.tags)),
    ("group", "group", lambda run: run.group),
    ("job_type", "jobType", lambda run: run.job_type),
)
"""What may be changed of a run: what the server calls it, what it is called here, and what it was."""

METADATA_FILE = "wandb-metadata.json"


def attrs_of(record: RunRecord) -> dict[str, Any]:
    """The attributes of a run; those that were not asked for are not among them."""
    run = record.run
    attrs: dict[str, Any] = {
        "id": storage_id("Run", record.key),
        "name": run.id,
        "displayName": run.name,
        "state": state_of(run),
        "tags": list(run.tags),
        "notes": run.notes,
        "group": run.group or None,
        "jobType": run.job_type or None,
        "sweepName": run.sweep,
        "readOnly": False,
        "createdAt": iso(run.created_at),
        "heartbeatAt": iso(run.updated_at),
        "user": {"name": run.user, "username": run.user},
        "projectId": record.project_key,
    }
    if record.whole:
        config = copied(run.config)
        attrs |= {
            "config": config,
            "rawconfig": {"_wandb": run.client, **run.config} if run.client else dict(run.config),
            "summaryMetrics": copied(record.summary),
            "commit": (run.metadata.get("git") or {}).get("commit"),
        }
    if record.system is not None:
        attrs["systemMetrics"] = {_system(key): value for key, value in record.system.items()}
        attrs["historyLineCount"] = record.lines
    return attrs


def state_of(run: RunFacts) -> str:
    """The state. One that said it would be preempted, and then ended, was."""
    over = run.state == RunState.PREEMPTING and run.finished_at is not None
    return "preempted" if over else run.state.value


def storage_id(kind: str, key: int) -> str:
    """
    >>> storage_id("Run", 7)
    'UnVuOjc='
    """
    return base64.b64encode(f"{kind}:{key}".encode()).decode()


def history_keys(known: Sequence[KeyInfo]) -> dict[str, Any] | None:
    """What was logged, in the form in which `wandb` tells of it; None where nothing was."""
    if not known:
        return None
    keys: dict[str, Any] = {
        one.key: {
            "typeCounts": [{"type": _type(one), "count": one.points}], "monotonic": False, "previousValue": one.last
        }
        for one in known
    }  # fmt: skip
    most = max(one.points for one in known)
    for place in ("_runtime", "_step", "_timestamp"):
        keys.setdefault(
            place, {"typeCounts": [{"type": "number", "count": most}], "monotonic": True, "previousValue": None}
        )
    return {"lastStep": max(one.last_step or 0 for one in known), "sets": [], "keys": keys}


def metadata_of(run: About) -> dict[str, Any] | None:
    """What the run was run on: the file that a client has sent, else what the server knows; None without either."""
    data = bytearray()
    try:
        run._source.download(run.entity, run.project, run.id, METADATA_FILE, data.extend)
        found = msgspec.json.decode(data)
        if isinstance(found, dict):
            return found
    except (CommError, msgspec.MsgspecError, UnicodeDecodeError):
        pass
    return run._source.record(run.entity, run.project, run.id).run.metadata or None


def json_text(value: Any) -> str:
    """JSON in which NaN and the infinities are bare words."""
    return json.dumps(value)


def copied(values: dict[str, Any]) -> dict[str, Any]:
    """A copy that may be changed, all the way down."""
    return copy.deepcopy(values)


def _system(key: str) -> str:
    return key if key.startswith("system.") else "system." + key


def _type(known: KeyInfo) -> str:
    if known.kind == "media":
        return known.type
    if known.kind == "number":
        return "number"
    if known.kind == "text":
        return "string"
    return "map" if isinstance(known.last, dict) else "list" if isinstance(known.last, list) else "other"
