"""Folders of event files that are there already, as runs: what `gnomon sync --sync-tensorboard` does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError
from gnomon.sdk.settings import Settings
from gnomon.sdk.tensorboard.reading import Into, Source, event_files, folders


class Imported(NamedTuple):
    """What became of a folder."""

    path: str
    """`entity/project/run`."""
    url: str | None
    rows: int
    damaged: tuple[str, ...]
    """Files with records that do not check; what lies before and behind them was read."""


def tensorboard_import(
    root_dir: str | os.PathLike[str],
    run_id: str | None = None,
    project: str | None = None,
    entity: str | None = None,
    *,
    name: str | None = None,
    job_type: str | None = None,
    save: bool = True,
    settings: Settings | Mapping[str, Any] | None = None,
) -> Imported:
    """Make one run of all event files below a folder; keys begin with their folder's path below it.

    Rows have the times that their events have, and the run's name is the folder's where none is said. Raises UsageError
    where the folder holds no event files. An event file that is still written to is read as far as it goes.
    """
    from gnomon.sdk.init import init

    root = os.path.abspath(root_dir)
    found = [
        (path, "" if inner == root else os.path.relpath(inner, root).replace(os.sep, "/"))
        for inner in (folders(root) if os.path.isdir(root) else ())
        for path in event_files(inner)
    ]
    if not found:
        raise UsageError(f"No event files of TensorBoard are below {root_dir}")
    given = Settings(**settings) if isinstance(settings, Mapping) else settings or Settings()
    quiet = Settings(console="off", x_disable_stats=True, x_disable_meta=True, reinit="create_new").over(given)
    resume = "allow" if run_id else None
    name = name or os.path.basename(root)
    run = init(entity, project, id=run_id, name=name, job_type=job_type, resume=resume, settings=quiet)
    into, damaged = Into(run), []
    with run:
        for path, namespace in found:
            source = Source(path, namespace)
            into.log(source, last=True)
            while source.file.damaged:
                if path not in damaged:
                    damaged.append(path)
                    guard.warn(f"an event file has damage behind byte {source.file.at}: {path}")
                if not source.file.pass_over():
                    break
                into.log(source, last=True)
            if save:
                run.save(path, base_path=root, policy="now")
    return Imported(run.path, run.url, into.steps, tuple(damaged))
