"""Charts to log: `run.log({"curve": plot.line(table, "step", "loss", title="Loss")})`.

Each is a Table and a note of how it is drawn; the run's page draws it, and compares runs in it.
"""

from gnomon.sdk.plots.chart import CustomChart, CustomChartSpec, Visualize, VisualizeSpec, plot_table, visualize
from gnomon.sdk.plots.classifier import confusion_matrix, pr_curve, roc_curve
from gnomon.sdk.plots.simple import bar, histogram, line, line_series, scatter

__all__ = [
    "CustomChart",
    "CustomChartSpec",
    "Visualize",
    "VisualizeSpec",
    "bar",
    "confusion_matrix",
    "histogram",
    "line",
    "line_series",
    "plot_table",
    "pr_curve",
    "roc_curve",
    "scatter",
    "visualize",
]
