"""Which server a command means: `--host`, the environment, the settings file, the default."""

from __future__ import annotations

import os

import click

from gnomon.protocol.credentials import normal_url


def base_url(host: str | None) -> str:
    """The address of the server. A bare `host:port` means http."""
    if host:
        given = host if "://" in host else f"http://{host}"
        if not given.startswith(("http://", "https://")):
            raise click.UsageError(f"--host must be an http or https address, not {host!r}")
        return normal_url(given)
    from gnomon.sdk import credentials, settings
    from gnomon.sdk.errors import UsageError

    try:
        return settings.load(os.environ, file=credentials.config_dir() / "settings.json").base_url
    except UsageError as error:
        raise click.ClickException(str(error)) from None


def environment_url() -> str | None:
    """The address the environment names, None where it names none."""
    return next((os.environ[name] for name in ("GNOMON_BASE_URL", "WANDB_BASE_URL") if os.environ.get(name)), None)
