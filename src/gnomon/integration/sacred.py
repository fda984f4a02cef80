"""Sacred: `experiment.observers.append(WandbObserver(project="iris"))`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from sacred.observers import RunObserver  # type: ignore[import-not-found]

from gnomon.sdk import guard
from gnomon.sdk.init import init


class WandbObserver(RunObserver):  # type: ignore[misc]  # Sacred has no types
    """Logs an experiment to a run of its own: config, metrics, results, and artifacts. Takes what `init` takes."""

    def __init__(self, **kwargs: Any) -> None:
        self.run = init(**kwargs)
        self.resources: dict[str, str] = {}

    def started_event(
        self, ex_info: Any, command: Any, host_info: Any, start_time: Any, config: Mapping[str, Any], meta_info: Any,
        _id: Any,
    ) -> None:  # fmt: skip
        """Keep the experiment's config."""
        self.run.config.update(dict(config), allow_val_change=True)

    def log_metrics(self, metrics_by_name: Mapping[str, Any], info: Any) -> None:
        """Log what was gathered since: each value in the order it came."""
        for name, found in metrics_by_name.items():
            for value in found["values"]:
                self.run.log({name: _loggable(value)})

    def completed_event(self, stop_time: Any, result: Any) -> None:
        """Log the result: numbers and dicts as they are, arrays as pictures, paths of files as artifacts."""
        for at, one in enumerate(result if isinstance(result, tuple) else () if result is None else (result,)):
            if isinstance(one, Mapping):
                self.run.log(dict(one))
            elif isinstance(one, (str, os.PathLike)) and os.path.isfile(one):
                self._keep(f"result_{at}", "result", one)
            else:
                self.run.log({f"result_{at}": _loggable(one)})
        self.run.finish(0)

    def interrupted_event(self, interrupt_time: Any, status: Any) -> None:
        """The run was stopped."""
        self.run.finish(255)

    def failed_event(self, fail_time: Any, fail_trace: Any) -> None:
        """The run failed."""
        self.run.finish(1)

    def artifact_event(
        self, name: str, filename: str, metadata: Mapping[str, Any] | None = None, content_type: str | None = None
    ) -> None:
        """Keep a file as an artifact."""
        self._keep(name, content_type or "file", filename, metadata)

    def resource_event(self, filename: str) -> None:
        """Keep in the config which files the experiment read."""
        self.resources[filename] = filename
        self.run.config.update({"resources": sorted(self.resources)}, allow_val_change=True)

    def _keep(self, name: str, kind: str, path: Any, metadata: Mapping[str, Any] | None = None) -> None:
        from gnomon.sdk.artifacts.artifact import Artifact
        from gnomon.util import make_artifact_name_safe

        with guard.guarded("keep an artifact of an experiment"):
            artifact = Artifact(make_artifact_name_safe(name), type=kind.replace("/", "-"), metadata=metadata)
            artifact.add_file(os.fspath(path))
            self.run.log_artifact(artifact)


def _loggable(value: Any) -> Any:
    """Arrays of two dimensions or three are pictures."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray) and value.ndim in (2, 3):
        from gnomon.sdk.values.image import Image

        return Image(value)
    return value
