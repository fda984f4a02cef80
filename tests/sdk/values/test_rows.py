"""Rows with media in them: nested, listed, of other libraries, and what happens to those that cannot be kept."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pil

import gnomon
from gnomon.sdk.values.histogram import Histogram
from gnomon.sdk.values.html import Html
from gnomon.sdk.values.image import Image
from gnomon.sdk.values.media import Media, Place
from gnomon.sdk.values.rows import flat_row


def kept(row: dict[str, Any], place: Any) -> tuple[dict[str, Any], dict[str, str]]:
    refused: dict[str, str] = {}
    return flat_row(row, place, 4, refused.__setitem__), refused


def types(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value["_type"] if isinstance(value, dict) else value for key, value in found.items()}


def test_media_may_stand_anywhere_in_a_row(place: Any) -> None:
    found, refused = kept({"a": {"b": Html("x"), "c": {"d": Image(np.zeros((2, 2))), "e": 1}}, "f": 2}, place)
    assert types(found) == {"a.b": "html-file", "a.c.d": "image-file", "a.c.e": 1, "f": 2}
    assert found["a.c.d"]["path"].startswith("media/images/a.c.d_4_")
    assert not refused


def test_a_list_of_one_kind_is_one_value_and_a_mixed_one_is_a_value_each(place: Any) -> None:
    row = {
        "same": [Html("a"), Html("b")],
        "tuple": (Html("a"),),
        "mixed": [Html("a"), Histogram([1, 2]), 7],
        "each": [Histogram([1]), Histogram([2])],
        "numbers": [1, 2.5, "x", None],
        "empty": [],
    }
    found, refused = kept(row, place)
    assert found["same"]["count"] == 2
    assert found["tuple"]["_type"] == "html"
    assert [one if one == 7 else one["_type"] for one in found["mixed"]] == ["html-file", "histogram", 7]
    assert [one["_type"] for one in found["each"]] == ["histogram", "histogram"]
    assert found["numbers"] == [1, 2.5, "x", None]
    assert found["empty"] == []
    assert not refused


class PlotlyFigure:
    """A figure, as plotly makes them."""

    __module__ = "plotly.graph_objs._figure"

    def to_plotly_json(self) -> Any:
        return {"data": []}


class MatplotlibFigure:
    """A figure, as matplotlib makes them."""

    __module__ = "matplotlib.figure"
    axes = ()

    def savefig(self, target: io.BytesIO, format: str) -> None:
        Pil.new("RGB", (30, 20)).save(target, format)


class Mine(PlotlyFigure):
    """A figure that somebody derived from plotly's."""


class BokehModel:
    """A figure, as bokeh makes them."""

    __module__ = "bokeh.plotting._figure"
    document = type("Document", (), {"to_json": lambda self: {"roots": []}})()

    def references(self) -> set[Any]:
        return set()


@pytest.fixture
def pyplot(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("matplotlib.pyplot")
    module.gcf = MatplotlibFigure  # type: ignore[attr-defined]
    return module


@pytest.mark.usefixtures("said")
def test_objects_of_other_libraries_are_what_they_mean(
    place: Any, pyplot: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "plotly.tools", None)
    row = {
        "plotly": PlotlyFigure(),
        "mine": Mine(),
        "matplotlib": MatplotlibFigure(),
        "pyplot": pyplot,
        "pil": Pil.new("L", (4, 4)),
        "pils": [Pil.new("L", (4, 4)), Pil.new("L", (4, 4))],
        "bokeh": BokehModel(),
        "array": np.arange(100),
    }
    found, refused = kept(row, place)
    assert types(found) == {
        "plotly": "plotly-file",
        "mine": "plotly-file",
        "matplotlib": "image-file",
        "pyplot": "image-file",
        "pil": "image-file",
        "pils": "images/separated",
        "bokeh": "bokeh-file",
        "array": "histogram",
    }
    assert not refused


class Broken:
    """Media that cannot be brought anywhere."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        raise self.error

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> dict[str, Any]:
        raise items[0].error


class BrokenFigure(PlotlyFigure):
    """A figure that fails when it is read."""

    def to_plotly_json(self) -> Any:
        raise RuntimeError("no canvas")


def test_a_value_that_cannot_be_kept_costs_itself_alone(place: Any, tmp_path: Path) -> None:
    source = tmp_path / "gone.png"
    Pil.new("L", (4, 4)).save(source)
    gone = Image(source)
    source.unlink()
    row = {
        "a": Broken(RuntimeError("odd")),
        "b": [Broken(KeyError("odd"))],
        "c": Broken(OSError(28, "No space left on device")),
        "d": gone,
        "e": BrokenFigure(),
        "f": [Html("x"), object()],
        "good": 1,
        "picture": Image(np.zeros((2, 2))),
    }
    assert isinstance(row["a"], Media)
    found, refused = kept(row, place)
    assert types(found) == {"good": 1, "picture": "image-file"}
    assert {key: why.split(";")[0] for key, why in refused.items()} == {
        "a": "RuntimeError while its bytes were taken: odd",
        "b": "KeyError while its bytes were taken: 'odd'",
        "c": "its bytes could not be written: No space left on device",
        "d": "its bytes could not be written: No such file or directory",
        "e": "BrokenFigure cannot be shown: No Plotly can be made of this: no canvas",
        "f": "values of type object are not supported",
    }


def test_where_nothing_is_kept_values_are_made_all_the_same() -> None:
    found, refused = kept({"a": Html("x"), "b": [Image(np.zeros((2, 2)))] * 2}, Place(None))
    assert types(found) == {"a": "html-file", "b": "images/separated"}
    assert not refused


def test_a_value_logged_into_two_runs_is_kept_in_both(tmp_path: Path) -> None:
    page = Html("x")
    for name in ("one", "two"):
        value = page.bound(Place(str(tmp_path / name)), "k", 0)
        assert (tmp_path / name / "files" / value["path"]).is_file()


class Lying:
    """An object whose looks raise."""

    @property
    def __class__(self) -> Any:  # type: ignore[override]
        raise ValueError("do not look")


def test_a_value_that_cannot_even_be_looked_at_costs_itself_alone(place: Any) -> None:
    found, refused = kept({"a": {"odd": Lying(), "b": 1}, "c": 2}, place)
    assert found == {"a.b": 1, "c": 2}
    assert list(refused) == ["a.odd"]


def test_files_are_linked_to_where_that_was_asked_for(alone: Path, read: Any) -> None:
    source = alone / "page.pdb"
    source.write_text("atoms")
    run = gnomon.init(project="p", mode="offline", settings=gnomon.Settings(allow_media_symlink=True))
    run.log({"a": gnomon.Molecule(source)})
    ((value,),) = ([row["a"] for row in read.rows(run.sync_dir)],)
    kept_file = Path(run.sync_dir) / "files" / value["path"]
    assert kept_file.is_symlink()
    assert kept_file.resolve() == source
    assert (value["size"], kept_file.read_text()) == (5, "atoms")
