"""Figures of plotly, matplotlib and bokeh, known by what they can do."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image as Pil

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values.figures import Bokeh, Plotly
from gnomon.sdk.values.image import Image


class PlotlyFigure:
    """Tells itself as plotly's figures do."""

    def __init__(self, **parts: Any) -> None:
        self.parts = parts

    def to_plotly_json(self) -> Any:
        return self.parts


class MatplotlibFigure:
    """Draws itself, as matplotlib's figures do."""

    def __init__(self, images: int = 0) -> None:
        self.axes = [SimpleNamespace(images=[0] * images)]

    def savefig(self, target: io.BytesIO, format: str) -> None:
        Pil.new("RGB", (30, 20)).save(target, format)


@pytest.fixture
def plotly_tools(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    tools = ModuleType("plotly.tools")
    tools.mpl_to_plotly = lambda figure: PlotlyFigure(data=["converted"])  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "plotly", ModuleType("plotly"))
    monkeypatch.setitem(sys.modules, "plotly.tools", tools)
    return tools


def kept(figure: Any, place: Any) -> Any:
    return msgspec.json.decode(place.made(figure.bound(place, "x", 0)["path"]))


def test_a_figure_of_plotly_is_kept_as_it_tells_itself(place: Any) -> None:
    figure = Plotly(
        PlotlyFigure(
            x=np.array([[1, 2]]),
            y=np.float32(0.5),
            when=np.array(["2020-01-02"], "datetime64[D]"),
            day=date(2020, 1, 2),
        )
    )
    value = figure.bound(place, "curves", 0)
    assert value["_type"] == "plotly-file"
    assert value["path"].startswith("media/plotly/curves_0_")
    assert value["path"].endswith(".plotly.json")
    assert kept(figure, place) == {"x": [[1, 2]], "y": 0.5, "when": ["2020-01-02"], "day": "2020-01-02"}


def test_what_json_cannot_say_is_null_or_text(place: Any) -> None:
    odd = PlotlyFigure(nan=float("nan"), path=Path("a"), thing=SimpleNamespace(b=1))
    assert kept(Plotly(odd), place) == {"nan": None, "path": "a", "thing": "namespace(b=1)"}


@pytest.mark.usefixtures("plotly_tools")
def test_a_figure_of_matplotlib_is_converted(place: Any) -> None:
    figure = MatplotlibFigure()
    for given in (figure, SimpleNamespace(figure=figure), SimpleNamespace(gcf=lambda: figure)):
        assert kept(Plotly(given), place) == {"data": ["converted"]}
        assert isinstance(Plotly.make_plot_media(given), Plotly)


def test_what_cannot_be_converted_becomes_a_picture(plotly_tools: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(Plotly.make_plot_media(MatplotlibFigure(images=1)), Image)
    with pytest.raises(UsageError, match="pictures in it"):
        Plotly(MatplotlibFigure(images=1))
    plotly_tools.mpl_to_plotly = lambda figure: [][0]
    assert isinstance(Plotly.make_plot_media(MatplotlibFigure()), Image)
    with pytest.raises(UsageError, match="cannot convert"):
        Plotly(MatplotlibFigure())
    monkeypatch.setitem(sys.modules, "plotly.tools", None)
    assert isinstance(Plotly.make_plot_media(MatplotlibFigure()), Image)
    with pytest.raises(UsageError, match="pip install plotly"):
        Plotly(MatplotlibFigure())


class Document:
    """A document of bokeh, before 3.9."""

    def __init__(self) -> None:
        self.roots: list[Any] = []

    def add_root(self, model: Any) -> None:
        self.roots.append(model)
        model.document = self

    def remove_root(self, model: Any) -> None:
        self.roots.remove(model)
        model.document = None

    def to_json(self) -> Any:
        return {"roots": [model.name for model in self.roots]}


class LaterDocument(Document):
    """A document of bokeh from 3.9 on."""

    def to_json(self, deferred: bool = True) -> Any:
        return object() if deferred else super().to_json()


@pytest.fixture(params=[Document, LaterDocument])
def document(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    module = ModuleType("bokeh.document")
    module.Document = request.param  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bokeh", ModuleType("bokeh"))
    monkeypatch.setitem(sys.modules, "bokeh.document", module)
    return request.param()


def test_a_model_or_a_document_of_bokeh_is_kept(place: Any, document: Any) -> None:
    model = SimpleNamespace(name="lines", document=None, references=lambda: set())
    assert kept(Bokeh(model), place) == {"roots": ["lines"]}
    assert model.document is None  # it may be shown elsewhere
    document.add_root(model)
    assert kept(Bokeh(model), place) == kept(Bokeh(document), place) == {"roots": ["lines"]}
    value = Bokeh(document).bound(place, "map", 3)
    assert value["_type"] == "bokeh-file"
    assert value["path"].startswith("media/bokeh/map_3_")
    assert value["path"].endswith(".bokeh.json")


def test_they_come_back_from_an_artifact(shelf: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    assert Bokeh.restored(Bokeh(tmp_path / "a.json").stored(shelf), shelf)._content.read() == b"{}"
    assert Plotly.restored(Plotly(PlotlyFigure(a=1)).stored(shelf), shelf)._content.read() == b'{"a":1}'


def test_a_list_is_a_value_each(place: Any) -> None:
    values = Plotly.bound_list([Plotly(PlotlyFigure(a=1)), Plotly(PlotlyFigure(a=2))], place, "x", 0)
    assert isinstance(values, list)
    assert [one["_type"] for one in values] == ["plotly-file"] * 2


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Plotly(7), "not int"),
        (lambda: Plotly.make_plot_media("x"), "not str"),
        (lambda: Bokeh(7), "not int"),
        (lambda: Bokeh("nowhere.json"), "no bokeh file"),
    ],
)
def test_what_is_no_figure_is_the_callers_mistake(make: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make()
