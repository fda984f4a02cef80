"""What a run left on a server, as flat pairs of a place and a value that two SDKs can be compared by."""

from __future__ import annotations

import hashlib
import io
import json
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

from PIL import Image

from tests.wandb_clients.serving import Served

TOKEN = re.compile(r"_[0-9a-f]{8,64}(?=\.)")
CLIENT_ID = re.compile(r"(?<=wandb-client-artifact://)[^/:]+")
SAID_BY_THE_SDK = re.compile(r"stderr: (wandb|gnomon):")
MOST_ROWS = 10_000

Place = str
"""Such as `rows/3/image/width`."""


class Left:
    """One run, read through REST."""

    def __init__(self, server: Served, entity: str, project: str, run: str) -> None:
        self.server = server
        parts = (urllib.parse.quote(part, safe="") for part in (entity, project, run))
        self.at = "/api/runs/" + "/".join(parts)
        self.project_at = f"/api/artifacts/{urllib.parse.quote(entity)}/{urllib.parse.quote(project)}"
        self.names = {file["path"] for file in server.ask("GET", f"{self.at}/files")}

    def everything(self) -> dict[Place, Any]:
        """All that is compared."""
        run = self.server.ask("GET", self.at)
        said: dict[str, Any] = {
            "run": {name: run[name] for name in ("name", "notes", "tags", "group", "job_type", "state", "exit_code")},
            "config": {key: value for key, value in run["config"].items() if key != "_wandb"},
            "charts": (run["config"].get("_wandb") or {}).get("visualize") or {},
            "rules": {rule["name"]: rule for rule in run.get("metrics") or run.get("rules") or []},
            "summary": {
                key.replace(".", "/"): one for key, one in _without_times(run["summary"]).items() if key != "_step"
            },
            "rows": [_without_times(row) for row in self.rows()],
            "console": self.console(),
            "artifacts": self.artifacts(),
            "files": {name: self.content(name) for name in self.names if self._is_the_users(name)},
        }
        return dict(flat(self.looked_into(said)))

    def rows(self) -> list[dict[str, Any]]:
        page: dict[str, Any] = self.server.ask("GET", f"{self.at}/rows?limit={MOST_ROWS}&repeats=last")
        return list(page["rows"])

    def console(self) -> list[str]:
        page = self.server.ask("GET", f"{self.at}/console?limit={MOST_ROWS}")
        lines = [f"{line['stream']}: {line['text']}" for line in page["lines"]]
        return [line for line in lines if not SAID_BY_THE_SDK.match(line)]

    def artifacts(self) -> dict[str, Any]:
        """Versions that the run logged, by name: what is said of them and the digests of their files."""
        found: dict[str, Any] = {}
        both = self.server.ask("GET", f"{self.at}/artifacts")
        for version in both["logged"]:
            name = version["collection"]
            at = f"{self.project_at}/collections/{urllib.parse.quote(name, safe='')}/versions/{version['version']}"
            entries = self.server.ask("GET", f"{at}/entries?limit={MOST_ROWS}")["entries"]
            kept = ("type", "digest", "aliases", "tags", "description", "metadata", "size_bytes", "file_count")
            found[f"{name}:{version['version']}"] = {
                **{part: sorted(version[part]) if part == "aliases" else version[part] for part in kept},
                "entries": {TOKEN.sub("", entry["path"]): entry.get("digest") for entry in entries},
            }
        found["used"] = sorted(f"{one['collection']}:{one['version']}" for one in both["used"])
        return found

    def looked_into(self, value: Any) -> Any:
        """The value with what lies in the files it names in the place of their names and digests."""
        if isinstance(value, dict):
            inner = {key: self.looked_into(one) for key, one in _without_files(value).items()}
            if isinstance(value.get("path"), str) and value["path"] in self.names:
                return {**inner, "path": TOKEN.sub("", value["path"]), "content": self.content(value["path"])}
            if isinstance(value.get("filenames"), list):
                return {**inner, "content": [self.content(name) for name in value["filenames"]]}
            return {key: self.looked_into(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.looked_into(one) for one in value]
        return CLIENT_ID.sub("…", value) if isinstance(value, str) else value

    def content(self, name: str) -> Any:
        """A file of the run: JSON as what it says, pictures as their pixels, everything else by its digest."""
        data = self.file(name)
        if name.endswith(".json"):
            return self.looked_into(json.loads(data))
        if name.endswith(".png"):
            with Image.open(io.BytesIO(data)) as picture:
                return f"{picture.mode} {picture.size} {hashlib.sha256(picture.tobytes()).hexdigest()[:16]}"
        return f"{len(data)} bytes {hashlib.sha256(data).hexdigest()[:16]}"

    def file(self, name: str) -> bytes:
        request = urllib.request.Request(f"{self.server.url}{self.at}/files/{urllib.parse.quote(name)}")
        request.add_header("Authorization", f"Bearer {self.server.key}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())

    @staticmethod
    def _is_the_users(name: str) -> bool:
        written_by_the_sdk = (
            "media/",
            "wandb-",
            "config.yaml",
            "requirements.txt",
            "output.log",
            "conda-",
            "artifact/",
        )
        return not name.startswith(written_by_the_sdk)


def flat(value: Any, place: str = "") -> Iterator[tuple[Place, Any]]:
    """Every leaf with where it is; an empty list or dict is a leaf."""
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from flat(one, f"{place}/{key}" if place else str(key))
    elif isinstance(value, list) and value:
        for number, one in enumerate(value):
            yield from flat(one, f"{place}/{number}")
    else:
        yield place, value


def differences(theirs: dict[Place, Any], ours: dict[Place, Any]) -> dict[Place, str]:
    """Where they differ, and how; not-a-number is like itself.

    >>> differences({"a": 1, "b": 2}, {"a": 1, "c": 3})
    {'b': '2 is not there', 'c': '3 is there too'}
    """
    found = {}
    for place in sorted(theirs.keys() | ours.keys()):
        if place not in ours:
            found[place] = f"{theirs[place]!r} is not there"
        elif place not in theirs:
            found[place] = f"{ours[place]!r} is there too"
        elif repr(theirs[place]) != repr(ours[place]) and theirs[place] != ours[place]:
            found[place] = f"{theirs[place]!r} is {ours[place]!r}"
    return found


def _without_times(row: dict[str, Any]) -> dict[str, Any]:
    left_out = ("_timestamp", "_runtime", "_wandb", "_wandb.runtime", "_time")
    return {key: value for key, value in row.items() if key not in left_out}


def _without_files(value: dict[str, Any]) -> dict[str, Any]:
    """Without what follows from names and bytes of files."""
    return {key: one for key, one in value.items() if key not in ("sha256", "size", "filenames", "path")}
