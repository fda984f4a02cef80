"""An agent and its server: who it is, what it has, what it is to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from gnomon.sdk import begun, guard
from gnomon.sdk.agents.place import SweepPath
from gnomon.sdk.errors import AuthenticationError, CommError
from gnomon.sdk.service import NotThere, Service, path

BEAT_SECS = 5.0
"""How often an agent gives a sign of life."""
PATIENCE_SECS = 8.0
"""How long one question may take: a person who presses Ctrl-C waits as long."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent is to do: `run`, `resume`, `stop`, `exit` or `wait`; `gone` where its sweep was deleted."""

    type: str
    run_id: str = ""
    name: str = ""
    args: dict[str, Any] = {}
    program: str = ""


class Link:
    """One agent of one sweep. While the server is away it is told to wait, and what it runs goes on."""

    def __init__(self, service: Service, place: SweepPath, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Becomes an agent. Raises CommError, NotThere where there is no such sweep."""
        self._service, self._clock = service, clock
        self._at = "/sweeps" + path(place.entity or "-", place.project, place.sweep)
        about = service.get(self._at)
        self.sweep = about["sweep"]
        self._config_text: str = about["config"]
        made = service.post(f"{self._at}/agents", {"host": begun.host_name()})
        self.id: str = made["id"]
        self._agent = f"{self._at}/agents" + path(self.id)
        self._away = False

    @property
    def place(self) -> SweepPath:
        """The sweep with the names of whose it is."""
        return SweepPath(self.sweep["entity"], self.sweep["project"], self.sweep["id"])

    def config(self) -> dict[str, Any]:
        """The sweep's config. Raises CommError."""
        found: dict[str, Any] = self._service.post("/sweep-config", {"config": self._config_text}, repeatable=True)
        config: dict[str, Any] = found["config"]
        return config

    def beat(self, active: Sequence[str] = ()) -> Command:
        """A sign of life, with the runs it has. Raises AuthenticationError where its key is not known any more."""
        try:
            said = self._service.post(f"{self._agent}/heartbeat", {"active": list(active)}, repeatable=True)
            self._back()
            return msgspec.convert(said, Command)
        except NotThere:
            return Command(type="gone")
        except AuthenticationError:
            raise
        except (CommError, msgspec.ValidationError) as error:
            if not self._away:
                self._away = True
                guard.warn(f"the sweep cannot be asked; what runs goes on, and it is asked again. {error}")
            return Command(type="wait")

    def leave(self) -> None:
        """Say that the agent goes; where the server does not hear it, it will notice."""
        try:
            self._service.delete(self._agent)
        except CommError:
            pass

    def _back(self) -> None:
        if self._away:
            self._away = False
            guard.say("The sweep answers again")
