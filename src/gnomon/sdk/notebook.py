"""The run's page inside a notebook."""

from __future__ import annotations

import sys
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

_HIDDEN = (
    "<button onClick=\"this.nextSibling.style.display='block';this.style.display='none';\">Show the run's page</button>"
)


def display(run: Run, height: int, hidden: bool) -> bool:
    """See `Run.display`."""
    if run.settings.silent or not is_notebook():
        return False
    shows: Any = sys.modules["IPython"].display
    shows.display({"text/plain": repr(run), "text/html": to_html(run, height, hidden)}, raw=True)
    return True


def to_html(run: Run, height: int, hidden: bool) -> str:
    """See `Run.to_html`."""
    url = run.url
    if url is None:  # offline, or nobody has said yet whose run it is
        return f"<p>Run {escape(run.name)} is kept in <code>{escape(run.sync_dir)}</code></p>"
    style = f"border:none;width:100%;height:{int(height)}px;{'display:none;' if hidden else ''}"
    frame = f'<iframe src="{escape(url)}?jupyter=true" style="{style}"></iframe>'
    return (_HIDDEN if hidden else "") + frame


def is_notebook() -> bool:
    """Does a notebook's kernel run this? IPython is not loaded to find out."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ in ("ZMQInteractiveShell", "Shell") and hasattr(sys.modules["IPython"], "display")
