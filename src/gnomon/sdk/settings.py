"""The settings of the SDK: each declared once, with its default, its environment names and one sentence.

What the caller gave wins over `GNOMON_*` variables, those over `WANDB_*` ones, those over the settings file
(`<config folder>/settings.json`), and that over the defaults.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gnomon.sdk.errors import UsageError

MODES = {
    "online": "online",
    "offline": "offline",
    "disabled": "disabled",
    "dryrun": "offline",
    "run": "online",
    "shared": "online",
}
RESUME = ("allow", "must", "never", "auto")
REINIT = ("default", "return_previous", "finish_previous", "create_new")
CONSOLE = ("auto", "wrap", "redirect", "off")

_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})
_FALSE = frozenset({"0", "false", "no", "off", "n", "f", ""})


class Declared(NamedTuple):
    """How one setting is declared."""

    name: str
    default: Any
    says: str
    env: tuple[str, ...]
    """Names without their prefix: `("RUN_GROUP",)` is `GNOMON_RUN_GROUP`, then `WANDB_RUN_GROUP`."""
    parse: Callable[[Any], Any]


class _Field(NamedTuple):
    default: Any
    says: str
    env: tuple[str, ...]
    parse: Callable[[Any], Any]


def text(value: Any) -> str | None:
    """A string, or None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError("it must be a string")


def flag(value: Any) -> bool:
    """True or false, or one of the words people write in environment variables."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("it must be true or false")


def seconds(value: Any) -> float:
    """A number of seconds, not negative."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError("it must be a number of seconds") from None
    if not number >= 0:
        raise ValueError("it must be a number of seconds, 0 or more")
    return number


def words(value: Any) -> tuple[str, ...]:
    """A sequence of strings; one string is split at commas."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return tuple(str(word) for word in value)


def one_of(*allowed: str) -> Callable[[Any], str | None]:
    """One of a few words, or None."""

    def parse(value: Any) -> str | None:
        if value is None or value in allowed:
            return value  # type: ignore[no-any-return]  # it is one of the words
        raise ValueError(f"it must be one of {', '.join(allowed)}")

    return parse


def mode(value: Any) -> str:
    """`online`, `offline` or `disabled`, or another name for one of them."""
    meant = MODES.get(value) if isinstance(value, str) else None
    if meant is None:
        raise ValueError(f"it must be one of {', '.join(MODES)}")
    return meant


def resume(value: Any) -> str | None:
    """`allow`, `must`, `never`, `auto` or None; True is `auto` and False is None, as they were long ago.

    The word `None` is None, as tutorials print it.
    """
    if value is None or value is False or value in ("", "False", "false", "None", "none"):
        return None
    if value is True or value in ("True", "true"):
        return "auto"
    if value in RESUME:
        return str(value)
    raise ValueError(f"it must be one of {', '.join(RESUME)} or None")


def reinit(value: Any) -> str:
    """How a second `init` treats the run that is active; True and False as they were long ago."""
    if value is None or value is False:
        return "default"
    if value is True:
        return "finish_previous"
    if value in REINIT:
        return str(value)
    raise ValueError(f"it must be one of {', '.join(REINIT)}")


_HOST_AND_PORT = re.compile(r"(?:[^@]*@)?(?:\[[0-9a-fA-F:.%]+\]|[^\[\]:?#@\s]+)(?::([0-9]+))?")


def address(value: Any) -> str:
    """A server's address, without a slash at its end."""
    found = text(value) or ""
    if not found.startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    named = _HOST_AND_PORT.fullmatch(found.split("/")[2])
    if named is None or not 0 < int(named[1] or 1) < 65_536:
        raise ValueError("it must name a host, and perhaps a port from 1 to 65535")
    return found.rstrip("/")


def setting(default: Any, says: str, *env: str, parse: Callable[[Any], Any] = text) -> Any:
    """Declare a setting: default, one sentence, environment names without prefix, and what it accepts."""
    return _Field(default, says, env, parse)


class Settings:
    """Options of a run, for `init(settings=...)` and `setup(settings=...)`. An unknown name is refused."""

    mode: str = setting(
        "online",
        "`online` sends rows to a server, `offline` keeps them for `gnomon sync`, `disabled` "
        "keeps nothing; `dryrun`, `run` and `shared` are other names.",
        "MODE",
        parse=mode,
    )
    base_url: str = setting("http://localhost:8585", "Address of the server.", "BASE_URL", parse=address)
    api_key: str | None = setting(
        None, "Key for the server; `gnomon login` stores one so that no script needs it.", "API_KEY"
    )
    entity: str | None = setting(
        None, "Who owns the run: a user or a team; the key's user where it is not said.", "ENTITY"
    )
    project: str | None = setting(None, "Project the run belongs to; `uncategorized` where it is not said.", "PROJECT")
    run_id: str | None = setting(
        None, "The run's id: what its address ends with and what `resume` looks for.", "RUN_ID"
    )
    run_name: str | None = setting(
        None, "Name shown for the run; two words and a number where it is not said.", "NAME", "RUN_NAME"
    )
    run_notes: str | None = setting(None, "A longer description of the run.", "NOTES", "RUN_NOTES")
    run_tags: tuple[str, ...] = setting(
        (), "Tags of the run; in a variable, separated by commas.", "TAGS", "RUN_TAGS", parse=words
    )
    run_group: str | None = setting(None, "Group the run belongs to.", "RUN_GROUP")
    run_job_type: str | None = setting(
        None, "What kind of work the run is, such as `train` or `eval`.", "JOB_TYPE", "RUN_JOB_TYPE"
    )
    resume: str | None = setting(
        None, "What to do when the id is already taken: `allow`, `must`, `never`, `auto`.", "RESUME", parse=resume
    )
    reinit: str = setting(
        "default",
        "What a second `init` does with the active run: `finish_previous` (the default), "
        "`return_previous` or `create_new`.",
        "REINIT",
        parse=reinit,
    )
    root_dir: str | None = setting(
        None, "Folder in which `gnomon-runs` is made; the current one where it is not said.", "DIR"
    )
    console: str = setting(
        "auto",
        "How the terminal's output is kept: `wrap` (the same as `auto`) takes what Python "
        "prints, `redirect` all the process writes, `off` nothing.",
        "CONSOLE",
        parse=one_of(*CONSOLE),
    )
    silent: bool = setting(False, "Print nothing at all.", "SILENT", parse=flag)
    quiet: bool = setting(False, "Print only warnings.", "QUIET", parse=flag)
    save_code: bool = setting(False, "Keep a copy of the main script with the run.", "SAVE_CODE", parse=flag)
    disable_code: bool = setting(
        False, "Never keep source code, whatever `save_code` says.", "DISABLE_CODE", parse=flag
    )
    disable_git: bool = setting(
        False, "Do not look at the git repository the script lies in.", "DISABLE_GIT", parse=flag
    )
    x_disable_stats: bool = setting(
        False, "Do not sample the machine (CPU, memory, GPU).", "DISABLE_STATS", "X_DISABLE_STATS", parse=flag
    )
    x_disable_meta: bool = setting(
        False, "Do not record command, host, Python and packages.", "DISABLE_META", "X_DISABLE_META", parse=flag
    )
    x_stats_sampling_interval: float = setting(
        15.0,
        "Seconds between two samples of the machine.",
        "STATS_SAMPLING_INTERVAL",
        "X_STATS_SAMPLING_INTERVAL",
        parse=seconds,
    )
    init_timeout: float = setting(
        5.0, "Longest wait of `init` for the server's answer when resuming.", "INIT_TIMEOUT", parse=seconds
    )
    finish_timeout: float = setting(
        60.0, "Longest wait of `finish` while rows still arrive at the server.", "FINISH_TIMEOUT", parse=seconds
    )
    heartbeat_seconds: float = setting(
        30.0, "Seconds between two signs of life of a silent run.", "HEARTBEAT_SECONDS", parse=seconds
    )
    allow_val_change: bool = setting(
        False, "Let config values be changed after they were set.", "ALLOW_VAL_CHANGE", parse=flag
    )
    host: str | None = setting(None, "Name of this machine, where the real one should not be recorded.", "HOST")

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            mode: str | None = ...,
            base_url: str | None = ...,
            api_key: str | None = ...,
            entity: str | None = ...,
            project: str | None = ...,
            run_id: str | None = ...,
            run_name: str | None = ...,
            run_notes: str | None = ...,
            run_tags: Any = ...,
            run_group: str | None = ...,
            run_job_type: str | None = ...,
            resume: str | bool | None = ...,
            reinit: str | bool | None = ...,
            root_dir: str | os.PathLike[str] | None = ...,
            console: str | None = ...,
            silent: bool | None = ...,
            quiet: bool | None = ...,
            save_code: bool | None = ...,
            disable_code: bool | None = ...,
            disable_git: bool | None = ...,
            x_disable_stats: bool | None = ...,
            x_disable_meta: bool | None = ...,
            x_stats_sampling_interval: float | None = ...,
            init_timeout: float | None = ...,
            finish_timeout: float | None = ...,
            heartbeat_seconds: float | None = ...,
            allow_val_change: bool | None = ...,
            host: str | None = ...,
            **other_names: Any,
        ) -> None: ...

    else:

        def __init__(self, **given: Any) -> None:
            object.__setattr__(self, "_given", {})
            for name, value in given.items():
                setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        name = ALIASES.get(name, name)
        declared = DECLARED.get(name)
        if declared is None and name in WITHOUT_EFFECT:
            return
        if declared is None:
            raise UsageError(f"{name!r} is not a setting of this version of Gnomon; {_nearest(name)}")
        if value is None:
            self._given.pop(name, None)  # "not said"
            return
        try:
            self._given[name] = declared.parse(value)
        except (TypeError, ValueError) as error:
            shown = "..." if name == "api_key" else repr(value)
            raise UsageError(f"The setting {name} cannot be {shown}: {error}") from None

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            declared = DECLARED.get(ALIASES.get(name, name))
            if declared is None or name.startswith("__"):
                raise AttributeError(f"{name!r} is not a setting of this version of Gnomon")
            return self._given.get(declared.name, declared.default)

    @property
    def given(self) -> Mapping[str, Any]:
        """What was said, without the defaults."""
        return self._given

    def over(self, weaker: Settings) -> Settings:
        """These settings, and where they say nothing, those of `weaker`."""
        merged = Settings()
        object.__setattr__(merged, "_given", {**weaker._given, **self._given})
        return merged

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Names and values, defaults included; the key is left out."""
        return ((name, getattr(self, name)) for name in DECLARED if name != "api_key")

    def __repr__(self) -> str:
        said = (f"{name}={'...' if name == 'api_key' else repr(value)}" for name, value in self._given.items())
        return f"Settings({', '.join(said)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and dict(self) == dict(other) and self.api_key == other.api_key

    __hash__ = None  # type: ignore[assignment]  # settings may change

    _given: dict[str, Any]


ALIASES = {
    "dir": "root_dir",
    "run_dir": "root_dir",
    "id": "run_id",
    "name": "run_name",
    "notes": "run_notes",
    "tags": "run_tags",
    "group": "run_group",
    "job_type": "run_job_type",
    "_disable_stats": "x_disable_stats",
    "_disable_meta": "x_disable_meta",
    "_stats_sampling_interval": "x_stats_sampling_interval",
}
"""Other names under which a setting is accepted."""

WITHOUT_EFFECT = frozenset(
    {
        "start_method",
        "_start_method",
        "_service_wait",
        "x_service_wait",
        "_executable",
        "x_executable",
        "show_errors",
        "show_info",
        "show_warnings",
        "symlink",
        "disable_job_creation",
        "console_multipart",
        "_except_exit",
    }
)
"""Names scripts in the wild give that speak of the insides of another client; accepted, and nothing follows."""

DECLARED: dict[str, Declared] = {
    name: Declared(name, field.default, field.says, field.env, field.parse)
    for name, field in vars(Settings).items()
    if isinstance(field, _Field)
}
"""Every setting, in the order of the reference page."""

for _name in DECLARED:
    delattr(Settings, _name)  # read through `__getattr__` from here on


def from_environment(environ: Mapping[str, str]) -> Settings:
    """What the `GNOMON_*` and `WANDB_*` variables say. An empty variable says nothing."""
    found = Settings()
    for declared in DECLARED.values():
        for variable in (prefix + name for prefix in ("GNOMON_", "WANDB_") for name in declared.env):
            value = environ.get(variable)
            if not value:
                continue
            try:
                setattr(found, declared.name, value)
            except UsageError as error:
                raise UsageError(f"{variable} is wrong. {error}") from None
            break
    if environ.get("GNOMON_DISABLED", environ.get("WANDB_DISABLED", "")).strip().lower() in _TRUE - {""}:
        found._given.setdefault("mode", "disabled")
    return found


def from_file(path: str | os.PathLike[str]) -> Settings:
    """What a settings file says: JSON, names as in the reference. A missing file says nothing."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return Settings()
    import msgspec

    try:
        return Settings(**msgspec.json.decode(content, type=dict[str, Any]))
    except (msgspec.MsgspecError, UsageError) as error:
        raise UsageError(f"The settings file cannot be used: {error} {os.fspath(path)}") from None


def load(environ: Mapping[str, str], *given: Settings, file: str | os.PathLike[str] | None = None) -> Settings:
    """The settings that hold: the first of `given` wins over the next, then the environment, then the file."""
    found = from_environment(environ)
    if file is not None:
        found = found.over(from_file(file))
    for settings in reversed(given):
        found = settings.over(found)
    return found


def _nearest(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, [*DECLARED, *ALIASES], n=1)
    return f"did you mean {near[0]!r}?" if near else "the reference page of settings lists them all."
