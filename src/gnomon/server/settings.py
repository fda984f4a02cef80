"""What can be set about a server; each setting is declared once, here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from gnomon.model.errors import Rejected


def setting(default: Any, about: str) -> Any:
    """A setting: its default and one sentence."""
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a server runs. Every setting can be given as `GNOMON_SERVER_<NAME>`."""

    data: Path = setting(Path("~/.local/share/gnomon"), "Folder that holds everything the server keeps.")  # noqa: RUF009
    host: str = setting("127.0.0.1", "Address to listen on; one that other machines can reach needs an administrator.")
    port: int = setting(8585, "Port to listen on.")
    base_url: str = setting("", "Address users reach the server at, where a proxy stands before it.")
    metrics: Literal["embedded", "memory"] = setting("embedded", "Engine behind history and system metrics.")
    blobs: Literal["folder", "memory"] = setting("folder", "Engine behind files.")
    open_network: bool = setting(False, "Listen beyond this machine although no administrator has a password.")
    body_mb: int = setting(64, "Largest request body, except for files.")
    file_mb: int = setting(65536, "Largest file of a run.")
    column_cache_mb: int = setting(256, "Memory for columns of config and summary values, to filter and sort runs.")
    metric_memory_mb: int = setting(
        256, "Memory for rows that are on disk and not in segments yet; beyond it senders are asked to wait."
    )
    metric_cache_mb: int = setting(64, "Memory for what was read of metrics on disk, so that it is not read again.")
    floor_mb: int = setting(
        1024, "Free disk space below which nothing more is taken; never more than a tenth of the disk."
    )
    stall_secs: float = setting(60.0, "How long a connection may be silent in the middle of a request or an answer.")
    receive_mb: int = setting(256, "Memory for requests that are being received, all together.")
    sql_secs: float = setting(30.0, "How long a query in SQL may take.")
    sql_memory_mb: int = setting(256, "Memory of the process of one query in SQL; what needs more goes to the disk.")
    sql_points: int = setting(20_000_000, "Most logged values that one query in SQL may read.")
    sql_at_once: int = setting(2, "How many queries in SQL run at one time; others wait.")
    sweep_lease_secs: float = setting(
        300.0, "How long an agent of a sweep may be silent before another one is given its run."
    )
    session_hours: int = setting(12, "How long a sign-in in the browser lasts.")

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", Path(self.data).expanduser().resolve())
        if not 0 <= self.port <= 65535:
            raise Rejected(f"port {self.port} is not between 0 and 65535", field="port")
        for name in ("metric_memory_mb", "metric_cache_mb"):
            if getattr(self, name) < 1:
                raise Rejected(f"{name} is {getattr(self, name)}; it must be 1 or more", field=name)
        if self.sweep_lease_secs < 6:
            raise Rejected(
                f"sweep_lease_secs is {self.sweep_lease_secs}; agents speak every 5 seconds, so it must be 6 or more",
                field="sweep_lease_secs",
            )

    @property
    def address(self) -> str:
        """Where users find the server."""
        if self.base_url:
            return self.base_url.rstrip("/")
        host = "localhost" if self.on_loopback else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")


def load(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """What the caller gave wins over the environment, which wins over the defaults. None is not given."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for item in fields(Settings):
        name = f"GNOMON_SERVER_{item.name.upper()}"
        if given.get(item.name) is not None:
            values[item.name] = given[item.name]
        elif environ.get(name):
            assert item.default is not MISSING
            values[item.name] = _parse(name, environ[name], item.default)
    return Settings(**values)


def _parse(name: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text.lower() in {"1", "true", "yes", "on"}:
            return True
        if text.lower() in {"0", "false", "no", "off"}:
            return False
        raise Rejected(f"{name} is {text!r}; say true or false", field=name)
    if isinstance(default, (int, float)):
        try:
            return type(default)(text)
        except ValueError:
            kind = "a whole number" if isinstance(default, int) else "a number"
            raise Rejected(f"{name} is {text!r}; it must be {kind}", field=name) from None
    return Path(text) if isinstance(default, Path) else text
