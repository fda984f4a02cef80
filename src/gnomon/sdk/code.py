"""The source of a script as an artifact."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from inspect import signature
from typing import TYPE_CHECKING

from gnomon.sdk import guard

if TYPE_CHECKING:
    from gnomon.sdk.artifacts.artifact import Artifact
    from gnomon.sdk.run import Run

LONGEST_NAME = 128
OURS = ("gnomon-runs", "wandb", ".wandb")
"""Folders at the top that hold runs, not source."""


def log_code(
    run: Run,
    root: str | None,
    name: str | None,
    include_fn: Callable[..., bool] | None,
    exclude_fn: Callable[..., bool] | None,
) -> Artifact | None:
    """See `Run.log_code`."""
    from gnomon.sdk.artifacts.artifact import Artifact

    if run._settings.disable_code:
        guard.warn("no code is kept: the setting disable_code says so")
        return None
    top = None if root is None else os.path.abspath(os.fspath(root))
    found = [] if top is None else list(_chosen(top, include_fn or is_source, exclude_fn or is_ours))
    if not found:
        guard.warn(f"no source files were found in {top or 'no folder'}; no code is logged")
        return None
    artifact = Artifact(name or artifact_name(run.project, _program(run)), "code")
    for path in found:
        artifact.add_file(path, name=os.path.relpath(path, top))
    run.log_artifact(artifact)
    return artifact


def artifact_name(project: str, program: str) -> str:
    """What the source of a program is called.

    >>> artifact_name("mnist", "train/main.py")
    'source-mnist-train_main.py'
    """
    name = re.sub(r"[^a-zA-Z0-9_\-.]", "_", f"source-{project}-{program}")
    return name if len(name) <= LONGEST_NAME else f"{name[:63]}..{name[-63:]}"


def is_source(path: str) -> bool:
    """Whether a file is kept where nobody says which are: Python, requirements and Dockerfiles."""
    name = os.path.basename(path)
    return name.endswith(".py") or name == "requirements.txt" or name.startswith("Dockerfile")


def is_ours(path: str, root: str) -> bool:
    """Whether a file lies in a folder of runs."""
    return os.path.relpath(path, root).split(os.sep)[0] in OURS


def _chosen(root: str, include: Callable[..., bool], exclude: Callable[..., bool]) -> Iterator[str]:
    includes, excludes = _asker(include, root), _asker(exclude, root)
    for at, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(at, name)
            if includes(path) and not excludes(path) and os.path.isfile(path):
                yield path


def _asker(ask: Callable[..., bool], root: str) -> Callable[[str], bool]:
    """Some want the path alone, some the root too."""
    if len(signature(ask).parameters) == 2:
        return lambda path: ask(path, root)
    return lambda path: ask(path)


def _program(run: Run) -> str:
    """The script that runs, from where its repository begins."""
    from gnomon.sdk import handed_over

    program = handed_over.program(run._settings)
    if not program:
        return "None"
    place = os.path.realpath(program)
    folder = os.path.dirname(place)
    while folder != os.path.dirname(folder):
        if os.path.exists(os.path.join(folder, ".git")):
            return os.path.relpath(place, folder)
        folder = os.path.dirname(folder)
    return os.path.relpath(place) if not os.path.relpath(place).startswith("..") else os.path.basename(place)
