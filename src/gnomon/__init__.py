"""Gnomon: an open, self-hosted experiment tracker. `import gnomon as wandb` reads as it always did.

Importing this package costs next to nothing: each name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec as _msgspec  # noqa: F401  # every part needs it; loaded here, so that the first `init()` is quick

__version__ = "0.1.0"

_WHERE = {
    **dict.fromkeys(("init", "setup", "teardown", "require"), "gnomon.sdk.init"),
    "login": "gnomon.sdk.login",
    **dict.fromkeys(("finish", "config", "summary"), "gnomon.sdk.current"),
    "Settings": "gnomon.sdk.settings",
    "Run": "gnomon.sdk.run",
    "Config": "gnomon.sdk.config",
    "AlertLevel": "gnomon.sdk.alerts",
    # Values
    "Image": "gnomon.sdk.values.image",
    "Audio": "gnomon.sdk.values.audio",
    "Video": "gnomon.sdk.values.video",
    **dict.fromkeys(("Html", "HTML"), "gnomon.sdk.values.html"),
    "Histogram": "gnomon.sdk.values.histogram",
    **dict.fromkeys(("Object3D", "box3d"), "gnomon.sdk.values.object3d"),
    "Molecule": "gnomon.sdk.values.molecule",
    **dict.fromkeys(("Plotly", "Bokeh"), "gnomon.sdk.values.figures"),
    **dict.fromkeys(("Graph", "Node", "Edge"), "gnomon.sdk.values.graph"),
    **dict.fromkeys(("Classes", "BoundingBoxes2D", "ImageMask"), "gnomon.sdk.values.layers"),
    **dict.fromkeys(("WBTraceTree", "Trace"), "gnomon.sdk.values.trace"),
    "Table": "gnomon.sdk.tables.table",
    **dict.fromkeys(("JoinedTable", "PartitionedTable"), "gnomon.sdk.tables.joined"),
    "EvalTable": "gnomon.sdk.tables.evaluation",
    **dict.fromkeys(("plot_table", "visualize"), "gnomon.plot"),
    # Artifacts, sweeps, reading back
    **dict.fromkeys(("Artifact", "ArtifactTTL"), "gnomon.sdk.artifacts.artifact"),
    "sweep": "gnomon.sdk.sweep",
    "agent": "gnomon.sdk.agent",
    "controller": "gnomon.sdk.controller",
    "Api": "gnomon.sdk.public.api",
    **dict.fromkeys(
        ("Error", "UsageError", "ConfigError", "CommError", "AuthenticationError", "UnsupportedError"),
        "gnomon.sdk.errors",
    ),
}
"""Each name of the front door with the module that has it."""

_MODULES = ("errors", "plot", "sklearn", "data_types", "integration", "tensorboard", "apis", "util", "sdk")
"""What may be named as `gnomon.<module>` without importing it."""

if TYPE_CHECKING:
    from gnomon import data_types as data_types
    from gnomon import errors
    from gnomon import plot as plot
    from gnomon import sklearn as sklearn
    from gnomon import tensorboard as tensorboard
    from gnomon import util as util
    from gnomon.plot import plot_table, visualize
    from gnomon.sdk.agent import agent
    from gnomon.sdk.alerts import AlertLevel
    from gnomon.sdk.artifacts.artifact import Artifact, ArtifactTTL
    from gnomon.sdk.config import Config
    from gnomon.sdk.controller import controller
    from gnomon.sdk.current import active, finish
    from gnomon.sdk.errors import (
        AuthenticationError,
        CommError,
        ConfigError,
        Error,
        UnsupportedError,
        UsageError,
    )
    from gnomon.sdk.init import init, require, setup, teardown
    from gnomon.sdk.login import login
    from gnomon.sdk.public.api import Api
    from gnomon.sdk.run import Run
    from gnomon.sdk.settings import Settings
    from gnomon.sdk.summary import Summary
    from gnomon.sdk.sweep import sweep
    from gnomon.sdk.tables.evaluation import EvalTable
    from gnomon.sdk.tables.joined import JoinedTable, PartitionedTable
    from gnomon.sdk.tables.table import Table
    from gnomon.sdk.values.audio import Audio
    from gnomon.sdk.values.figures import Bokeh, Plotly
    from gnomon.sdk.values.graph import Edge, Graph, Node
    from gnomon.sdk.values.histogram import Histogram
    from gnomon.sdk.values.html import HTML, Html
    from gnomon.sdk.values.image import Image
    from gnomon.sdk.values.layers import BoundingBoxes2D, Classes, ImageMask
    from gnomon.sdk.values.molecule import Molecule
    from gnomon.sdk.values.object3d import Object3D, box3d
    from gnomon.sdk.values.trace import Trace, WBTraceTree
    from gnomon.sdk.values.video import Video

    config: Config
    """The config of the active run."""
    summary: Summary
    """The summary of the active run."""

    log = active.log
    save, restore, log_code = active.save, active.restore, active.log_code
    define_metric, alert, status = active.define_metric, active.alert, active.status
    watch, unwatch = active.watch, active.unwatch
    log_artifact, use_artifact = active.log_artifact, active.use_artifact
    upsert_artifact, finish_artifact = active.upsert_artifact, active.finish_artifact
    link_artifact, link_model = active.link_artifact, active.link_model
    log_model, use_model = active.log_model, active.use_model
    display, to_html, write_logs = active.display, active.to_html, active.write_logs
    mark_preempting, pin_config_keys = active.mark_preempting, active.pin_config_keys

run: Run | None = None
"""The active run; None where there is none."""

__all__ = [
    "init",
    "finish",
    "log",
    "config",
    "summary",
    "run",
    "define_metric",
    "login",
    "setup",
    "teardown",
    "require",
    "save",
    "restore",
    "log_code",
    "alert",
    "watch",
    "unwatch",
    "display",
    "to_html",
    "status",
    "write_logs",
    "log_artifact",
    "use_artifact",
    "upsert_artifact",
    "finish_artifact",
    "link_artifact",
    "log_model",
    "use_model",
    "link_model",
    "mark_preempting",
    "pin_config_keys",
    "sweep",
    "agent",
    "controller",
    "Api",
    "Artifact",
    "ArtifactTTL",
    "Settings",
    "Run",
    "Config",
    "AlertLevel",
    "Image",
    "Audio",
    "Video",
    "Html",
    "HTML",
    "Histogram",
    "Object3D",
    "box3d",
    "Molecule",
    "Plotly",
    "Bokeh",
    "Graph",
    "Node",
    "Edge",
    "Classes",
    "BoundingBoxes2D",
    "ImageMask",
    "Error",
    "UsageError",
    "ConfigError",
    "UnsupportedError",
    "CommError",
    "AuthenticationError",
    "errors",
    "Table",
    "JoinedTable",
    "PartitionedTable",
    "EvalTable",
    "WBTraceTree",
    "Trace",
    "plot_table",
    "visualize",
    "__version__",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module 'gnomon' has no attribute {name!r}")
        from importlib import import_module

        if name in _WHERE:
            found = getattr(import_module(_WHERE[name]), name)
        elif name in _MODULES:
            found = import_module(f"gnomon.{name}")
        else:
            from gnomon.sdk import current

            if name not in current.MIRRORED:
                raise AttributeError(f"module 'gnomon' has no attribute {name!r}")
            found = current.mirror(name)
        # `gnomon.sdk.current` puts the active run's own `log`, `config` and `summary` here.
        return globals().setdefault(name, found)

    def __dir__() -> list[str]:
        from gnomon.sdk import current

        return sorted({*globals(), *_WHERE, *_MODULES, *current.MIRRORED})
