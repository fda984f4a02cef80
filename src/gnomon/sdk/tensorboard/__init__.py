"""TensorBoard's event files in a run, without TensorBoard: followed while they are written, or imported.

├── wire, records   bytes: messages, and files that grow
├── events          what an event says
├── rows            an event as a row of a run
├── reading         files to rows
├── writers         who writes event files in this process
├── follow          the thread that reads them meanwhile
└── importing       folders of them that are there already
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from gnomon.sdk import current, guard
from gnomon.sdk.errors import UsageError
from gnomon.sdk.tensorboard.follow import Follower
from gnomon.sdk.tensorboard.writers import Patch

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

_patch: Patch | None = None
_followers: dict[Run, Follower] = {}


def patch(save: bool = True, root_logdir: str = "") -> None:
    """From here on, what writers write is logged to the run that is active when they are made.

    With `save` the event files are kept with the run. Keys begin with the folder's path below `root_logdir`; without
    it, below what several folders have in common. Where writers are followed already a call without arguments changes
    nothing; raises UsageError for one that says anything else.
    """
    global _patch
    if _patch is not None:
        if save and not root_logdir:
            return
        raise UsageError("TensorBoard's writers are followed already; call gnomon.tensorboard.unpatch() first")

    def opened(folder: str, writer: Any) -> None:
        run = current.get()
        if run is not None:
            with guard.guarded("follow TensorBoard's event files"):
                follower(run).add(folder, root=root_logdir, save=save, writer=writer)

    _patch = Patch(opened)


def unpatch() -> None:
    """Leave writers alone again; what is followed already is followed on."""
    global _patch
    if _patch is not None:
        _patch.undo()
        _patch = None


def follower(run: Run) -> Follower:
    """What follows event files for this run, in this process."""
    found = _followers.get(run)
    if found is None or found.pid != os.getpid():
        found = _followers[run] = Follower(run)
        run._before_finish.append(found.finish)
        run._on_finish.append(lambda _: _followers.pop(run, None))
    return found
