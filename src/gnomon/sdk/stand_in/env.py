"""`wandb.env`: names of environment variables, and what they say now."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

Environ = MutableMapping[str, str]

_NAMES = (
    *("ANONYMOUS", "API_KEY", "APP_URL", "ARGS", "ARTIFACT_DIR", "BASE_URL", "CACHE_DIR", "CONFIG_DIR"),
    *("CONFIG_PATHS", "DATA_DIR", "DEBUG", "DESCRIPTION", "DIR", "DISABLE_CODE", "DISABLE_GIT", "DOCKER", "ENTITY"),
    *("ERROR_REPORTING", "GIT_COMMIT", "GIT_REMOTE_URL", "HOST", "HTTP_TIMEOUT", "INIT_TIMEOUT", "JOB_TYPE", "MODE"),
    *("NAME", "NOTEBOOK_NAME", "NOTES", "PROGRAM", "PROJECT", "QUIET", "RESUME", "RUN_DIR", "RUN_GROUP", "RUN_ID"),
    *("SAVE_CODE", "SILENT", "SWEEP_ID", "SWEEP_PARAM_PATH", "TAGS", "USERNAME", "USER_EMAIL"),
)
globals().update({name: f"WANDB_{name}" for name in _NAMES})
IGNORE = "WANDB_IGNORE_GLOBS"
DISABLE_SSL = "WANDB_INSECURE_DISABLE_SSL"


def set_entity(value: str, env: Environ | None = None) -> None:
    """Runs begun from here on belong to this user or team."""
    _environ(env)["WANDB_ENTITY"] = value


def set_project(value: str, env: Environ | None = None) -> None:
    """Runs begun from here on belong to this project, unless `init` says otherwise."""
    _environ(env)["WANDB_PROJECT"] = value or "uncategorized"


def get_entity(default: str | None = None, env: Environ | None = None) -> str | None:
    """The user or team that is named."""
    return _environ(env).get("WANDB_ENTITY", default)


def get_project(default: str | None = None, env: Environ | None = None) -> str | None:
    """The project that is named."""
    return _environ(env).get("WANDB_PROJECT", default)


def get_run(default: str | None = None, env: Environ | None = None) -> str | None:
    """The run's id that is named."""
    return _environ(env).get("WANDB_RUN_ID", default)


def get_base_url(default: str | None = None, env: Environ | None = None) -> str | None:
    """The server that is named."""
    return _environ(env).get("WANDB_BASE_URL", default)


def get_dir(default: str | None = None, env: Environ | None = None) -> str | None:
    """The folder that runs are kept in."""
    return _environ(env).get("WANDB_DIR", default)


def is_offline(env: Environ | None = None) -> bool:
    """Whether runs are to be kept on this disk."""
    return _environ(env).get("WANDB_MODE") in ("offline", "dryrun")


def is_quiet() -> bool:
    """Whether only warnings are to be shown."""
    return _says("WANDB_QUIET")


def is_silent() -> bool:
    """Whether nothing is to be shown."""
    return _says("WANDB_SILENT")


def _says(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in ("1", "true", "yes", "on", "y", "t")


def _environ(env: Environ | None) -> Environ:
    return os.environ if env is None else env
