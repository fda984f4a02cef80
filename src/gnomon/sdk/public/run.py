"""A run, read back and changed."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from gnomon.model.floats import tagged
from gnomon.model.reading import ReadQuery
from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError
from gnomon.sdk.public import exports, facts
from gnomon.sdk.public.about import About
from gnomon.sdk.public.attrs import frame
from gnomon.sdk.public.columns import Shape, rows_of
from gnomon.sdk.public.console import ConsoleLogs
from gnomon.sdk.public.files import File, Files
from gnomon.sdk.public.frames import is_there, pandas_table
from gnomon.sdk.public.history import HistoryScan, query_of
from gnomon.sdk.public.remote import file_path
from gnomon.sdk.public.source import NotFoundError
from gnomon.sdk.service import path as service_path

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact
    from gnomon.sdk.public.api import Api
    from gnomon.sdk.public.artifacts import RunArtifacts

POLL_SECS = 2.0
_OVER = frozenset({"finished", "crashed", "failed", "killed", "preempted"})


class Run(About):
    """One run: `id`, `name`, `state`, `tags`, `notes`, `group`, `job_type`, `config`, `summary`, `created_at`, `user`.

    `name`, `tags`, `notes`, `description`, `group`, `config` and `summary` may be changed; `update()` sends that.
    """

    @classmethod
    def create(
        cls, api: Api, run_id: str | None = None, project: str | None = None, entity: str | None = None,
        state: Literal["running", "pending"] = "running",
    ) -> Run:  # fmt: skip
        """Make a run without a script that logs it; a `pending` one waits for one that goes on with it."""
        return api._create_run(run_id=run_id, project=project, entity=entity, state=state)

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
