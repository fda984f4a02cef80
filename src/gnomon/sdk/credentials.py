"""Which API key belongs to which server, and where it is kept (a file only its owner can read)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gnomon.protocol import credentials

if TYPE_CHECKING:  # `init()` loads this module and needs no pathlib
    from pathlib import Path


def config_dir(environ: Mapping[str, str] = os.environ) -> str:
    """`$GNOMON_CONFIG_DIR`, `$WANDB_CONFIG_DIR` or `~/.config/gnomon`."""
    given = environ.get("GNOMON_CONFIG_DIR") or environ.get("WANDB_CONFIG_DIR")
    if given:
        return os.path.expanduser(given)
    return os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".config", "gnomon")


def settings_file(environ: Mapping[str, str] = os.environ) -> str:
    """The file with settings of this user."""
    return os.path.join(config_dir(environ), "settings.json")


def path(environ: Mapping[str, str] = os.environ) -> Path:
    """The credentials file."""
    from pathlib import Path

    return Path(config_dir(environ), "credentials.json")


def find_key(base_url: str, explicit: str | None = None, environ: Mapping[str, str] = os.environ) -> str | None:
    """The key for a server: given, `GNOMON_API_KEY`, `WANDB_API_KEY`, the credentials file, `~/.netrc`."""
    given = explicit or environ.get("GNOMON_API_KEY") or environ.get("WANDB_API_KEY")
    if given:
        return given.strip()
    return stored_key(base_url, environ) or _netrc_key(base_url, environ)


def stored_key(base_url: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """The key `gnomon login` stored for this server."""
    return credentials.parse(_read(path(environ))).get(credentials.normal_url(base_url))


def store_key(base_url: str, key: str | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Keep the key for this server, or forget it where it is None. Raises OSError where that cannot be written."""
    place = path(environ)
    _write(place, credentials.merge(_read(place), base_url, key))
    return place


def use_server(base_url: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Have this user's scripts log to this server where nothing else names one; whether that changes anything.

    It is kept in the settings file, whose other settings stay. Raises OSError where that cannot be written, UsageError
    where what is there cannot be read.
    """
    import json
    from pathlib import Path

    from gnomon.sdk import settings

    place = Path(settings_file(environ))
    said = dict(settings.from_file(place).given)
    if settings.Settings(**said).base_url == base_url:
        return False
    _write(place, json.dumps({**said, "base_url": base_url}, indent=2) + "\n")
    return True


def _write(place: Path, text: str) -> None:
    """In one piece, for the owner's eyes only."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f".{place.stem}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
    draft.replace(place)


def _netrc_key(base_url: str, environ: Mapping[str, str]) -> str | None:
    from urllib.parse import urlsplit

    host = urlsplit(base_url).hostname
    place = environ.get("NETRC") or os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".netrc")
    return credentials.netrc_password(_read(place), host) if host else None


def _read(place: str | os.PathLike[str]) -> str:
    try:
        with open(place, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""
