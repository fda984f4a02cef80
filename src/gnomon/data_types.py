"""Everything that can be logged besides plain values, by the names `wandb.data_types` has for it.

Each is loaded when it is first used: `from gnomon.data_types import Image, Table`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gnomon.sdk.tables.evaluation import EvalTable
    from gnomon.sdk.tables.joined import JoinedTable, PartitionedTable
    from gnomon.sdk.tables.table import Table
    from gnomon.sdk.values.audio import Audio
    from gnomon.sdk.values.figures import Bokeh, Plotly
    from gnomon.sdk.values.graph import Edge, Graph, Node
    from gnomon.sdk.values.histogram import Histogram
    from gnomon.sdk.values.html import Html
    from gnomon.sdk.values.image import Image
    from gnomon.sdk.values.layers import BoundingBoxes2D, Classes, ImageMask
    from gnomon.sdk.values.media import Media
    from gnomon.sdk.values.media import Media as BatchableMedia
    from gnomon.sdk.values.media import Media as WBValue
    from gnomon.sdk.values.molecule import Molecule
    from gnomon.sdk.values.object3d import Object3D, box3d
    from gnomon.sdk.values.trace import Trace, WBTraceTree
    from gnomon.sdk.values.video import Video

_WHERE = {
    "Audio": "gnomon.sdk.values.audio",
    **dict.fromkeys(("Bokeh", "Plotly"), "gnomon.sdk.values.figures"),
    **dict.fromkeys(("Edge", "Graph", "Node"), "gnomon.sdk.values.graph"),
    "Histogram": "gnomon.sdk.values.histogram",
    "Html": "gnomon.sdk.values.html",
    "Image": "gnomon.sdk.values.image",
    **dict.fromkeys(("BoundingBoxes2D", "Classes", "ImageMask"), "gnomon.sdk.values.layers"),
    "Molecule": "gnomon.sdk.values.molecule",
    **dict.fromkeys(("Object3D", "box3d"), "gnomon.sdk.values.object3d"),
    **dict.fromkeys(("Trace", "WBTraceTree"), "gnomon.sdk.values.trace"),
    "Video": "gnomon.sdk.values.video",
    "Table": "gnomon.sdk.tables.table",
    **dict.fromkeys(("JoinedTable", "PartitionedTable"), "gnomon.sdk.tables.joined"),
    "EvalTable": "gnomon.sdk.tables.evaluation",
    "Media": "gnomon.sdk.values.media",
}
_SAME_AS = {"WBValue": "Media", "BatchableMedia": "Media"}

__all__ = [
    "Audio",
    "BatchableMedia",
    "Bokeh",
    "BoundingBoxes2D",
    "Classes",
    "Edge",
    "EvalTable",
    "Graph",
    "Histogram",
    "Html",
    "Image",
    "ImageMask",
    "JoinedTable",
    "Media",
    "Molecule",
    "Node",
    "Object3D",
    "PartitionedTable",
    "Plotly",
    "Table",
    "Trace",
    "Video",
    "WBTraceTree",
    "WBValue",
    "box3d",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The class of this name, from the module that has it."""
        found = _SAME_AS.get(name, name)
        if found not in _WHERE:
            raise AttributeError(f"module 'gnomon.data_types' has no attribute {name!r}")
        return globals().setdefault(name, getattr(import_module(_WHERE[found]), found))

    def __dir__() -> list[str]:
        return __all__
