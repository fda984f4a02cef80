"""TensorFlow's sessions of old: a hook that logs summaries."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from gnomon import tensorboard
from gnomon.integration import running

tf: Any = import_module("tensorflow")


class WandbHook(tf.compat.v1.train.SessionRunHook):  # type: ignore[misc]  # TensorFlow has no types
    """Logs `summary_op` (all summaries, where it is not given) every `steps_per_log` steps of a session.

    `history` is another run to log to. Raises Error where no run is active when the session begins.
    """

    def __init__(self, summary_op: Any = None, steps_per_log: int = 1000, history: Any = None) -> None:
        self._summary_op = summary_op
        self._steps_per_log = steps_per_log
        self._history = history

    def begin(self) -> None:
        """Find the summaries of the graph."""
        running.needed("WandbHook")
        if self._summary_op is None:
            self._summary_op = tf.compat.v1.summary.merge_all()

    def before_run(self, run_context: Any) -> Any:
        """Ask for the summaries, and the step."""
        asked = {"summary": self._summary_op, "global_step": tf.compat.v1.train.get_global_step()}
        return tf.compat.v1.train.SessionRunArgs(asked)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        """Log them."""
        step = int(run_values.results["global_step"])
        if step % self._steps_per_log == 0:
            tensorboard.log(run_values.results["summary"], history=self._history, step=step)
