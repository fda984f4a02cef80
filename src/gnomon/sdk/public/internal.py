"""What integrations ask of `wandb.apis.InternalApi`: who is signed in where, and with what settings."""

from __future__ import annotations

import os
from typing import Any

from gnomon.sdk import credentials
from gnomon.sdk import settings as options


class InternalApi:
    """The settings of this process; nothing is asked of a server until something of it is needed."""

    def __init__(self, default_settings: dict[str, Any] | None = None, load_settings: bool = True) -> None:
        """With `load_settings` what scripts of this user mean; `default_settings` says what is not said there."""
        self._settings: dict[str, Any] = {"base_url": options.Settings().base_url, "entity": None, "project": None}
        self._settings.update(default_settings or {})
        if load_settings:
            given = options.load(os.environ, file=credentials.settings_file())
            said = {"base_url": given.base_url, "entity": given.entity, "project": given.project}
            self._settings.update((name, value) for name, value in said.items() if value is not None)

    def settings(self, key: str | None = None, section: str | None = None) -> Any:
        """One of the settings, or all of them; of another `section` than `default` there is nothing."""
        if section not in (None, "default"):
            return None if key else {}
        return self._settings.get(key) if key else dict(self._settings)

    @property
    def api_url(self) -> str:
        """The address of the server."""
        return str(self._settings["base_url"])

    app_url = api_url

    @property
    def api_key(self) -> str | None:
        """The key for the server, where somebody has signed in."""
        return credentials.find_key(self.api_url)

    @property
    def is_authenticated(self) -> bool:
        """Whether there is a key."""
        return self.api_key is not None

    @property
    def default_entity(self) -> str | None:
        """Whose projects are meant where none is said."""
        from gnomon.sdk.public.api import Api

        return self._settings["entity"] or Api({"base_url": self.api_url}).default_entity

    def viewer(self) -> dict[str, Any]:
        """Who is signed in: `entity`, `username` and more."""
        from gnomon.sdk.public.api import Api

        return dict(Api({"base_url": self.api_url}).viewer._attrs)
