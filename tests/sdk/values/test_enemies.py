"""Objects that lie and raise: constructors say so as a mistake of the caller, a row loses nothing but them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pil

from gnomon.sdk.errors import UsageError
from gnomon.sdk.tables.table import Table
from gnomon.sdk.values.audio import Audio
from gnomon.sdk.values.figures import Bokeh, Plotly
from gnomon.sdk.values.histogram import Histogram
from gnomon.sdk.values.html import Html
from gnomon.sdk.values.image import Image
from gnomon.sdk.values.layers import Classes
from gnomon.sdk.values.media import Place, refusing
from gnomon.sdk.values.molecule import Molecule
from gnomon.sdk.values.object3d import Object3D
from gnomon.sdk.values.rows import flat_row
from gnomon.sdk.values.video import Video

MAKERS: list[Callable[[Any], Any]] = [Image, Histogram, Audio, Video, Html, Object3D, Molecule, Plotly, Bokeh, Classes]


class Closed:
    """Every look at it raises."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("closed")


class Hidden:
    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        raise RuntimeError("hidden")


class Shapeless:
    dtype = "float32"

    @property
    def shape(self) -> Any:
        raise RuntimeError("no shape")


class NoShape:
    dtype = shape = None


class Mute:
    def __repr__(self) -> str:
        raise RuntimeError("mute")

    __str__ = __repr__


class Blank:
    """A figure that cannot be drawn."""

    def savefig(self, *how: Any, **more: Any) -> None:
        raise RuntimeError("no canvas")


class Endless(list):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        raise ValueError("no items")

    def __len__(self) -> int:
        return 10**9


ENEMIES: list[Callable[[], Any]] = [Closed, Hidden, Shapeless, NoShape, Mute, Blank, Endless]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda one: str(one.__name__))
@pytest.mark.parametrize("enemy", ENEMIES, ids=lambda one: str(one.__name__))
def test_what_a_foreign_object_raises_is_a_usage_error_of_the_constructor(
    maker: Callable[[Any], Any], enemy: Callable[[], Any]
) -> None:
    with pytest.raises(UsageError):
        maker(enemy())


@pytest.mark.parametrize("enemy", ENEMIES, ids=lambda one: str(one.__name__))
def test_a_table_takes_such_an_object_in_or_refuses_it(enemy: Callable[[], Any]) -> None:
    for make in (lambda: Table(columns=["a"], data=[[enemy()]]), lambda: Table(columns=["a"]).add_data(enemy())):
        try:
            make()
        except UsageError:
            continue


def test_a_cell_that_cannot_say_what_it_is_costs_no_table(tmp_path: Any) -> None:
    place = Place(str(tmp_path))
    refused: dict[str, str] = {}
    (tmp_path / "ship.json").write_text('{"run": "r"}')
    flat = flat_row({"t": Table(columns=["a"], data=[[Mute()]])}, place, 0, refused.__setitem__)
    assert flat["t"]["nrows"] == 1
    assert not refused


def test_a_caption_that_cannot_be_read_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="No Image can be made of this"):
        Image(np.zeros((2, 2)), caption=Mute())  # type: ignore[arg-type]


def test_the_cause_is_kept_and_interrupts_go_through() -> None:
    with pytest.raises(UsageError) as caught:
        Html(Closed())
    assert isinstance(caught.value.__cause__, RuntimeError)

    class Interrupting:
        def read(self) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Html(Interrupting())


def test_a_refusing_constructor_keeps_its_signature() -> None:
    class Made:
        @refusing
        def __init__(self, value: Any, *, more: int = 3) -> None:
            self.value = value

    assert list(inspect.signature(Made).parameters) == ["value", "more"]
    with pytest.raises(TypeError):
        Made()  # type: ignore[call-arg]


@pytest.mark.parametrize("key", ["\ud800", "a\ud800/b", "nul\0", "../x", "", "a" * 5000, "\n", "/abs", "日本"])
def test_a_key_of_any_kind_keeps_numbers_and_media(key: str, tmp_path: Any) -> None:
    refused: dict[str, str] = {}
    (tmp_path / "ship.json").write_text('{"run": "r"}')
    values = {"n": 1.0, "i": Image(np.zeros((2, 2))), "t": Table(columns=["\ud800"], data=[["\ud800"]])}
    for value in values.values():
        flat = flat_row({key: value}, Place(str(tmp_path)), 0, refused.__setitem__)
        (name,) = flat
        name.encode()
    assert not refused


def test_a_key_that_cannot_be_read_costs_itself_alone() -> None:
    refused: dict[str, str] = {}

    class Name:
        def __str__(self) -> str:
            raise RuntimeError("no name")

    flat = flat_row({"a": {Name(): 1, "b": 2}}, Place(None), 0, refused.__setitem__)
    assert flat == {"a.b": 2}
    assert refused == {"a.": "looking at one of its keys raised RuntimeError"}


def test_a_picture_without_pixels_is_none() -> None:
    with pytest.raises(UsageError, match="no pixels in a picture of 0×3"):
        Image(Pil.new("RGB", (0, 3)))


def test_numbers_of_numpy_are_numbers() -> None:
    assert len(Histogram([1, 2, 3], num_bins=np.int64(5)).histogram) == 5
    frames = np.zeros((2, 3, 4, 4), "uint8")
    assert Video(frames, fps=np.int64(8), format="gif")._content.how["fps"] == 8  # type: ignore[attr-defined]
    with pytest.raises(UsageError, match="fps"):
        Video(frames, fps=np.float32(0), format="gif")
