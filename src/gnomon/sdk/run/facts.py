"""What a run says of itself: names, addresses, where it is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from gnomon.sdk import addresses, shipping
from gnomon.sdk.history import History
from gnomon.sdk.settings import Settings


class About(NamedTuple):
    """What `init` decided about a run."""

    entity: str
    project: str
    id: str
    name: str
    notes: str
    tags: tuple[str, ...]
    group: str
    job_type: str
    start_time: float
    starting_step: int
    resumed: bool
    folder: str | None
    """The run folder; None where nothing is kept."""


class Facts:
    """The part of `Run` that tells what is known of it."""

    _about: About
    _settings: Settings
    _history: History

    def _edit(self, **changes: Any) -> None:
        raise NotImplementedError

    @property
    def id(self) -> str:
        """The id in the run's address."""
        return self._about.id

    @property
    def name(self) -> str:
        """The name shown; may be set."""
        return self._about.name

    @name.setter
    def name(self, name: str) -> None:
        self._edit(name=str(name))

    @property
    def notes(self) -> str:
        """A longer description; may be set."""
        return self._about.notes

    @notes.setter
    def notes(self, notes: str) -> None:
        self._edit(notes=str(notes))

    @property
    def tags(self) -> tuple[str, ...]:
        """The run's tags; may be set to any sequence of strings."""
        return self._about.tags

    @tags.setter
    def tags(self, tags: Sequence[str]) -> None:
        if isinstance(tags, str):
            raise TypeError("tags are a list or tuple of strings, not one string")
        self._edit(tags=tuple(dict.fromkeys(str(tag) for tag in tags)))

    @property
    def group(self) -> str:
        """The group the run belongs to."""
        return self._about.group

    @property
    def job_type(self) -> str:
        """What kind of work it is."""
        return self._about.job_type

    @property
    def project(self) -> str:
        """The project's name."""
        return self._about.project

    @property
    def entity(self) -> str:
        """Who owns the run; empty as long as the server has not said whose key it is."""
        return self._about.entity or addresses.entity_in(self._shipped_url())

    @property
    def path(self) -> str:
        """`entity/project/id`."""
        return "/".join(part for part in (self.entity, self.project, self.id) if part)

    @property
    def url(self) -> str | None:
        """The address of the run's page; None offline, and as long as its owner is not known."""
        if self._settings.mode != "online":
            return None
        if self._about.entity or (self._settings.app_url and self.entity):
            return addresses.of_run(self._page, self.entity, self.project, self.id)
        return self._shipped_url() or None

    @property
    def project_url(self) -> str | None:
        """The address of the project's page; None offline, and as long as its owner is not known."""
        entity = self.entity
        if self._settings.mode != "online" or not entity:
            return None
        return addresses.of_project(self._page, entity, self.project)

    @property
    def dir(self) -> str:
        """The folder of the run's files."""
        if self._about.folder is None:
            import tempfile

            return tempfile.gettempdir()
        return os.path.join(self._about.folder, "files")

    @property
    def sync_dir(self) -> str:
        """The run folder: what `gnomon sync` takes."""
        return self._about.folder or self.dir

    @property
    def step(self) -> int:
        """The current step: the one a row without a step will get."""
        return self._history.step

    @property
    def starting_step(self) -> int:
        """The first step of this attempt: 0, or where a resumed run goes on."""
        return self._about.starting_step

    @property
    def start_time(self) -> float:
        """When this attempt began, in Unix seconds."""
        return self._about.start_time

    @property
    def resumed(self) -> bool:
        """Does it go on with an earlier run?"""
        return self._about.resumed

    @property
    def offline(self) -> bool:
        """Is everything kept here for a later `gnomon sync`?"""
        return self._settings.mode == "offline"

    @property
    def disabled(self) -> bool:
        """Is nothing kept at all?"""
        return self._settings.mode == "disabled"

    @property
    def settings(self) -> Settings:
        """The settings that hold for this run."""
        return self._settings

    @property
    def sweep_id(self) -> str | None:
        """The sweep the run belongs to."""
        return self._settings.sweep_id

    @property
    def sweep_url(self) -> str | None:
        """The address of that sweep's page; None offline, and as long as its owner is not known."""
        entity = self.entity
        if not self.sweep_id or self._settings.mode != "online" or not entity:
            return None
        return addresses.of_sweep(self._settings.base_url, entity, self.project, self.sweep_id)

    def project_name(self) -> str:
        """The project's name."""
        return self.project

    def get_url(self) -> str | None:
        """The address of the run's page."""
        return self.url

    def get_project_url(self) -> str | None:
        """The address of the project's page."""
        return self.project_url

    def get_sweep_url(self) -> str | None:
        """The address of the run's sweep."""
        return self.sweep_url

    @property
    def _page(self) -> str:
        return self._settings.app_url or self._settings.base_url

    @property
    def _attach_id(self) -> Facts:
        """What integrations hand to another process to log to the same run: the run, which can be pickled."""
        return self

    def _label(self, repo: str | None = None, code: str | None = None, **more: Any) -> None:
        """Integrations say here who they are; it is not kept."""

    def _shipped_url(self) -> str:
        return shipping.progress(self._about.folder).url if self._about.folder is not None else ""
