"""The class that reads a stored value back, by the `_type` of its JSON object."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values.media import Shelf, Storable

_WHERE = {
    "image-file": "gnomon.sdk.values.image.Image",
    "audio-file": "gnomon.sdk.values.audio.Audio",
    "video-file": "gnomon.sdk.values.video.Video",
    "html-file": "gnomon.sdk.values.html.Html",
    "histogram": "gnomon.sdk.values.histogram.Histogram",
    "object3D-file": "gnomon.sdk.values.object3d.Object3D",
    "molecule-file": "gnomon.sdk.values.molecule.Molecule",
    "plotly-file": "gnomon.sdk.values.figures.Plotly",
    "bokeh-file": "gnomon.sdk.values.figures.Bokeh",
    "graph-file": "gnomon.sdk.values.graph.Graph",
    "classes": "gnomon.sdk.values.layers.Classes",
    "table": "gnomon.sdk.tables.table.Table",
    "joined-table": "gnomon.sdk.tables.joined.JoinedTable",
    "partitioned-table": "gnomon.sdk.tables.joined.PartitionedTable",
    "wb_trace_tree": "gnomon.sdk.values.trace.WBTraceTree",
}
"""Each `_type` with its module and class."""


def restore_class(type_name: str) -> type[Storable]:
    """The class whose `restored` reads objects of this `_type`. Raises UsageError where there is none."""
    if type_name not in _WHERE:
        raise UsageError(f"Stored objects of the type {type_name!r} cannot be read; known are {', '.join(_WHERE)}")
    module, _, name = _WHERE[type_name].rpartition(".")
    found: type[Storable] = getattr(import_module(module), name)
    return found


def restored(said: dict[str, Any], shelf: Shelf) -> Storable:
    """The value that a JSON object stands for. Raises UsageError where its type is not known."""
    found: Storable = restore_class(str(said.get("_type"))).restored(said, shelf)
    return found
