"""TensorBoard's event files in runs: `init(sync_tensorboard=True)`, or `patch` where a root folder has to be said.

Neither TensorBoard nor TensorFlow has to be installed.
"""

from __future__ import annotations

from typing import Any

from gnomon.sdk import current
from gnomon.sdk import tensorboard as following
from gnomon.sdk.errors import UsageError
from gnomon.sdk.tensorboard import events, rows
from gnomon.sdk.tensorboard.importing import tensorboard_import


def patch(
    save: bool = True, tensorboard_x: bool | None = None, pytorch: bool | None = None, root_logdir: str = ""
) -> None:
    """From here on, what is written for TensorBoard is logged to the run that is active when its writer is made.

    With `save` the event files are kept with the run. Keys begin with the folder's path below `root_logdir`; without
    it, below what several folders have in common. The writers of torch, tensorboardX and TensorFlow are followed alike,
    so `tensorboard_x` and `pytorch` are accepted for old scripts. Raises UsageError where `patch` was called before
    with something else.
    """
    following.patch(save, root_logdir)


def unpatch() -> None:
    """Leave writers alone again."""
    following.unpatch()


def tf_summary_to_dict(tf_summary_str_or_pb: Any, namespace: str = "") -> dict[str, Any] | None:
    """The row that a summary makes: its bytes, a list of them, or a summary or an event of TensorFlow's.

    None where it has no values. Raises UsageError for what is no summary.
    """
    values, step = _values(tf_summary_str_or_pb)
    if not values:
        return None
    files = rows.Files()  # not removed: pictures in the row are read when it is logged
    found = rows.row(values, step or 0, namespace, files)
    if step is None:
        found.pop(rows.STEP, None)
    return found


def log(tf_summary_str_or_pb: Any, history: Any = None, step: int = 0, namespace: str = "", **kwargs: Any) -> None:
    """Log a summary to the active run, as the row of `step`. `history` is another run to log to."""
    values, said = _values(tf_summary_str_or_pb)
    run = current.needed("tensorboard.log()") if history is None else history
    with rows.Files() as files:
        row = rows.row(values, step if said is None else said, namespace, files)
        if row:
            run.log(row)


_log = log


def _values(summary: Any) -> tuple[list[events.Value], int | None]:
    """The values of a summary, and the step where it says one."""
    if isinstance(summary, (list, tuple)):
        return [value for one in summary for value in _values(one)[0]], None
    if hasattr(summary, "summary") and hasattr(summary, "step"):
        return events.summary(summary.summary.SerializeToString()), int(summary.step)
    if hasattr(summary, "SerializeToString"):
        summary = summary.SerializeToString()
    if not isinstance(summary, (bytes, bytearray)):
        raise UsageError(f"A summary of TensorBoard is wanted, not {type(summary).__name__}")
    try:
        return events.summary(bytes(summary)), None
    except (ValueError, IndexError, TypeError) as error:
        raise UsageError(f"These bytes are no summary of TensorBoard: {error}") from None


__all__ = ["log", "patch", "tensorboard_import", "tf_summary_to_dict", "unpatch"]
