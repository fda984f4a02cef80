"""A run, read back and changed."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import msgspec

from gnomon.model.floats import tagged
from gnomon.model.history import KeyInfo
from gnomon.model.reading import ReadQuery
from gnomon.model.record import RunRecord
from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError
from gnomon.sdk.public import exports, facts
from gnomon.sdk.public.attrs import Attrs, frame
from gnomon.sdk.public.columns import Shape, rows_of
from gnomon.sdk.public.console import ConsoleLogs
from gnomon.sdk.public.files import File, Files
from gnomon.sdk.public.frames import is_there, pandas_table
from gnomon.sdk.public.history import HistoryScan, query_of
from gnomon.sdk.public.remote import file_path
from gnomon.sdk.public.source import NotFoundError, Source
from gnomon.sdk.public.summary import HTTPSummary
from gnomon.sdk.public.users import User
from gnomon.sdk.service import path as service_path

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact
    from gnomon.sdk.public.api import Api
    from gnomon.sdk.public.artifacts import RunArtifacts
    from gnomon.sdk.public.runs import Runs
    from gnomon.sdk.public.sweeps import Sweep

POLL_SECS = 2.0
_OVER = frozenset({"finished", "crashed", "failed", "killed", "preempted"})
_WHOLE = frozenset({"config", "rawconfig", "summaryMetrics", "commit"})
_ALONE = frozenset({"systemMetrics", "historyLineCount", "historyKeys"})
"""What is told of a run that is asked for alone."""


class Run(Attrs):
    """One run: `id`, `name`, `state`, `tags`, `notes`, `group`, `job_type`, `config`, `summary`, `created_at`, `user`.

    `name`, `tags`, `notes`, `description`, `group`, `config` and `summary` may be changed; `update()` sends that.
    """

    def __init__(self, source: Source, record: RunRecord, *, lazy: bool = True, page: Runs | None = None) -> None:
        super().__init__(facts.attrs_of(record))
        self._source, self._record, self._lazy, self._page = source, record, lazy, page
        self._entity, self.project = record.run.entity, record.run.project
        self._summary: HTTPSummary | None = None
        self._metadata: dict[str, Any] | None = None
        self._sweep: Sweep | None = None

    @classmethod
    def create(
        cls, api: Api, run_id: str | None = None, project: str | None = None, entity: str | None = None,
        state: Literal["running", "pending"] = "running",
    ) -> Run:  # fmt: skip
        """Make a run without a script that logs it; a `pending` one waits for one that goes on with it."""
        return api._create_run(run_id=run_id, project=project, entity=entity, state=state)

    # What is known of it

    def load(self, force: bool = False) -> dict[str, Any]:
        """The attributes; with `force` asked for anew."""
        if force:
            self._take(self._source.record(self._entity, self.project, self.id))
        return self._attrs

    def load_full_data(self, force: bool = False) -> dict[str, Any]:
        """Everything, also what a list of runs leaves out until it is needed: config, summary, system metrics."""
        if force or not self._record.whole or self._record.system is None:
            self.load(force=True)
        self._lazy = False
        return self._attrs

    def _take(self, record: RunRecord) -> None:
        self._record, self._summary, self._metadata = record, None, None
        self._attrs = facts.attrs_of(record)

    def _need(self, name: str) -> None:
        """Fetch what a list of runs has left out; of all its runs at once, where the list can say it of all."""
        if name in self._attrs:
            return
        if name in _WHOLE and self._page is not None:
            self._page._make_whole(self)
        if name == "historyKeys":
            self._attrs[name] = facts.history_keys(self._source.keys(self._entity, self.project, self.id))
        elif name not in self._attrs:
            self._take(self._source.record(self._entity, self.project, self.id))

    def __getattr__(self, name: str) -> Any:
        key = {"history_line_count": "historyLineCount", "history_keys": "historyKeys", "commit": "commit"}.get(name)
        if key is not None:
            self._need(key)
        return super().__getattr__(name)

    @property
    def state(self) -> str:
        """`pending`, `running`, `finished`, `failed`, `crashed`, `killed`, `preempting` or `preempted`."""
        return str(self._attrs["state"])

    @property
    def entity(self) -> str:
        """Whose project it is in."""
        return self._entity

    @property
    def username(self) -> str:
        """The old name of `entity`."""
        return self._entity

    @property
    def storage_id(self) -> str:
        """What the server calls it by itself."""
        return str(self._attrs["id"])

    @property
    def id(self) -> str:
        """The short id in addresses."""
        return str(self._attrs["name"])

    @property
    def name(self) -> str:
        """What people call it; may be set."""
        return str(self._attrs["displayName"])

    @name.setter
    def name(self, new_name: str) -> None:
        self._attrs["displayName"] = new_name

    @property
    def display_name(self) -> str:
        """The same as `name`."""
        return self.name

    @display_name.setter
    def display_name(self, new_name: str) -> None:
        self.name = new_name

    @property
    def tags(self) -> list[str]:
        """May be set, or changed in place."""
        return self._attrs["tags"]  # type: ignore[no-any-return]

    @tags.setter
    def tags(self, tags: Collection[str]) -> None:
        self._attrs["tags"] = list(tags)

    @property
    def notes(self) -> str | None:
        """Text about the run; may be set."""
        return self._attrs["notes"]  # type: ignore[no-any-return]

    @notes.setter
    def notes(self, notes: str | None) -> None:
        self._attrs["notes"] = notes

    @property
    def description(self) -> str | None:
        """The old name of `notes`."""
        return self.notes

    @description.setter
    def description(self, description: str | None) -> None:
        self.notes = description

    @property
    def group(self) -> str | None:
        """The group it belongs to; may be set."""
        return self._attrs["group"]  # type: ignore[no-any-return]

    @group.setter
    def group(self, group: str | None) -> None:
        self._attrs["group"] = group

    @property
    def job_type(self) -> str | None:
        """What kind of work it does; may be set."""
        return self._attrs["jobType"]  # type: ignore[no-any-return]

    @job_type.setter
    def job_type(self, job_type: str | None) -> None:
        self._attrs["jobType"] = job_type

    @property
    def user(self) -> User:
        """Who has logged it."""
        return User(None, self._attrs["user"])

    @property
    def config(self) -> dict[str, Any]:
        """Its config: values alone. May be changed."""
        self._need("config")
        return self._attrs["config"]  # type: ignore[no-any-return]

    @property
    def rawconfig(self) -> dict[str, Any]:
        """The config with what clients keep there for themselves, under `_wandb`."""
        self._need("rawconfig")
        return self._attrs["rawconfig"]  # type: ignore[no-any-return]

    @property
    def json_config(self) -> str:
        """The config as JSON text in the form in which it is sent, each value in `{"value": …}`."""
        kept = {name: value for name, value in self.rawconfig.items() if name == "_wandb"}
        return facts.json_text(
            {name: {"value": value, "desc": None} for name, value in {**kept, **self.config}.items()}
        )

    @property
    def summary(self) -> HTTPSummary:
        """Its summary as a tree. May be changed; `summary.update()` or `update()` sends it."""
        if self._summary is None:
            self._summary = HTTPSummary(self, self.summary_metrics)
        return self._summary

    @property
    def summary_metrics(self) -> dict[str, Any]:
        """Its summary as plain dicts."""
        self._need("summaryMetrics")
        return self._attrs["summaryMetrics"]  # type: ignore[no-any-return]

    @property
    def system_metrics(self) -> dict[str, Any]:
        """The last value of each system metric."""
        self._need("systemMetrics")
        return self._attrs["systemMetrics"]  # type: ignore[no-any-return]

    @property
    def metadata(self) -> dict[str, Any] | None:
        """Command, host, Python, git, hardware; None where nothing was told."""
        if self._metadata is None:
            self._metadata = facts.metadata_of(self)
        return self._metadata

    @property
    def sweep_name(self) -> str | None:
        """The id of the sweep it belongs to."""
        return self._attrs["sweepName"]  # type: ignore[no-any-return]

    @property
    def sweep(self) -> Sweep | None:
        """The sweep it belongs to."""
        if self._sweep is None and self.sweep_name:
            from gnomon.sdk.public.sweeps import Sweep

            self._sweep = Sweep.of(self._source, self._entity, self.project, self.sweep_name)
        return self._sweep

    @property
    def path(self) -> list[str]:
        """Entity, project and id, as they stand in addresses."""
        return [quote(part, safe="") for part in (self._entity, self.project, self.id)]

    @property
    def url(self) -> str:
        """The address of its page; of a run folder, the folder's."""
        if self._source.base_url.startswith("file:"):
            return self._source.base_url
        entity, project, id = self.path
        return f"{self._source.base_url}/{entity}/{project}/runs/{id}"

    @property
    def lastHistoryStep(self) -> int:
        """The greatest step of its history; -1 where there is none."""
        known = self._source.keys(self._entity, self.project, self.id)
        return max((one.last_step for one in known if one.last_step is not None), default=-1)

    def logged_keys(self, stream: Literal["default", "system"] = "default") -> list[KeyInfo]:
        """Every key it has logged, with how often, its range of steps and of values. Ours alone."""
        return self._source.keys(self._entity, self.project, self.id, "system" if stream == "system" else "history")

    # Its history

    def history(
        self, samples: int = 500, keys: list[str] | None = None, x_axis: str = "_step", pandas: bool = True,
        stream: Literal["default", "system"] = "default",
    ) -> Any:  # fmt: skip
        """Rows of its history: a DataFrame of pandas, or a list of dicts without `pandas`, or where it is missing.

        Where there are at most `samples` rows, these are all of them, as they were logged. Else it is an even choice,
        the same at each call: the first row, the last, and those between that are nearest to an even spacing by their
        number. With `keys` the rows that have `x_axis` and each of the keys, and of these only those; `samples` counts
        them alone. `scan_history` gives every row, however many.

        Raises UsageError for a samples, a stream or keys that make no sense.
        """
        shape, asked = self._asked(samples, keys, x_axis, stream)
        frames = list(self._source.readings(self._entity, self.project, asked))
        if pandas and is_there("pandas"):
            return pandas_table(frames, shape)
        if pandas:
            guard.warn_once(
                "history without pandas", "pandas is not installed, so that history() gives a list of dicts"
            )
        return [row for found in frames for row in rows_of(found, shape)]

    def _asked(self, samples: int, keys: list[str] | None, x_axis: str, stream: str) -> tuple[Shape, ReadQuery]:
        if stream not in ("default", "system"):
            raise UsageError(f"stream is {stream!r}; it is `default` or `system`")
        if isinstance(samples, bool) or not isinstance(samples, int) or samples < 1:
            raise UsageError(f"samples is {samples!r}; it is a number, 1 or more")
        checked = checked_keys(keys)
        if checked and stream != "default":
            raise UsageError("keys are of the default stream; read the system stream without keys")
        names = tuple(dict.fromkeys((x_axis, *checked))) if checked else None
        return self._shape(names, stream), query_of(self.id, names, samples, stream)

    def _shape(self, names: tuple[str, ...] | None, stream: str = "default") -> Shape:
        shape = None
        if names is None and stream == "default":
            self._need("summaryMetrics")
            shape = self.summary_metrics if self._record.summary_sent else None
        return Shape(self._record.run.created_at, names, shape, stream == "system")

    def scan_history(
        self, keys: list[str] | None = None, page_size: int = 1000, min_step: int = 0, max_step: int | None = None,
        use_cache: bool = True,
    ) -> HistoryScan:  # fmt: skip
        """Every row of its history from `min_step` up to, and without, `max_step`, each once, in step order.

        With `keys` the rows that have each of them, and of these only the keys and `_step`. NaN and the infinities are
        floats, ints are exact (of a key that was an int here and a float there, all are floats), media are the dicts
        that stand for them. About `page_size` rows are asked for at a time; with
        `use_cache` the scan keeps what it has read, and gives it again without asking.
        """
        checked = checked_keys(keys)
        if page_size < 1:
            raise UsageError(f"page_size is {page_size}; it is 1 or more")
        return HistoryScan(
            self, min_step=min_step, max_step=max_step, keys=checked, page_size=page_size, use_cache=use_cache
        )

    beta_scan_history = scan_history

    def download_history_exports(
        self, download_dir: str | os.PathLike[str], require_complete_history: bool = True
    ) -> exports.DownloadHistoryResult:
        """Its whole history as a Parquet file in a folder, a column for each key.

        Raises IncompleteRunHistoryError where the run still logs, unless that is all right.
        """
        return exports.download(self, download_dir, require_complete_history)

    # Files and printed lines

    def files(self, names: list[str] | None = None, pattern: str | None = None, per_page: int = 50) -> Files:
        """Its files by path: all, those of some names, or those whose path is like a pattern of SQL (`%.json`)."""
        return Files(self, names, per_page, pattern)

    def file(self, name: str) -> File:
        """The file of this name. Raises NotFoundError (a CommError and a ValueError) where it has none."""
        found = Files(self, [name])[:1]
        if not found:
            raise NotFoundError(f"{'/'.join(self.path)} has no file {name!r}")
        return found[0]

    def upload_file(self, path: str, root: str = ".") -> File:
        """Let the run have a file, called like its path from `root`. Raises ValueError where it does not lie there."""
        base, place = os.path.abspath(root), os.path.abspath(path)
        name = os.path.relpath(place, base).replace(os.sep, "/")
        if name.startswith("../") or os.path.isabs(name):
            raise ValueError(f"{path} does not lie in {base}; name the root that it is to be called from")
        from gnomon.sdk.public.uploads import upload

        upload(self._source.service, file_path(self._entity, self.project, self.id, name), place)
        return self.file(name)

    def console_logs(self, *, per_page: int = 1000, last: int | None = None) -> ConsoleLogs:
        """What it has printed, line by line, the oldest first; with `last` only so many at the end."""
        return ConsoleLogs(self, per_page, last)

    # Changes

    def update(self) -> None:
        """Send what was changed of it here: name, notes, tags, group, job type, config and summary."""
        service, address = self._source.service, service_path("runs", self._entity, self.project, self.id)
        attrs, said = self._attrs, {}
        for name, key, before in facts.EDITABLE:
            value = attrs[key] if attrs[key] is not None else type(before(self._record.run))()
            if value != before(self._record.run):
                said[name] = value
        if said:
            service.patch(address, said)
        if "config" in attrs and attrs["config"] != self._record.run.config:
            service.put(address + "/config", {"values": tagged(attrs["config"])})
        if "summaryMetrics" in attrs and attrs["summaryMetrics"] != self._record.summary:
            self._send_summary(attrs["summaryMetrics"])
        self._take(self._source.record(self._entity, self.project, self.id))

    def save(self) -> None:
        """The same as `update()`."""
        self.update()

    def _send_summary(self, values: dict[str, Any]) -> None:
        address = service_path("runs", self._entity, self.project, self.id) + "/summary"
        self._source.service.put(address, {"values": tagged(values)})
        self._record = msgspec.structs.replace(self._record, summary=facts.copied(values))

    def delete(self, delete_artifacts: bool = False) -> None:
        """Delete it, and with it the artifacts that it made, if that is wanted."""
        address = service_path("runs", self._entity, self.project, self.id)
        self._source.service.delete(address, artifacts="true" if delete_artifacts else None)

    def update_state(self, state: str) -> bool:
        """Say that it is to be begun again (`pending`), or has failed (`failed`). Raises CommError where it cannot."""
        self._source.service.post(
            service_path("runs", self._entity, self.project, self.id) + "/state", {"state": state}, repeatable=True
        )
        self._attrs["state"] = state
        return True

    def stop(self) -> None:
        """Ask its script to end. One that has ended already is left as it is."""
        if self._source.record(self._entity, self.project, self.id).run.finished_at is None:
            self._source.service.post(service_path("runs", self._entity, self.project, self.id) + "/stop")

    def wait_until_finished(self) -> None:
        """Wait until it has ended."""
        while True:
            record = self._source.record(self._entity, self.project, self.id)
            if facts.state_of(record.run) in _OVER:
                self._take(record)
                return
            time.sleep(POLL_SECS)

    # Artifacts

    def logged_artifacts(self, per_page: int = 100) -> RunArtifacts:
        """The artifacts that it made."""
        from gnomon.sdk.public.artifacts import RunArtifacts

        return RunArtifacts(self._source.service, self, mode="logged", per_page=per_page)

    def used_artifacts(self, per_page: int = 100) -> RunArtifacts:
        """The artifacts that it used."""
        from gnomon.sdk.public.artifacts import RunArtifacts

        return RunArtifacts(self._source.service, self, mode="used", per_page=per_page)

    def use_artifact(self, artifact: Artifact, use_as: str | None = None) -> Artifact:
        """Say that it used an artifact, as `api.artifact(name)` gives it."""
        from gnomon.sdk.public.artifacts import use_in_run

        return use_in_run(self._source.service, self, artifact, use_as)

    def log_artifact(
        self, artifact: Artifact, aliases: Collection[str] | None = None, tags: Collection[str] | None = None
    ) -> Artifact:
        """Say that it made an artifact of its project, as `api.artifact(name)` gives it."""
        from gnomon.sdk.public.artifacts import log_from_run

        return log_from_run(self._source.service, self, artifact, aliases, tags)

    # In notebooks

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """HTML that shows its page."""
        return frame(self.url, height, hidden)

    _repr_html_ = to_html

    def __repr__(self) -> str:
        return f"<Run {'/'.join(self.path)} ({self.state})>"


def checked_keys(keys: Any) -> list[str]:
    """The keys that were asked for. Raises UsageError for what is no list of texts."""
    if keys is None:
        return []
    if not isinstance(keys, (list, tuple)):
        raise UsageError(f"keys is a list of names, not {type(keys).__name__} ({keys!r})")
    if not all(isinstance(key, str) for key in keys):
        raise UsageError(f"keys is a list of names, and holds what is none: {keys!r}")
    return list(keys)
