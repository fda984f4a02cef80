"""The data of the wines, as somebody would have looked at it first: a table, a figure, the molecule it is all about."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

import gnomon
from gnomon.demo import source

ETHANOL = (
    ("C", 1.1879, -0.3829, 0.0), ("C", 0.0, 0.5526, 0.0), ("O", -1.1867, -0.2472, 0.0), ("H", -1.9237, 0.3850, 0.0),
    ("H", 2.0985, 0.2306, 0.0), ("H", 1.1184, -1.0093, 0.8869), ("H", 1.1184, -1.0093, -0.8869),
    ("H", -0.0227, 1.1812, 0.8852), ("H", -0.0227, 1.1812, -0.8852),
)  # fmt: skip
"""Elements and places in ångström."""
BONDS = ((1, 2), (2, 3), (3, 4), (1, 5), (1, 6), (1, 7), (2, 8), (2, 9))
SHOWN = ("alcohol", "malic_acid", "color_intensity", "flavanoids", "proline")


class Figure:
    """A figure of Plotly as data, for those who do not have its package."""

    def __init__(self, data: list[dict[str, Any]], layout: dict[str, Any]) -> None:
        self._figure = {"data": data, "layout": layout}

    def to_plotly_json(self) -> dict[str, Any]:
        return self._figure


def show(project: str) -> None:
    """One run with all of it."""
    data = load_wine()
    x, kinds = data.data, data.target
    columns = [data.feature_names.index(name) for name in SHOWN]
    flat = PCA(3, random_state=0).fit_transform(StandardScaler().fit_transform(x))
    with gnomon.init(
        project=project, name="look-at-the-wines", job_type="data", tags=["data"],
        notes="178 wines of three growers, 13 measurements each. Two axes are nearly enough to tell them apart.",
    ) as run:  # fmt: skip
        source.keep(run, __file__)
        table = gnomon.Table(columns=["wine", "grower", *SHOWN])
        for at in range(len(x)):
            table.add_data(at, f"grower {kinds[at]}", *(round(float(x[at, column]), 3) for column in columns))
        traces = [
            {
                "type": "scatter", "mode": "markers", "name": f"grower {kind}",
                "x": flat[kinds == kind, 0].round(3).tolist(), "y": flat[kinds == kind, 1].round(3).tolist(),
            }
            for kind in range(3)
        ]  # fmt: skip
        axes = {"xaxis": {"title": {"text": "first axis"}}, "yaxis": {"title": {"text": "second axis"}}}
        run.log(
            {
                "data/wines": table,
                "data/axes": gnomon.Plotly(Figure(traces, {"title": {"text": "Three growers"}, **axes})),
                "data/cloud": gnomon.Object3D(np.column_stack([flat, kinds + 1])),
                "data/ethanol": gnomon.Molecule(_pdb(), file_type="pdb", caption="ethanol"),
                "data/alcohol": gnomon.Histogram(x[:, columns[0]]),
            }
        )
        run.log_artifact(_kept(x, kinds))


def _pdb() -> io.StringIO:
    lines = [
        f"HETATM{at:5d}  {element:<3} EOH A   1    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00          {element:>2}"
        for at, (element, x, y, z) in enumerate(ETHANOL, start=1)
    ]
    lines += [f"CONECT{a:5d}{b:5d}" for a, b in BONDS]
    return io.StringIO("\n".join([*lines, "END", ""]))


def _kept(x: Any, kinds: Any) -> Any:
    artifact = gnomon.Artifact("wine-data", type="dataset", description="178 wines of three growers")
    with artifact.new_file("wines.csv") as file:
        np.savetxt(file, np.column_stack([x, kinds]), delimiter=",", fmt="%.4g")
    return artifact
