"""Which server a command means: `--host`, the environment, the settings file, the default."""

from __future__ import annotations

import os

import click

from gnomon.protocol.credentials import normal_url

HOST_HELP = "Address of the server; else what GNOMON_BASE_URL says, else http://localhost:8585."


def base_url(host: str | None) -> str:
    """The address of the server. A bare `host:port` means http."""
    from gnomon.sdk import credentials, setting_values, settings
    from gnomon.sdk.errors import UsageError

    if host:
        try:
            return normal_url(setting_values.address(host if "://" in host else f"http://{host}"))
        except ValueError as error:
            raise click.UsageError(f"--host is an http or https address, and {host!r} is none: {error}") from None

    try:
        return settings.load(os.environ, file=credentials.settings_file()).base_url
    except UsageError as error:
        raise click.ClickException(str(error)) from None


def environment_url() -> str | None:
    """The address the environment names, None where it names none."""
    named = any(os.environ.get(name) for name in ("GNOMON_BASE_URL", "WANDB_BASE_URL"))
    return base_url(None) if named else None


def environment_key() -> tuple[str, str] | None:
    """The variable that holds an API key, and the key; None where none does."""
    return next(
        ((name, os.environ[name].strip()) for name in ("GNOMON_API_KEY", "WANDB_API_KEY") if os.environ.get(name)), None
    )
