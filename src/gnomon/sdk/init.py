"""`init()`: settings, the run folder, the journal's first records, the shipper; and what happens at exit.

Nothing waits for a network, with one exception: where a run is resumed, the shipper asks the server about it and
`init()` waits for the answer, at most `init_timeout` and never more than five seconds.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from gnomon.protocol import registry
from gnomon.protocol.journal import Kind
from gnomon.sdk import (
    begun,
    credentials,
    current,
    exits,
    folder,
    guard,
    handed_over,
    names,
    ranks,
    resuming,
    run,
    shipping,
    stopping,
)
from gnomon.sdk import config as configs
from gnomon.sdk import settings as options
from gnomon.sdk.console import Console
from gnomon.sdk.errors import Error, UsageError
from gnomon.sdk.journal import Journal, NoJournal, record
from gnomon.sdk.run import About, Run
from gnomon.sdk.settings import Settings

DEFAULTS_FILE = "config-defaults.yaml"
"""Config values that hold where `init` is told nothing else, where a file of this name lies in the current folder."""

_process_settings = Settings()
_at_exit = False


def init(
    entity: str | None = None,
    project: str | None = None,
    dir: str | os.PathLike[str] | None = None,
    id: str | None = None,
    name: str | None = None,
    notes: str | None = None,
    tags: Sequence[str] | str | None = None,
    config: Any = None,
    config_exclude_keys: Sequence[str] | None = None,
    config_include_keys: Sequence[str] | None = None,
    allow_val_change: bool | None = None,
    group: str | None = None,
    job_type: str | None = None,
    mode: str | None = None,
    force: bool | None = None,
    reinit: bool | str | None = None,
    resume: bool | str | None = None,
    resume_from: str | None = None,
    fork_from: str | None = None,
    save_code: bool | None = None,
    tensorboard: bool | None = None,
    sync_tensorboard: bool | None = None,
    monitor_gym: bool | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    anonymous: Any = None,
) -> Run:
    """Begin a run and make it the active one. Returns at once, whether a server is there or not.

    An active run is finished first, unless `reinit` says otherwise. `config` is a dict, a Namespace, absl flags or the
    path of a YAML or JSON file. `resume` says what happens where the id is taken: `must` and `allow` go on with that
    run, `never` refuses, `auto` goes on with the last run begun here that did not end well. `fork_from` and
    `resume_from` (`<run>?_step=<number>`) begin where a run was after a step: as a run of its own, or as that run
    without what it logged later. `mode="shared"` lets several processes write one run; where a launcher names the job,
    they find its id by themselves. `sync_tensorboard` also logs what is written for TensorBoard, `monitor_gym` videos
    of gym environments. Raises UsageError for arguments that cannot be meant, CommError where a branch of a run cannot
    be made now. `force` and `anonymous` are accepted for old scripts.
    """
    given = Settings(
        entity=entity,
        project=project,
        root_dir=dir,
        run_id=id,
        run_name=name,
        run_notes=notes,
        run_tags=_tags(tags),
        run_group=group,
        run_job_type=job_type,
        mode=mode,
        reinit=reinit,
        resume=resume,
        save_code=save_code,
        allow_val_change=allow_val_change,
        fork_from=fork_from,
        resume_from=resume_from,
        sync_tensorboard=sync_tensorboard or tensorboard,
    )
    more = Settings(**settings) if isinstance(settings, Mapping) else settings or Settings()
    held = options.load(os.environ, given, more, _process_settings, file=credentials.settings_file())
    if held.sweep_id:
        from gnomon.sdk import trial

        held = trial.settled(held, os.environ)
    values = configs.chosen(configs.read(config), config_exclude_keys, config_include_keys)
    values = {**_defaults(held), **values}
    begun_run = _before(held)
    if begun_run is not None:
        if values or set(given.given) - {"reinit", "project", "entity"}:
            guard.warn(f"the run {begun_run.name} goes on; what else this init() says of a run is not used")
        return begun_run
    guard.quiet, guard.no_warnings = held.silent, not held.show_warnings
    guard.forget()
    fresh = _begin(held, values)
    if held.reinit != "create_new" or current.get() is None:
        current.use(fresh)
    _patch(held, bool(monitor_gym))
    return fresh


def setup(settings: Settings | Mapping[str, Any] | None = None) -> Settings:
    """Settings for all runs of this process, weaker than those given to `init`."""
    global _process_settings
    if settings is not None:
        said = Settings(**settings) if isinstance(settings, Mapping) else settings
        _process_settings = said.over(_process_settings)
    return _process_settings


def teardown(exit_code: int | None = None) -> None:
    """Finish every run of this process."""
    for one in run.live():
        one.finish(exit_code)


def require(requirement: Any = None, experiment: Any = None) -> None:
    """Accepted for old scripts; there is nothing to ask for."""


def _before(held: Settings) -> Run | None:
    """What becomes of the run that is active: finished, given back, or left alone."""
    active = current.get()
    if active is None:
        return None
    if active._pid != os.getpid() or active._finished:  # inherited by a fork, or over
        current.use(None)
        return None
    if held.reinit == "return_previous":
        return active
    if held.reinit != "create_new":
        active.finish()
    return None


def _begin(held: Settings, values: Mapping[str, Any]) -> Run:
    now = time.time()
    rank = resuming.rank_of_this_process() if held.shared or held.resume == "auto" else ranks.Rank(None, 1, "", 0)
    who = resuming.who(held, rank)
    try:
        project = names.check_name(held.project or "uncategorized")
        entity = names.check_name(held.entity, "an entity's") if held.entity else ""
        meant = resuming.meant(held, project, rank)
    except ValueError as error:
        raise UsageError(str(error)) from None
    about = About(
        entity=entity,
        project=project,
        id=meant.id,
        name=held.run_name or (names.random_name() if who.primary else meant.id),
        notes=held.run_notes or "",
        tags=held.run_tags,
        group=held.run_group or "",
        job_type=held.run_job_type or "",
        start_time=now,
        starting_step=0,
        resumed=False,
        folder=None,
    )
    if held.mode == "disabled":
        begin = _begin_record(about, held, meant.resume, who)
        fresh = Run(about, held, NoJournal(), begin)
        _hold(fresh, held)
        fresh.config.update(values, allow_val_change=True)
        _arrange(fresh)
        return fresh
    asked = meant.resume is not None and (held.run_id is not None or held.resume == "auto" or meant.found)
    shipper: shipping.Shipper | None = None
    place = ""
    try:
        place = folder.make(held.root_dir, meant.id, now)
        about = about._replace(folder=place)
        folder.write_ship_settings(place, handed_over.ship_settings(about, held, meant, who))
        known: dict[str, Any] = {}
        if asked:
            shipper = _start_shipper(place, held, ask=held.mode == "online")
            about, known = resuming.resumed(about, held, meant, shipper)
        begin = _begin_record(about, held, meant.resume, who)
        journal: Journal | NoJournal = Journal(place, begin)
    except Error:
        if shipper is not None:
            shipper.stop()
        folder.remove(place)
        raise
    except OSError as error:
        guard.warn(f"nothing of this run can be kept: {error.strerror}. {error.filename or place}")
        about = about._replace(folder=None)
        begin, known, journal = _begin_record(about, held, meant.resume, who), {}, NoJournal()
    fresh = Run(about, held, journal, begin)
    if known:
        fresh.config._start(known.get("config") or {})
        fresh._history.resume(known.get("summary") or {}, about.starting_step)
    with guard.guarded("write the run's first records"):
        journal.append(record(Kind.RUN, _run_record(about, held, who)))
    _hold(fresh, held)
    fresh.config.update(values, allow_val_change=True)
    if about.folder is not None:
        if held.mode == "online":
            _register(begin["journal"], about.folder, held.base_url)
        fresh._shipper = shipper or _start_shipper(about.folder, held)
        if held.resume == "auto":
            fresh._on_finish.append(resuming.remember(fresh.id, held, rank))
    _greet(fresh, held)
    _arrange(fresh)
    _capture(fresh, held)
    if held.save_code and held.code_dir and not held.disable_code and who.primary:
        with guard.guarded("keep the source"):
            fresh.log_code(held.code_dir)
    return fresh


def _hold(fresh: Run, held: Settings) -> None:
    """Set what a sweep chose; the script cannot change it."""
    if held.sweep_param_path:
        from gnomon.sdk import trial

        fresh.config._hold(trial.params(held))


def _start_shipper(place: str, held: Settings, *, ask: bool = False) -> shipping.Shipper | None:
    return shipping.start(place, api_key=held.api_key, ask=ask, more=shipping.secrets(held))


def _defaults(held: Settings) -> dict[str, Any]:
    """Config values that stand where `init` gives no others. Raises UsageError for a file that was asked for."""
    found: dict[str, Any] = {}
    for path in held.config_paths:
        found.update(configs.from_file(path))
    if not held.config_paths and os.path.exists(DEFAULTS_FILE):
        try:
            found = configs.from_file(DEFAULTS_FILE)
        except UsageError as error:  # it may lie there for some other reason
            guard.warn(str(error))
    return found


def _patch(held: Settings, monitor_gym: bool) -> None:
    """Let other libraries log into the run, too."""
    from importlib import import_module

    for wanted, module, function in (
        (held.sync_tensorboard, "gnomon.tensorboard", "patch"),
        (monitor_gym, "gnomon.integration.gym", "monitor"),
    ):
        if wanted:
            try:
                getattr(import_module(module), function)()
            except UsageError:  # an earlier run has asked for it
                pass
            except (ImportError, Error) as error:
                guard.warn(f"nothing is logged by way of {module}: {error}")


def _begin_record(about: About, held: Settings, resume: str | None, who: resuming.Who) -> dict[str, Any]:
    return begun.begin(
        entity=about.entity,
        project=about.project,
        run_id=about.id,
        host=_host(held),
        started_at=about.start_time,
        resume=resume,
        starting_step=about.starting_step,
        label=who.label,
        ends=who.ends,
    )


def _host(held: Settings) -> str:
    return held.host or ("" if held.x_disable_machine_info else begun.host_name())


def _run_record(about: About, held: Settings, who: resuming.Who) -> dict[str, Any]:
    """What is said of the run; a resumed one keeps what is not said again, one of several leaves it to the first."""
    said: dict[str, Any] = {}
    if who.primary:
        said.update(program=handed_over.program(held), host=_host(held))
    if held.sweep_id:
        said["sweep"] = held.sweep_id
    for key, value in (
        ("name", about.name),
        ("notes", about.notes),
        ("tags", about.tags),
        ("group", about.group),
        ("job_type", about.job_type),
    ):
        if value and (key != "name" or held.run_name or not (about.resumed or held.sweep_id or not who.primary)):
            said[key] = value
    return said


def _register(journal: str, place: str, base_url: str) -> None:
    try:
        registry.add(registry.Entry(journal, place, base_url))  # type: ignore[arg-type]  # only its text is kept
    except OSError:
        pass  # only means that the run is not picked up by itself


def _greet(fresh: Run, held: Settings) -> None:
    if held.quiet or held.silent or not held.show_info:
        return
    shown = os.path.relpath(fresh.sync_dir) if fresh._about.folder else "nowhere"
    verb = "Resuming" if fresh.resumed else "Tracking"
    lines = [f"{verb} run {fresh.name} with Gnomon {begun.sdk_version()}, kept in {shown}"]
    if fresh._about.entity and fresh.url:
        lines.append(f"View run at {fresh.url}")
    elif fresh.offline:
        lines.append("Offline: nothing is sent until gnomon sync")
    guard.say("\n".join(lines))


def _capture(fresh: Run, held: Settings) -> None:
    """Keep what the terminal shows, and what loggers say, from here on."""
    if held.capture_loggers and fresh._about.folder is not None:
        from gnomon.sdk import loggers

        fresh._before_finish.append(loggers.capture(held.capture_loggers, fresh.write_logs))
    if held.console == "off" or fresh._about.folder is None:
        return
    console = fresh._console = fresh._console or Console(fresh._write_lines)
    with guard.guarded("keep the terminal's output"):
        if held.console == "redirect":
            console.redirect()
        else:
            console.wrap()


def _arrange(fresh: Run) -> None:
    """See to it that the run ends when it is finished, and when the process does."""
    global _at_exit
    exits.forget()
    fresh._on_finish.append(lambda code: current.use(None) if current.get() is fresh else None)
    if fresh._about.folder is not None:
        fresh._watcher = stopping.watch(fresh)
    if not _at_exit:
        _at_exit = True
        exits.watch()
        atexit.register(_end)


def _end() -> None:
    state, code = exits.outcome()
    for one in run.live():
        one._finish(state, code)


def _tags(tags: Sequence[str] | str | None) -> Sequence[str] | None:
    return (tags,) if isinstance(tags, str) else tags
