"""Pages of HTML, shown in a frame of their own."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon.sdk.values.content import Held
from gnomon.sdk.values.filed import Filed
from gnomon.sdk.values.media import BadValue, Place, refusing

if TYPE_CHECKING:
    from typing_extensions import Self

HEAD = '<base target="_blank"><style>body{margin:0;font-family:system-ui,sans-serif}</style>'
"""What a page gets: links that open outside its frame, and plain letters."""


class Html(Filed):
    """A page to be logged: `run.log({"report": Html("<h1>Done</h1>")})`, or a list of them.

    `data` is HTML as a text, the path of an `.html` file, or an open file. With `inject` the page gets a base target
    and a small stylesheet; with `data_is_not_path` a text is never taken for a path. Raises UsageError for what is
    none of these.
    """

    suffix: ClassVar[str] = "html-file"
    folder: ClassVar[str] = "media/html"

    @refusing
    def __init__(self, data: Any, inject: bool = True, data_is_not_path: bool = False) -> None:
        self.html = _text_of(data, data_is_not_path)
        if inject:
            self.inject_head()
        super().__init__(Held(self.html.encode("utf-8", "replace"), "html"))

    def inject_head(self) -> None:
        """Put base target and stylesheet into the page's head."""
        found = re.search(r"<head(\s[^>]*)?>", self.html, re.IGNORECASE)
        if found:
            at, more = found.end(), HEAD
        elif found := re.search(r"<html(\s[^>]*)?>", self.html, re.IGNORECASE):
            at, more = found.end(), f"<head>{HEAD}</head>"
        elif found := re.match(r"\s*<!doctype[^>]*>", self.html, re.IGNORECASE):
            at, more = found.end(), HEAD
        else:
            at, more = 0, HEAD
        self.html = (self.html[:at] + more + self.html[at:]).strip()
        if hasattr(self, "_content"):
            self._content, self._kept = Held(self.html.encode("utf-8", "replace"), "html"), None

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> dict[str, Any]:
        """The value that stands for a list of pages under one key."""
        return {"_type": "html", "count": len(items), "html": [item.bound(place, key, step) for item in items]}

    @classmethod
    def _opened(cls, path: str, said: dict[str, Any]) -> Self:
        return cls(_read(path), inject=False, data_is_not_path=True)

    def __repr__(self) -> str:
        return f"Html({len(self.html)} letters)"


HTML = Html
"""The same by another name."""


def _text_of(data: Any, literal: bool) -> str:
    if isinstance(data, os.PathLike) or (isinstance(data, str) and not literal and _names_a_file(data)):
        path = os.fspath(data)
        if not os.path.isfile(path):
            raise BadValue(f"There is no HTML file {os.path.abspath(path)}")
        return _read(path)
    if isinstance(data, str):
        return data
    if callable(getattr(data, "read", None)):
        if callable(getattr(data, "seek", None)):
            data.seek(0)
        text = data.read()
        return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    raise BadValue(f"HTML is a text, the path of a file or an open file, not {type(data).__name__}")


def _names_a_file(text: str) -> bool:
    """Whether a text is a path rather than HTML: one line that ends like a page's name, without any tag."""
    return text.lower().endswith((".html", ".htm")) and "<" not in text and "\n" not in text


def _read(path: str | os.PathLike[str]) -> str:
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        return file.read()
