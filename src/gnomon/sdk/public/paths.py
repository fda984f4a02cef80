"""What people write to name a run or a project. Pure."""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from gnomon.sdk.public.source import BadPathError


class Named(NamedTuple):
    """An entity, a project and the id of a run or a sweep; None is not said."""

    entity: str | None
    project: str | None
    id: str | None


def run_path(path: str) -> Named:
    """`entity/project/id`, `project/id`, `id`, with `:` before the id, with `runs` or `sweeps` between, or an address.

    >>> run_path("ann/mnist/runs/r1"), run_path("mnist:r1")
    (Named(entity='ann', project='mnist', id='r1'), Named(entity=None, project='mnist', id='r1'))
    >>> run_path("http://localhost:8585/ann/mnist/runs/r1?workspace=x")
    Named(entity='ann', project='mnist', id='r1')
    """
    said = path
    if "://" in path:
        path = unquote(urlsplit(path).path)
    for middle in ("/runs/", "/sweeps/"):
        path = path.replace(middle, "/")
    parts = path.strip("/ ").split("/")
    if len(parts) < 3 and ":" in parts[-1]:
        parts[-1:] = parts[-1].split(":", 1)
    if len(parts) > 3:
        raise BadPathError(f"Invalid path: {said!r}; name a run as entity/project/id")
    filled = [None] * (3 - len(parts)) + [part.strip() or None for part in parts]
    return Named(*filled)


def project_path(path: str | None) -> tuple[str | None, str | None]:
    """`entity/project`, `project`, or an address of a project; None where it is not said.

    >>> project_path("mnist"), project_path("ann/mnist")
    ((None, 'mnist'), ('ann', 'mnist'))
    """
    if path is None:
        return None, None
    said = path
    if "://" in path:
        path = unquote(urlsplit(path).path).strip("/").removesuffix("/workspace")
    parts = path.strip("/ ").split("/")
    if len(parts) > 2:
        raise BadPathError(f"Invalid path: {said!r}; name a project as entity/project")
    return (None, parts[0] or None) if len(parts) == 1 else (parts[0] or None, parts[1] or None)


def folder_in(base_url: str) -> str | None:
    """The folder that an address `file:///…` means; None where it is the address of a server.

    >>> folder_in("file:///home/ann/gnomon-runs"), folder_in("http://localhost:8585")
    ('/home/ann/gnomon-runs', None)
    """
    parts = urlsplit(base_url)
    if parts.scheme.lower() != "file":
        return None
    return unquote(parts.path) or "."


def is_folder(path: str) -> bool:
    """Whether a path means a folder of this disk rather than a name on a server: as it begins, or as it is there."""
    if path.startswith(("./", "../", "/", "~", ".\\", "..\\")) or path in (".", ".."):
        return True
    if os.path.isabs(path) or path.startswith("file://"):
        return True
    return os.path.isfile(os.path.join(path, "run.journal"))
