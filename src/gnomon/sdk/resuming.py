"""Which run `init()` means: a new one, one to go on with, or a branch of one; and what is known of it.

Nothing here talks to a server: the shipper asks it, and `init()` waits for the answer for a bounded time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from gnomon.sdk import begun, folder, guard, names, ranks, shipping
from gnomon.sdk.errors import CommError, UsageError
from gnomon.sdk.run.facts import About
from gnomon.sdk.settings import Settings

MAX_RESUME_WAIT_SECS = 4.0
"""`init()` promises five seconds, and the rest of it takes its time on a busy machine."""
RESUME_FILE = "resume"


class Moment(NamedTuple):
    """A run as it was after a step."""

    run: str
    step: int


class Meant(NamedTuple):
    """The run that `init()` means."""

    id: str
    resume: str | None
    fork: Moment | None = None
    """Begin with the history of that run."""
    rewind: Moment | None = None
    """Take away what was logged later, and go on."""

    of_job: bool = False
    """Its id is what the launcher's job comes to."""

    @property
    def found(self) -> bool:
        """Is it a run that is there, or may be, though nobody gave its id?"""
        return self.branch is not None or (self.resume is not None and self.of_job)

    @property
    def branch(self) -> dict[str, Any] | None:
        """The same, as the shipper asks the server for it."""
        for kind, moment in (("fork", self.fork), ("rewind", self.rewind)):
            if moment is not None:
                return {"kind": kind, "run": moment.run, "step": moment.step}
        return None


class Who(NamedTuple):
    """Which of the processes that write the run this is."""

    label: str
    primary: bool
    ends: bool
    """Its end is the end of the run."""


_shared_begun: dict[str, int] = {}
"""How many runs of each job were begun here; every process of a job counts alike."""


def moment(text: str, argument: str) -> Moment:
    """What `<run>?_step=<number>` says. Raises UsageError.

    >>> moment("ans3bsax?_step=123", "fork_from")
    Moment(run='ans3bsax', step=123)
    """
    run, _, query = text.partition("?")
    key, _, number = query.partition("=")
    try:
        if key != "_step" or float(number) != int(float(number)) or int(float(number)) < 0:
            raise ValueError
        return Moment(names.check_id(run), int(float(number)))
    except (ValueError, OverflowError):
        raise UsageError(f"{argument} reads <run>?_step=<number>, such as ans3bsax?_step=123; not {text!r}") from None


def meant(held: Settings, project: str, rank: ranks.Rank) -> Meant:
    """Which run the settings mean. Raises UsageError, and ValueError for an id that cannot be one."""
    said = [name for name in ("fork_from", "resume_from", "resume") if getattr(held, name)]
    if len(said) > 1:
        raise UsageError(f"{' and '.join(said)} cannot be meant at the same time")
    if held.fork_from or held.resume_from:
        if held.mode == "offline":
            raise UsageError(f"{said[0]} has to ask the server, and mode='offline' asks nobody")
        return _branch(held)
    if held.run_id is not None:
        return Meant(names.check_id(held.run_id), held.resume)
    if held.resume == "must":
        raise UsageError('resume="must" needs the id of the run to go on with: init(id=..., resume="must")')
    if held.shared and rank.job:
        number = _shared_begun.get(rank.job, 0)
        _shared_begun[rank.job] = number + 1
        id = ranks.run_id(rank.job, project, number)
        return Meant(id, held.resume or ("allow" if rank.restarts else None), of_job=True)
    if held.shared and rank.number:
        raise UsageError(
            f'mode="shared" needs the run\'s id here (rank {rank.number}): init(id=..., mode="shared"); '
            "nothing in the environment names the job"
        )
    if held.resume == "auto":
        return Meant(remembered(held, rank) or names.random_id(), held.resume)
    return Meant(names.random_id(), held.resume)


def _branch(held: Settings) -> Meant:
    if held.fork_from:
        source = moment(held.fork_from, "fork_from")
        if held.run_id == source.run:
            raise UsageError(f"A fork of {source.run!r} needs an id of its own; resume_from goes back in a run itself")
        id = names.random_id() if held.run_id is None else names.check_id(held.run_id)
        return Meant(id, "allow", fork=source)
    source = moment(held.resume_from or "", "resume_from")
    if held.run_id not in (None, source.run):
        raise UsageError(f"resume_from goes on with {source.run!r}, and id says {held.run_id!r}")
    return Meant(source.run, "must", rewind=source)


def who(held: Settings, rank: ranks.Rank) -> Who:
    """Which of several writers this process is; without others it is the only one."""
    first = not held.shared or not rank.number
    primary = first if held.x_primary is None else held.x_primary
    ends = (primary or not held.shared) if held.x_update_finish_state is None else held.x_update_finish_state
    return Who(held.x_label or (rank.label if held.shared else ""), primary, ends)


def resumed(about: About, held: Settings, run: Meant, shipper: shipping.Shipper | None) -> tuple[About, dict[str, Any]]:
    """What the server, or else this machine, knows of the run; and the run as it goes on from there.

    Raises UsageError where that is not what was asked for, and CommError where a branch cannot be made now.
    """
    known: dict[str, Any] = {"exists": None}
    if shipper is not None and held.mode == "online":
        answer = shipper.answer(min(held.init_timeout, MAX_RESUME_WAIT_SECS))
        known = answer if answer is not None else known
    if run.branch is not None:
        return _branched(about, held, run, known)
    exists = known.get("exists")
    if run.resume == "never":
        if exists:
            raise UsageError(f'The run {about.id!r} exists already, and resume="never" was asked for')
        return about, {}
    earlier = None
    if not (exists and folder.is_sent(held.root_dir, run.id)):
        # Rows of this machine may not have reached the server yet.
        earlier = folder.find_earlier(held.root_dir, run.id)
    if earlier is not None:
        steps = [step for step in (known.get("last_step"), earlier.last_step) if isinstance(step, int)]
        known = {
            "exists": True,
            "last_step": max(steps, default=None),
            "config": {**earlier.config, **(known.get("config") or {})},
            "summary": {**(known.get("summary") or {}), **earlier.summary},
            "name": known.get("name") or earlier.name,
        }
    if not known.get("exists"):
        if run.resume == "must":
            why = "the server could not be asked" if exists is None and held.mode == "online" else "there is none"
            raise UsageError(f'resume="must" was asked for, but the run {about.id!r} was not found: {why}')
        return about, {}
    last = known.get("last_step")
    step = last + 1 if isinstance(last, int) else 0
    name = held.run_name or known.get("name") or about.name
    return about._replace(starting_step=step, resumed=True, name=name), known


def _branched(about: About, held: Settings, run: Meant, known: Mapping[str, Any]) -> tuple[About, dict[str, Any]]:
    source = run.fork or run.rewind
    assert source is not None
    if not known.get("exists"):
        doing = f"Run {source.run!r} could not be {'forked' if run.fork else 'taken back'} at step {source.step}"
        why = known.get("error") or "the server gave no answer in time"
        raise (UsageError if known.get("refused") else CommError)(f"{doing}: {why}")
    name = about.name if run.fork else held.run_name or known.get("name") or about.name
    return about._replace(starting_step=source.step + 1, resumed=run.rewind is not None, name=name), dict(known)


def remembered(held: Settings, rank: ranks.Rank) -> str | None:
    """The run that `resume="auto"` goes on with: the last one begun with it that did not end well."""
    try:
        with open(_place(held, rank), "rb") as file:
            found = msgspec.json.decode(file.read(), type=dict[str, Any]).get("run_id")
        return names.check_id(found) if isinstance(found, str) else None
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def remember(run_id: str, held: Settings, rank: ranks.Rank) -> Callable[[int], None]:
    """Keep which run `resume="auto"` goes on with; what is called with the exit code at its end."""
    path = _place(held, rank)
    with guard.guarded("remember the run for resume='auto'"), open(path, "wb") as file:
        file.write(msgspec.json.encode({"run_id": run_id}))

    def forget(exit_code: int) -> None:
        if exit_code == 0:
            try:
                os.unlink(path)
            except OSError:
                pass

    return forget


def _place(held: Settings, rank: ranks.Rank) -> str:
    """Jobs that run at the same time in one folder must not take each other's runs, nor must the ranks of one job."""
    name = RESUME_FILE
    if rank.job.startswith("slurm_job_id="):
        name += "-" + "".join(letter if letter.isalnum() else "_" for letter in rank.job.partition("=")[2])
    if rank.number and not held.shared:
        name += f"-rank{rank.number}"
    return os.path.join(os.path.abspath(held.root_dir or "."), folder.PARENT, name + ".json")


def rank_of_this_process() -> ranks.Rank:
    """What the launcher of this process says."""
    return ranks.of(os.environ, host=begun.host_name())
