"""Figures of plotting libraries, kept as what their own viewers draw."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from gnomon.sdk.values import pixels
from gnomon.sdk.values.content import Held, Local, local_path
from gnomon.sdk.values.filed import Filed
from gnomon.sdk.values.image import Image
from gnomon.sdk.values.media import BadValue, refusing

if TYPE_CHECKING:
    from typing_extensions import Self


class Plotly(Filed):
    """A figure of plotly to be logged: `run.log({"curves": Plotly(figure)})`, or the figure as it is.

    `val` is a figure of plotly, or one of matplotlib (also axes, or `pyplot` itself) without pictures in it, which
    plotly converts. Raises UsageError where that is not possible.
    """

    suffix: ClassVar[str] = "plotly-file"
    folder: ClassVar[str] = "media/plotly"

    @refusing
    def __init__(self, val: Any) -> None:
        if not callable(getattr(val, "to_plotly_json", None)):
            figure = pixels.figure_of(val)
            if figure is None:
                raise BadValue(f"Plotly takes a figure of plotly or matplotlib, not {type(val).__name__}")
            val = _converted(figure)
        super().__init__(Held(_json(val.to_plotly_json()), "plotly.json"))

    @classmethod
    def make_plot_media(cls, val: Any) -> Plotly | Image:
        """What a figure becomes when it is logged as it is.

        Figures of plotly, and those of matplotlib that plotly converts, become Plotly; others of matplotlib an Image.
        """
        if callable(getattr(val, "to_plotly_json", None)):
            return cls(val)
        figure = pixels.figure_of(val)
        if figure is None:
            raise BadValue(f"A figure is one of plotly or matplotlib, not {type(val).__name__}")
        try:
            return cls(figure)
        except Exception:  # plotly is not there, is of another time than this matplotlib, or cannot draw what it sees
            return Image(figure)

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        made = cls.__new__(cls)
        Filed.__init__(made, Local(path, "plotly.json", "figure"))
        return made

    def __repr__(self) -> str:
        return "Plotly()"


class Bokeh(Filed):
    """A figure of bokeh to be logged: `run.log({"map": Bokeh(figure)})`, or the figure as it is.

    `data_or_path` is a model or a document of bokeh, or the path of a document's JSON file. Raises UsageError for
    anything else.
    """

    suffix: ClassVar[str] = "bokeh-file"
    folder: ClassVar[str] = "media/bokeh"

    @refusing
    def __init__(self, data_or_path: Any) -> None:
        path = local_path(data_or_path, "Bokeh")
        if path is not None:
            super().__init__(Local(path, "bokeh.json", "bokeh"))
            return
        super().__init__(Held(_json(_document(data_or_path)), "bokeh.json"))

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        return cls(path)

    def __repr__(self) -> str:
        return "Bokeh()"


def _converted(figure: Any) -> Any:
    """A figure of matplotlib as one of plotly."""
    if any(len(axes.images) > 0 for axes in figure.axes):
        raise BadValue("Plotly cannot show a figure of matplotlib with pictures in it; Image(figure) can")
    try:
        tools: Any = import_module("plotly.tools")
    except ImportError:
        raise BadValue("Plotly needs plotly (pip install plotly); Image(figure) keeps the figure without it") from None
    try:
        return tools.mpl_to_plotly(figure)
    except Exception as error:
        raise BadValue(f"plotly cannot convert this figure: {error}; Image(figure) can show it") from None


def _document(value: Any) -> Any:
    """A bokeh document as plain JSON: the one given, the one a model is in, or one made for a model."""
    if callable(getattr(value, "add_root", None)):
        return _document_json(value)
    if not callable(getattr(value, "references", None)):
        raise BadValue(f"Bokeh takes a model, a document or the path of a JSON file, not {type(value).__name__}")
    if getattr(value, "document", None) is not None:
        return _document_json(value.document)
    document = import_module("bokeh.document").Document()
    document.add_root(value)
    try:
        return _document_json(document)
    finally:
        document.remove_root(value)  # so that it can be shown elsewhere


def _document_json(document: Any) -> Any:
    try:
        return document.to_json(deferred=False)
    except TypeError:  # before bokeh 3.9
        return document.to_json()


def _json(value: Any) -> bytes:
    return msgspec.json.encode(value, enc_hook=_foreign)


def _foreign(value: Any) -> Any:
    """Arrays and scalars of other libraries inside a figure, as lists and numbers; whatever else, as text."""
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind in ("M", "m"):
        value = value.astype(str)
    for name in ("tolist", "item"):
        if callable(getattr(value, name, None)):
            return getattr(value, name)()
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)
