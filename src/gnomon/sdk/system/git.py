"""The state of the source: commit, branch, remote and what is not committed."""

from __future__ import annotations

import os
import re
import subprocess
from typing import NamedTuple

MAX_DIFF_BYTES = 10_000_000
TIMEOUT_SECS = 10.0


class GitState(NamedTuple):
    """A work tree as it was when the run began."""

    root: str
    commit: str
    branch: str
    remote: str
    dirty: bool
    diff: bytes
    """What `git apply` needs to come from the commit to the work tree; untracked files are not in it."""


def read(folder: str, remote: str = "origin") -> GitState | None:
    """The git state around a folder, with the address of one of its remotes; None where there is none or no git."""
    root = _text(folder, "rev-parse", "--show-toplevel")
    if not root:
        return None
    commit = _text(root, "rev-parse", "--verify", "--quiet", "HEAD")
    diff = (
        _git(root, "diff", "--no-ext-diff", "--no-textconv", "--submodule=diff", "--binary", "HEAD") if commit else None
    )
    return GitState(
        root=root,
        commit=commit,
        branch=_text(root, "symbolic-ref", "--short", "--quiet", "HEAD"),
        remote=without_secrets(_text(root, "config", "--get", f"remote.{remote}.url")),
        dirty=bool(_git(root, "status", "--porcelain", "--untracked-files=no")),
        diff=(diff or b"")[:MAX_DIFF_BYTES],
    )


def without_secrets(remote: str) -> str:
    """The address without user, password or token.

    >>> without_secrets("https://me:ghp_secret@github.com/a/b.git?token=x")
    'https://github.com/a/b.git'
    >>> without_secrets("git@github.com:a/b.git")
    'git@github.com:a/b.git'
    """
    return re.sub(r"^([a-z0-9+.-]+://)(?:[^/@]*@)?([^?#]*).*$", r"\1\2", remote, flags=re.IGNORECASE | re.DOTALL)


def _text(folder: str, *arguments: str) -> str:
    return (_git(folder, *arguments) or b"").decode(errors="replace").strip()


def _git(folder: str, *arguments: str) -> bytes | None:
    """What git prints; None where it fails. Nothing of the repository is run: no hooks, no filters, no prompts."""
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-c", "core.fsmonitor=false", "-c", "core.quotepath=false", *arguments],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_SECS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout if done.returncode == 0 else None
