"""What goes wrong with artifacts, under the names that scripts catch."""

from __future__ import annotations

from gnomon.sdk.errors import Error, UsageError


class ArtifactError(UsageError, ValueError):
    """What was asked of an artifact cannot be done; the message says why."""


class ArtifactStatusError(ArtifactError, AttributeError):
    """The artifact is not in the state that this needs."""


class ArtifactNotLoggedError(ArtifactStatusError):
    """This is known of an artifact only once it is logged; `wait()` waits for that."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what!r} is known once the artifact is logged: call log_artifact(), and wait() on what it returns; "
            "offline that happens with `gnomon sync`"
        )


class ArtifactFinalizedError(ArtifactStatusError):
    """The artifact was logged; what it holds does not change any more."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what!r} would change an artifact that was logged; new_draft() makes one that may change")


class FileChanged(ArtifactError):
    """A file was written to while it was read: there is no moment whose contents could be kept."""


class MissingReference(ArtifactError, FileNotFoundError):
    """What a reference names is not there, or is not what it was."""


class WaitTimeoutError(Error, TimeoutError):
    """`wait(timeout)` ended before the version was there; it is still on its way."""
