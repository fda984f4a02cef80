"""What all things of the public API share: attributes by two spellings, and a place in notebooks."""

from __future__ import annotations

import html
import importlib
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from gnomon.sdk import guard


class Attrs:
    """A thing with the attributes its server tells of, as `thing.created_at` or `thing.createdAt`."""

    def __init__(self, attrs: Mapping[str, Any]) -> None:
        self._attrs: dict[str, Any] = dict(attrs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        for spelled in (camel(name), name):
            if spelled in self._attrs:
                return self._attrs[spelled]
        raise AttributeError(f"{self!r} object has no attribute {name!r}")

    def to_html(self, height: int = 420, hidden: bool = False) -> str | None:
        """An iframe of its page; None where it has none."""
        return None

    def display(self, height: int = 420, hidden: bool = False) -> bool:
        """Show its page in a notebook; False where this is none."""
        if "IPython" not in sys.modules or getattr(sys.modules["IPython"], "get_ipython", lambda: None)() is None:
            return False
        page = self.to_html(height, hidden)
        if page is None:
            guard.warn("This has no page that could be shown")
            return False
        shown = importlib.import_module("IPython.display")
        shown.display(shown.HTML(page))
        return True


def camel(name: str) -> str:
    """
    >>> camel("created_at"), camel("id")
    ('createdAt', 'id')
    """
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def frame(url: str, height: int, hidden: bool, what: str = "run") -> str:
    """HTML that shows a page in a notebook, after a button to show it where it is hidden."""
    style = f"border:none;width:100%;height:{height}px;"
    button = ""
    if hidden:
        style += "display:none;"
        button = (
            "<button onClick=\"this.nextSibling.style.display='block';this.style.display='none';\">"
            f"Display {what}</button>"
        )
    address = html.escape(url + "?jupyter=true", quote=True)
    return f"{button}<iframe src='{address}' style='{style}'></iframe>"


def iso(time: float | None) -> str | None:
    """Unix seconds as ISO 8601 in UTC.

    >>> iso(0)
    '1970-01-01T00:00:00Z'
    """
    if time is None:
        return None
    return datetime.fromtimestamp(time, timezone.utc).replace(tzinfo=None).isoformat() + "Z"
