"""`init()`: settings, the run folder, the journal's first records, the shipper; and what happens at exit.

Nothing waits for a network, with one exception: where a run is resumed, the shipper asks the server about it and
`init()` waits for the answer, at most `init_timeout` and never more than five seconds.
"""

from __future__ import annotations

import atexit
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from gnomon.model.secrets import mask_secrets
from gnomon.protocol import registry
from gnomon.protocol.journal import Kind
from gnomon.sdk import begun, credentials, current, exits, folder, guard, names, run, shipping
from gnomon.sdk import config as configs
from gnomon.sdk import settings as options
from gnomon.sdk.console import Console
from gnomon.sdk.errors import UsageError
from gnomon.sdk.journal import Journal, NoJournal, record
from gnomon.sdk.run import About, Run
from gnomon.sdk.settings import Settings

MAX_RESUME_WAIT_SECS = 5.0
RESUME_FILE = "resume.json"

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
    run, `never` refuses, `auto` goes on with the last run begun here that did not end well. Raises UsageError for
    arguments that cannot be meant. `force` and `anonymous` are accepted for old scripts.
    """
    for argument, value in (
        ("tensorboard", tensorboard),
        ("sync_tensorboard", sync_tensorboard),
        ("monitor_gym", monitor_gym),
        ("fork_from", fork_from),
        ("resume_from", resume_from),
    ):
        if value:
            raise UsageError(f"{argument} is not part of this version of Gnomon yet")
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
    )
    more = Settings(**settings) if isinstance(settings, Mapping) else settings or Settings()
    held = options.load(os.environ, given, more, _process_settings, file=credentials.settings_file())
    if held.sweep_id:
        from gnomon.sdk import trial

        held = trial.settled(held, os.environ)
    values = configs.chosen(configs.read(config), config_exclude_keys, config_include_keys)
    begun_run = _before(held)
    if begun_run is not None:
        if values or set(given.given) - {"reinit", "project", "entity"}:
            guard.warn(f"the run {begun_run.name} goes on; what else this init() says of a run is not used")
        return begun_run
    guard.quiet = held.silent
    guard.forget()
    fresh = _begin(held, values)
    if held.reinit != "create_new" or current.get() is None:
        current.use(fresh)
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
    try:
        project = names.check_name(held.project or "uncategorized")
        entity = names.check_name(held.entity, "an entity's") if held.entity else ""
        run_id, resume = _id(held)
    except ValueError as error:
        raise UsageError(str(error)) from None
    about = About(
        entity=entity,
        project=project,
        id=run_id,
        name=held.run_name or names.random_name(),
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
        begin = _begin_record(about, held, resume)
        fresh = Run(about, held, NoJournal(), begin)
        _hold(fresh, held)
        fresh.config.update(values, allow_val_change=True)
        _arrange(fresh)
        return fresh
    asked = resume is not None and (held.run_id is not None or resume == "auto")
    earlier = folder.find_earlier(held.root_dir, run_id) if asked and resume != "never" else None
    shipper: shipping.Shipper | None = None
    place = ""
    try:
        place = folder.make(held.root_dir, run_id, now)
        about = about._replace(folder=place)
        folder.write_ship_settings(place, _ship_settings(about, held))
        known: dict[str, Any] = {}
        if asked:
            shipper = shipping.start(place, api_key=held.api_key, ask=held.mode == "online")
            about, known = _resumed(about, held, str(resume), earlier, shipper)
        begin = _begin_record(about, held, resume)
        journal: Journal | NoJournal = Journal(place, begin)
    except UsageError:
        if shipper is not None:
            shipper.stop()
        folder.remove(place)
        raise
    except OSError as error:
        guard.warn(f"nothing of this run can be kept: {error.strerror}. {error.filename or place}")
        about = about._replace(folder=None)
        begin, known, journal = _begin_record(about, held, resume), {}, NoJournal()
    fresh = Run(about, held, journal, begin)
    if known:
        fresh.config._start(known.get("config") or {})
        fresh._history.resume(known.get("summary") or {}, about.starting_step)
    with guard.guarded("write the run's first records"):
        journal.append(record(Kind.RUN, _run_record(about, held)))
    _hold(fresh, held)
    fresh.config.update(values, allow_val_change=True)
    if about.folder is not None:
        if held.mode == "online":
            _register(begin["journal"], about.folder, held.base_url)
        fresh._shipper = shipper or shipping.start(about.folder, api_key=held.api_key)
        if resume == "auto":
            _remember(fresh, held)
    _greet(fresh, held)
    _arrange(fresh)
    _capture(fresh, held)
    return fresh


def _hold(fresh: Run, held: Settings) -> None:
    """Set what a sweep chose; the script cannot change it."""
    if held.sweep_param_path:
        from gnomon.sdk import trial

        fresh.config._hold(trial.params(held))


def _id(held: Settings) -> tuple[str, str | None]:
    """The run's id, and how it is resumed."""
    if held.run_id is not None:
        return names.check_id(held.run_id), held.resume
    if held.resume == "must":
        raise UsageError('resume="must" needs the id of the run to go on with: init(id=..., resume="must")')
    if held.resume == "auto":
        return _remembered(held) or names.random_id(), held.resume
    return names.random_id(), held.resume


def _resumed(
    about: About, held: Settings, resume: str, earlier: folder.Earlier | None, shipper: shipping.Shipper | None
) -> tuple[About, dict[str, Any]]:
    """What the server, or else this machine, knows of the run; and the run as it goes on from there."""
    known: dict[str, Any] = {"exists": None}
    if shipper is not None and held.mode == "online":
        answer = shipper.answer(min(held.init_timeout, MAX_RESUME_WAIT_SECS))
        known = answer if answer is not None else known
    exists = known.get("exists")
    if resume == "never":
        if exists:
            raise UsageError(f'The run {about.id!r} exists already, and resume="never" was asked for')
        return about, {}
    if earlier is not None:
        # Rows of this machine may not have reached the server yet.
        steps = [step for step in (known.get("last_step"), earlier.last_step) if isinstance(step, int)]
        known = {
            "exists": True,
            "last_step": max(steps, default=None),
            "config": {**earlier.config, **(known.get("config") or {})},
            "summary": {**(known.get("summary") or {}), **earlier.summary},
            "name": known.get("name") or earlier.name,
        }
    if not known.get("exists"):
        if resume == "must":
            why = "the server could not be asked" if exists is None and held.mode == "online" else "there is none"
            raise UsageError(f'resume="must" was asked for, but the run {about.id!r} was not found: {why}')
        return about, {}
    last = known.get("last_step")
    step = last + 1 if isinstance(last, int) else 0
    name = held.run_name or known.get("name") or about.name
    return about._replace(starting_step=step, resumed=True, name=name), known


def _begin_record(about: About, held: Settings, resume: str | None) -> dict[str, Any]:
    return begun.begin(
        entity=about.entity,
        project=about.project,
        run_id=about.id,
        host=held.host or begun.host_name(),
        started_at=about.start_time,
        resume=resume,
        starting_step=about.starting_step,
    )


def _run_record(about: About, held: Settings) -> dict[str, Any]:
    """What is said of the run; a resumed one keeps what is not said again."""
    said: dict[str, Any] = {"program": begun.program(), "host": held.host or begun.host_name()}
    if held.sweep_id:
        said["sweep"] = held.sweep_id
    for key, value in (
        ("name", about.name),
        ("notes", about.notes),
        ("tags", about.tags),
        ("group", about.group),
        ("job_type", about.job_type),
    ):
        if value and (key != "name" or held.run_name or not (about.resumed or held.sweep_id)):
            said[key] = value
    return said


def _ship_settings(about: About, held: Settings) -> dict[str, Any]:
    return {
        "base_url": held.base_url,
        "mode": held.mode,
        "entity": about.entity,
        "project": about.project,
        "run": about.id,
        "pid": os.getpid(),
        "pid_started": begun.process_started(),
        "sampling_secs": held.x_stats_sampling_interval,
        "heartbeat_secs": held.heartbeat_seconds,
        "cwd": os.getcwd(),
        "program": begun.program(),
        "argv": mask_secrets(sys.argv[1:]),
        "save_code": held.save_code and not held.disable_code,
        "disable_git": held.disable_git,
        "disable_meta": held.x_disable_meta,
        "disable_stats": held.x_disable_stats,
    }


def _register(journal: str, place: str, base_url: str) -> None:
    try:
        registry.add(registry.Entry(journal, place, base_url))  # type: ignore[arg-type]  # only its text is kept
    except OSError:
        pass  # only means that the run is not picked up by itself


def _greet(fresh: Run, held: Settings) -> None:
    if held.quiet or held.silent:
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
    """Keep what the terminal shows, from here on."""
    if held.console == "off" or fresh._about.folder is None:
        return
    console = Console(fresh._write_lines)
    fresh._console = console
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


def _resume_file(held: Settings) -> str:
    return os.path.join(os.path.abspath(held.root_dir or "."), folder.PARENT, RESUME_FILE)


def _remembered(held: Settings) -> str | None:
    """The run that `resume="auto"` goes on with: the last one begun with it that did not end well."""
    import msgspec

    try:
        with open(_resume_file(held), "rb") as file:
            found = msgspec.json.decode(file.read(), type=dict[str, Any]).get("run_id")
        return names.check_id(found) if isinstance(found, str) else None
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def _remember(fresh: Run, held: Settings) -> None:
    import msgspec

    path = _resume_file(held)
    with guard.guarded("remember the run for resume='auto'"), open(path, "wb") as file:
        file.write(msgspec.json.encode({"run_id": fresh.id}))

    def forget(exit_code: int) -> None:
        if exit_code == 0:
            try:
                os.unlink(path)
            except OSError:
                pass

    fresh._on_finish.append(forget)
