"""Objects of other libraries that are logged as they are: figures, pictures, frames of data."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType
from typing import Any

from gnomon.sdk.values.media import told
from gnomon.sdk.values.plain import Unloggable

LIBRARIES = frozenset({"PIL", "matplotlib", "plotly", "bokeh", "pandas"})


def media_of(value: Any) -> Any:
    """The media value that an object of another library means; None for anything else. Raises Unloggable."""
    kind: Any = type(value)
    try:
        library = _library(kind)
        if library is None:
            if not isinstance(value, ModuleType) or value.__name__ != "matplotlib.pyplot":
                return None
            library = "matplotlib"
        return _made(library, value)
    except Exception as error:  # foreign code of any kind ran
        raise Unloggable(f"{kind.__name__} cannot be shown: {told(error)}") from None


@lru_cache(maxsize=1024)
def _library(kind: type) -> str | None:
    """Which of the libraries a type is from, or derived from."""
    for one in kind.__mro__:
        root = one.__module__.partition(".")[0]
        if root in LIBRARIES:
            return root
    return None


def _made(library: str, value: Any) -> Any:
    if library == "PIL":
        from gnomon.sdk.values.image import Image

        return Image(value) if hasattr(value, "getbands") else None
    if library == "pandas":
        from gnomon.sdk.tables.table import Table

        return Table(dataframe=value) if hasattr(value, "columns") and hasattr(value, "iloc") else None
    from gnomon.sdk.values import figures, pixels

    if library == "bokeh":
        return figures.Bokeh(value) if hasattr(value, "references") or hasattr(value, "add_root") else None
    if hasattr(value, "to_plotly_json") or pixels.figure_of(value) is not None:
        return figures.Plotly.make_plot_media(value)
    return None
