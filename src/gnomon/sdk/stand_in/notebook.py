"""`wandb.sdk.lib.ipython`: where the script runs."""

from __future__ import annotations

import sys


def _get_python_type() -> str:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return "python"
    return "jupyter" if hasattr(shell, "kernel") else "ipython"


def in_jupyter() -> bool:
    """Whether this is a notebook."""
    return _get_python_type() == "jupyter"


def in_ipython() -> bool:
    """Whether this is IPython in a terminal."""
    return _get_python_type() == "ipython"


def in_notebook() -> bool:
    """Whether this is IPython, in a notebook or a terminal."""
    return _get_python_type() != "python"
