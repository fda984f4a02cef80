"""What a run keeps besides rows: files, code, artifacts, models, alerts, what its models look like.

Each method is one line to the module that does it, imported when it is first called.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from datetime import timedelta

    from gnomon.sdk.artifacts.artifact import Artifact
    from gnomon.sdk.run.run import Run
    from gnomon.sdk.shipping import Shipped


class Outputs:
    """The part of `Run` that keeps what is more than a row."""

    # Files and code

    def save(
        self,
        glob_str: str | os.PathLike[str],
        base_path: str | os.PathLike[str] | None = None,
        policy: str = "live",
        glob: bool = True,
    ) -> list[str]:
        """Keep files with the run, under their paths relative to `base_path`.

        Without it, relative patterns keep the folders they name, and absolute ones the last. `policy` says when:
        `now`, `end`, or `live` (again whenever they change); with `end` and `live`, files that match later are kept,
        too. Without `glob` the name is taken as it is. The files' places in the run folder are returned.
        """
        from gnomon.sdk import files

        return files.save(_run(self), glob_str, base_path, policy, glob)

    def restore(
        self, name: str, run_path: str | None = None, replace: bool = False, root: str | None = None
    ) -> TextIO | None:
        """Fetch a file of this run, or of the run at `run_path`, and open it; None where the run has no such file.

        It is put below `root` (the run's own folder where it is not said); one that is there stays unless `replace`.
        """
        from gnomon.sdk import files

        return files.restore(_run(self), name, run_path, replace, root)

    def log_code(
        self,
        root: str | None = ".",
        name: str | None = None,
        include_fn: Callable[..., bool] | None = None,
        exclude_fn: Callable[..., bool] | None = None,
    ) -> Artifact | None:
        """Keep the source files below `root` as an artifact of type `code`; None where none was found.

        `include_fn` and `exclude_fn` are asked with each path, and with `root` too where they take two arguments;
        without them Python files are kept.
        """
        from gnomon.sdk import code

        return code.log_code(_run(self), root, name, include_fn, exclude_fn)

    # Artifacts and models

    def log_artifact(
        self,
        artifact_or_path: Any,
        name: str | None = None,
        type: str | None = None,
        aliases: Sequence[str] | None = None,
        tags: Sequence[str] | None = None,
    ) -> Artifact:
        """Log an artifact as an output of this run: a new version, or the latest one where nothing changed."""
        from gnomon.sdk.artifacts import of_run

        return of_run.log_artifact(_run(self), artifact_or_path, name, type, aliases, tags)

    def use_artifact(
        self,
        artifact_or_name: Any,
        type: str | None = None,
        aliases: Sequence[str] | None = None,
        use_as: str | None = None,
    ) -> Artifact:
        """Say that this run uses an artifact (`name:alias`, `project/name:v3`), and get it. Asks the server."""
        from gnomon.sdk.artifacts import of_run

        return of_run.use_artifact(_run(self), artifact_or_name, type, aliases, use_as)

    def upsert_artifact(
        self,
        artifact_or_path: Any,
        name: str | None = None,
        type: str | None = None,
        aliases: Sequence[str] | None = None,
        distributed_id: str | None = None,
    ) -> Artifact:
        """Add to a version that several processes write together; `finish_artifact` makes it one."""
        from gnomon.sdk.artifacts import of_run

        return of_run.upsert_artifact(_run(self), artifact_or_path, name, type, aliases, distributed_id)

    def finish_artifact(
        self,
        artifact_or_path: Any,
        name: str | None = None,
        type: str | None = None,
        aliases: Sequence[str] | None = None,
        distributed_id: str | None = None,
    ) -> Artifact:
        """End a version that several processes wrote with `upsert_artifact`."""
        from gnomon.sdk.artifacts import of_run

        return of_run.finish_artifact(_run(self), artifact_or_path, name, type, aliases, distributed_id)

    def link_artifact(self, artifact: Artifact, target_path: str, aliases: Sequence[str] | None = None) -> Artifact:
        """Show a version in a portfolio, or in a collection of the registry, too."""
        from gnomon.sdk.artifacts import of_run

        return of_run.link_artifact(_run(self), artifact, target_path, aliases)

    def log_model(self, path: str, name: str | None = None, aliases: Sequence[str] | None = None) -> None:
        """Log a file or a folder as an artifact of type `model`."""
        from gnomon.sdk.artifacts import of_run

        of_run.log_model(_run(self), path, name, aliases)

    def use_model(self, name: str) -> str:
        """Download a model artifact and say that this run uses it; the path of its file, or of its folder."""
        from gnomon.sdk.artifacts import of_run

        return of_run.use_model(_run(self), name)

    def link_model(
        self, path: str, registered_model_name: str, name: str | None = None, aliases: Sequence[str] | None = None
    ) -> Artifact | None:
        """Log a model and link it to a collection of the model registry."""
        from gnomon.sdk.artifacts import of_run

        return of_run.link_model(_run(self), path, registered_model_name, name, aliases)

    # Models in training

    def watch(
        self,
        models: Any,
        criterion: Any = None,
        log: str | None = "gradients",
        log_freq: int = 1000,
        idx: int | None = None,
        log_graph: bool = False,
    ) -> None:
        """Log histograms of a torch model's gradients and parameters every `log_freq` batches, and what it looks like.

        `log` is `gradients`, `parameters`, `all` or None; with `log_graph` the run's Model tab shows its layers.
        """
        from gnomon.sdk import watching

        watching.watch(_run(self), models, criterion, log, log_freq, idx, log_graph)

    def unwatch(self, models: Any = None) -> None:
        """Stop watching these models, or all of them."""
        from gnomon.sdk import watching

        watching.unwatch(_run(self), models)

    # Telling people

    def alert(
        self, title: str, text: str, level: Any = None, wait_duration: int | float | timedelta | None = None
    ) -> None:
        """Say something aloud. One of the same title within `wait_duration` (a minute) is left out."""
        from gnomon.sdk import alerts

        alerts.alert(_run(self), title, text, level, wait_duration)

    def display(self, height: int = 420, hidden: bool = False) -> bool:
        """Show the run's page in a notebook; False where this is none."""
        from gnomon.sdk import notebook

        return notebook.display(_run(self), height, hidden)

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """The run's page as an HTML frame."""
        from gnomon.sdk import notebook

        return notebook.to_html(_run(self), height, hidden)

    def status(self) -> Shipped:
        """How far the run's rows and files are on their way to the server."""
        from gnomon.sdk import shipping

        return shipping.progress(_run(self).sync_dir)


def _run(part: Outputs) -> Run:
    """The whole that this is a part of."""
    return cast("Run", part)
