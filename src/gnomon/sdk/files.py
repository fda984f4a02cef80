"""Files of a run: `run.save` and `run.restore`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

from gnomon.protocol.journal import Kind
from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

POLICIES = ("live", "now", "end")


def chosen(pattern: str, base_path: str | None, policy: str, glob: bool = True) -> list[tuple[str, str]]:
    """Paths in the run and absolute paths here of the files a pattern names. Raises UsageError.

    Paths in the run are relative to `base_path`; without one, to the folder before the first wildcard's.
    """
    if policy not in POLICIES:
        raise UsageError(f"policy is one of {', '.join(POLICIES)}, not {policy!r}")
    if pattern.startswith(("gs://", "s3://")):
        raise UsageError(f"{pattern!r} lies in a cloud already; only files of this machine can be kept")
    absolute = os.path.abspath(pattern)
    if base_path is None:
        relative = not os.path.isabs(pattern) and not pattern.startswith("..")
        base = os.getcwd() if relative else os.path.dirname(absolute)
    else:
        base = os.path.abspath(base_path)
    if glob:
        from glob import glob as matching

        found = sorted(path for path in matching(absolute) if os.path.isfile(path))
    else:
        found = [absolute] if os.path.isfile(absolute) else []
    pairs = []
    for source in found:
        path = os.path.relpath(source, base)
        if path.startswith(".."):
            raise UsageError(f"{source} does not lie in base_path {base}")
        pairs.append((path.replace(os.sep, "/"), source))
    return pairs


def save(
    run: Run,
    glob_str: str | os.PathLike[str],
    base_path: str | os.PathLike[str] | None = None,
    policy: str = "live",
    glob: bool = True,
) -> list[str]:
    """Keep files with the run; see `Run.save`."""
    found = chosen(os.fspath(glob_str), None if base_path is None else os.fspath(base_path), policy, glob)
    with guard.guarded("keep a file"):
        for path, source in found:
            run._record(Kind.FILE, {"path": path, "source": source, "policy": policy})
    return [os.path.join(run.dir, path) for path, _ in found]


def restore(
    run: Run, name: str, run_path: str | None = None, replace: bool = False, root: str | None = None
) -> TextIO | None:
    """Fetch a file of a run; see `Run.restore`."""
    raise NotImplementedError
