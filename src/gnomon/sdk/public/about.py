"""What is known of a run: its attributes, fetched as far as they are looked at."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from gnomon.model.history import KeyInfo
from gnomon.model.record import RunRecord
from gnomon.sdk.public import facts
from gnomon.sdk.public.attrs import Attrs
from gnomon.sdk.public.source import Source
from gnomon.sdk.public.summary import HTTPSummary
from gnomon.sdk.public.users import User

if TYPE_CHECKING:
    from gnomon.sdk.public.runs import Runs
    from gnomon.sdk.public.sweeps import Sweep

_WHOLE = frozenset({"config", "rawconfig", "summaryMetrics", "commit"})


class About(Attrs):
    """The attributes of a run. What a list of runs has left out is fetched when it is first needed."""

    def __init__(self, source: Source, record: RunRecord, *, lazy: bool = True, page: Runs | None = None) -> None:
        super().__init__(facts.attrs_of(record))
        self._source, self._record, self._lazy, self._page = source, record, lazy, page
        self._entity, self.project = record.run.entity, record.run.project
        self._summary: HTTPSummary | None = None
        self._metadata: dict[str, Any] | None = None
        self._sweep: Sweep | None = None

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
            self._summary = HTTPSummary(self._send_summary, self.summary_metrics)
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

    def _send_summary(self, values: dict[str, Any]) -> None:
        raise NotImplementedError
