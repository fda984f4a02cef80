"""Which module of wandb is which of ours, as far as integrations and users import them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

VERSION = "0.28.0"
"""The version of wandb whose calls are covered; what `wandb.__version__` and its metadata say."""


class Module(NamedTuple):
    """A module that is made up of names from others."""

    of: tuple[str, ...] = ()
    """All names of these modules, the first that has one."""
    names: Mapping[str, str] = {}
    """Names from elsewhere: `module:name`, or a module alone."""


_HERE = "gnomon.sdk.stand_in"

SAME = {
    "data_types": "gnomon.data_types",
    "plot": "gnomon.plot",
    "sklearn": "gnomon.sklearn",
    "util": "gnomon.util",
    "tensorboard": "gnomon.tensorboard",
    "apis": "gnomon.apis",
    "integration": "gnomon.integration",
    "integration.sklearn": "gnomon.sklearn",
    "integration.tensorboard": "gnomon.tensorboard",
    "integration.yolov8": "gnomon.integration.ultralytics",
    "env": f"{_HERE}.env",
    **{
        name: f"gnomon.integration.{name}"
        for name in ("keras", "xgboost", "lightgbm", "catboost", "gym", "sacred", "tensorflow")
    },
}
"""Modules that are one of ours, with all that lies below it: `wandb.plot is gnomon.plot`."""

_TERM = {name: f"{_HERE}.terminal:{name}" for name in ("termlog", "termwarn", "termerror", "termsetup")}

FRONT: Mapping[str, str] = {
    **_TERM,
    "join": "gnomon:finish",
    "api": f"{_HERE}.old_api:api",
    "ensure_configured": f"{_HERE}.old_api:ensure_configured",
    "patched": f"{_HERE}.old_api:patched",
    "attach": f"{_HERE}.old_api:attach",
    "_attach": f"{_HERE}.old_api:attach",
    "visualize": "gnomon.plot:visualize",
    "wandb_sdk": "wandb.sdk",
    "wandb_lib": "wandb.sdk.lib",
    "wandb_torch": "gnomon.integration.torch.wandb_torch",
    "helper": "wandb.sdk.wandb_helper",
    "_teardown": "gnomon:teardown",
}
"""What `wandb` has at its top that `gnomon` has not."""

MODULES: Mapping[str, Module] = {
    "errors": Module(("gnomon.errors",)),
    "errors.errors": Module(("gnomon.errors",)),
    "errors.term": Module(names=_TERM),
    "sdk": Module(
        ("gnomon.sdk.init", "gnomon.sdk.login", "gnomon.sdk.current"),
        {
            "Artifact": "gnomon:Artifact",
            "AlertLevel": "gnomon:AlertLevel",
            "Config": "gnomon.sdk.config:Config",
            "Settings": "gnomon.sdk.settings:Settings",
            "Summary": "gnomon.sdk.summary:Summary",
            "sweep": "gnomon:sweep",
            "controller": "gnomon:controller",
        },
    ),
    "sdk.wandb_run": Module(("gnomon.sdk.run",), {"finish": "gnomon:finish", "restore": "gnomon:restore"}),
    "sdk.wandb_init": Module(("gnomon.sdk.init",)),
    "sdk.wandb_setup": Module(("gnomon.sdk.init",)),
    "sdk.wandb_require": Module(names={"require": "gnomon.sdk.init:require"}),
    "sdk.wandb_config": Module(("gnomon.sdk.config",)),
    "sdk.wandb_summary": Module(("gnomon.sdk.summary",)),
    "sdk.wandb_settings": Module(("gnomon.sdk.settings",)),
    "sdk.wandb_login": Module(("gnomon.sdk.login",)),
    "sdk.wandb_metric": Module(("gnomon.sdk.metrics",)),
    "sdk.wandb_alerts": Module(("gnomon.sdk.alerts",)),
    "sdk.wandb_helper": Module(names={"parse_config": f"{_HERE}.old_api:parse_config"}),
    "sdk.wandb_watch": Module(("gnomon.sdk.watching",)),
    "sdk.wandb_sweep": Module(names={"sweep": "gnomon:sweep", "controller": "gnomon:controller"}),
    "sdk.lib": Module(names={name: f"{_HERE}.kinds:{name}" for name in ("RunDisabled", "SummaryDisabled")}),
    "sdk.lib.disabled": Module(names={name: f"{_HERE}.kinds:{name}" for name in ("RunDisabled", "SummaryDisabled")}),
    "sdk.lib.runid": Module(names={name: f"gnomon.util:{name}" for name in ("generate_id", "generate_fast_id")}),
    "sdk.lib.ipython": Module((f"{_HERE}.notebook",)),
    "sdk.lib.telemetry": Module((f"{_HERE}.telemetry",)),
    "sdk.lib.config_util": Module(names={"ConfigError": "gnomon.errors:ConfigError"}),
    "sdk.data_types": Module(),
    "sdk.data_types.image": Module(("gnomon.sdk.values.image",)),
    "sdk.data_types.audio": Module(("gnomon.sdk.values.audio",)),
    "sdk.data_types.video": Module(("gnomon.sdk.values.video",)),
    "sdk.data_types.html": Module(("gnomon.sdk.values.html",)),
    "sdk.data_types.histogram": Module(("gnomon.sdk.values.histogram",)),
    "sdk.data_types.object_3d": Module(("gnomon.sdk.values.object3d",)),
    "sdk.data_types.molecule": Module(("gnomon.sdk.values.molecule",)),
    "sdk.data_types.plotly": Module(names={"Plotly": "gnomon:Plotly"}),
    "sdk.data_types.bokeh": Module(names={"Bokeh": "gnomon:Bokeh"}),
    "sdk.data_types.graph": Module(("gnomon.sdk.values.graph",)),
    "sdk.data_types.trace_tree": Module(("gnomon.sdk.values.trace",)),
    "sdk.data_types.table": Module(
        ("gnomon.sdk.tables.table",), {name: f"gnomon:{name}" for name in ("JoinedTable", "PartitionedTable")}
    ),
    "sdk.data_types.helper_types": Module(),
    "sdk.data_types.helper_types.bounding_boxes_2d": Module(names={"BoundingBoxes2D": "gnomon:BoundingBoxes2D"}),
    "sdk.data_types.helper_types.classes": Module(names={"Classes": "gnomon:Classes"}),
    "sdk.data_types.helper_types.image_mask": Module(names={"ImageMask": "gnomon:ImageMask"}),
    "sdk.data_types.base_types": Module(),
    "sdk.data_types.base_types.wb_value": Module(names={"WBValue": f"{_HERE}.kinds:WBValue"}),
    "sdk.data_types.base_types.media": Module(names={"Media": f"{_HERE}.kinds:WBValue"}),
    "sdk.artifacts": Module(),
    "sdk.artifacts.artifact": Module(("gnomon.sdk.artifacts.artifact",)),
    "sdk.artifacts.artifact_ttl": Module(names={"ArtifactTTL": "gnomon:ArtifactTTL"}),
    "proto": Module(),
    "proto.wandb_telemetry_pb2": Module((f"{_HERE}.telemetry",)),
    "wandb_run": Module(("gnomon.sdk.run",)),
    "wandb_agent": Module(names={"agent": "gnomon:agent"}),
    "wandb_controller": Module(names={"controller": "gnomon:controller", "sweep": "gnomon:sweep"}),
    "cli": Module(),
    "cli.cli": Module(names={"cli": "gnomon.cli.root:cli"}),
}
"""Modules that are made when they are imported; names without `wandb.` before them."""
