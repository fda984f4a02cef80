"""Which files `run.save` means."""

from __future__ import annotations

import os

from gnomon.sdk.errors import UsageError

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
