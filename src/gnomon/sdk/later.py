"""Names users know that this version does not have yet: asking for one says so."""

from __future__ import annotations

_NAMES = """
    Artifact Table Histogram Video Audio Html HTML Object3D Molecule Plotly Bokeh Graph Node Edge JoinedTable
    PartitionedTable EvalTable WBTraceTree Classes BoundingBoxes2D ImageMask box3d Api sweep agent controller watch
    unwatch log_artifact use_artifact log_model use_model link_model link_artifact upsert_artifact finish_artifact
    plot plot_table alert AlertLevel restore log_code mark_preempting pin_config_keys display to_html status
    tensorboard sklearn integration
"""

LATER = frozenset(_NAMES.split())


def later(name: str, shown: str) -> AttributeError:
    """The error for an attribute that is not there."""
    if name in LATER:
        return AttributeError(f"{shown} is not part of this version of Gnomon yet")
    return AttributeError(f"there is no {shown}")
