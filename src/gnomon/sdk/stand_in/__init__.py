"""`import wandb` is Gnomon: where `gnomon run` began the process, or where `use()` was called before the import.

The folder `path` holds a package `wandb` and what an installed distribution of that name has. It is put first on
`PYTHONPATH`, so children, workers and programs in between find it as they find any package.

├── names     which module of wandb is which of ours
├── front     the module `wandb` itself: another name of `gnomon`
├── finder    makes the modules below it when they are imported
└── terminal, env, kinds, telemetry, notebook, old_api   the few things that only wandb has
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "path")
"""The folder that is put first on the path."""


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """This environment, in which `import wandb` is Gnomon for every Python that can import Gnomon."""
    given = environ.get("PYTHONPATH")
    others = [part for part in given.split(os.pathsep) if part != PATH] if given else []  # "" is the current folder
    return {**environ, "PYTHONPATH": os.pathsep.join([PATH, *others])}


def use() -> None:
    """Make `import wandb` Gnomon in this process and in what it starts; for notebooks, and for tests of your own.

    Raises ImportError where another wandb was imported already.
    """
    there = sys.modules.get("wandb")
    if there is not None and not (getattr(there, "__file__", None) or "").startswith(PATH):
        raise ImportError(f"wandb was imported already, from {getattr(there, '__file__', 'an unknown place')}")
    os.environ.update(environment(os.environ))
    if sys.path[:1] != [PATH]:
        sys.path[:] = [PATH, *(part for part in sys.path if part != PATH)]


__all__ = ["PATH", "environment", "use"]
