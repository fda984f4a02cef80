"""Files of a run: `run.save` and `run.restore`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TextIO

from gnomon.protocol.journal import Kind
from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

POLICIES = ("live", "now", "end")


class Chosen(NamedTuple):
    """Files that a pattern names: their paths in the run with where they lie here, and what may come to it later."""

    files: list[tuple[str, str]]
    base: str
    pattern: str
    """Empty where it is no pattern."""


def chosen(pattern: str, base_path: str | None, policy: str, glob: bool = True) -> Chosen:
    """The files a pattern names now. Raises UsageError.

    Paths in the run are relative to `base_path`; without one, to the current folder, and those of absolute patterns
    keep the name of one folder. What lies elsewhere keeps its name alone.
    """
    if policy not in POLICIES:
        raise UsageError(f"policy is one of {', '.join(POLICIES)}, not {policy!r}")
    absolute = os.path.abspath(pattern)
    if base_path is not None:
        base = os.path.abspath(base_path)
    elif os.path.isabs(pattern):
        base = os.path.dirname(os.path.dirname(absolute))
    else:
        base = os.path.dirname(absolute) if os.path.relpath(absolute).startswith("..") else os.getcwd()
    from glob import glob as matching
    from glob import has_magic

    magic = glob and has_magic(absolute)
    found = sorted(matching(absolute)) if glob else [absolute]
    pairs = []
    for source in found:
        if not os.path.isfile(source):
            continue
        path = os.path.relpath(source, base)
        if path.startswith(".."):
            raise UsageError(f"{source} does not lie in base_path {base}")
        pairs.append((path.replace(os.sep, "/"), source))
    return Chosen(pairs, base, absolute if magic else "")


def save(
    run: Run,
    glob_str: str | os.PathLike[str],
    base_path: str | os.PathLike[str] | None = None,
    policy: str = "live",
    glob: bool = True,
) -> list[str]:
    """Keep files with the run; see `Run.save`."""
    pattern = glob_str.decode() if isinstance(glob_str, bytes) else os.fspath(glob_str)
    if pattern.startswith(("gs://", "s3://")):
        guard.warn_once(f"save {pattern}", f"{pattern} lies in a cloud already; only files of this machine can be kept")
        return []
    base = None if base_path is None else os.fspath(base_path)
    if base is None and os.path.abspath(pattern).startswith(os.path.join(run.dir, "")):
        base = run.dir  # the script has put it where files of the run lie
    found = chosen(pattern, base, policy, glob)
    if not found.files and not (found.pattern and policy != "now"):
        guard.warn_once(f"save {pattern}", f"no file is called {pattern}; nothing is kept")
    with guard.guarded("keep a file"):
        for path, source in found.files:
            run._record(Kind.FILE, {"path": path, "source": source, "policy": policy})
        if found.pattern and policy != "now":
            run._record(Kind.FILE, {"glob": found.pattern, "base": found.base, "policy": policy})
    return [_linked(run, path, source) for path, source in found.files]


def _linked(run: Run, path: str, source: str) -> str:
    """The file's place in the run folder, with a link to the file; a file that the script wrote there itself stays."""
    place = os.path.join(run.dir, path)
    if run._about.folder is None:
        return place
    try:
        if os.path.islink(place):
            os.unlink(place)
        if not os.path.exists(place):
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.symlink(source, place)
    except OSError:  # no links here: what is sent is read from the file itself anyway
        pass
    return place


def restore(
    run: Run | None, name: str, run_path: str | None = None, replace: bool = False, root: str | None = None
) -> TextIO | None:
    """Fetch a file of a run; see `Run.restore`. Raises UsageError, and CommError where the server cannot be asked."""
    parts = name.replace("\\", "/").split("/")
    if not name or os.path.isabs(name) or ".." in parts:
        raise UsageError(f"A file of a run has a path inside of it, not {name!r}")
    if run_path is None and run is None:
        raise UsageError("Without an active run, restore() needs the run's path: restore(name, run_path=...)")
    folder = root if root is not None else run.dir if run is not None else os.getcwd()
    place = os.path.join(folder, name)
    if os.path.exists(place) and not replace:
        return open(place)
    if run is not None and run.disabled:
        return None
    address = _address(run, run_path)
    if run_path is None and run is not None and run.offline:
        return None
    return open(place) if _fetch(run, address, name, place) else None


def restore_anywhere(
    name: str, run_path: str | None = None, replace: bool = False, root: str | None = None
) -> TextIO | None:
    """`gnomon.restore` where no run is active: into the current folder."""
    return restore(None, name, run_path, replace, root)


def _address(run: Run | None, run_path: str | None) -> tuple[str, str, str]:
    """Entity, project and id of a run that is named by the last part of its path, the last two, or all."""
    about = (run.entity or "-", run.project, run.id) if run is not None else ("-", "uncategorized", "")
    if run_path is None:
        return about
    said = [part for part in run_path.strip("/").split("/") if part != "runs"]
    if not 1 <= len(said) <= 3:
        raise UsageError(f"run_path reads entity/project/run, not {run_path!r}")
    return (*about[: 3 - len(said)], *said)  # type: ignore[return-value]  # three in any case


def _fetch(run: Run | None, address: tuple[str, str, str], name: str, place: str) -> bool:
    from gnomon.sdk.service import NotThere, Service, path

    service = Service.of(run.settings) if run is not None else Service()
    os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
    draft = f"{place}.{os.getpid()}.part"
    try:
        with open(draft, "wb") as file:
            service.download(path("runs", *address, "files") + path(*name.split("/")), file.write)
        os.replace(draft, place)
        return True
    except NotThere:
        return False
    finally:
        service.close()
        if os.path.exists(draft):
            os.unlink(draft)
