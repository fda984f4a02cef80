"""The settings of the SDK: each declared once, with its default, its environment names and one sentence.

What the caller gave wins over `GNOMON_*` variables, those over `WANDB_*` ones, those over the file of the
folder the script runs in (`.gnomon.json`, which `gnomon init` writes), that over the settings file of the user
(`<config folder>/settings.json`), and that over the defaults.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gnomon.sdk.errors import UsageError
from gnomon.sdk.setting_names import ALIASES, WITHOUT_EFFECT
from gnomon.sdk.setting_values import (
    CONSOLE,
    TRUE,
    address,
    called,
    count,
    filters,
    flag,
    mode,
    names_and_texts,
    numbers,
    one_of,
    reinit,
    resume,
    seconds,
    text,
    words,
)

FOLDER_FILE = ".gnomon.json"
"""In the folder a script is started in: what `gnomon init` was told."""
OF_A_FOLDER = ("entity", "project", "mode")


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


def setting(default: Any, says: str, *env: str, parse: Callable[[Any], Any] = text) -> Any:
    """Declare a setting: default, one sentence, environment names without prefix, and what it accepts."""
    return _Field(default, says, env, parse)


class Settings:
    """Options of a run, for `init(settings=...)` and `setup(settings=...)`. An unknown name is refused."""

    mode: str = setting(
        "online",
        "`online` sends rows to a server, `offline` keeps them for `gnomon sync`, `disabled` "
        "keeps nothing; `dryrun` and `run` are other names. `shared` is online, and several processes write the run.",
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
    finish_timeout_raises: bool = setting(
        False,
        "Let `finish` raise TimeoutError where the server does not have everything then.",
        "FINISH_TIMEOUT_RAISES",
        parse=flag,
    )
    stop_fn: Callable[[], Any] | None = setting(
        None,
        "Called in a thread of its own where somebody stops the run on the page, in place of a Ctrl-C.",
        parse=called,
    )
    stop_on_fatal_error: bool = setting(
        False,
        "Stop the script where the server will never take the run (it was deleted, or is refused).",
        "STOP_ON_FATAL_ERROR",
        parse=flag,
    )
    shared: bool = setting(
        False, 'Several processes write this run at the same time; what `mode="shared"` means.', "SHARED", parse=flag
    )
    x_label: str | None = setting(
        None,
        "What this process is called among those that write the run; `rank-<n>` where a launcher numbers them.",
        "X_LABEL",
    )
    x_primary: bool | None = setting(
        None,
        "Whether this one of several processes says what the run is called, keeps its source and describes the "
        "machine; rank 0 does where it is not said.",
        "X_PRIMARY",
        parse=flag,
    )
    x_update_finish_state: bool | None = setting(
        None,
        "Whether the end of this one of several processes is the end of the run; that of the primary one is.",
        "X_UPDATE_FINISH_STATE",
        parse=flag,
    )
    fork_from: str | None = setting(
        None, "Begin with the history of another run up to a step: `<run>?_step=<n>`.", "FORK_FROM", parse=text
    )
    resume_from: str | None = setting(
        None,
        "Go on with a run after a step, without what it logged later: `<run>?_step=<n>`.",
        "RESUME_FROM",
        parse=text,
    )
    sync_tensorboard: bool = setting(False, "Log what is written for TensorBoard.", "SYNC_TENSORBOARD", parse=flag)
    sweep_id: str | None = setting(None, "The sweep the run belongs to; agents set it.", "SWEEP_ID")
    sweep_param_path: str | None = setting(
        None, "File with the parameters a sweep chose for this run; agents set it.", "SWEEP_PARAM_PATH"
    )
    config_paths: tuple[str, ...] = setting(
        (),
        "YAML or JSON files with config values that stand where `init` gives no others.",
        "CONFIG_PATHS",
        parse=words,
    )
    capture_loggers: Mapping[str, str] | None = setting(
        None,
        'Loggers whose records belong to the run\'s console, with the least level: `{"app": "INFO"}`.',
        "CAPTURE_LOGGERS",
        parse=names_and_texts,
    )
    show_info: bool = setting(True, "Print what is no warning.", "SHOW_INFO", parse=flag)
    show_warnings: bool = setting(True, "Print warnings.", "SHOW_WARNINGS", parse=flag)
    ignore_globs: tuple[str, ...] = setting(
        (), "Patterns of files of the run that are kept here and not sent.", "IGNORE_GLOBS", parse=words
    )
    code_dir: str | None = setting(
        None, "With `save_code`, the folder whose source is kept as an artifact.", "CODE_DIR"
    )
    git_commit: str | None = setting(None, "The commit to record, where git cannot be asked.", "GIT_COMMIT")
    git_remote: str = setting("origin", "Which remote's address is recorded.", "GIT_REMOTE")
    git_remote_url: str | None = setting(None, "The address of the repository to record.", "GIT_REMOTE_URL")
    git_root: str | None = setting(None, "Where the git repository lies, if not around the current folder.", "GIT_ROOT")
    program: str | None = setting(None, "The script to record, where the real one should not be.", "PROGRAM")
    notebook_name: str | None = setting(None, "The notebook to record as the program.", "NOTEBOOK_NAME")
    docker: str | None = setting(None, "The container image to record.", "DOCKER")
    username: str | None = setting(None, "Who runs it, to record beside the key's user.", "USERNAME")
    email: str | None = setting(None, "Their address, to record.", "USER_EMAIL")
    app_url: str | None = setting(
        None, "Address of the page, where people reach it at another one than scripts.", "APP_URL", parse=address
    )
    http_proxy: str | None = setting(None, "Proxy for http:// servers, in place of HTTP_PROXY.", "HTTP_PROXY")
    https_proxy: str | None = setting(None, "Proxy for https:// servers, in place of HTTPS_PROXY.", "HTTPS_PROXY")
    x_extra_http_headers: Mapping[str, str] | None = setting(
        None,
        "Headers sent with every request to the server; in a variable, a JSON object.",
        "X_EXTRA_HTTP_HEADERS",
        parse=names_and_texts,
    )
    insecure_disable_ssl: bool = setting(
        False,
        "Do not check the server's certificate. Whoever is in between can read the key.",
        "INSECURE_DISABLE_SSL",
        parse=flag,
    )
    http_timeout: float = setting(
        60.0,
        "Longest wait for one answer of the server.",
        "HTTP_TIMEOUT",
        "X_FILE_STREAM_TIMEOUT_SECONDS",
        parse=seconds,
    )
    x_file_stream_transmit_interval: float = setting(
        0.2, "Least time between two requests with rows.", "X_FILE_STREAM_TRANSMIT_INTERVAL", parse=seconds
    )
    x_file_stream_retry_wait_max_seconds: float = setting(
        60.0, "Longest pause before a request is tried again.", "X_FILE_STREAM_RETRY_WAIT_MAX_SECONDS", parse=seconds
    )
    x_live_policy_wait_time: float = setting(
        10.0,
        "Least time between two looks at files saved with the policy `live`.",
        "X_LIVE_POLICY_WAIT_TIME",
        parse=seconds,
    )
    x_disable_machine_info: bool = setting(
        False, "Record nothing of the machine: neither hardware nor samples.", "X_DISABLE_MACHINE_INFO", parse=flag
    )
    x_save_requirements: bool = setting(
        True, "Keep the installed packages as `requirements.txt`.", "X_SAVE_REQUIREMENTS", parse=flag
    )
    x_stats_pid: int | None = setting(None, "Process whose use is sampled; this one.", "X_STATS_PID", parse=count)
    x_stats_track_process_tree: bool = setting(
        True, "Sample the processes it started, too.", "X_STATS_TRACK_PROCESS_TREE", parse=flag
    )
    x_stats_disk_paths: tuple[str, ...] | None = setting(
        None, "Disks whose room is sampled; `/` and that of the current folder.", "X_STATS_DISK_PATHS", parse=words
    )
    x_stats_gpu_device_ids: tuple[int, ...] | None = setting(
        None, "GPUs that are sampled; all.", "X_STATS_GPU_DEVICE_IDS", parse=numbers
    )
    x_stats_no_cgroup: bool = setting(
        False,
        "Count the memory of the whole machine, not what its container may use.",
        "X_STATS_NO_CGROUP",
        parse=flag,
    )
    x_stats_cpu_count: int | None = setting(None, "Cores to record.", "X_STATS_CPU_COUNT", parse=count)
    x_stats_cpu_logical_count: int | None = setting(
        None, "Logical cores to record.", "X_STATS_CPU_LOGICAL_COUNT", parse=count
    )
    x_stats_gpu_count: int | None = setting(None, "GPUs to record.", "X_STATS_GPU_COUNT", parse=count)
    x_stats_gpu_type: str | None = setting(None, "Kind of GPU to record.", "X_STATS_GPU_TYPE")
    x_stats_open_metrics_endpoints: Mapping[str, str] | None = setting(
        None,
        "OpenMetrics (Prometheus) addresses to sample, by a name.",
        "X_STATS_OPEN_METRICS_ENDPOINTS",
        parse=names_and_texts,
    )
    x_stats_open_metrics_filters: Any = setting(
        None,
        "Which of their metrics: patterns of `<endpoint>.<metric>`, or a map of those to patterns of labels.",
        "X_STATS_OPEN_METRICS_FILTERS",
        parse=filters,
    )
    x_stats_open_metrics_http_headers: Mapping[str, str] | None = setting(
        None, "Headers for these addresses.", "X_STATS_OPEN_METRICS_HTTP_HEADERS", parse=names_and_texts
    )
    table_raise_on_max_row_limit_exceeded: bool = setting(
        False,
        "Let a table with too many rows raise, instead of being cut with a warning.",
        "TABLE_RAISE_ON_MAX_ROW_LIMIT_EXCEEDED",
        parse=flag,
    )
    allow_media_symlink: bool = setting(
        False, "Link to media files instead of copying them.", "ALLOW_MEDIA_SYMLINK", parse=flag
    )
    max_disk_gb: float = setting(
        5.0,
        "Most that the rows of a run may take of the disk, in GB, and never more than a tenth of what is free.",
        "MAX_DISK_GB",
        parse=seconds,
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
        if name == "mode":
            self._given["shared"] = value == "shared"
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
    def settings(self) -> Settings:
        """These: scripts say `setup().settings.sweep_id`."""
        return self

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
    said = {name: environ[name] for name in environ if name.startswith(("GNOMON_", "WANDB_"))}
    for declared in DECLARED.values() if said else ():
        for variable in (prefix + name for prefix in ("GNOMON_", "WANDB_") for name in declared.env):
            value = said.get(variable)
            if not value:
                continue
            try:
                setattr(found, declared.name, value)
            except UsageError as error:
                raise UsageError(f"{variable} is wrong. {error}") from None
            break
    if said.get("GNOMON_DISABLED", said.get("WANDB_DISABLED", "")).strip().lower() in TRUE:
        found._given.setdefault("mode", "disabled")
    return found


def from_file(path: str | os.PathLike[str], only: Sequence[str] | None = None) -> Settings:
    """What a settings file says: JSON, names as in the reference, or `only` these. A missing file says nothing."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return Settings()
    import msgspec

    try:
        said = msgspec.json.decode(content, type=dict[str, Any])
        for name in said:
            if only is not None and name not in only:
                raise UsageError(f"it may say {', '.join(only)}, and not {name}.")
        return Settings(**said)
    except (msgspec.MsgspecError, UsageError) as error:
        raise UsageError(f"The settings file cannot be used: {error} {os.fspath(path)}") from None


def from_folder() -> Settings:
    """What the file of the current folder says: only names of `OF_A_FOLDER`, since it may have come with a download."""
    return from_file(FOLDER_FILE, OF_A_FOLDER)


def load(environ: Mapping[str, str], *given: Settings, file: str | os.PathLike[str] | None = None) -> Settings:
    """The settings that hold: the first of `given` wins over the next, then the environment, then the files."""
    found = from_environment(environ)
    if file is not None:
        found = found.over(from_folder()).over(from_file(file))
    for settings in reversed(given):
        found = settings.over(found)
    return found


def _nearest(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, [*DECLARED, *ALIASES], n=1)
    return f"did you mean {near[0]!r}?" if near else "the reference page of settings lists them all."
