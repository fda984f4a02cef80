"""The run object."""

from gnomon.sdk.run.facts import About
from gnomon.sdk.run.run import Run, attach, live

__all__ = ["About", "Run", "attach", "live"]
